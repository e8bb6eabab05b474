import { cx } from './cx.ts'

/** A key, where there is a keyboard: phones do not show it. */
export function Kbd({ children, className }: { children: string; className?: string }) {
  return (
    <kbd
      aria-hidden="true"
      className={cx('hidden min-w-6 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface px-1.5 py-0.5 font-mono text-xs text-ink-soft pointer-fine:inline-flex', className)}
    >
      {children}
    </kbd>
  )
}
