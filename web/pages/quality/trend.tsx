import { useT } from '../../app/i18n.ts'
import { useNumbers } from '../desk/numbers.ts'
import { DateTime } from '../../ui/time.tsx'
import type { Mine } from './movement.ts'

const HEIGHT = 40
const WIDTH = 200

/** A figure over its days as a small line in its band; the same days as a list for everyone. */
export function Trend({ history }: { history: Mine['history'] }) {
  const t = useT('quality')
  const n = useNumbers()
  const first = Date.parse(history[0]!.day)
  const span = Math.max(1, Date.parse(history.at(-1)!.day) - first)
  const lowest = Math.min(...history.map((h) => h.low_bps))
  const room = Math.max(1, Math.max(...history.map((h) => h.high_bps)) - lowest)
  const x = (day: string) => (((Date.parse(day) - first) / span) * WIDTH).toFixed(1)
  const y = (bps: number) => (HEIGHT - ((bps - lowest) / room) * HEIGHT).toFixed(1)
  const line = (bps: (h: Mine['history'][number]) => number) => history.map((h) => `${x(h.day)},${y(bps(h))}`)
  return (
    <figure className="grid gap-1">
      <figcaption className="text-sm text-ink-soft">{t('quality:trend.title')}</figcaption>
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-14 w-full overflow-visible rtl:-scale-x-100"
      >
        <polygon
          points={[...line((h) => h.high_bps), ...line((h) => h.low_bps).toReversed()].join(' ')}
          className="fill-chart-2/25"
        />
        <polyline
          points={line((h) => h.mean_bps).join(' ')}
          className="fill-none stroke-ink"
          strokeWidth={2}
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div className="flex justify-between gap-4 text-2xs text-ink-soft">
        <DateTime at={`${history[0]!.day}T00:00:00Z`} dateOnly />
        <DateTime at={`${history.at(-1)!.day}T00:00:00Z`} dateOnly />
      </div>
      <details className="text-sm">
        <summary className="inline-flex min-h-8 items-center rounded-sm text-ink-soft underline underline-offset-2 hover:text-ink">
          {t('common:chart.as_table')}
        </summary>
        <ul className="mt-1 grid max-h-64 gap-1 overflow-y-auto text-ink-soft" tabIndex={0}>
          {history.toReversed().map((h) => (
            <li key={h.day} className="flex justify-between gap-4">
              <DateTime at={`${h.day}T00:00:00Z`} dateOnly />
              <bdi>
                {n.percent(h.mean_bps / 10_000)} ({n.percent(h.low_bps / 10_000, 0)} –{' '}
                {n.percent(h.high_bps / 10_000, 0)})
              </bdi>
            </li>
          ))}
        </ul>
      </details>
    </figure>
  )
}
