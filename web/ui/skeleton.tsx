import { useT } from '../app/i18n.ts'
import { cx } from './cx.ts'

/** Grey lines where words will be. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cx('shimmer h-4 rounded-sm', className)} />
}

/** A page's worth of waiting, announced once. */
export function LoadingBlock({ lines = 3 }: { lines?: number }) {
  const t = useT()
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">{t('common:state.loading')}</span>
      <Skeleton className="h-7 w-2/5" />
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} className={i === lines - 1 ? 'w-3/5' : 'w-full'} />
      ))}
    </div>
  )
}
