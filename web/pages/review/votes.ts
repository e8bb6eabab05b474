import type { REASONS, Vote, Votes } from '../../../src/domains/review/contract.ts'

export type Reason = (typeof REASONS)[number]
/** In the order of their digit keys. */
export const REASON_ORDER: readonly Reason[] = [
  'wrong',
  'incomplete',
  'off_topic',
  'unclear',
  'link_broken',
  'duplicate',
  'unsafe',
  'machine_written',
  'other',
]

/** A vote while it is being made: a disapproval may still lack its reason. */
export type OpenVote = { approve: boolean; reason?: Reason; comment?: string }
export type OpenVotes = Record<string, OpenVote | undefined>

/** What a vote still needs before it can be sent. */
export function missingOf(vote: OpenVote | undefined): 'vote' | 'reason' | undefined {
  if (!vote) return 'vote'
  return vote.approve || vote.reason ? undefined : 'reason'
}

/** The keys of required questions whose votes are not complete, in order. */
export const unfinished = (keys: readonly string[], votes: OpenVotes): string[] =>
  keys.filter((key) => missingOf(votes[key]) !== undefined)

/** The votes as they are sent: approvals without leftovers, disapprovals with reason and a trimmed comment. */
export function votesOf(keys: readonly string[], votes: OpenVotes): Votes {
  return Object.fromEntries(
    keys.map((key) => {
      const { approve, reason, comment } = votes[key] ?? { approve: false }
      const vote: Vote = approve
        ? { approve }
        : { approve, ...(reason && { reason }), ...(comment?.trim() && { comment: comment.trim() }) }
      return [key, vote]
    }),
  )
}
