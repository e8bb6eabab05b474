import { cx } from './cx.ts'

/** A key, where there is a keyboard: phones do not show it. */
export function Kbd({
  children,
  className,
  onAccent = false,
}: {
  children: string
  className?: string
  onAccent?: boolean
}) {
  return (
    <kbd
      aria-hidden="true"
      className={cx(
        'hidden min-w-6 shrink-0 items-center justify-center rounded-sm border px-1.5 py-0.5 font-mono text-xs pointer-fine:inline-flex',
        onAccent ? 'border-current' : 'border-line-strong bg-surface text-ink-soft',
        className,
      )}
    >
      {children}
    </kbd>
  )
}
