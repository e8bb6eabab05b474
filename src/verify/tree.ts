import { hash } from 'node:crypto'

const sha256 = (data: Uint8Array): Buffer => hash('sha256', data, 'buffer')

/** One call hashes more than three: the prefix is written before the bytes. */
export function leafHash(entry: Uint8Array): Buffer {
  const data = Buffer.allocUnsafe(entry.length + 1)
  data[0] = 0
  data.set(entry, 1)
  return sha256(data)
}

const node = Buffer.alloc(65)
function nodeHash(left: Buffer, right: Buffer): Buffer {
  node[0] = 1
  left.copy(node, 1)
  right.copy(node, 33)
  return sha256(node)
}

/** The root of a Merkle tree (RFC 6962) from its leaves in order, with one hash kept for each level. */
export class RootOf {
  size = 0
  #full: (Buffer | undefined)[] = []

  add(leaf: Buffer): void {
    this.size += 1
    let hash = leaf
    let level = 0
    for (; this.#full[level]; level++) {
      hash = nodeHash(this.#full[level]!, hash)
      this.#full[level] = undefined
    }
    this.#full[level] = hash
  }

  root(): Buffer {
    let root: Buffer | undefined
    for (const left of this.#full) if (left) root = root ? nodeHash(left, root) : left
    return root ?? sha256(Buffer.alloc(0))
  }
}
