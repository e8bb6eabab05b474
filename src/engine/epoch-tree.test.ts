import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import { createKeccak } from 'hash-wasm'
import { expect, test } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { buildEpochTree, isInEpoch, putWord, type EpochRows, type Hash } from './epoch-tree.ts'

const keccak = await createKeccak(256)
const hash: Hash = (data) => keccak.init().update(data).digest('binary')
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`

function rowsOf(count: number, seed = 1): EpochRows {
  const rng = createRng(seed)
  const rows = {
    chain_id: 31_337n,
    distributor: Uint8Array.from({ length: 20 }, () => rng.below(256)),
    accounts: Uint8Array.from({ length: 20 * count }, () => rng.below(256)),
    cumulative: new Uint8Array(32 * count),
  }
  for (let i = 0; i < count; i++) putWord(rows.cumulative, i, BigInt(rng.below(2 ** 31)) ** BigInt(1 + rng.below(8)))
  return rows
}
const accountOf = (rows: EpochRows, i: number) => rows.accounts.subarray(20 * i, 20 * i + 20)
const amountOf = (rows: EpochRows, i: number) => rows.cumulative.subarray(32 * i, 32 * i + 32)

/** What the reference makes of the same rows, in the same order. */
const referenceOf = (rows: EpochRows) =>
  StandardMerkleTree.of(
    Array.from({ length: rows.accounts.length / 20 }, (_, i) => [
      rows.chain_id.toString(),
      hex(rows.distributor),
      hex(accountOf(rows, i)),
      BigInt(hex(amountOf(rows, i))).toString(),
    ]),
    ['uint256', 'address', 'address', 'uint256'],
  )

test.each([1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100, 1001])(
  'root and every proof of %i rows are the reference’s',
  (count) => {
    const rows = rowsOf(count, count)
    const [tree, reference] = [buildEpochTree(rows, hash), referenceOf(rows)]
    expect(hex(tree.root)).toBe(reference.root)
    for (let i = 0; i < count; i++) expect(tree.proof(i).map(hex)).toEqual(reference.getProof(i))
  },
)

test('leaves that share their first bits are in the order of the rest', () => {
  // A hash of so few values that its first 32 bits are always alike.
  const narrow: Hash = (data) => {
    const out = new Uint8Array(32)
    out[31] = hash(data)[0]!
    return out
  }
  const rows = rowsOf(50)
  const tree = buildEpochTree(rows, narrow)
  for (let i = 0; i < 50; i++)
    expect(
      isInEpoch(
        tree.root,
        { ...rows, account: accountOf(rows, i), cumulative: amountOf(rows, i) },
        tree.proof(i),
        narrow,
      ),
    ).toBe(true)
})

test('a proof holds for its own row only', () => {
  const rows = rowsOf(33)
  const tree = buildEpochTree(rows, hash)
  const at = (i: number) => ({ ...rows, account: accountOf(rows, i), cumulative: amountOf(rows, i) })
  for (let i = 0; i < 33; i++) expect(isInEpoch(tree.root, at(i), tree.proof(i), hash)).toBe(true)
  expect(isInEpoch(tree.root, at(3), tree.proof(4), hash)).toBe(false)
  expect(isInEpoch(tree.root, { ...at(3), chain_id: 1n }, tree.proof(3), hash)).toBe(false)
  expect(isInEpoch(tree.root, { ...at(3), distributor: new Uint8Array(20) }, tree.proof(3), hash)).toBe(false)
  expect(isInEpoch(tree.root, { ...at(3), cumulative: amountOf(rows, 4) }, tree.proof(3), hash)).toBe(false)
  expect(isInEpoch(tree.root, at(3), tree.proof(3).slice(1), hash)).toBe(false)
  expect(isInEpoch(tree.root, at(3), [new Uint8Array(31)], hash)).toBe(false)
})

test('what has no meaning is refused', () => {
  const rows = rowsOf(3)
  expect(() => buildEpochTree({ ...rows, accounts: new Uint8Array(0), cumulative: new Uint8Array(0) }, hash)).toThrow(
    'at least one row',
  )
  expect(() => buildEpochTree({ ...rows, cumulative: rows.cumulative.subarray(32) }, hash)).toThrow(
    'an amount for each',
  )
  expect(() => buildEpochTree({ ...rows, distributor: new Uint8Array(19) }, hash)).toThrow('20 bytes')
  expect(() => buildEpochTree(rows, hash).proof(3)).toThrow('no row 3')
  expect(() => putWord(new Uint8Array(32), 0, -1n)).toThrow('no sign')
  expect(() => putWord(new Uint8Array(32), 0, 1n << 256n)).toThrow('256 bits')
})
