import type { FieldProblem } from '../../platform/refusal.ts'
import { createRng } from '../../platform/rng.ts'
import type { ROLE_REASONS } from '../campaigns/contract.ts'
import type { Form, Widget } from '../templates/contract.ts'
import { formProblems } from '../templates/form-rules.ts'
import { answerProblems, questionsOf } from '../templates/rules.ts'
import type { BankQuestion } from './contract.ts'

/** Kinds of question that a program can grade fairly. */
const GRADABLE: readonly Widget[] = ['choice', 'choices', 'number', 'scale', 'ranking', 'short_text', 'link']
type Values = Record<string, unknown>
const isPlain = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is wrong with a question of the bank: its form, what grading cannot judge, and an answer that nobody could give. */
export function bankProblems(q: BankQuestion): FieldProblem[] {
  const form = formProblems(q.form).map((p) => ({ ...p, field: `/form${p.field}` }))
  if (form.length > 0) return form
  const problems: FieldProblem[] = []
  const add = (field: string, code: string, message: string) => problems.push({ field, code, message })
  if ((q.form.ui.item ?? []).length > 0)
    add('/form/ui/item', 'nothing_to_show', 'An exam question has no item to show; write it into the prompt.')
  for (const { key, widget } of questionsOf(q.form)) {
    if (!GRADABLE.includes(widget))
      add(
        `/form/schema/properties/${key}`,
        'not_gradable',
        `A ${widget} question cannot be graded by the server. Ask for a choice, a number or a short text.`,
      )
    else if (!Object.hasOwn(q.answer, key)) add(`/answer/${key}`, 'required', 'Say what is right.')
    else problems.push(...keyProblems(q.form, key, widget, q.answer[key]))
  }
  for (const key of Object.keys(q.answer))
    if (!Object.hasOwn(q.form.ui.questions, key))
      add(`/answer/${key}`, 'unknown_question', 'The form has no such question.')
  return problems
}

function keyProblems(form: Form, key: string, widget: Widget, right: unknown): FieldProblem[] {
  const field = `/answer/${key}`
  const fits = (value: unknown) => !answerProblems(form, { [key]: value }).some((p) => p.field === `/${key}`)
  if (!isPlain(right))
    return fits(right)
      ? []
      : [{ field, code: 'not_an_answer', message: 'The right answer is not one that the form takes.' }]
  const [how, ...others] = Object.keys(right)
  if (others.length > 0 || (how !== 'one_of' && how !== 'between'))
    return [{ field, code: 'bad_key', message: 'Give a value, {"one_of": [values]} or {"between": [low, high]}.' }]
  const values = right[how]
  if (!Array.isArray(values) || values.length === 0 || values.length > 100)
    return [{ field, code: 'bad_key', message: `"${how}" is a list of values.` }]
  if (how === 'between') {
    const [low, high] = values as [unknown, unknown]
    const isRange =
      (widget === 'number' || widget === 'scale') &&
      values.length === 2 &&
      Number.isFinite(low) &&
      Number.isFinite(high) &&
      Number(low) <= Number(high)
    return isRange
      ? []
      : [{ field, code: 'bad_key', message: '"between" is a low and a high number, for a number or a scale.' }]
  }
  return values.every(fits)
    ? []
    : [{ field, code: 'not_an_answer', message: 'One of the right answers is not one that the form takes.' }]
}

/** Whether an answer is right in every part; what was left out is not. */
export function isRight(form: Form, key: Values, given: Values): boolean {
  return questionsOf(form).every(
    ({ key: question, widget }) => Object.hasOwn(given, question) && matches(widget, key[question], given[question]),
  )
}

