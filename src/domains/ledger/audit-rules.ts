import type { AUDIT_CHECKS } from './contract.ts'
import { MOST_MINOR } from './rules.ts'

/** One thing that is wrong in the books: which check found it, what about, and a sentence. */
export type Problem = { check: (typeof AUDIT_CHECKS)[number]; subject: string; message: string }

const ACCOUNT =
  /^(?:outside|beans:\d+|requester:\d+|campaign:\d+|escrow:\d+|remainder:\d+|income:\d+|drive:\d+|person:\d+:(?:held|frozen|claimable|paying|claimed))$/

/** An account as recomputed from every transfer: known by name, and nobody but the outside world owes. */
export function accountProblems(a: { account: string; currency: string; balance: bigint }): Problem[] {
  const say = (message: string): Problem => ({ check: 'accounts', subject: `${a.account} ${a.currency}`, message })
  const problems: Problem[] = []
  if (!ACCOUNT.test(a.account)) problems.push(say('no such kind of account exists'))
  if (a.account === 'outside' ? a.balance > 0n : a.balance < 0n)
    problems.push(say(`holds ${a.balance}, which it cannot`))
  if (a.balance > MOST_MINOR || -a.balance > MOST_MINOR) problems.push(say('holds more than can be moved at once'))
  return problems
}

/** Money is neither made nor lost: in each currency all balances add up to nothing. */
export function sumProblems(sums: ReadonlyMap<string, bigint>): Problem[] {
  return [...sums].flatMap(([currency, sum]) =>
    sum === 0n
      ? []
      : [{ check: 'balances' as const, subject: currency, message: `all balances add up to ${sum}, not to zero` }],
  )
}

export type Price = { currency: string; contribute_minor: string; review_minor: string; bonus_bps: number }
/** The parts of a version's settings that pay depends on besides prices. */
export type PayRules = {
  hold?: { share_bps: number }
  novelty?: { most_bps: number }
  reviewer_pay?: { base_bps: number }
  /** Millionths of the price at the moment the work was leased; absent: all of it. */
  factor_ppm?: number
}
/** One submission with everything that decided and paid it. */
export type PaidWork = {
  campaign_id: string
  submission_id: string
  /** Nothing when money was paid for a submission that does not exist. */
  submission:
    | ({ author_id: string; status: string; prices: readonly Price[]; has_benchmark: boolean } & PayRules)
    | undefined
  decisions: readonly { round: number; accepted: boolean }[]
  reviews: readonly { reviewer_id: string; round: number; lane: number }[]
  transfers: readonly {
    id: string
    kind: string
    debit: string
    credit: string
    currency: string
    amount_minor: bigint
  }[]
}
export const PAY_KINDS = ['reward', 'held', 'bonus', 'novelty', 'review_pay'] as const
/** Lanes whose reviews the campaign pays for: peers and those who look at an appeal. Experts are the operator's. */
const PAID_LANES: readonly number[] = [2, 4]

type Owed = {
  kind: string
  credit: string
  currency: string
  amount_minor: bigint
  optional: boolean
  /** Less may be paid: how much was new cannot be seen from here. */
  at_most?: boolean
}

/** What decisions and reviews say was to be paid, by transfer id: computed afresh, without the code that pays. */
function owedFor(w: PaidWork): Map<string, Owed> {
  const owed = new Map<string, Owed>()
  if (!w.submission) return owed
  const add = (id: string, o: Owed) => void (o.amount_minor > 0n && !owed.has(id) && owed.set(id, o))
  const isAccepted = w.decisions.some((d) => d.accepted)
  const rounds = new Set(w.decisions.map((d) => d.round))
  const author = `person:${w.submission.author_id}:frozen`
  for (const p of w.submission.prices) {
    if (isAccepted) {
      const base = (BigInt(p.contribute_minor) * BigInt(w.submission.factor_ppm ?? 1_000_000)) / 1_000_000n
      const held = (base * BigInt(w.submission.hold?.share_bps ?? 0)) / 10_000n
      add(`reward:${w.submission_id}:${p.currency}`, {
        kind: 'reward',
        credit: author,
        currency: p.currency,
        amount_minor: base - held,
        optional: false,
      })
      add(`held:${w.submission_id}:${p.currency}`, {
        kind: 'held',
        credit: `person:${w.submission.author_id}:held`,
        currency: p.currency,
        amount_minor: held,
        optional: false,
      })
      add(`novelty:${w.submission_id}:${p.currency}`, {
        kind: 'novelty',
        credit: author,
        currency: p.currency,
        amount_minor: (base * BigInt(w.submission.novelty?.most_bps ?? 0)) / 10_000n,
        optional: true,
        at_most: true,
      })
      // Whether the author was over the benchmark at that moment cannot be seen any more; how much the bonus is can.
      if (w.submission.has_benchmark)
        add(`bonus:${w.submission_id}:${p.currency}`, {
          kind: 'bonus',
          credit: author,
          currency: p.currency,
          amount_minor: (base * BigInt(p.bonus_bps)) / 10_000n,
          optional: true,
        })
    }
    for (const r of w.reviews) {
      if (!rounds.has(r.round) || !PAID_LANES.includes(r.lane)) continue
      add(`review_pay:${w.submission_id}:${r.reviewer_id}:${p.currency}`, {
        kind: 'review_pay',
        credit: `person:${r.reviewer_id}:frozen`,
        currency: p.currency,
        amount_minor: (BigInt(p.review_minor) * BigInt(w.submission.reviewer_pay?.base_bps ?? 10_000)) / 10_000n,
        optional: false,
      })
    }
  }
  return owed
}

