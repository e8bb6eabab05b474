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

/** The root of a whole subtree, and how many levels of others it covers. */
export type Subtree = { level: number; hash: Uint8Array }

/** The root of a Merkle tree (RFC 6962) from its leaves in order, with one hash kept for each level. */
export class RootOf {
  size = 0
  #full: (Buffer | undefined)[] = []

  add(leaf: Buffer): void {
    this.addSubtree({ level: 0, hash: leaf })
  }

  /** Adds a whole subtree; what came before must end where one of its size may begin. */
  addSubtree({ level: at, hash: added }: Subtree): void {
    this.size += 2 ** at
    let hash = Buffer.from(added.buffer, added.byteOffset, added.byteLength)
    let level = at
    for (; this.#full[level]; level++) {
      hash = nodeHash(this.#full[level]!, hash)
      this.#full[level] = undefined
    }
    this.#full[level] = hash
  }

  /** What the leaves so far come to, the largest first. */
  subtrees(): Subtree[] {
    return this.#full.flatMap((hash, level) => (hash ? [{ level, hash }] : [])).toReversed()
  }

  root(): Buffer {
    let root: Buffer | undefined
    for (const left of this.#full) if (left) root = root ? nodeHash(left, root) : left
    return root ?? sha256(Buffer.alloc(0))
  }
}

const STRETCH_LEVEL = 8
/** So many leaves come to one subtree: where a part of the log may begin. */
export const STRETCH = 2 ** STRETCH_LEVEL

/** The leaves of a part of a log, as subtrees that fit into the whole. */
export class SubtreesOf {
  readonly #done: Subtree[] = []
  #open = new RootOf()

  add(leaf: Buffer): void {
    this.#open.add(leaf)
    if (this.#open.size < STRETCH) return
    this.#done.push({ level: STRETCH_LEVEL, hash: this.#open.root() })
    this.#open = new RootOf()
  }

  all(): Subtree[] {
    return [...this.#done, ...this.#open.subtrees()]
  }
}
