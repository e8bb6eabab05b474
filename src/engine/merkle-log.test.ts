import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { createSHA256 } from 'hash-wasm'
import { describe, expect, test } from 'vitest'
import {
  MerkleLog,
  consistencyFrom,
  createHasher,
  inclusionFrom,
  rootFrom,
  type Hash,
  type Nodes,
} from './merkle-log.ts'
import {
  LogEdge,
  packEntries,
  readTilePath,
  tilePath,
  TILE_WIDTH,
  unpackEntries,
  widthIn,
  withTiles,
  type Tile,
} from './merkle-tiles.ts'
import { isConsistent, isIncluded, leafHash } from './merkle-verify.ts'

const sha256: Hash = (data) => createHash('sha256').update(data).digest()
const hex = (b: Uint8Array) => Buffer.from(b).toString('hex')
const entry = (i: number) => Buffer.from(`entry ${i}`)

/** RFC 6962's definition, word by word: slow, and plainly right. */
function reference(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0) return createHash('sha256').digest()
  if (entries.length === 1) return createHash('sha256').update(Buffer.of(0)).update(entries[0]!).digest()
  let k = 1
  while (k * 2 < entries.length) k *= 2
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(reference(entries.slice(0, k)))
    .update(reference(entries.slice(k)))
    .digest()
}

