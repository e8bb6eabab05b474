// How soon change detection notices somebody who stops working, and how often it is wrong about somebody who does not.
//   npx tsx bench/sleepers.ts            (some minutes; `--dry` saves nothing)
// People are simulated through the plans and the pure function that the application uses.
import { alarmOf, newWatch, watch, type WatchPlan } from '../src/engine/cusum.ts'
import { fromAudit, fromPeers, ofAuthor, PLANS, type Verdict } from '../src/domains/integrity/watch/rules.ts'
import { createRng, type Rng } from '../src/platform/rng.ts'
import { saveResult, watchMachine } from './lib/harness.ts'

const HONEST_TASKS = 500
const LAZY_TASKS = 500
const PEOPLE = 2000
const AUDIT_SHARE = 0.08
const PANEL = 5
/** QA is not always right either. */
const GRADER_RIGHT = 0.97
const EASIEST = 0.96
const HARDEST = 0.8

const chance = (rng: Rng, p: number): boolean => rng.fraction() < p
const between = (rng: Rng, a: number, b: number): number => a + (b - a) * rng.fraction()
type Strategy = (rng: Rng, good: boolean, accuracy: number, base: number) => boolean
const STRATEGIES: Readonly<Record<string, Strategy>> = {
  honest: (rng, good, accuracy) => chance(rng, accuracy) === good,
  approves_all: () => true,
  rejects_all: () => false,
  coin: (rng) => chance(rng, 0.5),
  prior_sampler: (rng, _good, _accuracy, base) => chance(rng, base),
  inverts: (rng, good, accuracy) => chance(rng, accuracy) !== good,
  looks_at_every_third: (rng, good, accuracy) => (chance(rng, 1 / 3) ? chance(rng, accuracy) === good : true),
}

type Setting = { base: number; panel: number; audits: number; lowest?: number; highest?: number }

/** One reviewer's first alarm within the honest tasks and after the change, in tasks; undefined: none. */
function live(plan: WatchPlan, rng: Rng, s: Setting, later: Strategy): { false_at?: number; caught_after?: number } {
  const accuracy = between(rng, s.lowest ?? HARDEST, s.highest ?? EASIEST)
  let state = newWatch(plan)
  let falseAt: number | undefined
  for (let task = 0; task < HONEST_TASKS + LAZY_TASKS; task++) {
    const good = chance(rng, s.base)
    const act = task < HONEST_TASKS ? STRATEGIES.honest! : later
    const verdicts: Verdict[] = [{ reviewer_id: 'me', approves: act(rng, good, accuracy, s.base) }]
    for (let i = 1; i < s.panel; i++)
      verdicts.push({
        reviewer_id: String(i),
        approves: STRATEGIES.honest!(rng, good, between(rng, HARDEST, EASIEST), s.base),
      })
    const seen = [fromPeers(verdicts, task).get('me')]
    if (chance(rng, s.audits)) seen.push(fromAudit(verdicts, good === chance(rng, GRADER_RIGHT), task).get('me'))
    for (const o of seen) if (o) state = watch(plan, state, o)
    if (!alarmOf(plan, state)) continue
    if (task < HONEST_TASKS) {
      falseAt ??= task
      state = { ...state, sums: state.sums.map(() => 0) }
    } else return { ...(falseAt === undefined ? {} : { false_at: falseAt }), caught_after: task - HONEST_TASKS + 1 }
  }
  return falseAt === undefined ? {} : { false_at: falseAt }
}

const at = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? null