function matches(widget: Widget, right: unknown, given: unknown): boolean {
  if (isPlain(right) && Array.isArray(right.one_of)) return right.one_of.some((r) => matches(widget, r, given))
  if (isPlain(right) && Array.isArray(right.between))
    return typeof given === 'number' && given >= Number(right.between[0]) && given <= Number(right.between[1])
  if (widget === 'choices')
    return (
      Array.isArray(right) &&
      Array.isArray(given) &&
      right.length === given.length &&
      right.every((r) => given.includes(r))
    )
  if (widget === 'ranking')
    return (
      Array.isArray(right) &&
      Array.isArray(given) &&
      right.length === given.length &&
      right.every((r, i) => given[i] === r)
    )
  if (widget === 'short_text')
    return typeof right === 'string' && typeof given === 'string' && plainText(right) === plainText(given)
  if (widget === 'link')
    return (
      typeof right === 'string' &&
      typeof given === 'string' &&
      URL.canParse(given) &&
      new URL(given).href === new URL(right).href
    )
  return right === given
}

/** Text as graders read it: capitals, spacing and look-alike forms of a character do not matter. */
const plainText = (s: string): string => s.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase()

/**
 * Draws an exam. Questions that the person has not seen come first, then those seen longest ago; the seed alone decides
 * which, and in what order.
 * @param bank ids of the questions that may be asked @param seen ids that this person saw, the last seen first
 */
export function drawQuestions(seed: number, bank: readonly string[], seen: readonly string[], count: number): string[] {
  const rng = createRng(seed)
  const ordered = [...bank].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  const known = new Set(seen)
  const fresh = rng.shuffle(ordered.filter((id) => !known.has(id)))
  const inBank = new Set(ordered)
  const stale = [...new Set(seen)].filter((id) => inBank.has(id)).reverse()
  return rng.shuffle([...fresh, ...stale].slice(0, count))
}

/** A question's form with its options in this person's own order. The order of a scale means something and stays. */
export function shuffledForm(form: Form, seed: number, questionId: string): Form {
  const rng = createRng((seed ^ Number(BigInt(questionId) & 0xffffffffn)) >>> 0)
  const schema = form.schema as { properties: Record<string, { enum?: string[]; items?: { enum: string[] } }> }
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([key, q]) => [
      key,
      {
        ...q,
        ...(q.enum ? { enum: rng.shuffle(q.enum) } : {}),
        ...(q.items ? { items: { ...q.items, enum: rng.shuffle(q.items.enum) } } : {}),
      },
    ]),
  )
  return { ...form, schema: { ...schema, properties } }
}

/** The share of questions got right, rounded down. */
export const scoreBps = (right: number, questions: number): number =>
  questions === 0 ? 0 : Math.floor((right * 10_000) / questions)

export type Standing = 'not_joined' | 'not_needed' | 'ready' | 'open' | 'cooling_down' | 'passed'
export type LastAttempt = { submitted_at: Date | null; expires_at: Date; passed: boolean | null }

/** When another try is allowed. An attempt that ran out counts like one handed in, or people could leaf through the bank. */
export function retryAt(last: LastAttempt, cooldownSeconds: number): Date {
  return new Date((last.submitted_at ?? last.expires_at).getTime() + cooldownSeconds * 1000)
}

/** Where a person stands with an exam. */
export function standingWith(f: {
  now: Date
  joined: boolean
  has_exam: boolean
  passed: boolean
  last: LastAttempt | undefined
  cooldown_seconds: number
}): Standing {
  if (!f.joined) return 'not_joined'
  if (!f.has_exam) return 'not_needed'
  if (f.passed) return 'passed'
  if (!f.last) return 'ready'
  if (f.last.submitted_at === null && f.last.expires_at > f.now) return 'open'
  return retryAt(f.last, f.cooldown_seconds) > f.now ? 'cooling_down' : 'ready'
}

export type JoinFacts = {
  is_public: boolean
  status: string
  season_over: boolean
  deadline_passed: boolean
  own: boolean
  /** The campaign's goals are for people with the right to restricted data, and whether this is one. */
  vetted_only: boolean
  vetted: boolean
  consent_version: number
  agreed_version: number
  adults_only: boolean
  adult: boolean
  countries: readonly string[] | null
  country: string | undefined
}

