import type { ReactNode } from 'react'
import { describeProblem, type Described } from '../app/problem.ts'
import { useLanguage, useRefusalWords } from '../app/i18n.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

/** Nothing here yet: why, and what to do next. */
export function EmptyState({
  icon = 'balance',
  title,
  children,
  actions,
}: {
  icon?: IconName
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-dashed border-line-strong px-6 py-10 text-center">
      <span className="cut grid size-13 place-items-center bg-accent-soft text-accent-ink">
        <Icon name={icon} size={26} />
      </span>
      <h2 className="text-lg">{title}</h2>
      {children ? <div className="max-w-prose text-ink-soft">{children}</div> : null}
      {actions ? <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  )
}

/** A problem in words: what happened, what to do now, and the code in small print for whoever helps. */
export function ErrorState({
  error,
  onRetry,
  actions,
  level = 2,
}: {
  error: unknown
  onRetry?: () => void
  actions?: ReactNode
  level?: 1 | 2
}) {
  const t = useRefusalWords()
  const { language } = useLanguage()
  const problem = describeProblem(error, t, language)
  const Tag = level === 1 ? 'h1' : 'h2'
  return (
    <div
      role="alert"
      className="grid justify-items-start gap-3 rounded-lg border border-line bg-surface p-5 shadow-1 sm:p-6"
    >
      <span className="cut grid size-11 place-items-center bg-warn-soft text-warn-ink">
        <Icon name={problem.kind === 'offline' ? 'cloud_off' : 'info'} size={24} />
      </span>
      <Tag className="text-lg">{problem.sentence}</Tag>
      {problem.way ? <p className="max-w-prose text-ink-soft">{problem.way}</p> : null}
      <div className="flex flex-wrap gap-2">
        {onRetry ? (
          <Button kind="secondary" icon="refresh" onClick={onRetry}>
            {t('common:action.try_again')}
          </Button>
        ) : null}
        {actions}
      </div>
      <ProblemCode problem={problem} />
    </div>
  )
}

/** The same in one line, for beside a button. */
export function ErrorLine({ error }: { error: unknown }) {
  const t = useRefusalWords()
  const { language } = useLanguage()
  if (!error) return null
  const problem = describeProblem(error, t, language)
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-bad-soft px-4 py-3 text-bad-ink">
      <Icon name="warning" className="mt-0.5" />
      <div>
        <p className="font-semibold">{problem.sentence}</p>
        {problem.way ? <p className="text-sm">{problem.way}</p> : null}
        <ProblemCode problem={problem} />
      </div>
    </div>
  )
}

function ProblemCode({ problem }: { problem: Described }) {
  return (
    <p className="font-mono text-xs opacity-80" dir="ltr">
      {problem.code}
    </p>
  )
}
