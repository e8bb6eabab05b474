import type { ReactNode } from 'react'
import { useT } from '../app/i18n.ts'
import { Icon } from './icon.tsx'

/** A figure with its definition one tap away: a number without its meaning is not shown. */
export function Stat({
  label,
  value,
  note,
  meaning,
  size = 'normal',
}: {
  label: ReactNode
  value: ReactNode
  note?: ReactNode
  meaning?: ReactNode
  size?: 'normal' | 'hero'
}) {
  const t = useT()
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="text-sm text-ink-soft">{label}</p>
      <p className={size === 'hero' ? 'text-3xl font-bold tracking-tight' : 'text-2xl font-bold tracking-tight'}>
        {value}
      </p>
      {note ? <p className="text-sm text-ink-soft">{note}</p> : null}
      {meaning ? (
        <details className="group text-sm">
          <summary className="-ms-1 inline-flex min-h-8 list-none items-center gap-1 rounded-sm px-1 text-ink-faint hover:text-ink">
            <Icon name="question" size={16} />
            <span>{t('common:stat.what_this_means')}</span>
          </summary>
          <div className="mt-1 border-s-2 border-molten ps-3 text-ink-soft">{meaning}</div>
        </details>
      ) : null}
    </div>
  )
}

/** Figures side by side, as many as fit. */
export function StatRow({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,8.25rem),1fr))] gap-x-6 gap-y-5">{children}</div>
  )
}
