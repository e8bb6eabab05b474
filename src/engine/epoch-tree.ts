/**
 * The Merkle tree of an epoch of claims, in the format of OpenZeppelin's StandardMerkleTree for the leaf
 * `(uint256 chainid, address distributor, address account, uint256 cumulative)`: leaves are hashed twice and sorted,
 * node i hashes its children 2i + 1 and 2i + 2 in ascending order, and the last node is the first leaf. Rows and nodes lie
 * in flat byte arrays: a million objects would take ten times the memory and ninety times the time.
 */

/** Hashes bytes to 32 bytes. What it returns may be overwritten by the next call. */
export type Hash = (data: Uint8Array) => Uint8Array

export type EpochRows = {
  chain_id: bigint
  /** 20 bytes. */
  distributor: Uint8Array
  /** 20 bytes each, one after the other. */
  accounts: Uint8Array
  /** 32 bytes each, big-endian, in the same order. */
  cumulative: Uint8Array
}

export type EpochTree = {
  size: number
  root: Uint8Array
  /** Every node, 32 bytes each, the root first; and at which node each row's leaf is: enough to prove rows from a file. */
  nodes: Uint8Array
  place: Uint32Array
  /** The siblings from a row's leaf up to the root; row in the order they were given. */
  proof(row: number): Uint8Array[]
}

const ADDRESS = 20
const WORD = 32

/** Builds the tree. Throws where it has no meaning: no rows, or arrays that do not fit together. */
export function buildEpochTree(rows: EpochRows, hash: Hash): EpochTree {
  const size = rows.accounts.length / ADDRESS
  if (!Number.isInteger(size) || size === 0 || rows.cumulative.length !== size * WORD)
    throw new Error('an epoch has at least one row, and an amount for each account')
  const leaves = new Uint8Array(size * WORD)
  const leaf = leafHasher(rows, hash)
  for (let i = 0; i < size; i++)
    leaves.set(
      leaf(rows.accounts.subarray(i * ADDRESS, (i + 1) * ADDRESS), rows.cumulative.subarray(i * WORD, (i + 1) * WORD)),
      i * WORD,
    )
  const order = ascending(leaves, size)
  const length = 2 * size - 1
  const nodes = new Uint8Array(length * WORD)
  const place = new Uint32Array(size)
  for (let i = 0; i < size; i++) {
    const row = order[i]!
    place[row] = length - 1 - i
    nodes.set(leaves.subarray(row * WORD, (row + 1) * WORD), (length - 1 - i) * WORD)
  }
  const words = new DataView(nodes.buffer)
  const pair = new Uint8Array(2 * WORD)
  for (let i = size - 2; i >= 0; i--) {
    const left = (2 * i + 1) * WORD
    // The children lie side by side, so in the right order already they are hashed where they are.
    if (compareWords(words, left, left + WORD) <= 0) nodes.set(hash(nodes.subarray(left, left + 2 * WORD)), i * WORD)
    else {
      pair.set(nodes.subarray(left + WORD, left + 2 * WORD))
      pair.set(nodes.subarray(left, left + WORD), WORD)
      nodes.set(hash(pair), i * WORD)
    }
  }
  return {
    size,
    root: nodes.slice(0, WORD),
    nodes,
    place,
    proof(row) {
      if (!(row >= 0 && row < size)) throw new RangeError(`an epoch of ${size} rows has no row ${row}`)
      return siblingsOf(place[row]!).map((at) => nodes.slice(at * WORD, (at + 1) * WORD))
    },
  }
}

/** The nodes beside the way from a node up to the root. */
export function siblingsOf(node: number): number[] {
  const out: number[] = []
  for (let at = node; at > 0; at = (at - 1) >> 1) out.push(at % 2 === 1 ? at + 1 : at - 1)
  return out
}

/** Whether a proof leads from a row to the root. */
export function isInEpoch(
  root: Uint8Array,
  at: Pick<EpochRows, 'chain_id' | 'distributor'> & { account: Uint8Array; cumulative: Uint8Array },
  proof: readonly Uint8Array[],
  hash: Hash,
): boolean {
  const pair = new Uint8Array(2 * WORD)
  const words = new DataView(pair.buffer)
  pair.set(leafHasher(at, hash)(at.account, at.cumulative))
  for (const sibling of proof) {
    if (sibling.length !== WORD) return false
    pair.set(sibling, WORD)
    if (compareWords(words, 0, WORD) > 0) {
      pair.copyWithin(WORD, 0, WORD)
      pair.set(sibling)
    }
    pair.set(hash(pair))
  }
  return root.length === WORD && root.every((byte, i) => byte === pair[i])
}

/** An amount as 32 bytes, big-endian, put into an array of them. */
export function putWord(into: Uint8Array, index: number, amount: bigint): void {
  if (amount < 0n || amount >> 256n) throw new RangeError('an amount has 256 bits and no sign')
  let rest = amount
  for (let i = (index + 1) * WORD - 1; i >= index * WORD; i--) {
    into[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
}

/** The double hash of one row; hashing twice keeps a leaf from ever passing for an inner node. */
function leafHasher(at: Pick<EpochRows, 'chain_id' | 'distributor'>, hash: Hash) {
  if (at.distributor.length !== ADDRESS) throw new Error('a distributor is an address of 20 bytes')
  const encoded = new Uint8Array(4 * WORD)
  putWord(encoded, 0, at.chain_id)
  encoded.set(at.distributor, 2 * WORD - ADDRESS)
  const inner = new Uint8Array(WORD)
  return (account: Uint8Array, cumulative: Uint8Array): Uint8Array => {
    encoded.set(account, 3 * WORD - ADDRESS)
    encoded.set(cumulative, 3 * WORD)
    inner.set(hash(encoded))
    return hash(inner)
  }
}

/** The order of 32-byte words: by their first 32 bits in two counting passes, then the few that share these by the rest. */
function ascending(leaves: Uint8Array, size: number): Uint32Array {
  const words = new DataView(leaves.buffer)
  const first = new Uint32Array(size)
  let order = new Uint32Array(size)
  let other = new Uint32Array(size)
  for (let i = 0; i < size; i++) {
    first[i] = words.getUint32(i * WORD)
    order[i] = i
  }
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65_537)
    for (let i = 0; i < size; i++) starts[((first[i]! >>> shift) & 0xffff) + 1]!++
    for (let i = 0; i < 65_536; i++) starts[i + 1]! += starts[i]!
    for (let i = 0; i < size; i++) {
      const row = order[i]!
      other[starts[(first[row]! >>> shift) & 0xffff]!++] = row
    }
    ;[order, other] = [other, order]
  }
  for (let i = 1; i < size; i++) {
    for (let j = i; j > 0 && first[order[j - 1]!] === first[order[j]!]; j--) {
      if (compareWords(words, order[j - 1]! * WORD, order[j]! * WORD) <= 0) break
      ;[order[j - 1], order[j]] = [order[j]!, order[j - 1]!]
    }
  }
  return order
}

function compareWords(words: DataView, a: number, b: number): number {
  for (let i = 0; i < WORD; i += 4) {
    const x = words.getUint32(a + i)
    const y = words.getUint32(b + i)
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}
