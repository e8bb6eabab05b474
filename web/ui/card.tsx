import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** A sheet of paper on the page. */
export function Card({
  children,
  className,
  as: Tag = 'section',
  ...rest
}: {
  children: ReactNode
  className?: string
  as?: 'section' | 'article' | 'div' | 'li'
  'aria-label'?: string
  'aria-labelledby'?: string
  id?: string
}) {
  return (
    <Tag className={cx('rounded-lg border border-line bg-surface p-4 shadow-1 sm:p-6', className)} {...rest}>
      {children}
    </Tag>
  )
}

/** A card's or section's heading with what one can do about it at the end. */
export function SectionHead({
  title,
  hint,
  actions,
  level = 2,
  id,
}: {
  title: ReactNode
  hint?: ReactNode
  actions?: ReactNode
  level?: 2 | 3
  id?: string
}) {
  const Tag = level === 2 ? 'h2' : 'h3'
  return (
    <div className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
      <div className="min-w-0">
        <Tag id={id} className={level === 2 ? 'text-lg' : 'text-base'}>
          {title}
        </Tag>
        {hint ? <p className="mt-0.5 max-w-prose text-sm text-ink-soft">{hint}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
    </div>
  )
}