/** Every decision paid exactly what its version's settings say, each of its reviews once, and nothing else was paid. */
export function payProblems(w: PaidWork): Problem[] {
  const owed = owedFor(w)
  const problems: Problem[] = []
  const say = (check: Problem['check'], message: string) =>
    problems.push({ check, subject: `submission ${w.submission_id} of campaign ${w.campaign_id}`, message })
  const checkOf = (kind: string) => (kind === 'review_pay' ? 'reviews' : 'decisions')
  const seen = new Set<string>()
  for (const t of w.transfers) {
    const due = owed.get(t.id)
    if (seen.has(t.id)) say(checkOf(t.kind), `${t.id} was paid twice`)
    else if (!w.submission) say(checkOf(t.kind), `${t.id} paid for a submission that does not exist`)
    else if (!due) say(checkOf(t.kind), `${t.id} paid ${t.amount_minor} ${t.currency}, which nothing decided calls for`)
    else if (due.at_most ? t.amount_minor > due.amount_minor : t.amount_minor !== due.amount_minor)
      say(checkOf(t.kind), `${t.id} paid ${t.amount_minor} ${t.currency} where ${due.amount_minor} is due`)
    else if (
      t.kind !== due.kind ||
      t.credit !== due.credit ||
      t.currency !== due.currency ||
      t.debit !== `campaign:${w.campaign_id}`
    )
      say(checkOf(t.kind), `${t.id} went from ${t.debit} to ${t.credit} as ${t.kind}, not as it should`)
    seen.add(t.id)
  }
  for (const [id, due] of owed)
    if (!due.optional && !seen.has(id))
      say(checkOf(due.kind), `${id} of ${due.amount_minor} ${due.currency} was never paid`)
  const bonuses = [...owed].filter(([, o]) => o.kind === 'bonus').map(([id]) => seen.has(id))
  if (bonuses.some(Boolean) && !bonuses.every(Boolean))
    say('decisions', 'the bonus was paid in one currency and not in another')
  if (w.submission) problems.push(...statusProblems(w, w.submission.status))
  return problems
}

/** A submission's status says what its last decision said. */
function statusProblems(w: PaidWork, status: string): Problem[] {
  const say = (message: string): Problem[] => [
    { check: 'decisions', subject: `submission ${w.submission_id} of campaign ${w.campaign_id}`, message },
  ]
  const last = w.decisions.toSorted((a, b) => b.round - a.round)[0]
  if (w.decisions.filter((d) => d.accepted).length > 1) return say('was accepted more than once')
  if (status === 'accepted' && !last?.accepted) return say('counts as accepted, but no decision says so')
  if (last?.accepted && status !== 'accepted' && status !== 'withdrawn')
    return say(`was accepted, but counts as ${status}`)
  return []
}

/** A campaign's own money moves under its own id only. */
export const strayProblem = (t: { campaign_id: string; id: string; debit: string; credit: string }): Problem => ({
  check: 'campaigns',
  subject: `transfer ${t.id}`,
  message: `moves ${t.debit} to ${t.credit} under campaign ${t.campaign_id}`,
})

/**
 * The ways that money may go. What a person has goes only onward, and to nobody else; from `held` alone it may be taken
 * back. Two more ways are a person's own wish when they erase their account: give it back, or leave it behind a code.
 */
const WAYS = new Set([
  'outside>requester',
  'outside>campaign',
  'outside>income',
  'income>frozen',
  'income>remainder',
  'outside>beans',
  'requester>drive',
  'drive>claimable',
  'drive>requester',
  'requester>outside',
  'requester>campaign',
  'campaign>requester',
  'campaign>escrow',
  'escrow>outside',
  'campaign>remainder',
  'remainder>campaign',
  'remainder>requester',
  'campaign>held',
  'campaign>frozen',
  'held>campaign',
  'held>frozen',
  'frozen>claimable',
  'claimable>paying',
  'paying>claimed',
  'paying>claimable',
  'claimed>claimable',
])
const WISHES: Readonly<Record<string, string>> = { given_back: 'claimable>requester', taken_up: 'claimable>claimable' }