describe('roots', () => {
  // The roots that implementations of Certificate Transparency share as test vectors.
  const vectors = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  test('are those that others publish', () => {
    const log = new MerkleLog(sha256)
    expect(hex(log.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    vectors.forEach((data, i) => {
      log.append(Buffer.from(data, 'hex'))
      expect(hex(log.root())).toBe(roots[i])
    })
  })

  test('of the log in memory, of its growing end and of the definition are the same', () => {
    const log = new MerkleLog(sha256, 2)
    const edge = new LogEdge(sha256)
    const entries: Buffer[] = []
    for (let n = 0; n <= 600; n++) {
      if (n < 70 || n % 37 === 0 || n === 256 || n === 512) {
        const root = hex(reference(entries))
        expect(hex(log.root())).toBe(root)
        expect(hex(edge.root())).toBe(root)
        expect(hex(LogEdge.load(sha256, n, edge.save()).root())).toBe(root)
      }
      entries.push(entry(n))
      log.append(entry(n))
      edge.append(entry(n))
    }
    for (const n of [0, 1, 255, 256, 257, 300]) expect(hex(log.root(n))).toBe(hex(reference(entries.slice(0, n))))
  })
})

describe('proofs', () => {
  test('of every entry in every small log hold, and hold nowhere else', () => {
    const most = 36
    const log = new MerkleLog(sha256)
    const roots = [log.root()]
    const leaves: Uint8Array[] = []
    // Counted, not expected one by one: a quarter of a million expectations would take a minute.
    const wrong: string[] = []
    const is = (wanted: boolean, found: boolean, what: string) => wanted === found || wrong.push(what)
    for (let n = 1; n <= most; n++) {
      log.append(entry(n - 1))
      leaves.push(leafHash(entry(n - 1), sha256))
      roots.push(log.root())
      const root = roots[n]!
      for (let index = 0; index < n; index++) {
        const proof = log.inclusion(index)
        const claim = { leaf: leaves[index]!, index, size: n, root }
        for (let other = 0; other <= n; other++)
          is(other === index, isIncluded({ ...claim, index: other }, proof, sha256), `${index} as ${other} in ${n}`)
        is(false, isIncluded(claim, [...proof, root], sha256), `${index} in ${n} with one more`)
        if (proof.length > 0) is(false, isIncluded(claim, proof.slice(1), sha256), `${index} in ${n} with one less`)
      }
      for (let from = 0; from <= n; from++) {
        const proof = log.consistency(from)
        const claim = { from, to: n, from_root: roots[from]!, to_root: root }
        for (let other = 0; other <= n; other++)
          is(other === from, isConsistent({ ...claim, from: other }, proof, sha256), `${from} as ${other} to ${n}`)
        is(from === 1, isConsistent({ ...claim, from_root: leaves[0]! }, proof, sha256), `${from} to ${n}, wrong root`)
        is(false, isConsistent(claim, [...proof, root], sha256), `${from} to ${n} with one more`)
        if (proof.length < 2) continue
        is(false, isConsistent(claim, proof.slice(1), sha256), `${from} to ${n} with one less`)
        is(false, isConsistent(claim, proof.toReversed(), sha256), `${from} to ${n} turned round`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('of anything that was changed do not hold', () => {
    const log = new MerkleLog(sha256)
    for (let i = 0; i < 1000; i++) log.append(entry(i))
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.nat(),
        fc.nat(),
        fc.nat({ max: 255 }),
        fc.nat({ max: 31 }),
        (size, seed, at, bit, byte) => {
          const index = seed % size
          const proof = log.inclusion(index, size)
          const claim = { leaf: leafHash(entry(index), sha256), index, size, root: log.root(size) }
          expect(isIncluded(claim, proof, sha256)).toBe(true)
          if (proof.length > 0) {
            const changed = proof.map((p) => Uint8Array.from(p))
            changed[at % proof.length]![byte]! ^= 1 + (bit % 255)
            expect(isIncluded(claim, changed, sha256)).toBe(false)
            const cut = proof.map((p, i) => (i === at % proof.length ? p.subarray(1) : p))
            expect(isIncluded(claim, cut, sha256)).toBe(false)
          }
          const from = 1 + (at % size)
          const grown = log.consistency(from, size)
          const sizes = { from, to: size, from_root: log.root(from), to_root: log.root(size) }
          expect(isConsistent(sizes, grown, sha256)).toBe(true)
          if (grown.length > 0) {
            const changed = grown.map((p) => Uint8Array.from(p))
            changed[seed % grown.length]![byte]! ^= 1 + (bit % 255)
            expect(isConsistent(sizes, changed, sha256)).toBe(false)
          }
        },
      ),
    )
  })

  test('what is malformed is no proof, and no fault', () => {
    const leaf = leafHash(entry(0), sha256)
    for (const index of [-1, 0.5, Number.NaN, Infinity, 2 ** 53])
      expect(isIncluded({ leaf, index, size: 2 ** 53, root: leaf }, [], sha256)).toBe(false)
    expect(isIncluded({ leaf: leaf.subarray(1), index: 0, size: 1, root: leaf }, [], sha256)).toBe(false)
    expect(isIncluded({ leaf, index: 0, size: 1, root: new Uint8Array(0) }, [], sha256)).toBe(false)
    for (const from of [-1, 0.5, Number.NaN, 9])
      expect(isConsistent({ from, to: 8, from_root: leaf, to_root: leaf }, [leaf], sha256)).toBe(false)
    const log = new MerkleLog(sha256)
    log.append(entry(0))
    expect(() => log.inclusion(1)).toThrow('has no entry 1')
    expect(() => log.consistency(3)).toThrow('does not continue')
  })

  test('a second preimage is not taken for a leaf: leaves and nodes are hashed apart', () => {
    const log = new MerkleLog(sha256)
    log.append(entry(0))
    log.append(entry(1))
    const forged = Buffer.concat([leafHash(entry(0), sha256), leafHash(entry(1), sha256)])
    expect(isIncluded({ leaf: leafHash(forged, sha256), index: 0, size: 1, root: log.root() }, [], sha256)).toBe(false)
  })

  test('sizes beyond 32 bits work as small ones do', () => {
    // A log of equal entries needs one hash a level, so one of 2^45 can be asked for its proofs.
    const levels = [leafHash(entry(7), sha256)]
    const hasher = createHasher(sha256)
    for (let k = 1; k < 53; k++) {
      levels.push(new Uint8Array(32))
      hasher.node(levels[k - 1]!, levels[k - 1]!, levels[k]!, 0)
    }
    const nodes: Nodes = (level) => levels[level]!
    for (const size of [2 ** 31 + 1, 2 ** 32, 2 ** 33 + 12345, 2 ** 45 - 1, 2 ** 52 + 1]) {
      const root = rootFrom(nodes, size, sha256)
      for (const index of [0, 2 ** 31, size - 1]) {
        const proof = inclusionFrom(nodes, { index, size }, sha256)
        expect(isIncluded({ leaf: levels[0]!, index, size, root }, proof, sha256)).toBe(true)
        expect(proof.length).toBeLessThanOrEqual(53)
        expect(isIncluded({ leaf: levels[1]!, index, size, root }, proof, sha256)).toBe(false)
      }
      const from = 2 ** 31 - 7
      const sizes = { from, to: size, from_root: rootFrom(nodes, from, sha256), to_root: root }
      expect(isConsistent(sizes, consistencyFrom(nodes, { from, to: size }, sha256), sha256)).toBe(true)
    }
  })
})

describe('tiles', () => {
  test('are named as others name them, and nothing else is a name', () => {
    expect(tilePath({ level: 0, index: 0, width: 256 })).toBe('tile/0/000')
    expect(tilePath({ level: 'entries', index: 1_234_067, width: 8 })).toBe('tile/entries/x001/x234/067.p/8')
    for (const bad of [
      'tile/0/0',
      'tile/00/000',
      'tile/0/x000/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/08',
      'tile/0/../000',
      'tile/data/000',
      'tile/0/000/',
      'tile/0/x123456',
      `tile/0/${'x999/'.repeat(9)}999`,
    ])
      expect(readTilePath(bad), bad).toBeUndefined()
    fc.assert(
      fc.property(
        fc.oneof(fc.nat({ max: 63 }), fc.constant('entries' as const)),
        fc.nat({ max: 2 ** 40 }),
        fc.integer({ min: 1, max: 256 }),
        (level, index, width) => {
          const tile: Tile = { level, index, width }
          expect(readTilePath(tilePath(tile))).toEqual(tile)
        },
      ),
    )
  })

  test('have the widths of the specification', () => {
    // A log of 70,000 entries: 273 full tiles and one of 112; one full above and one of 17; one of 1.
    expect([widthIn(70_000, 0, 272), widthIn(70_000, 0, 273), widthIn(70_000, 0, 274)]).toEqual([256, 112, 0])
    expect([widthIn(70_000, 1, 0), widthIn(70_000, 1, 1), widthIn(70_000, 2, 0)]).toEqual([256, 17, 1])
    expect([widthIn(256, 'entries', 0), widthIn(256, 1, 0)]).toEqual([256, 1])
  })

  test('give every proof that the log in memory gives, at every size that was published', async () => {
    const wasm = await createSHA256()
    const sha256: Hash = (data) => wasm.init().update(data).digest('binary')
    const log = new MerkleLog(sha256)
    const edge = new LogEdge(sha256)
    const files = new Map<string, Uint8Array>()
    const published = [1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 66_000]
    for (let n = 1; n <= published.at(-1)!; n++) {
      log.append(entry(n))
      edge.append(entry(n), ({ level, index, hashes }) =>
        files.set(tilePath({ level, index, width: TILE_WIDTH }), hashes),
      )
      if (!published.includes(n)) continue
      for (const { level, index, hashes } of edge.partial())
        files.set(tilePath({ level, index, width: hashes.length / 32 }), hashes)
      expect(hex(edge.root())).toBe(hex(log.root()))
    }
    const asked = new Set<string>()
    const keep = (path: string, bytes: Uint8Array): Buffer => {
      const buffer = Buffer.from(bytes)
      files.set(path, buffer)
      return buffer
    }
    for (const size of published) {
      const read = (tile: Tile) => {
        asked.add(tilePath(tile))
        const found = files.get(tilePath(tile))
        // As the disk gives it, and the same memory to whoever asks again.
        return found
          ? Promise.resolve(found instanceof Buffer ? found : keep(tilePath(tile), found))
          : Promise.reject(new Error(`${tilePath(tile)} is missing`))
      }
      const from = { size, read, hash: sha256 }
      expect(await withTiles(from, (nodes) => rootFrom(nodes, size, sha256))).toEqual(log.root(size))
      for (const index of [0, 1, 200, 255, 256, 300, 65_536, size - 1].filter((i) => i < size))
        expect(await withTiles(from, (nodes) => inclusionFrom(nodes, { index, size }, sha256))).toEqual(
          log.inclusion(index, size),
        )
      for (const earlier of published.filter((p) => p <= size))
        expect(await withTiles(from, (nodes) => consistencyFrom(nodes, { from: earlier, to: size }, sha256))).toEqual(
          log.consistency(earlier, size),
        )
    }
    expect(asked.has('tile/2/000.p/1')).toBe(true)
    // A tile that was cut is found before it is used.
    const cut = { size: 700, read: () => Promise.resolve(new Uint8Array(31)), hash: sha256 }
    await expect(withTiles(cut, (nodes) => rootFrom(nodes, 700, sha256))).rejects.toThrow('holds 31 bytes')
  })

  test('a bundle gives its entries back, and a cut one none', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), fc.nat(), (entries, seed) => {
        const bundle = packEntries(entries)
        expect(unpackEntries(bundle)?.map(hex)).toEqual(entries.map(hex))
        if (bundle.length === 0) return
        const cut = unpackEntries(bundle.subarray(0, bundle.length - 1 - (seed % Math.min(bundle.length, 2))))
        expect(cut?.length ?? 0).toBeLessThan(entries.length)
      }),
    )
    expect(() => packEntries([new Uint8Array(65_536)])).toThrow('65,535')
  })
})
