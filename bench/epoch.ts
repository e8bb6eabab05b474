import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEpochTree, putWord, type EpochRows, type EpochTree, type Hash } from '../src/engine/epoch-tree.ts'
import { keccak } from '../src/domains/settlement/keccak.ts'
import { proofsIn, treeBytes } from '../src/domains/settlement/tree-file.ts'
import { createStore } from '../src/platform/files/store.ts'
import { createRng } from '../src/platform/rng.ts'
import { median, saveResult, watchMachine } from './lib/harness.ts'

/**
 * The tree of an epoch beside OpenZeppelin's library: time, memory, roots and proofs. `npx tsx bench/epoch.ts`; with
 * `--library-million` the library builds the million too (four minutes, 3 GB).
 */
const RUNS = 5
const hex = (b: Uint8Array) => `0x${Buffer.from(b).toString('hex')}`

function rowsOf(count: number): EpochRows {
  const rng = createRng(count)
  const rows = {
    chain_id: 31_337n,
    distributor: Uint8Array.from({ length: 20 }, (_, i) => i),
    accounts: new Uint8Array(20 * count),
    cumulative: new Uint8Array(32 * count),
  }
  const words = new DataView(rows.accounts.buffer)
  for (let i = 0; i < count; i++) {
    // Ascending, as a claims file is, and never the same twice.
    words.setUint32(20 * i, Math.floor((i * 2 ** 32) / count))
    for (let k = 4; k < 20; k += 4) words.setUint32(20 * i + k, rng.below(2 ** 32))
    putWord(rows.cumulative, i, 10n ** 16n * BigInt(1 + rng.below(1_000_000)))
  }
  return rows
}

/** The same tree the slow and obvious way: every node in an object of its own, leaves sorted by the language. */
function slowRoot(rows: EpochRows, hash: Hash): string {
  const size = rows.accounts.length / 20
  const head = Buffer.concat([
    Buffer.alloc(24),
    Buffer.from(rows.chain_id.toString(16).padStart(16, '0'), 'hex'),
    Buffer.alloc(12),
    rows.distributor,
    Buffer.alloc(12),
  ])
  let level = Array.from({ length: size }, (_, i) =>
    Buffer.from(
      hash(
        Buffer.from(
          hash(
            Buffer.concat([
              head,
              rows.accounts.subarray(20 * i, 20 * i + 20),
              rows.cumulative.subarray(32 * i, 32 * i + 32),
            ]),
          ),
        ),
      ),
    ),
  )
  level.sort(Buffer.compare)
  const tree: Buffer[] = Array.from({ length: 2 * size - 1 })
  level.forEach((leaf, i) => (tree[2 * size - 2 - i] = leaf))
  level = []
  for (let i = size - 2; i >= 0; i--)
    tree[i] = Buffer.from(hash(Buffer.concat([tree[2 * i + 1]!, tree[2 * i + 2]!].toSorted(Buffer.compare))))
  return hex(tree[0]!)
}

const reference = (rows: EpochRows) =>
  StandardMerkleTree.of(
    Array.from({ length: rows.accounts.length / 20 }, (_, i) => [
      rows.chain_id.toString(),
      hex(rows.distributor),
      hex(rows.accounts.subarray(20 * i, 20 * i + 20)),
      BigInt(hex(rows.cumulative.subarray(32 * i, 32 * i + 32))).toString(),
    ]),
    ['uint256', 'address', 'address', 'uint256'],
  )

/** Time by the clock, and by the processor, which says more on a machine that others use too. */
const timed = <T>(work: () => T): { ms: number; cpu_ms: number; value: T } => {
  const at = performance.now()
  const cpu = process.cpuUsage()
  const value = work()
  const used = process.cpuUsage(cpu)
  return { ms: performance.now() - at, cpu_ms: (used.user + used.system) / 1000, value }
}
const round = (x: number) => Math.round(x * 10) / 10

