import type { MessageKind } from './contract.ts'

/** An event as the inbox reads it. */
export type Heard = {
  campaign_id: string
  id: string
  kind: string
  subject_id: string
  at: Date
  body: Readonly<Record<string, unknown>>
}
type Params = Record<string, string | number>
/** What the log does not say of a case, since everybody may read the log. */
export type CaseKnown = { account_id: string; until: string | null; ends_at: string | null; asked: readonly string[] }
/** What an event says to one person. The event's id is the message's, so hearing it twice says it once. */
export type Draft = {
  account_id: string
  id: string
  kind: MessageKind
  campaign_id: string | null
  subject_id: string | null
  params: Params
  at: Date
}

/** What only the tables know, looked up for a batch of events. */
export type Known = {
  /** By submission. */
  authors: ReadonlyMap<string, string>
  /** By currency. */
  scales: ReadonlyMap<string, number>
  /** By campaign. */
  requesters: ReadonlyMap<string, string>
  /** By event: who agreed to an older consent than this version's. */
  consents: ReadonlyMap<string, readonly string[]>
  /** By event: what the operator wrote. */
  reasons: ReadonlyMap<string, string>
  /** By event: the person whose case it is, what waits until when, and who is asked about an appeal. */
  cases: ReadonlyMap<string, CaseKnown>
}

/** Kinds of event that somebody is told about. A review or a vote is not among them: nobody hears of single ones. */
export const HEARD = [
  'case_opened',
  'case_waits',
  'case_closed',
  'sanctioned',
  'sanction_ended',
  'sanction_appealed',
  'sanction_appeal_decided',
  'decided',
  'thawed',
  'payout_sent',
  'payout_failed',
  'payout_returned',
  'campaign_versioned',
  'flag_resolved',
  'approval_decided',
  'acceptance_ended',
] as const

const MONEY: Readonly<Record<string, MessageKind>> = {
  thawed: 'money_claimable',
  payout_sent: 'payout_sent',
  payout_failed: 'payout_failed',
  payout_returned: 'payout_returned',
}

/** Whom an event concerns and what they are told. Reviewers hear nothing of single submissions, authors nothing of reviewers. */
export function messagesFor(e: Heard, known: Known): Draft[] {
  const campaign_id = e.campaign_id === '0' ? null : e.campaign_id
  const say = (
    account_id: string | undefined,
    kind: MessageKind,
    params: Params = {},
    subject_id: string | null = e.subject_id,
  ): Draft[] =>
    account_id === undefined ? [] : [{ account_id, id: e.id, kind, campaign_id, subject_id, params, at: e.at }]
  switch (e.kind) {
    case 'decided':
      return say(known.authors.get(e.subject_id), decidedKind(Number(e.body.round), e.body.accepted === true))
    case 'thawed':
    case 'payout_sent':
    case 'payout_failed':
    case 'payout_returned': {
      const currency = String(e.body.currency)
      return say(
        String(e.body.account_id),
        MONEY[e.kind]!,
        { currency, amount_minor: String(e.body.amount_minor), scale: known.scales.get(currency) ?? 0 },
        e.kind === 'thawed' ? null : e.subject_id,
      )
    }
    case 'campaign_versioned':
      return (known.consents.get(e.id) ?? []).flatMap((account) =>
        say(account, 'consent_needed', { version: Number(e.body.version) }),
      )
    case 'flag_resolved':
      return say(String(e.body.account_id), 'flag_answered', { resolution: String(e.body.resolution) })
    case 'approval_decided':
      return say(
        known.requesters.get(e.campaign_id),
        e.body.approved === true ? 'campaign_approved' : 'campaign_declined',
        { reason: known.reasons.get(e.id) ?? '' },
      )
    case 'acceptance_ended':
      if (e.body.state === 'withdrawn') return []
      return say(known.requesters.get(e.campaign_id), e.body.state === 'proved' ? 'claim_proved' : 'claim_failed', {
        audits: Number(e.body.audits),
      })
    default:
      return caseMessages(e, known.cases.get(e.id))
  }
}

/** Whom a case concerns: the person it is about, and those who are asked to answer their appeal. */
function caseMessages(e: Heard, known: CaseKnown | undefined): Draft[] {
  if (!known) return []
  const say = (account_id: string, kind: MessageKind, params: Params): Draft => ({
    account_id,
    id: e.id,
    kind,
    campaign_id: null,
    subject_id: e.subject_id,
    params,
    at: e.at,
  })
  const me = known.account_id
  const action = String(e.body.action)
  switch (e.kind) {
    case 'case_opened':
    case 'case_waits':
      // Whoever is not touched by a case learns of it when it is decided; one that keeps money back is told at once.
      return known.until ? [say(me, 'case_opened', { until: known.until })] : []
    case 'case_closed':
      if (e.body.outcome === 'sanctioned' || e.body.waited !== true) return []
      return [say(me, e.body.outcome === 'lapsed' ? 'case_lapsed' : 'case_dismissed', {})]
    case 'sanctioned':
      return [say(me, 'sanctioned', { action, ...(known.ends_at ? { until: known.ends_at } : {}) })]
    case 'sanction_ended': {
      const why = String(e.body.why)
      if (why === 'overturned' || why === 'appeal_overdue' || why === 'replaced') return []
      return [say(me, 'sanction_ended', { action })]
    }
    case 'sanction_appealed':
      return known.asked.map((who) => say(who, 'appeal_to_decide', { until: String(e.body.due_at) }))
    case 'sanction_appeal_decided':
      return [say(me, e.body.upheld === true ? 'sanction_overturned' : 'sanction_upheld', { action })]
    default:
      return []
  }
}

const decidedKind = (round: number, accepted: boolean): MessageKind => {
  if (round > 1) return accepted ? 'appeal_upheld' : 'appeal_dismissed'
  return accepted ? 'submission_accepted' : 'submission_rejected'
}

const HOUR_MS = 3_600_000
/** A reminder comes a day before the time for a revision or an appeal ends. */
export const REMIND_BEFORE_MS = 24 * HOUR_MS
/** Whoever has less time than this was told the end with the rejection itself, not long ago. */
export const REMIND_FROM_MS = 36 * HOUR_MS
