import { diversityOf, type Diversity as Measured } from '../../../engine/diversity.ts'
import { fixed } from '../../../engine/fixed.ts'
import type { Form } from '../../templates/contract.ts'
import type { TextDiversity } from './contract.ts'

/** Questions answered in text, over every version of a form, the newest first. */
export function textQuestions(forms: readonly Form[]): string[] {
  const keys = [...forms].reverse().flatMap((form) =>
    form.ui.order.filter((key) => {
      const widget = form.ui.questions[key]?.widget
      return widget === 'short_text' || widget === 'long_text'
    }),
  )
  return [...new Set(keys)]
}

const ppm = (part: number, of: number): number | null => (of === 0 ? null : Math.round((1_000_000 * part) / of))
const tenths = (n: number): number => Number(fixed(n, 1))

/** One question's figures in whole numbers and tenths, so that the same texts are printed alike everywhere. */
export function figuresOf(question: string, measured: Measured): TextDiversity {
  const { texts, effective, distinct } = diversityOf(measured)
  const share = (size: number) => {
    const d = distinct.find((x) => x.size === size)
    return d ? ppm(d.distinct, d.all) : null
  }
  return {
    question,
    texts,
    effective_texts: effective ? tenths(effective.value) : null,
    effective_low: effective ? tenths(effective.low) : null,
    effective_high: effective ? tenths(effective.high) : null,
    effective_ppm: effective ? ppm(effective.value, texts) : null,
    distinct_1_ppm: share(1),
    distinct_2_ppm: share(2),
    distinct_3_ppm: share(3),
  }
}

/** Most first, then by name. */
export const languagesOf = (counts: Readonly<Record<string, number>>): { language: string; texts: number }[] =>
  Object.entries(counts)
    .map(([language, texts]) => ({ language, texts }))
    .sort((a, b) => b.texts - a.texts || (a.language < b.language ? -1 : 1))
