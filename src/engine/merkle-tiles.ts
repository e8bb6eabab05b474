import { createHasher, HASH_BYTES, rootFrom, type Hash, type Hasher, type Nodes } from './merkle-log.ts'

/**
 * A log as files that never change (C2SP tlog-tiles): hash tiles of 256 hashes, each level's made of the full tiles of
 * the level below, and bundles of 256 entries, each framed by a 16-bit length. Only the last of each may be partial.
 */
export const TILE_WIDTH = 256
const TILE_LEVELS = 8

export type Tile = { level: number | 'entries'; index: number; width: number }

/** A tile's path below the log's address: index 1234067 is `x001/x234/067`, and a partial tile says its width. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const parts = padded.match(/\d{3}/g)!.map((p, i, all) => (i < all.length - 1 ? `x${p}` : p))
  return `tile/${level}/${parts.join('/')}${width < TILE_WIDTH ? `.p/${width}` : ''}`
}

/** Reads a path that `tilePath` wrote; anything else is none. */
export function readTilePath(path: string): Tile | undefined {
  const found = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path)
  if (!found) return undefined
  const index = Number(found[2]!.replaceAll(/[x/]/g, ''))
  if (!Number.isSafeInteger(index)) return undefined
  const level = found[1] === 'entries' ? ('entries' as const) : Number(found[1])
  const tile = { level, index, width: found[3] === undefined ? TILE_WIDTH : Number(found[3]) }
  return tile.width >= 1 && tilePath(tile) === path ? tile : undefined
}

/** How many hashes (or entries) a tile holds in a log of this size: all, some, or none yet. */
export function widthIn(size: number, level: number | 'entries', index: number): number {
  const each = level === 'entries' ? 1 : TILE_WIDTH ** level
  const held = Math.floor(size / each) - index * TILE_WIDTH
  return Math.max(0, Math.min(TILE_WIDTH, held))
}

/** Frames entries into a bundle. Each is at most 65,535 bytes. */
export function packEntries(entries: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(entries.reduce((n, e) => n + 2 + e.length, 0))
  let at = 0
  for (const e of entries) {
    if (e.length > 0xffff) throw new Error('an entry of the log is 65,535 bytes at most')
    out[at] = Math.floor(e.length / 256)
    out[at + 1] = e.length % 256
    out.set(e, at + 2)
    at += 2 + e.length
  }
  return out
}

/** Reads a bundle's entries; nothing when it breaks off within one. */
export function unpackEntries(bundle: Uint8Array): Uint8Array[] | undefined {
  const out: Uint8Array[] = []
  let at = 0
  while (at < bundle.length) {
    if (at + 2 > bundle.length) return undefined
    const end = at + 2 + bundle[at]! * 256 + bundle[at + 1]!
    if (end > bundle.length) return undefined
    out.push(bundle.subarray(at + 2, end))
    at = end
  }
  return out
}

/**
 * The growing end of a log: its size and, per level, the hashes of the tile that is not full yet. It is all one needs to
 * append and to know the root, in at most 8 KB a level; the rest of the log is not read.
 */
export class LogEdge {
  #size = 0
  readonly #hash: Hash
  readonly #hasher: Hasher
  readonly #tiles: Uint8Array[] = []

  constructor(hash: Hash) {
    this.#hash = hash
    this.#hasher = createHasher(hash)
  }

  /** Takes up an edge where `save` left it. */
  static load(hash: Hash, size: number, saved: Uint8Array): LogEdge {
    const edge = new LogEdge(hash)
    edge.#size = size
    let at = 0
    for (let level = 0; TILE_WIDTH ** level <= size; level++) {
      const bytes = edge.#width(level) * HASH_BYTES
      edge.#tile(level).set(saved.subarray(at, at + bytes))
      at += bytes
    }
    if (at !== saved.length) throw new Error(`the end of a log of ${size} entries is ${at} bytes, not ${saved.length}`)
    return edge
  }

  get size(): number {
    return this.#size
  }