/** One process for each size, so that the peak of memory is that size's alone. */
async function one(count: number): Promise<object> {
  const hash = await keccak()
  const rows = rowsOf(count)
  const times: number[] = []
  const cpu: number[] = []
  let tree: EpochTree | undefined
  let peak_mib = 0
  for (let i = 0; i < RUNS; i++) {
    tree = undefined
    const run = timed(() => buildEpochTree(rows, hash))
    times.push(run.ms)
    cpu.push(run.cpu_ms)
    tree = run.value
    // One build is what a server makes; later ones lie on top of what is not collected yet.
    peak_mib ||= round(process.resourceUsage().maxRSS / 1024)
  }
  const dir = mkdtempSync(join(tmpdir(), 'assay-epoch-'))
  await createStore(dir).put('t.tree', treeBytes(tree!, rows) as unknown as Iterable<string>)
  const some = Array.from({ length: 1000 }, (_, i) => Math.floor((i * count) / 1000))
  const at = performance.now()
  const proofs = await proofsIn(
    join(dir, 't.tree'),
    count,
    some.map((i) => rows.accounts.subarray(20 * i, 20 * i + 20)),
  )
  const proof_us = ((performance.now() - at) * 1000) / some.length
  rmSync(dir, { recursive: true, force: true })
  for (const i of some)
    if (proofs.get(hex(rows.accounts.subarray(20 * i, 20 * i + 20)))?.proof.join() !== tree!.proof(i).map(hex).join())
      throw new Error('a proof from the file differs')
  return {
    rows: count,
    build_ms: round(median(times)),
    runs: times.map(round),
    build_cpu_ms: round(median(cpu)),
    peak_mib,
    proof_from_file_us: round(proof_us),
    proof_nodes: tree!.proof(0).length,
    root: hex(tree!.root),
    root_slow: slowRoot(rows, hash),
  }
}

function library(count: number): object {
  const rows = rowsOf(count)
  const run = timed(() => reference(rows))
  return {
    rows: count,
    build_ms: round(run.ms),
    build_cpu_ms: round(run.cpu_ms),
    peak_mib: round(process.resourceUsage().maxRSS / 1024),
    root: run.value.root,
    proofs: [0, 1, Math.floor(count / 2), count - 1].map((i) => run.value.getProof(i).join()),
  }
}

const child = <T>(...args: string[]): T =>
  JSON.parse(
    execFileSync(process.execPath, ['--max-old-space-size=6000', '--import', 'tsx', 'bench/epoch.ts', ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }),
  ) as T

const [mode, size] = process.argv.slice(2)
if (mode === '--one') process.stdout.write(JSON.stringify(await one(Number(size))))
else if (mode === '--library') process.stdout.write(JSON.stringify(library(Number(size))))
else {
  type Ours = { rows: number; build_cpu_ms: number; root: string; root_slow: string }
  type Theirs = {
    rows: number
    build_ms: number
    build_cpu_ms: number
    peak_mib: number
    root: string
    proofs: string[]
  }
  const machine = watchMachine()
  const ours = [10_000, 100_000, 1_000_000].map((n) => child<Ours>('--one', String(n)))
  const hash = await keccak()
  const theirs = [10_000, 100_000, ...(mode === '--library-million' ? [1_000_000] : [])].map((n) =>
    child<Theirs>('--library', String(n)),
  )
  const compared = theirs.map((t) => {
    const own = ours.find((o) => o.rows === t.rows)!
    const tree = buildEpochTree(rowsOf(t.rows), hash)
    const at = [0, 1, Math.floor(t.rows / 2), t.rows - 1]
    return {
      rows: t.rows,
      build_ms: t.build_ms,
      build_cpu_ms: t.build_cpu_ms,
      peak_mib: t.peak_mib,
      times_slower_by_cpu: round(t.build_cpu_ms / own.build_cpu_ms),
      same_root: t.root === own.root,
      same_proofs: at.every((i, k) => tree.proof(i).map(hex).join() === t.proofs[k]),
    }
  })
  saveResult('epoch', `npx tsx bench/epoch.ts${mode ? ` ${mode}` : ''}`, {
    ours: ours.map(({ root_slow, ...o }) => ({ ...o, same_root_as_slow: root_slow === o.root })),
    library: compared,
    ...machine(),
  })
}
