import type { ReactNode } from 'react'
import { useT } from '../../app/i18n.ts'
import { type IntervalRow, Intervals } from '../../ui/intervals.tsx'
import { useNumbers, type Numbers } from '../desk/numbers.ts'
import type { EstimateView, Reading } from './queries.ts'

const part = (value: string | null) => (value === null ? null : Number(value))

/** An estimate as a row of whiskers: its figure, interval and sample size in words beside the drawing. */
export function estimateRow(
  estimate: EstimateView,
  numbers: Numbers,
  words: {
    key: string
    label: ReactNode
    meaning?: ReactNode
    n: string
    none: string
    reference?: IntervalRow['reference']
    /** The same share by other intervals. */
    others?: string[]
  },
): IntervalRow {
  const known = estimate.share !== null
  return {
    key: words.key,
    label: words.label,
    value: known ? numbers.percent(estimate.share) : words.none,
    detail: known ? (
      <>
        <bdi className="whitespace-nowrap">
          {numbers.percent(estimate.low)} – {numbers.percent(estimate.high)}
        </bdi>
        {' · '}
        <span className="whitespace-nowrap">{words.n}</span>
        {words.others?.map((line) => (
          <span key={line} className="block text-xs">
            {line}
          </span>
        ))}
      </>
    ) : (
      words.n
    ),
    share: part(estimate.share),
    low: part(estimate.low),
    high: part(estimate.high),
    reference: words.reference,
    meaning: words.meaning,
  }
}

export type References = { precision_if_all_accepted: string | null; agreement_if_all_rejected: string | null }

/** QA read every way, each with its interval, and what the same figure would be without any review. */
export function ReadingIntervals({
  reading,
  label,
  meaning,
  references,
}: {
  reading: Reading
  label: string
  meaning?: (key: string) => string
  references?: References | undefined
}) {
  const t = useT('report')
  const numbers = useNumbers()
  const against = (value: string | null | undefined, key: 'precision' | 'agreement') =>
    value === null || value === undefined
      ? undefined
      : { at: Number(value), label: t(`report:reference.${key}`, { share: numbers.percent(value) }) }
  const row = (key: 'precision' | 'agreement' | 'recall' | 'base_rate', reference?: IntervalRow['reference']) =>
    estimateRow(reading[key], numbers, {
      key,
      label: t(`report:figure.${key}`),
      meaning: meaning?.(key),
      n: t('report:n', { count: reading[key].n }),
      none: t('report:no_sample'),
      others: (['exact', 'anytime'] as const).flatMap((kind) => {
        const found = reading[key][kind]
        return found
          ? [t(`report:interval.${kind}`, { low: numbers.percent(found.low), high: numbers.percent(found.high) })]
          : []
      }),
      reference,
    })
  return (
    <Intervals
      label={label}
      tick={(n) => numbers.percent(n / 100, 0)}
      rows={[
        row('precision', against(references?.precision_if_all_accepted, 'precision')),
        row('agreement', against(references?.agreement_if_all_rejected, 'agreement')),
        row('recall'),
        row('base_rate'),
      ]}
    />
  )
}
