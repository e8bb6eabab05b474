import { open, type FileHandle } from 'node:fs/promises'
import { siblingsOf, type EpochTree } from '../../engine/epoch-tree.ts'
import { hexOf } from './rules.ts'

/**
 * An epoch's tree beside its claims file: addresses, amounts, each row's leaf, all nodes. It can be made again from the
 * claims file at any time; with it a proof is some twenty small reads, whatever the size, and nothing is kept in memory.
 */
export function* treeBytes(
  tree: EpochTree,
  rows: { accounts: Uint8Array; cumulative: Uint8Array },
): Generator<Uint8Array> {
  yield rows.accounts
  yield rows.cumulative
  const places = new DataView(new ArrayBuffer(4 * tree.size))
  for (let i = 0; i < tree.size; i++) places.setUint32(4 * i, tree.place[i]!)
  yield new Uint8Array(places.buffer)
  yield tree.nodes
}

/** What lies beside a claims file. */
export const treePath = (claimsPath: string): string => claimsPath.replace(/\.jsonl$/, '.tree')

export type Proven = { cumulative: bigint; proof: `0x${string}`[] }

/** The proofs of some addresses in an epoch of `size` rows; those that are not in it are left out. */
export async function proofsIn(
  path: string,
  size: number,
  addresses: readonly Uint8Array[],
): Promise<Map<string, Proven>> {
  const file = await open(path, 'r')
  try {
    const out = new Map<string, Proven>()
    for (const address of addresses) {
      const row = await findRow(file, size, address)
      if (row === undefined) continue
      const cumulative = BigInt(hexOf(await read(file, 20 * size + 32 * row, 32)))
      const place = Buffer.from(await read(file, 52 * size + 4 * row, 4)).readUInt32BE()
      const proof: `0x${string}`[] = []
      for (const node of siblingsOf(place)) proof.push(hexOf(await read(file, 56 * size + 32 * node, 32)))
      out.set(hexOf(address), { cumulative, proof })
    }
    return out
  } finally {
    await file.close()
  }
}

async function findRow(file: FileHandle, size: number, address: Uint8Array): Promise<number | undefined> {
  let [low, high] = [0, size - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = Buffer.compare(await read(file, 20 * middle, 20), address)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

async function read(file: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at)
  if (bytesRead !== length) throw new Error('the tree of an epoch is shorter than its rows; build it again')
  return buffer
}
