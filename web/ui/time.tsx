import type { ReactNode } from 'react'
import { useNow } from '../app/clock.ts'
import { useLanguage, useT } from '../app/i18n.ts'
import { cx } from './cx.ts'

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "in 3 days", "2 hours ago"; under a minute it is "now". */
export function relativeTime(atMs: number, nowMs: number, locale: string): string {
  const seconds = Math.round((atMs - nowMs) / 1000)
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, size] of STEPS)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  return format.format(0, 'second')
}

/** A moment in the reader's own time zone. */
export const fullTime = (at: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))

/** How long ago or until; the full moment on hover and for readers. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const { locale } = useLanguage()
  const now = useNow(30_000)
  return (
    <time dateTime={at} title={fullTime(at, locale)} className={className}>
      {relativeTime(Date.parse(at), now, locale)}
    </time>
  )
}

/** A moment written out. */
export function DateTime({ at, dateOnly = false }: { at: string; dateOnly?: boolean }) {
  const { locale } = useLanguage()
  const text = dateOnly
    ? new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(at))
    : fullTime(at, locale)
  return <time dateTime={at}>{text}</time>
}

/**
 * Minutes and seconds left, by the server’s clock; says so aloud at five minutes and at one, not every second.
 * `calm`: nothing is lost when it ends.
 */
export function Countdown({
  until,
  className,
  onEnd,
  calm = false,
}: {
  until: string
  className?: string
  onEnd?: ReactNode
  calm?: boolean
}) {
  const t = useT()
  const left = Math.max(0, Math.ceil((Date.parse(until) - useNow(1000)) / 1000))
  const hours = Math.floor(left / 3600)
  const minutes = Math.floor((left % 3600) / 60)
  const seconds = left % 60
  const two = (n: number) => String(n).padStart(2, '0')
  const urgent = left <= 60 && !calm
  const mark = left === 0 ? 0 : left <= 60 ? 1 : left <= 300 ? 5 : undefined
  return (
    <span className={cx('whitespace-nowrap font-mono', urgent && 'font-semibold text-warn-ink', className)}>
      {left === 0 && onEnd ? (
        onEnd
      ) : (
        <bdi dir="ltr" aria-hidden="true">
          {hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`}
        </bdi>
      )}
      <span className="sr-only" aria-live="polite">
        {mark === undefined ? '' : t('common:time.minutes_left', { count: mark })}
      </span>
    </span>
  )
}
