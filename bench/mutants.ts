// Breaks the contracts, one fault at a time, in a copy, and asks their tests to notice. Run: npx tsx bench/mutants.ts
// `--only word` takes those whose contract or change has the word, `--sample n` every n-th; what was tried before, with the
// same sources and tests, is not tried again. `--report` saves what has been tried so far.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type ForgeTest, runForge } from '../test/forge.ts'
import { saveResult } from './lib/harness.ts'
import { EQUIVALENT, type Mutant, MUTANTS } from './lib/mutants.ts'

export type Outcome = { mutant: Mutant; killedBy: string[]; error?: string }

/** A copy of the contracts and of what they import, to break. */
function makeCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-mutants-'))
  cpSync('contracts', join(folder, 'contracts'), { recursive: true })
  mkdirSync(join(folder, 'node_modules/@openzeppelin'), { recursive: true })
  cpSync('node_modules/@openzeppelin/contracts', join(folder, 'node_modules/@openzeppelin/contracts'), {
    recursive: true,
  })
  symlinkSync(resolve('node_modules/solc'), join(folder, 'node_modules/solc'))
  return folder
}

/** A compiler that stays warm: it compiles three times as fast as one that has just started, and mutants are many. */
function keepCompiler(path: string): Server {
  const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string }
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let input = ''
    socket.setEncoding('utf8')
    socket.on('data', (part) => (input += part))
    socket.on('end', () => socket.end(solc.compile(input)))
    socket.on('error', () => {})
  })
  return server.listen(path)
}

const DONE = 'dist/mutants.json'
const done: Record<string, string[]> = existsSync(DONE) ? JSON.parse(readFileSync(DONE, 'utf8')) : {}

/** What an outcome depends on: the change, the contract and what it inherits, and the tests that look at it. A run may go on where one stopped. */
function keyOf({ contract, tests, from, to }: Mutant): string {
  const hash = createHash('sha256').update(JSON.stringify([contract, from, to]))
  const about = tests === 'Distributor' ? 'RewardDistributor' : contract
  const files = [about, 'LapsingPause', 'SeparateDuties'].map((name) => `contracts/src/${name}.sol`)
  const own = [`contracts/test/${tests}.t.sol`, `contracts/test/${tests}Handler.sol`, 'contracts/test/Base.sol']
  for (const file of [...files, ...own]) if (existsSync(file)) hash.update(readFileSync(file))
  return hash.digest('hex')
}

function remember(mutant: Mutant, killedBy: string[]): void {
  done[keyOf(mutant)] = killedBy
  mkdirSync('dist', { recursive: true })
  writeFileSync(DONE, JSON.stringify(done))
}

/** Applies each mutant in turn and says which tests failed for it. A change that does not compile is an error, no kill. */
export async function tryMutants(
  mutants: readonly Mutant[],
  tell: (o: Outcome) => void,
  { fresh = false } = {},
): Promise<Outcome[]> {
  const folder = makeCopy()
  const outcomes: Outcome[] = []
  process.env.SOLC_SOCKET = join(folder, 'compiler.sock')
  const compiler = keepCompiler(process.env.SOLC_SOCKET)
  try {
    for (const mutant of mutants) {
      const known = fresh ? undefined : done[keyOf(mutant)]
      if (known) {
        outcomes.push({ mutant, killedBy: known })
        tell(outcomes.at(-1)!)
        continue
      }
      const file = join(folder, `contracts/src/${mutant.contract}.sol`)
      const source = readFileSync(`contracts/src/${mutant.contract}.sol`, 'utf8')
      const at = source.split(mutant.from).length - 1
      const outcome: Outcome = { mutant, killedBy: [] }
      if (at !== 1) outcome.error = `stands ${at} times in ${mutant.contract}`
      else {
        writeFileSync(
          file,
          source.replace(mutant.from, () => mutant.to),
        )
        try {
          const match = `contracts/test/${mutant.tests}.t.sol`
          // Most fall at once; what does not is given the ordinary number of calls.
          for (const profile of ['mutant', 'stubborn'])
            if (outcome.killedBy.length === 0) outcome.killedBy = failed(await runForge({ folder, profile, match }))
        } catch (error) {
          outcome.error = (error as Error).message
        }
        writeFileSync(file, source)
      }
      outcomes.push(outcome)
      if (!outcome.error && !fresh) remember(mutant, outcome.killedBy)
      tell(outcome)
    }
  } finally {
    compiler.close()
    delete process.env.SOLC_SOCKET
    rmSync(folder, { recursive: true, force: true })
  }
  return outcomes
}