/** Transfers of one kind and way, e.g. all thaws from `frozen` to `claimable`. `same`: of one and the same person. */
export function wayProblems(w: {
  kind: string
  from: string
  to: string
  same: boolean
  id: string
  n: number
}): Problem[] {
  const way = `${w.from}>${w.to}`
  if (WISHES[w.kind] === way) return []
  const isPersonal =
    !['outside', 'requester', 'campaign', 'escrow', 'remainder', 'income', 'drive'].includes(w.from) &&
    w.to !== 'campaign'
  if (WAYS.has(way) && (w.same || !isPersonal)) return []
  return [
    {
      check: 'accounts',
      subject: `transfer ${w.id}${w.n > 1 ? ` and ${w.n - 1} more` : ''}`,
      message: `went from ${w.from} to ${w.to}${isPersonal && !w.same ? ' of another person' : ''}, a way that money never goes`,
    },
  ]
}

/** A redundancy item and the submissions it has: decided together or not at all. */
export function redundancyItemProblems(i: {
  campaign_id: string
  item_id: string
  state: string
  has_answer: boolean
  decided: number
  undecided: number
}): Problem[] {
  const say = (message: string): Problem[] => [
    { check: 'redundancy', subject: `item ${i.item_id} of campaign ${i.campaign_id}`, message },
  ]
  if (i.state === 'done' && !i.has_answer) return say('is done without an answer')
  if (i.state !== 'done' && i.state !== 'broken' && i.has_answer) return say(`is ${i.state} and has an answer`)
  if (i.undecided > 0) return say(`is ${i.state}, but ${i.undecided} of its answers were passed over`)
  if (i.state === 'open' && i.decided > 0) return say(`is open, but ${i.decided} of its answers are decided`)
  return []
}

/** A day's frozen money and its thaw: the whole of it, once, and not later than the job says it has come. */
export function thawProblems(
  b: { id: string; frozen: bigint; thawed: bigint | null; day: string },
  doneUntil: string | undefined,
): Problem[] {
  const say = (message: string): Problem[] => [{ check: 'thaw', subject: b.id, message }]
  if (b.thawed !== null && b.thawed !== b.frozen) return say(`thawed ${b.thawed} of ${b.frozen} frozen on that day`)
  if (b.thawed === null && doneUntil !== undefined && b.day <= doneUntil)
    return say(`${b.frozen} frozen on that day were forgotten`)
  return []
}

/** A payout's state and the money it moved. */
export function payoutProblems(p: {
  batch_id: string
  account_id: string
  state: string
  amount: bigint
  paid: bigint | null
  back: bigint | null
}): Problem[] {
  const wanted = {
    draft: [false, false],
    discarded: [false, false],
    sent: [true, false],
    returned: [true, true],
    failed: [false, true],
  }[p.state] ?? [false, false]
  const fits = (moved: bigint | null, should: boolean | undefined) => (should ? moved === p.amount : moved === null)
  if (fits(p.paid, wanted[0]) && fits(p.back, wanted[1])) return []
  return [
    {
      check: 'payouts',
      subject: `payout to ${p.account_id} in batch ${p.batch_id}`,
      message: `is ${p.state} for ${p.amount}, but ${p.paid ?? 'nothing'} was paid and ${p.back ?? 'nothing'} came back`,
    },
  ]
}

/** What drafts promise a person is never more than they asked for. */
export function draftProblems(d: { account_id: string; currency: string; drafted: bigint; paying: bigint }): Problem[] {
  if (d.drafted <= d.paying) return []
  return [
    {
      check: 'payouts',
      subject: `person ${d.account_id} ${d.currency}`,
      message: `drafts promise ${d.drafted}, but ${d.paying} were asked for`,
    },
  ]
}

/** Work taken under a cap counts every lease of that day, and stays within the cap. */
export function takenProblems(t: {
  campaign_id: string
  account_id: string
  lane: number
  day: string
  leases: number
  taken: number
  daily_cap: number | null
}): Problem[] {
  const say = (message: string): Problem[] => [
    {
      check: 'work_taken',
      subject: `person ${t.account_id} in campaign ${t.campaign_id}, lane ${t.lane}, ${t.day}`,
      message,
    },
  ]
  if (t.leases > t.taken) return say(`${t.leases} leases, but ${t.taken} counted as taken`)
  if (t.daily_cap !== null && t.taken > t.daily_cap)
    return say(`${t.taken} taken, over the daily cap of ${t.daily_cap}`)
  return []
}

/** A queue entry covers what was handed in and who holds it now; the count is a range where times are equal. */
export function coverProblems(q: {
  campaign_id: string
  lane: number
  target_id: string
  cover: number
  least: number
  most: number
}): Problem[] {
  if (q.cover >= q.least && q.cover <= q.most) return []
  const found = q.least === q.most ? `${q.most}` : `${q.least} to ${q.most}`
  return [
    {
      check: 'queue_cover',
      subject: `lane ${q.lane}, target ${q.target_id} of campaign ${q.campaign_id}`,
      message: `covers ${q.cover}, but ${found} are done or held`,
    },
  ]
}