  /** Appends an entry; `onFull` is handed each hash tile that it completes, lowest first. */
  append(entry: Uint8Array, onFull?: (tile: { level: number; index: number; hashes: Uint8Array }) => void): void {
    const at = this.#width(0)
    this.#hasher.leaf(entry, this.#tile(0), at * HASH_BYTES)
    this.#size += 1
    let level = 0
    for (let filled = at + 1; filled === TILE_WIDTH; level++) {
      const hashes = this.#tile(level).slice()
      const above = this.#tile(level + 1)
      filled = this.#width(level + 1)
      // The place above is the one before the count, because the size already counts this tile.
      const place = filled === 0 ? TILE_WIDTH - 1 : filled - 1
      above.set(tileRoot(hashes, this.#hasher), place * HASH_BYTES)
      filled = place + 1
      onFull?.({ level, index: this.#size / TILE_WIDTH ** (level + 1) - 1, hashes })
    }
  }

  /** The hashes of each level's partial tile, lowest first; levels whose tile is empty are absent. */
  partial(): { level: number; index: number; hashes: Uint8Array }[] {
    const out: { level: number; index: number; hashes: Uint8Array }[] = []
    for (let level = 0; TILE_WIDTH ** level <= this.#size; level++) {
      const width = this.#width(level)
      const index = Math.floor(this.#size / TILE_WIDTH ** (level + 1))
      if (width > 0) out.push({ level, index, hashes: this.#tile(level).slice(0, width * HASH_BYTES) })
    }
    return out
  }

  save(): Uint8Array {
    const parts = this.partial().map((t) => t.hashes)
    const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
    let at = 0
    for (const p of parts) {
      out.set(p, at)
      at += p.length
    }
    return out
  }

  root(): Uint8Array {
    if (this.#size === 0) return rootFrom(() => new Uint8Array(0), 0, this.#hash)
    let root: Uint8Array | undefined
    for (const { hashes } of this.partial()) {
      // A partial tile is complete subtrees side by side, the largest first; each joins what is to its right.
      for (const peak of peaksOf(hashes, this.#hasher).reverse()) {
        if (!root) root = Uint8Array.from(peak)
        else this.#hasher.node(peak, root, root, 0)
      }
    }
    return root!
  }

  #width(level: number): number {
    return Math.floor(this.#size / TILE_WIDTH ** level) % TILE_WIDTH
  }
  #tile(level: number): Uint8Array {
    return (this.#tiles[level] ??= new Uint8Array(TILE_WIDTH * HASH_BYTES))
  }
}

/** The root of a power of two hashes. */
function tileRoot(hashes: Uint8Array, hasher: Hasher): Uint8Array {
  // Not `slice`, which of a Node Buffer is the same memory: a tile would be spoilt by its first use.
  const work = Uint8Array.from(hashes)
  for (let n = work.length / HASH_BYTES; n > 1; n /= 2)
    for (let i = 0; i < n / 2; i++) {
      const at = 2 * i * HASH_BYTES
      hasher.node(
        work.subarray(at, at + HASH_BYTES),
        work.subarray(at + HASH_BYTES, at + 2 * HASH_BYTES),
        work,
        i * HASH_BYTES,
      )
    }
  return work.subarray(0, HASH_BYTES)
}

function peaksOf(hashes: Uint8Array, hasher: Hasher): Uint8Array[] {
  const out: Uint8Array[] = []
  const width = hashes.length / HASH_BYTES
  let at = 0
  for (let n = TILE_WIDTH / 2; n >= 1; n /= 2) {
    if (width - at < n) continue
    out.push(tileRoot(hashes.subarray(at * HASH_BYTES, (at + n) * HASH_BYTES), hasher))
    at += n
  }
  return out
}

/** Reads a tile's bytes, whole or partial as its width says. */
export type ReadTile = (tile: Tile) => Promise<Uint8Array>

/**
 * Computes something from a log's nodes where only its tiles are at hand: first runs it to learn which nodes it asks for,
 * then reads their tiles, then runs it again. `size` is that of the checkpoint, which says how wide tiles are.
 */
export async function withTiles<T>(
  log: { size: number; read: ReadTile; hash: Hash },
  compute: (nodes: Nodes) => T,
): Promise<T> {
  const wanted = new Map<string, Tile>()
  const blank = new Uint8Array(HASH_BYTES)
  const placeOf = (level: number, index: number) => {
    const tileLevel = Math.floor(level / TILE_LEVELS)
    const each = 2 ** (level % TILE_LEVELS)
    const first = index * each
    const tileIndex = Math.floor(first / TILE_WIDTH)
    return {
      tile: { level: tileLevel, index: tileIndex, width: widthIn(log.size, tileLevel, tileIndex) },
      from: first - tileIndex * TILE_WIDTH,
      each,
    }
  }
  compute((level, index) => {
    const { tile } = placeOf(level, index)
    wanted.set(tilePath(tile), tile)
    return blank
  })
  const tiles = new Map<string, Uint8Array>()
  await Promise.all(
    [...wanted].map(async ([path, tile]) => {
      const bytes = await log.read(tile)
      if (bytes.length !== tile.width * HASH_BYTES)
        throw new Error(
          `${path} holds ${bytes.length} bytes, not the ${tile.width * HASH_BYTES} of its ${tile.width} hashes`,
        )
      tiles.set(path, bytes)
    }),
  )
  const hasher = createHasher(log.hash)
  return compute((level, index) => {
    const { tile, from, each } = placeOf(level, index)
    const bytes = tiles.get(tilePath(tile))!
    return tileRoot(bytes.subarray(from * HASH_BYTES, (from + each) * HASH_BYTES), hasher)
  })
}
