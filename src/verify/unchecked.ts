import type { Sums } from './entries.ts'
import type { ClaimsSeen } from './claims.ts'
import type { Unchecked } from './report.ts'

/** What a season's folder does not let anybody reckon again, and why: the other side of what is kept from the public. */
export function unchecked(
  read: Sums,
  seen: { undecided: number; kept_apart: number; claims: ClaimsSeen },
): Unchecked[] {
  const campaigns = [...read.campaigns.all.values()]
  const terms = campaigns.flatMap((c) => [...c.versions.values()])
  const some = (n: number, what: string, why: string): Unchecked[] => (n > 0 ? [{ what, why, n }] : [])
  return [
    {
      what: 'that a vote weighs what its reviewer was worth',
      why: 'who voted is never published: a weight is only known to be one that somebody had. Each reviewer can check their own.',
    },
    {
      what: 'that a snapshot follows from the votes before it',
      why: 'that would need to know which votes are of one person.',
    },
    {
      what: "each person's balance, claims and pay-outs",
      why: 'they are shown to their owner alone; sums of each campaign are checked.',
    },
    {
      what: 'what was handed in, reasons and comments',
      why: 'they are only committed to, so that they can be erased. Released work is checked by its release.',
    },
    { what: 'who is kept apart from whom, cases and sanctions', why: 'they are never public for single people.' },
    ...some(
      campaigns.filter((c) => c.mode === 'redundancy').length,
      'campaigns in which answers agree',
      'the inferred answers follow from answers that are not published; only their pay is checked.',
    ),
    ...some(
      terms.filter((t) => t.bonus_benchmark).length,
      'versions with a bonus: whose record earned it',
      'whose work is whose is not published; a bonus is either exact or not paid.',
    ),
    ...some(
      terms.filter((t) => t.scarcity).length,
      'versions whose price follows scarcity: when work was leased',
      'times are not published; the price is one that was in force by the day of the decision.',
    ),
    ...some(
      seen.kept_apart,
      'windows in which some people are kept apart',
      'the bonuses depend on who they are; only that sums fit is checked.',
    ),
    ...some(
      read.votes.unopened,
      'votes that are not opened',
      'they were given before approvals and reasons were committed to apart.',
    ),
    ...some(
      seen.claims.epochs,
      'epochs: that a chain counts their roots',
      'that is asked of the chain, with `assay verify-epoch --rpc`; whose an address is, and who took out what, is never public.',
    ),
    ...some(
      seen.claims.elsewhere.length,
      `currencies of which some became claimable in other seasons (${seen.claims.elsewhere.join(', ')})`,
      "their logs say it; here it is the operator's word.",
    ),
    ...some(seen.undecided, 'pieces of work that were never decided', 'they were withdrawn or erased before.'),
  ]
}
