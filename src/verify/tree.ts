import { createHash } from 'node:crypto'

const hashed = (...parts: (Buffer | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const LEAF = Buffer.from([0])
const NODE = Buffer.from([1])

export const leafHash = (entry: Uint8Array): Buffer => hashed(LEAF, entry)

/** The root of a Merkle tree (RFC 6962) from its leaves in order, with one hash kept for each level. */
export class RootOf {
  size = 0
  #full: (Buffer | undefined)[] = []

  add(leaf: Buffer): void {
    this.size += 1
    let hash = leaf
    let level = 0
    for (; this.#full[level]; level++) {
      hash = hashed(NODE, this.#full[level]!, hash)
      this.#full[level] = undefined
    }
    this.#full[level] = hash
  }

  root(): Buffer {
    let root: Buffer | undefined
    for (const left of this.#full) if (left) root = root ? hashed(NODE, left, root) : left
    return root ?? hashed()
  }
}
