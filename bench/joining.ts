import { COARSE_UNITS } from '../src/engine/snapshot-shown.ts'
import { weightsFromConfusion } from '../src/engine/snapshot.ts'
import { createRng } from '../src/platform/rng.ts'
import { saveResult } from './lib/harness.ts'

/**
 * Plays whoever has a season's openings and the raw votes of two releases of one task class, and wants to know which name
 * in the one is which name in the other. Of each released vote the log says on which work it was and what it weighed, not
 * whose it was: of a name's votes on one day, what they can all have weighed is what is left when each work's weights are
 * cut with each other. Names that never contradict each other, and of which there is only one, are joined.
 */
const PEOPLE = Number(process.argv[2] ?? 600)
const DAYS = Number(process.argv[3] ?? 10)
const VOTES_A_DAY = 12
const PANEL = 4
const SEEDS = [1, 2, 3]

type Vote = { name: number; day: number; work: number; said: 0 | 1 }
type Campaign = { votes: Vote[]; weights: Map<number, Map<string, number>>[] }

/** Weights in these steps: as they are inferred, as they are published, and coarser than that. */
const STEPS = { exact: 1, published: COARSE_UNITS, half_a_nat: 2 ** 15, a_nat: 2 ** 16 }

function play(seed: number, step: number) {
  const rng = createRng(seed)
  const accuracy = Float64Array.from({ length: PEOPLE }, () => 0.6 + 0.35 * rng.fraction())
  // What is inferred of somebody comes nearer to what they are as votes come in.
  const weights = Array.from({ length: DAYS }, (_, day) =>
    Array.from(accuracy, (a) => {
      const sd = 0.12 / Math.sqrt(1 + day)
      const p = Math.min(0.97, Math.max(0.55, a + sd * (rng.fraction() + rng.fraction() - 1)))
      const w = weightsFromConfusion([p, 1 - p, 1 - p * 0.98, p * 0.98], 2)
      return w.map((row) => row.map((u) => Math.round(u / step) * step))
    }),
  )
  const campaign = (): Campaign => {
    const out: Campaign = { votes: [], weights: [new Map(), new Map()] }
    let work = 0
    for (let day = 0; day < DAYS; day++) {
      const turns = rng.shuffle(Array.from({ length: PEOPLE * VOTES_A_DAY }, (_, i) => i % PEOPLE))
      for (let i = 0; i < turns.length; i++) {
        if (i % PANEL === 0) work += 1
        const name = turns[i]!
        const said = rng.fraction() < 0.7 ? 1 : 0
        out.votes.push({ name, day, work, said })
        const units = weights[day]![name]![said]!.join()
        const of = out.weights[said]!
        if (!of.has(work)) of.set(work, new Map())
        of.get(work)!.set(units, (of.get(work)!.get(units) ?? 0) + 1)
      }
    }
    return out
  }
  return { a: campaign(), b: campaign() }
}

/** For each name, day and thing said: the weights that all of its votes can have had. */
function candidates(c: Campaign): Map<string, Set<string>>[] {
  const by: Map<string, Set<string>>[] = Array.from({ length: PEOPLE }, () => new Map())
  for (const v of c.votes) {
    const key = `${v.day}/${v.said}`
    const seen = [...c.weights[v.said]!.get(v.work)!.keys()]
    const known = by[v.name]!.get(key)
    by[v.name]!.set(key, known ? new Set(seen.filter((w) => known.has(w))) : new Set(seen))
  }
  return by
}

function joined(seed: number, step: number) {
  const { a, b } = play(seed, step)
  const [ca, cb] = [candidates(a), candidates(b)]
  const fits = (x: Map<string, Set<string>>, y: Map<string, Set<string>>): boolean => {
    for (const [key, set] of x) {
      const other = y.get(key)
      if (other && ![...set].some((w) => other.has(w))) return false
    }
    return true
  }
  let alone = 0
  let left = 0
  for (let i = 0; i < PEOPLE; i++) {
    const who = cb.flatMap((y, j) => (fits(ca[i]!, y) ? [j] : []))
    if (who.length === 1 && who[0] === i) alone += 1
    left += who.length
  }
  return { joined_share: alone / PEOPLE, mean_candidates: left / PEOPLE }
}

const middle = (xs: number[]) => xs.toSorted((x, y) => x - y)[Math.floor(xs.length / 2)]!
const round = (x: number) => Math.round(x * 1000) / 1000
const figures = Object.fromEntries(
  Object.entries(STEPS).map(([kind, step]) => {
    const runs = SEEDS.map((seed) => joined(seed, step))
    return [kind, { joined_share: round(middle(runs.map((r) => r.joined_share))), mean_candidates: round(middle(runs.map((r) => r.mean_candidates))) }]
  }),
) // prettier-ignore
saveResult('joining', `npx tsx bench/joining.ts ${PEOPLE} ${DAYS}`, {
  people: PEOPLE,
  days: DAYS,
  votes_a_day: VOTES_A_DAY,
  panel: PANEL,
  chance: round(1 / PEOPLE),
  ...figures,
})
