import type { ReactNode } from 'react'

export type ShareBar = {
  key: string
  label: ReactNode
  detail?: ReactNode
  share: number | null
  value: ReactNode
  rest?: ReactNode
}

/** Parts of a whole, one bar each: what was kept in full colour, what was not in a hatch. The figures stand in words. */
export function ShareBars({ bars, label }: { bars: ShareBar[]; label: string }) {
  return (
    <ul aria-label={label} className="grid gap-5">
      {bars.map((bar) => (
        <li key={bar.key} className="grid gap-1.5">
          <div className="flex flex-wrap items-baseline justify-between gap-x-4">
            <span className="font-semibold">{bar.label}</span>
            {bar.detail ? <span className="text-sm text-ink-soft">{bar.detail}</span> : null}
          </div>
          <div
            aria-hidden="true"
            className="flex h-7 overflow-hidden rounded-sm bg-[repeating-linear-gradient(135deg,var(--sunken)_0_6px,var(--line)_6px_8px)] forced-colors:border"
          >
            {bar.share === null ? null : (
              <span className="h-full bg-chart-2" style={{ width: `${bar.share * 100}%` }} />
            )}
          </div>
          <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
            <span className="font-semibold">{bar.value}</span>
            {bar.rest ? <span className="text-ink-soft">{bar.rest}</span> : null}
          </div>
        </li>
      ))}
    </ul>
  )
}
