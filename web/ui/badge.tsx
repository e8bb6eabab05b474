import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'plain' | 'accent' | 'good' | 'warn' | 'bad' | 'info'

/** Soft background and matching ink of a tone; both pass AA in both themes. */
export const TONE: Record<Tone, string> = {
  plain: 'bg-sunken text-ink-soft',
  accent: 'bg-accent-soft text-accent-ink',
  good: 'bg-good-soft text-good-ink',
  warn: 'bg-warn-soft text-warn-ink',
  bad: 'bg-bad-soft text-bad-ink',
  info: 'bg-info-soft text-info-ink',
}

/** A punched label: a state or a class in a word or two. */
export function Badge({
  tone = 'plain',
  icon,
  children,
  className,
}: {
  tone?: Tone
  icon?: IconName
  children: ReactNode
  className?: string
}) {
  return (
    <span
      className={cx(
        'cut inline-flex items-center gap-1 whitespace-nowrap px-2.5 py-1 text-xs font-semibold leading-none',
        TONE[tone],
        className,
      )}
    >
      {icon ? <Icon name={icon} size={14} /> : null}
      {children}
    </span>
  )
}

/** A sentence that matters to what one is doing: a sign, words, and perhaps a way forward. */
export function Notice({
  tone = 'info',
  icon,
  title,
  children,
  actions,
  role,
}: {
  tone?: Tone
  icon?: IconName
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
  role?: 'status' | 'alert'
}) {
  const sign =
    icon ??
    ({ plain: 'info', accent: 'info', good: 'check', warn: 'warning', bad: 'warning', info: 'info' } as const)[tone]
  return (
    <div role={role} className={cx('flex gap-3 rounded-md px-4 py-3', TONE[tone])}>
      <Icon name={sign} className="mt-0.5" />
      <div className="min-w-0 grow">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children ? <div className="text-sm">{children}</div> : null}
        {actions ? <div className="mt-3 flex flex-wrap gap-2">{actions}</div> : null}
      </div>
    </div>
  )
}
