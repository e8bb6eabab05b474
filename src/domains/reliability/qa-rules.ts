import { scoresOf, type Snapshot, type Weights } from '../../engine/snapshot.ts'
import type { Confusion, ReviewerRow } from './contract.ts'
import { authorSignal, itemOf, type Vote } from './rules.ts'

/** Fewer votes of one person would tell how single pieces of work were decided, so they are summed up. */
export const LEAST_SHOWN = 5

/** Each reviewer's votes beside what was decided and audited, the busiest first; who voted little is summed up in one row. */
export function reviewerRows(
  votes: readonly Vote[],
  snapshot: Snapshot | undefined,
  name: (accountId: string) => string,
): ReviewerRow[] {
  const rows = new Map<string, ReviewerRow>()
  for (const v of votes) {
    const row = rows.get(v.reviewer_id) ?? emptyRow()
    rows.set(v.reviewer_id, row)
    if (v.decided !== null) row.decided[cellOf(v.approve, v.decided)] += 1
    if (v.gold !== null) row.audited[cellOf(v.approve, v.gold)] += 1
  }
  const shown: ReviewerRow[] = []
  const rest = { ...emptyRow(), people: 0 }
  for (const [id, row] of rows) {
    if (sizeOf(row.decided) < LEAST_SHOWN) {
      rest.people += 1
      for (const part of ['decided', 'audited'] as const) for (const cell of CELLS) rest[part][cell] += row[part][cell]
    } else shown.push({ ...row, reviewer: name(id), ...ratesBps(snapshot?.people[id]) })
  }
  shown.sort((a, b) => sizeOf(b.decided) - sizeOf(a.decided) || (a.reviewer! < b.reviewer! ? -1 : 1))
  return sizeOf(rest.decided) >= LEAST_SHOWN ? [...shown, rest] : shown
}

const CELLS = ['approved_right', 'approved_wrong', 'rejected_right', 'rejected_wrong'] as const
const emptyCells = (): Confusion => ({ approved_right: 0, approved_wrong: 0, rejected_right: 0, rejected_wrong: 0 })
const emptyRow = (): ReviewerRow => ({
  reviewer: null,
  people: 1,
  decided: emptyCells(),
  audited: emptyCells(),
  approves_good_bps: null,
  rejects_bad_bps: null,
})
const cellOf = (approve: boolean, right: boolean): keyof Confusion =>
  `${approve ? 'approved' : 'rejected'}_${right ? 'right' : 'wrong'}`
const sizeOf = (c: Confusion): number => CELLS.reduce((sum, cell) => sum + c[cell], 0)

/** A person's confusion read back from their published weights: two leads are two equations in two rates. */
function ratesBps(weights: Weights | undefined): Pick<ReviewerRow, 'approves_good_bps' | 'rejects_bad_bps'> {
  if (!weights) return { approves_good_bps: null, rejects_bad_bps: null }
  const odds = (said: number) => Math.exp((weights[said]![1]! - weights[said]![0]!) / 65_536)
  const [down, up] = [odds(0), odds(1)]
  // Approvals and disapprovals that say the same say nothing of how often each is given.
  if (Math.abs(up - down) < 1e-6) return { approves_good_bps: null, rejects_bad_bps: null }
  const rejects = (up - 1) / (up - down)
  const bps = (share: number) => Math.round(10_000 * Math.min(1, Math.max(0, share)))
  return { approves_good_bps: bps(up * (1 - rejects)), rejects_bad_bps: bps(rejects) }
}

/** Less doubt than this is none worth anybody's time. */
export const LEAST_DOUBT = 0.05

export type Doubtful = { submission_id: string; round: number; question: string; reviews: number; doubt: number }

/**
 * Decided questions whose evidence stands near the line between accepting and rejecting, nearest first. Doubt is
 * 1 on the line and halves with each halving of the odds against being on its other side: 2 / (1 + exp(|lead − line|)).
 */
export function inDoubt(
  votes: readonly Vote[],
  snapshot: Snapshot,
  lineOf: (submissionId: string) => number,
): Doubtful[] {
  const answers = new Map<string, Vote[]>()
  for (const v of votes) {
    if (v.decided === null) continue
    answers.set(itemOf(v), [...(answers.get(itemOf(v)) ?? []), v])
  }
  return [...answers.values()]
    .map((given) => {
      const { submission_id, round, question, author_id } = given[0]!
      const [reject, accept] = scoresOf(
        snapshot,
        given.map((v) => ({ person: v.reviewer_id, said: v.approve ? 1 : 0 })),
        [authorSignal(author_id)],
      )
      const beyond = Math.abs(accept! - reject! - lineOf(submission_id)) / 2 ** snapshot.unit_bits
      return { submission_id, round, question, reviews: given.length, doubt: 2 / (1 + Math.exp(beyond)) }
    })
    .filter((d) => d.doubt >= LEAST_DOUBT)
    .sort((a, b) => b.doubt - a.doubt || (a.submission_id < b.submission_id ? -1 : 1))
}
