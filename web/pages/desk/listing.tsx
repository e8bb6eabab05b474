import type { ReactNode } from 'react'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import type { useList } from './use-list.ts'

/** A list in each of its states: loading, failed, empty, or there with a way to see more. */
export function Listing<T>({
  list,
  empty,
  children,
}: {
  list: ReturnType<typeof useList<T>>
  empty: ReactNode
  children: (items: T[]) => ReactNode
}) {
  const t = useT()
  if (list.error) return <ErrorState error={list.error} onRetry={list.refetch} />
  if (!list.items) return <LoadingBlock lines={4} />
  if (list.items.length === 0) return <>{empty}</>
  return (
    <div className="grid gap-4">
      {children(list.items)}
      {list.more ? (
        <Button kind="secondary" busy={list.busy} onClick={list.more} className="justify-self-center">
          {t('common:action.load_more')}
        </Button>
      ) : null}
    </div>
  )
}