const failed = (tests: ForgeTest[]) => tests.filter((t) => !t.passed).map((t) => `${t.suite}.${t.name}`)
const nameOf = ({ contract, from, to }: Mutant) =>
  `${contract}: ${from.trim().replaceAll(/\s+/g, ' ')} → ${to.trim().replaceAll(/\s+/g, ' ') || 'nothing'}`

/** One of each contract in turn, so that a run which is stopped has seen something of all. */
const inTurn = (mutants: readonly Mutant[]): Mutant[] => {
  const seen = new Map<string, number>()
  const turn = mutants.map((m) => {
    const n = (seen.get(m.contract) ?? 0) + 1
    seen.set(m.contract, n)
    return n
  })
  const size = mutants.map((m) => seen.get(m.contract)!)
  return mutants
    .map((mutant, i) => ({ mutant, share: turn[i]! / size[i]! }))
    .toSorted((a, b) => a.share - b.share)
    .map((x) => x.mutant)
}

function save(outcomes: readonly Outcome[]): Outcome[] {
  const alive = outcomes.filter((o) => !o.error && o.killedBy.length === 0 && !EQUIVALENT[nameOf(o.mutant)])
  const byTest = new Map<string, number>()
  for (const name of outcomes.flatMap((o) => o.killedBy)) byTest.set(name, (byTest.get(name) ?? 0) + 1)
  saveResult('mutants', 'npx tsx bench/mutants.ts', {
    calls_per_invariant: 1024,
    calls_per_invariant_when_it_lives: 8192,
    mutants: MUTANTS.length,
    tried: outcomes.length,
    killed: outcomes.filter((o) => o.killedBy.length > 0).length,
    equivalent: EQUIVALENT,
    survived: alive.map((o) => nameOf(o.mutant)),
    errors: outcomes.filter((o) => o.error).map((o) => `${nameOf(o.mutant)}: ${o.error}`),
    kills_by_test: Object.fromEntries([...byTest].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    each: outcomes.map((o) => ({ change: nameOf(o.mutant), killed_by: o.killedBy })),
  })
  return alive
}

if (process.argv[1]?.endsWith('mutants.ts')) {
  const [option, value] = process.argv.slice(2)
  const known = () =>
    MUTANTS.filter((m) => done[keyOf(m)]).map((mutant) => ({ mutant, killedBy: done[keyOf(mutant)]! }))
  if (option === '--report') save(known())
  else {
    const chosen =
      option === '--only'
        ? MUTANTS.filter((m) => nameOf(m).includes(value!))
        : option === '--sample'
          ? MUTANTS.filter((_, i) => i % Number(value) === 0)
          : inTurn(MUTANTS)
    const outcomes = await tryMutants(chosen, ({ mutant, killedBy, error }) =>
      process.stdout.write(
        `${error ? 'ERROR' : killedBy.length ? 'killed' : 'ALIVE'}  ${nameOf(mutant)}  ${error ?? killedBy.join(' ')}\n`,
      ),
    )
    const bad = outcomes.filter((o) => o.error || (o.killedBy.length === 0 && !EQUIVALENT[nameOf(o.mutant)]))
    if (chosen.length === MUTANTS.length) save(outcomes)
    process.exitCode = bad.length > 0 ? 1 : 0
  }
}