function measure(plan: WatchPlan, s: Setting, name: string, seed: number) {
  const rng = createRng(seed)
  const delays: number[] = []
  let wrong = 0
  let missed = 0
  for (let i = 0; i < PEOPLE; i++) {
    const one = live(plan, rng, s, STRATEGIES[name]!)
    if (one.false_at !== undefined) wrong += 1
    if (one.caught_after === undefined) missed += 1
    else delays.push(one.caught_after)
  }
  // Who was not caught waited for ever: they count as later than all others.
  const sorted = [
    ...delays.toSorted((a, b) => a - b),
    ...Array.from({ length: missed }, () => Number.POSITIVE_INFINITY),
  ]
  const finite = (x: number | null) => (x === null || !Number.isFinite(x) ? null : x)
  return {
    ...s,
    later: name,
    people: PEOPLE,
    false_alarms_per_500: wrong / PEOPLE,
    caught_in_500: delays.length / PEOPLE,
    delay_mean_of_caught: delays.length ? Number((delays.reduce((a, b) => a + b, 0) / delays.length).toFixed(1)) : null,
    delay_p50: finite(at(sorted, 0.5)),
    delay_p95: finite(at(sorted, 0.95)),
  }
}

/** A contributor whose accepted work is good this often, and then that often. */
function contributors(before: number, after: number, audits: number, seed: number) {
  const plan = PLANS.contributor
  const rng = createRng(seed)
  const delays: number[] = []
  let wrong = 0
  for (let i = 0; i < PEOPLE; i++) {
    let state = newWatch(plan)
    let isWrong = false
    for (let task = 0; task < 500 + 2000; task++) {
      if (!chance(rng, audits)) continue
      state = watch(plan, state, ofAuthor(chance(rng, task < 500 ? before : after), task))
      if (!alarmOf(plan, state)) continue
      if (task >= 500) {
        delays.push(task - 499)
        break
      }
      isWrong = true
      state = { ...state, sums: state.sums.map(() => 0) }
    }
    if (isWrong) wrong += 1
  }
  const sorted = delays.toSorted((a, b) => a - b)
  return {
    right_before: before,
    right_after: after,
    audits,
    false_alarms_per_500: wrong / PEOPLE,
    caught: delays.length / PEOPLE,
    delay_p50: at(sorted, 0.5),
    delay_p95: at(sorted, 0.95),
  }
}

const machine = watchMachine()
const usual: Setting = { base: 0.7, panel: PANEL, audits: AUDIT_SHARE }
const plan = PLANS.reviewer
let seed = 1
const say = (row: Record<string, unknown>) => console.log(Object.values(row).join('\t'))
const rows = []
for (const base of [0.5, 0.7, 0.83, 0.9]) {
  for (const name of Object.keys(STRATEGIES)) {
    const row = measure(plan, { ...usual, base }, name, seed++)
    rows.push(row)
    say(row)
  }
}
const curve = []
for (const threshold of [4, 5, 6, 7, 8, 9, 10, 12]) {
  const row = {
    threshold,
    ...measure({ ...plan, threshold }, usual, 'coin', 900),
    approves_all: measure({ ...plan, threshold }, usual, 'approves_all', 901).delay_p95,
  }
  curve.push(row)
  say(row)
}
const around = []
for (const s of [
  { ...usual, panel: 3 },
  { ...usual, audits: 0.03 },
  { ...usual, audits: 0.15 },
  { ...usual, lowest: 0.7, highest: 0.8 },
  { ...usual, lowest: 0.96, highest: 0.99 },
]) {
  for (const name of ['honest', 'coin', 'approves_all']) {
    const row = measure(plan, s, name, seed++)
    around.push(row)
    say(row)
  }
}
const authors = [
  contributors(0.92, 0.4, 0.08, 71),
  contributors(0.92, 0.1, 0.08, 72),
  contributors(0.92, 0.1, 0.2, 73),
  contributors(0.8, 0.1, 0.08, 74),
  contributors(0.92, 0.92, 0.08, 75),
]
for (const row of authors) say(row)
if (!process.argv.includes('--dry'))
  saveResult('sleepers', 'npx tsx bench/sleepers.ts', {
    what: 'first alarm after 500 honest tasks, in tasks; share of honest people with any alarm in 500 tasks',
    reach: { delay_p95: 100, false_alarms_per_500: 0.01 },
    threshold: plan.threshold,
    reviewers: rows,
    by_threshold: curve,
    around,
    contributors: authors,
    ...machine(),
  })
