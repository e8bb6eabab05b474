import { createHash } from 'node:crypto'
import { likeness, printOf } from '../domains/checks/novelty-rules.ts'
import { firstSnapshot, planFor } from '../domains/reliability/plan-rules.ts'
import type { Settings } from '../domains/campaigns/contract.ts'
import { basePerReview } from '../domains/campaigns/pay-rules.ts'
import { paidFor, sharesOf } from '../domains/rewards/window-rules.ts'
import { inferReliability, type Vote as KnownVote } from '../domains/reliability/rules.ts'
import { questionsOf } from '../domains/templates/rules.ts'
import { decideSubmission, type RoundReview } from '../domains/review/rules.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { ReviewPlan } from '../engine/stopping.ts'
import { rngOf } from './chance.ts'
import { KINDS, makePeople, type Kind, type Person, type Population, type SimClass } from './crowd.ts'
import { AUDITED, AUDITED_PAY, draftOf, EXPERT_REVIEWS, PRICES, QUESTION, type RuleSet } from './scenario.ts'
import { dueByDay } from './agents.ts'
import { underRules } from './season-1.ts'
import { textOf, voteOf, workOf, type Work } from './work.ts'

export type ClassOutcome = {
  submissions: number
  accepted: number
  good: number
  both: number
  reviews: number
  audited: number
  refused_by_checks: number
  spend_minor: number
  kinds: Record<Kind, KindPay>
}
/** What one kind of people got for writing, and for reviewing: a flat price each, and by what experts found afterwards. */
export type KindPay = { people: number; attacks: boolean; reviews: number; writing_minor: number; flat_minor: number; audited_minor: number } // prettier-ignore

type Piece = { id: string; author: Person; work: Work; copied: boolean }

const SAME = 0.7
const VOTES_READ = 300_000
const ONE_TOPIC = { simple_research: 1, in_depth_research: 1, adversarial: 1 }
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)

/**
 * One class of the season on the product's own pure rules, without application or database: the same people, work and
 * votes, the same policy, weights and plans. Only who reviews what is drawn piece by piece, and reviewers learn of
 * nothing in between. Fast enough for the full size and many seeds; the application confirms it at smaller sizes.
 */
export function playClass(
  given: Population,
  seed: number,
  rules: RuleSet,
  of: SimClass,
  audited: number = AUDITED,
): ClassOutcome {
  const p = underRules(given, rules)
  const people = makePeople(p, seed, ONE_TOPIC).filter((person) => person.class === of)
  const reviewers = people.filter((person) => person.reviews)
  const { settings, form } = draftOf(p, rules, of, 0, 1)
  const questions = questionsOf(form)
  const isOurs = rules === 'ours'
  const out: ClassOutcome = { submissions: 0, accepted: 0, good: 0, both: 0, reviews: 0, audited: 0, refused_by_checks: 0, spend_minor: 0, kinds: noPay(p, people) } // prettier-ignore
  const done = new Map<number, number>()
  const handed = new Map<number, number>()
  const schedule = people.map((person) => dueByDay(p, seed, person))
  const known: KnownVote[] = []
  let snapshot: Snapshot = firstSnapshot(`${of}-0`)
  let plan: ReviewPlan | undefined = planFor(settings, snapshot)
  const price = PRICES[of]
  for (let day = 0; day < p.days; day++) {
    const rng = rngOf(seed, 'pure', of, rules, day)
    const pieces = rng.shuffle(
      people.flatMap((author, i) => handIn(p, seed, author, schedule[i]![day]!, handed, people)),
    )
    const decided: { piece: Piece; accepted: boolean; from: number }[] = []
    for (const piece of pieces) {
      out.submissions += 1
      out.good += piece.work.good ? 1 : 0
      if (isOurs && piece.copied) {
        out.refused_by_checks += 1
        continue
      }
      const from = known.length
      const reviews: RoundReview[] = []
      const asked = new Set<number>([piece.author.n])
      let outcome = decideSubmission(questions, reviews, { ...settings.reviews, ...(plan && { plan }) }, plan && { author: String(piece.author.n), snapshot }) // prettier-ignore
      while (outcome.decision === 'need') {
        for (let i = 0; i < outcome.n; i++) {
          const r = drawn(reviewers, asked, rng)
          asked.add(r.n)
          const before = done.get(r.n) ?? 0
          done.set(r.n, before + 1)
          const approve = voteOf(p, seed, r, piece.work, before)
          out.kinds[r.kind].reviews += 1
          out.kinds[r.kind].flat_minor += price.review
          reviews.push({
            person: String(r.n),
            votes: { [QUESTION]: approve ? { approve } : { approve, reason: 'wrong' } },
            reliability: 'peer',
          })
          if (isOurs) known.push({ review_id: String(known.length), submission_id: piece.id, author_id: String(piece.author.n), round: 1, question: QUESTION, reviewer_id: String(r.n), approve, decided: null, gold: null }) // prettier-ignore
        }
        outcome = decideSubmission(questions, reviews, { ...settings.reviews, ...(plan && { plan }) }, plan && { author: String(piece.author.n), snapshot }) // prettier-ignore
      }
      out.reviews += reviews.length
      out.spend_minor += reviews.length * price.review
      for (let i = from; i < known.length; i++) known[i]!.decided = outcome.accepted
      decided.push({ piece, accepted: outcome.accepted, from })
      if (!outcome.accepted) continue
      out.accepted += 1
      out.both += piece.work.good ? 1 : 0
      out.spend_minor += price.contribute
      out.kinds[piece.author.kind].writing_minor += price.contribute
    }
    if (!isOurs) continue
    const wanted = audited === 0 ? 0 : Math.max(2, Math.round((pieces.length * audited) / 2))
    for (const verdict of [true, false]) {
      const some = rng.shuffle(decided.filter((d) => d.accepted === verdict))
      for (const d of some.slice(0, wanted)) {
        out.audited += 1
        out.spend_minor += EXPERT_REVIEWS * price.review
        for (let i = d.from; known[i]?.submission_id === d.piece.id; i++) known[i]!.gold = d.piece.work.good
      }
    }
    snapshot = inferReliability(known.slice(-VOTES_READ), { batch: `${of}-${day + 1}`, event: '0' }).snapshot
    plan = planFor(settings, snapshot)
  }
  if (isOurs) payByAudits(out, people, known, settings)
  return out
}

