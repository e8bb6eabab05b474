import { BadInput } from './labels.ts'
import { scoresOf, type Snapshot, type SnapshotVote, type Weights } from './snapshot.ts'

/** A vote and the pool it was asked of. */
export type PooledVote = SnapshotVote & { readonly pool: string }

/**
 * Scores of all classes: prior, signals, and votes by published weights. Somebody unknown to the snapshot counts as a
 * typical member of their pool where `unknown` has it, else by the snapshot's default.
 * @throws BadInput for a vote whose class the snapshot does not have.
 */
export function decisionScores(
  snapshot: Snapshot,
  votes: readonly PooledVote[],
  signals: readonly string[],
  unknown: ReadonlyMap<string, Weights>,
): number[] {
  const own: SnapshotVote[] = []
  const others: Weights[number][] = []
  for (const vote of votes) {
    const typical = Object.hasOwn(snapshot.people, vote.person) ? undefined : unknown.get(vote.pool)
    if (!typical) own.push(vote)
    else {
      const row = typical[vote.said]
      if (!row) throw new BadInput(`A vote says class ${vote.said}, and there are ${typical.length}.`)
      others.push(row)
    }
  }
  const scores = scoresOf(snapshot, own, signals)
  for (const row of others) row.forEach((x, c) => (scores[c]! += x))
  return scores
}
