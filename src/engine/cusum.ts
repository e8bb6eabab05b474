/**
 * Change detection for people's work: several cumulative sums (E. S. Page 1954), one for each way in which somebody
 * may have changed, over several kinds of observation. Each observation is right or wrong; each kind has its own habit,
 * learned from the person and drawn towards what is typical. A sum grows when an observation is likelier under its
 * alternative than under the habit, and never falls below zero, so what somebody did long ago does not hide what they do
 * now. An alarm is evidence of change, not of guilt.
 */

/** A kind of observation, such as "an audit of work that was right". */
export type Stream = {
  /** How often this is right for a typical person, and how many observations that is worth. */
  typical: number
  typical_n: number
  /** How much an observation counts; below 1 where its truth is uncertain or another observation is of the same work. */
  weight: number
  /** How often it is right under each alternative; a number, or a share of the habit's own rate. */
  alternatives: readonly (number | { of_habit: number })[]
}
export type WatchPlan = {
  streams: readonly Stream[]
  threshold: number
  /** Observations of a person before any sum grows: nobody has changed whose habit is not known yet. */
  learning_n: number
}
/** What is kept of a person: for each stream how many and how many right; for each alternative its sum and where it began. */
export type WatchState = {
  n: number
  seen: readonly (readonly [n: number, right: number])[]
  sums: readonly number[]
  /** The mark of the first observation after which each sum has been above zero; -1 while it is zero. */
  began: readonly number[]
}
/** `mark` is the caller's: when the observation was made, say. Marks never fall. */
export type Observation = { stream: number; right: boolean; mark: number }

/** Habits are never taken for perfect or worthless: one mistake must not be proof of change. */
const LEAST = 0.02
const MOST = 0.97
const clip = (p: number): number => Math.min(MOST, Math.max(LEAST, p))

/** Somebody of whom nothing was seen. */
export function newWatch(plan: WatchPlan): WatchState {
  const ways = plan.streams[0]?.alternatives.length ?? 0
  return {
    n: 0,
    seen: plan.streams.map(() => [0, 0] as const),
    sums: Array.from({ length: ways }, () => 0),
    began: Array.from({ length: ways }, () => -1),
  }
}

/** How often a person is right in a stream, by what was seen of them so far. */
export function habitOf(stream: Stream, [n, right]: readonly [number, number]): number {
  return clip((stream.typical * stream.typical_n + right) / (stream.typical_n + n))
}

/**
 * Adds one observation; the state before is left as it was. The habit that it is compared with knows only what came
 * before it, and learns nothing while any sum is well on its way, so that a change does not become the new habit.
 */
export function watch(plan: WatchPlan, before: WatchState, o: Observation): WatchState {
  const stream = plan.streams[o.stream]
  if (!stream) throw new RangeError(`there is no stream ${o.stream}`)
  const seen = before.seen[o.stream]!
  const p0 = habitOf(stream, seen)
  const sums: number[] = []
  const began: number[] = []
  for (const [i, sum] of before.sums.entries()) {
    const way = stream.alternatives[i]!
    const p1 = clip(typeof way === 'number' ? way : p0 * way.of_habit)
    const step = stream.weight * Math.log(o.right ? p1 / p0 : (1 - p1) / (1 - p0))
    const next = before.n < plan.learning_n ? 0 : Math.max(0, sum + step)
    sums.push(next)
    began.push(next === 0 ? -1 : before.began[i] === -1 ? o.mark : before.began[i]!)
  }
  const isCalm = before.sums.every((s) => s < plan.threshold / 2)
  const learned = isCalm ? ([seen[0] + 1, seen[1] + (o.right ? 1 : 0)] as const) : seen
  return {
    n: before.n + 1,
    seen: before.seen.map((s, i) => (i === o.stream ? learned : s)),
    sums,
    began,
  }
}

/** The alternative whose sum is over the threshold, if any, and since when the observations speak for it. */
export function alarmOf(plan: WatchPlan, state: WatchState): { alternative: number; since: number } | undefined {
  let best = -1
  for (const [i, sum] of state.sums.entries())
    if (sum >= plan.threshold && (best < 0 || sum > state.sums[best]!)) best = i
  return best < 0 ? undefined : { alternative: best, since: state.began[best]! }
}

/** After an alarm was raised: the sums begin anew, what was learned stays. */
export const calmed = (state: WatchState): WatchState => ({
  ...state,
  sums: state.sums.map(() => 0),
  began: state.began.map(() => -1),
})
