import { cx } from './cx.ts'

/** How far along, with the words that say of what. */
export function ProgressBar({
  value,
  max,
  label,
  tone = 'accent',
  showLabel = true,
  detail,
}: {
  value: number
  max: number
  label: string
  tone?: 'accent' | 'good' | 'warn'
  showLabel?: boolean
  detail?: string
}) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0
  return (
    <div className="grid gap-1.5">
      {showLabel ? (
        <div className="flex items-baseline justify-between gap-3 text-sm">
          <span className="text-ink-soft">{label}</span>
          {detail ? <bdi className="font-semibold">{detail}</bdi> : null}
        </div>
      ) : null}
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(max, value)}
        aria-valuetext={detail}
        className="h-2 overflow-hidden rounded-full bg-sunken forced-colors:border"
      >
        <div
          className={cx(
            'h-full rounded-full transition-[width] duration-(--calm)',
            tone === 'good' ? 'bg-good' : tone === 'warn' ? 'bg-warn' : 'bg-accent',
          )}
          style={{ width: `${share * 100}%` }}
        />
      </div>
    </div>
  )
}
