import { fixed } from '../../engine/fixed.ts'
import { canonicalJson } from '../../platform/canonical.ts'
import type { Form } from '../templates/contract.ts'
import type { Certificate } from './contract.ts'
import { doubtOf, figuresOf, shareOf, type Claim, type Tally } from './rules.ts'

/** More classes than this are names rather than classes, and get no figures of their own. */
const MOST_CLASSES = 50

/** A percentage in words: no more places than it has. */
const percent = (micro: number): string => `${fixed(micro / 10_000, 4).replace(/\.?0+$/, '')} %`

/** What is proved, as a sentence that stands by itself. */
export function statementOf(
  claim: Pick<Claim, 'lot' | 'at_least_micro' | 'alpha_micro'>,
  release: { number: number; title: string },
  t: Tally,
): string {
  const n = (value: number) => value.toLocaleString('en-US')
  return (
    `At least ${percent(claim.at_least_micro)} of the ${n(claim.lot)} datapoints of release ${release.number} of "${release.title}" are right, ` +
    `with confidence ${percent(1_000_000 - claim.alpha_micro)}. ` +
    `${n(t.n)} of them, drawn at random in an order fixed beforehand, were graded blind, ${n(t.doubles)} of them by two graders or more; ` +
    `${n(t.wrong)} ${t.wrong === 1 ? 'was' : 'were'} wrong or not shown to be right, and graders differed on ${n(t.disagreements)}.`
  )
}

/** The question whose answers are classes: the first that asks to choose one. */
export const classQuestion = (form: Form): string | undefined =>
  form.ui.order.find((key) => ['choice', 'preference'].includes(form.ui.questions[key]?.widget ?? ''))

/** The class a datapoint is said to be; nothing when its answer leaves the question out. */
export function classOf(answer: Record<string, unknown>, question: string): string | undefined {
  const value = answer[question]
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : canonicalJson(value)
}

/** How many datapoints of each class a release holds, and the class of each audited one, in the order of the draw. */
export type Classes = { question: string; sizes: ReadonlyMap<string, number>; audited: readonly (string | undefined)[] }

/** Figures by class; nothing when there are too many to be classes. */
export function byClassOf(
  classes: Classes,
  right: readonly boolean[],
  claim: Pick<Claim, 'alpha_micro'>,
  allowance: number,
): Certificate['by_class'] {
  if (classes.sizes.size === 0 || classes.sizes.size > MOST_CLASSES) return null
  return {
    question: classes.question,
    classes: [...classes.sizes.keys()].toSorted().map((name) => {
      const own = right.filter((_, i) => classes.audited[i] === name)
      return {
        class: name,
        ...figuresOf(
          classes.sizes.get(name)!,
          own.length,
          own.filter(Boolean).length,
          claim.alpha_micro / 1_000_000,
          allowance,
        ),
      }
    }),
  }
}

/** Everything of a certificate that follows from claim and grades: made when it is issued, and again when it is checked. */
export function provenBy(
  claim: Claim & { double_bps: number },
  release: { number: number; title: string },
  t: Tally,
  classes: Classes | undefined,
  right: readonly boolean[],
): Pick<Certificate, 'statement' | 'grading' | 'precision' | 'by_class'> {
  const doubt = doubtOf(t)
  const { graded, doubles, disagreements, found_wrong, unresolved, ungraded } = t
  return {
    statement: statementOf(claim, release, t),
    grading: {
      double_bps: claim.double_bps,
      graded,
      doubles,
      disagreements,
      found_wrong,
      unresolved,
      ungraded,
      disagreement: doubt.disagreement === null ? null : fixed(doubt.disagreement, 6),
      allowance: fixed(doubt.allowance, 6),
      allowance_at_most: fixed(Math.min(1, doubt.allowance_at_most), 6),
    },
    precision: figuresOf(claim.lot, t.n, t.n - t.wrong, claim.alpha_micro / 1_000_000, doubt.allowance),
    by_class: classes ? byClassOf(classes, right, claim, doubt.allowance) : null,
  }
}

/** The claim as a certificate says it. */
export const claimSaid = (claim: Claim): Certificate['claim'] => ({
  at_least: shareOf(claim.at_least_micro),
  confidence: shareOf(1_000_000 - claim.alpha_micro),
  alpha: shareOf(claim.alpha_micro),
})