const noPay = (p: Population, people: readonly Person[]): Record<Kind, KindPay> =>
  Object.fromEntries(
    KINDS.map((k) => [
      k,
      {
        people: people.filter((person) => person.kind === k).length,
        attacks: p.kinds[k].attacks,
        reviews: 0,
        writing_minor: 0,
        flat_minor: 0,
        audited_minor: 0,
      },
    ]),
  ) as Record<Kind, KindPay>

const NOW = new Date(0)

/** The same reviews paid by the rule for audited pay: a base for each, and a bonus by what audits and others show. */
function payByAudits(
  out: ClassOutcome,
  people: readonly Person[],
  known: readonly KnownVote[],
  settings: Settings,
): void {
  const byName = new Map(people.map((person) => [String(person.n), person]))
  const paying = { ...settings, reviewer_pay: AUDITED_PAY }
  const { review_minor } = settings.prices[0]!
  const shares = sharesOf({
    reviews: known.map((v) => ({
      submission_id: v.submission_id,
      round: 1,
      version: 1,
      reviewer_id: v.reviewer_id,
      approves: v.approve,
      decided_at: NOW,
      accepted: v.decided ?? false,
      correct: v.gold,
      chance_ppm: null,
    })),
    labels: [],
    since: () => NOW,
    carries: () => 0,
    clusters: new Map(),
    isAudited: () => true,
    last: true,
  })
  for (const share of shares) {
    const pay = out.kinds[byName.get(share.account_id)!.kind]
    pay.audited_minor += share.reviews * Number(basePerReview(BigInt(review_minor), AUDITED_PAY.base_bps))
    for (const paid of paidFor(share, () => paying)) pay.audited_minor += Number(paid.amount_minor)
  }
}

function handIn(
  p: Population,
  seed: number,
  author: Person,
  count: number,
  handed: Map<number, number>,
  people: readonly Person[],
): Piece[] {
  // prettier-ignore
  const first = handed.get(author.n) ?? 0
  handed.set(author.n, first + count)
  return Array.from({ length: count }, (_, i) => {
    const k = first + i
    const work = workOf(p, seed, author, k)
    return { id: `${author.n}-${k}`, author, work, copied: work.copied && isCaught(p, seed, author, k, people) }
  })
}

/** Whether the product's own comparison of texts sees a copy beside what it was made from. */
function isCaught(p: Population, seed: number, author: Person, k: number, people: readonly Person[]): boolean {
  const copy = textOf(p, seed, author, k, people)
  const { original } = copy
  if (original === undefined) return false
  const [a, b] = [printOf(copy.text, QUESTION, digest), printOf(original, QUESTION, digest)]
  if (!a || !b) return false
  const like = likeness(a, [{ submission_id: '0', print: b }])
  return like.same || like.jaccard >= SAME
}

function drawn(reviewers: readonly Person[], asked: ReadonlySet<number>, rng: { below(n: number): number }): Person {
  for (;;) {
    const r = reviewers[rng.below(reviewers.length)]!
    if (!asked.has(r.n)) return r
  }
}
