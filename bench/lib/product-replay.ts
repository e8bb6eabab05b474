import { shrunkConfusion } from '../../src/engine/shrunk-confusion.ts'
import { createRng } from '../../src/platform/rng.ts'
import type { CrowdSet } from './crowd-sets.ts'
import { collect } from './replay.ts'

/** Accepting is class 1: "these two products are the same". */
const YES = 1

type Judged = { accepted: number; precision: number; recall: number; error: number }

function judge(accepted: readonly number[], among: readonly number[], truth: Int32Array): Judged {
  const right = accepted.filter((t) => truth[t] === YES).length
  const all = among.filter((t) => truth[t] === YES).length
  const precision = right / accepted.length
  return { accepted: accepted.length / among.length, precision, recall: right / all, error: 1 - precision }
}

/** The `many` tasks that are most probably right; equal ones in the order of their numbers. */
const best = (score: (t: number) => number, among: readonly number[], many: number) =>
  among.toSorted((a, b) => score(b) - score(a) || a - b).slice(0, many)

/** The settings for a finished batch of reviews: what is not known of a person counts against their votes. */
const BATCH = { ability: 20, rows: 8, cautious: true, iterations: 40 }

/** Reviews of `product` as they were given: the same verdicts, decided by inference instead of by majority. */
export function realReplay(set: CrowdSet, seeds: number) {
  const { labels, truth } = set
  const tasks = Array.from({ length: labels.tasks }, (_, t) => t)
  const approvals = tasks.map((t) => {
    const votes = labels.vote.subarray(labels.start[t]!, labels.start[t + 1]!)
    return votes.reduce((n, v) => n + (v % 2 === YES ? 1 : 0), 0) / votes.length
  })
  const byMajority = (among: readonly number[]) => among.filter((t) => approvals[t]! > 0.5)
  const majority = judge(byMajority(tasks), tasks, truth)
  const fewer = (found: Judged, than: Judged) => 1 - found.error / than.error

  const { posterior } = shrunkConfusion(labels, BATCH)
  const same = judge(
    best((t) => posterior[2 * t + YES]!, tasks, byMajority(tasks).length),
    tasks,
    truth,
  )
  const limit = oracle(set, byMajority(tasks).length, tasks)

  const audited = Array.from({ length: seeds }, (_, i) => {
    const { fraction } = createRng(i + 1)
    const gold = Int32Array.from(truth, (c) => (fraction() < 0.05 ? c : -1))
    const rest = tasks.filter((t) => gold[t] === -1)
    const p = shrunkConfusion({ ...labels, gold }, BATCH).posterior
    const found = judge(
      best((t) => p[2 * t + YES]!, rest, byMajority(rest).length),
      rest,
      truth,
    )
    return fewer(found, judge(byMajority(rest), rest, truth))
  })

  return {
    majority_of_three: majority,
    at_the_same_acceptance: {
      ...same,
      error_lower_by: fewer(same, majority),
      with_five_percent_audited: audited.reduce((a, b) => a + b) / seeds,
      limit_of_known_confusions: { ...limit, error_lower_by: fewer(limit, majority) },
    },
    fewer_verdicts: fewerVerdicts(set, seeds, majority, tasks),
  }
}

/** Everybody's true confusion, from all other tasks: no inference on votes that are independent knows more. */
function oracle({ labels, truth }: CrowdSet, many: number, tasks: readonly number[]): Judged {
  const counts = new Float64Array(labels.workers * 4)
  const crowd = new Float64Array(4)
  const each = (t: number, f: (worker: number, said: number) => void) => {
    for (let i = labels.start[t]!; i < labels.start[t + 1]!; i++)
      f(Math.floor(labels.vote[i]! / 2), labels.vote[i]! % 2)
  }
  for (const t of tasks)
    each(t, (w, said) => {
      counts[w * 4 + truth[t]! * 2 + said]!++
      crowd[truth[t]! * 2 + said]!++
    })
  const shrink = 4
  const score = tasks.map((t) => {
    let sum = 0
    each(t, (w, said) => {
      const rate = (c: number) => {
        const own = truth[t] === c ? 1 : 0
        const share = crowd[c * 2 + said]! / (crowd[c * 2]! + crowd[c * 2 + 1]!)
        return (
          (counts[w * 4 + c * 2 + said]! - own + shrink * share) /
          (counts[w * 4 + c * 2]! + counts[w * 4 + c * 2 + 1]! - own + shrink)
        )
      }
      sum += Math.log(rate(YES) / rate(1 - YES))
    })
    return sum
  })
  return judge(
    best((t) => score[t]!, tasks, many),
    tasks,
    truth,
  )
}

/** The fewest verdicts per item at which accepting the probable ones has the majority's precision and recall at once. */
function fewerVerdicts(set: CrowdSet, seeds: number, majority: Judged, tasks: readonly number[]) {
  const runs = Array.from({ length: seeds }, (_, i) => {
    let found: { verdicts: number; precision: number; recall: number; threshold: number } | null = null
    collect(set, i + 1, 'arrival', ({ posterior, cost }) => {
      // The first thresholds that would do: a requester's economics name one.
      for (const threshold of [0.5, 0.4, 0.3, 0.2]) {
        const { precision, recall } = judge(
          tasks.filter((t) => posterior[2 * t + YES]! > threshold),
          tasks,
          set.truth,
        )
        if (precision >= majority.precision && recall >= majority.recall) {
          found = { verdicts: cost, precision, recall, threshold }
          return false
        }
      }
      return cost < 3
    })
    return found as { verdicts: number; precision: number; recall: number; threshold: number } | null
  })
  const reached = runs.filter((r) => r !== null)
  const verdicts = reached.reduce((s, r) => s + r.verdicts, 0) / reached.length
  return {
    reached: `${reached.length} of ${seeds} orders`,
    verdicts_per_item: verdicts,
    fewer_by: 1 - verdicts / (set.labels.vote.length / set.labels.tasks),
    most_in_any_order: Math.max(...reached.map((r) => r.verdicts)),
    thresholds: [...new Set(reached.map((r) => r.threshold))],
  }
}
