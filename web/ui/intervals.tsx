import type { ReactNode } from 'react'
import { useT } from '../app/i18n.ts'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

export type IntervalRow = {
  key: string
  label: ReactNode
  /** The figure in words, with its interval and sample size: a whisker alone says too little. */
  value: ReactNode
  detail?: ReactNode
  share: number | null
  low: number | null
  high: number | null
  /** Something to hold the figure against, such as what one would get for nothing. */
  reference?: { at: number; label: ReactNode } | undefined
  meaning?: ReactNode
}

const TICKS = [0, 25, 50, 75, 100]
const at = (share: number) => `${Math.min(100, Math.max(0, share * 100))}%`

/** Shares of one whole as whiskers on one line from nothing to all; it starts where reading starts. */
export function Intervals({
  rows,
  label,
  tick = (n) => `${n}`,
}: {
  rows: IntervalRow[]
  label: string
  tick?: (percent: number) => string
}) {
  const t = useT()
  return (
    <ul aria-label={label} className="grid gap-6">
      {rows.map((row) => (
        <li key={row.key} className="grid gap-x-6 gap-y-1.5 sm:grid-cols-[13rem_minmax(0,1fr)]">
          <div className="min-w-0">
            <p className="font-semibold">{row.label}</p>
            <p className="text-xl font-bold tracking-tight">{row.value}</p>
            {row.detail ? <p className="text-sm text-ink-soft">{row.detail}</p> : null}
          </div>
          <div className="min-w-0 self-center px-2 pt-2">
            <div aria-hidden="true" className="relative h-9">
              <span className="absolute inset-x-0 top-4 h-px bg-line-strong" />
              {TICKS.map((n) => (
                <span key={n} className="absolute top-2.5 h-3 w-px bg-line" style={{ insetInlineStart: at(n / 100) }} />
              ))}
              {row.low !== null && row.high !== null ? (
                <span
                  className="absolute top-2.5 h-3 rounded-full bg-chart-2/35 ring-1 ring-chart-2 forced-colors:border"
                  style={{ insetInlineStart: at(row.low), width: `${Math.max(0.6, (row.high - row.low) * 100)}%` }}
                />
              ) : null}
              {row.reference ? (
                <span
                  className="absolute top-0.5 h-7 border-s-2 border-dashed border-chart-1"
                  style={{ insetInlineStart: at(row.reference.at) }}
                />
              ) : null}
              {row.share !== null ? (
                <span
                  className="absolute top-1.5 h-5 w-1 -translate-x-1/2 rounded-full bg-ink rtl:translate-x-1/2"
                  style={{ insetInlineStart: at(row.share) }}
                />
              ) : null}
            </div>
            <div aria-hidden="true" className="relative h-4 text-2xs text-ink-faint">
              {TICKS.map((n) => (
                <span
                  key={n}
                  className={cx(
                    'absolute -translate-x-1/2 whitespace-nowrap rtl:translate-x-1/2',
                    n % 50 !== 0 && 'hidden sm:inline',
                  )}
                  style={{ insetInlineStart: at(n / 100) }}
                >
                  <bdi>{tick(n)}</bdi>
                </span>
              ))}
            </div>
            {row.reference ? (
              <p className="mt-1 flex items-center gap-2 text-xs text-ink-soft">
                <span aria-hidden="true" className="h-3.5 border-s-2 border-dashed border-chart-1" />
                {row.reference.label}
              </p>
            ) : null}
          </div>
          {row.meaning ? (
            <details className="text-sm sm:col-span-2">
              <summary className="-ms-1 inline-flex min-h-8 list-none items-center gap-1 rounded-sm px-1 text-ink-faint hover:text-ink">
                <Icon name="question" size={16} />
                <span>{t('common:stat.what_this_means')}</span>
              </summary>
              <div className="mt-1 max-w-prose border-s-2 border-molten ps-3 text-ink-soft">{row.meaning}</div>
            </details>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