/** May this person take part? First broken rule wins. */
export function refuseJoin(
  f: JoinFacts,
):
  | 'campaign_not_found'
  | 'campaign_not_open'
  | 'season_over'
  | 'own_campaign'
  | 'consent_changed'
  | 'adults_only'
  | 'country_needed'
  | 'country_not_eligible'
  | 'vetted_only'
  | undefined {
  if (!f.is_public) return 'campaign_not_found'
  if ((f.status !== 'open' && f.status !== 'pilot') || f.deadline_passed) return 'campaign_not_open'
  if (f.season_over) return 'season_over'
  if (f.own) return 'own_campaign'
  if (f.vetted_only && !f.vetted) return 'vetted_only'
  if (f.agreed_version !== f.consent_version) return 'consent_changed'
  if (f.adults_only && !f.adult) return 'adults_only'
  if (f.countries !== null && f.country === undefined) return 'country_needed'
  return f.countries !== null && !f.countries.includes(f.country!) ? 'country_not_eligible' : undefined
}

export type Need = {
  /** Reviews and contributions that wait, and the people there are for them. */
  reviews: number
  contributions: number
  reviewers: number
  contributors: number
  /** Reviewers that one submission may need. */
  panel: number
}
export type AssignFacts = {
  mode: 'review' | 'redundancy'
  may_do_both: boolean
  score_bps: number | null
  reviewer_bps: number
  need: Need
}
export type Assignment = { role: 'contributor' | 'reviewer'; why: (typeof ROLE_REASONS)[number] }

/**
 * Whether another reviewer helps more than another contributor: a panel cannot be filled, or more review work waits
 * for each reviewer than contribution work for each contributor.
 */
export function needsReviewer(n: Need): boolean {
  if (n.reviews === 0) return false
  if (n.reviewers < n.panel) return true
  return n.reviews * Math.max(1, n.contributors) > n.contributions * Math.max(1, n.reviewers)
}

/** As what a person who qualified takes part, and why. Nobody is called without having passed; no score means no exam. */
export function rolesFor(f: AssignFacts): Assignment[] {
  if (f.mode === 'redundancy') return [{ role: 'contributor', why: 'answers_only' }]
  if (f.score_bps !== null && f.score_bps < f.reviewer_bps)
    return [{ role: 'contributor', why: 'below_reviewer_score' }]
  if (f.may_do_both)
    return [
      { role: 'contributor', why: 'may_do_both' },
      { role: 'reviewer', why: 'may_do_both' },
    ]
  return needsReviewer(f.need)
    ? [{ role: 'reviewer', why: 'review_needed' }]
    : [{ role: 'contributor', why: 'contribute_needed' }]
}

/** Which way people are missing: contributors to review (1), reviewers to contribute (-1), or neither. */
function lean(n: Need): -1 | 0 | 1 {
  if (n.reviews > 0 && n.reviewers < n.panel) return 1
  const perReviewer = n.reviews * Math.max(1, n.contributors)
  const perContributor = n.contributions * Math.max(1, n.reviewers)
  if (n.reviews > 0 && perReviewer > 2 * perContributor) return 1
  return n.contributions > 0 && perContributor > 2 * perReviewer && n.reviewers > n.panel ? -1 : 0
}

/**
 * How many people to move, so that work which waits finds people: contributors to review (positive) when a panel cannot
 * be filled or reviews pile up twice as high; reviewers to contribute (negative) when it is the other way round. A
 * tenth at a time, and nobody when the next run would send them back.
 */
export function peopleToMove(n: Need): number {
  const way = lean(n)
  const spare = Math.max(0, n.contributors - 1)
  let moved = 0
  if (way === 1)
    moved =
      n.reviewers < n.panel ? Math.min(n.panel - n.reviewers, spare) : Math.min(Math.ceil(n.contributors / 10), spare)
  if (way === -1) moved = -Math.min(Math.ceil(n.reviewers / 10), n.reviewers - n.panel)
  const after = lean({ ...n, reviewers: n.reviewers + moved, contributors: n.contributors - moved })
  return after === -way ? 0 : moved
}
