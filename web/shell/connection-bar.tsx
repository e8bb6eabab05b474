import { useSyncExternalStore } from 'react'
import { useT } from '../app/i18n.ts'
import { Icon } from '../ui/icon.tsx'

function subscribe(tell: () => void): () => void {
  addEventListener('online', tell)
  addEventListener('offline', tell)
  return () => {
    removeEventListener('online', tell)
    removeEventListener('offline', tell)
  }
}

/** Whether the device has a line at all. */
export const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine)

/** Says that the line is gone and that nothing is lost by it. */
export function ConnectionBar() {
  const t = useT()
  const online = useOnline()
  return (
    <div role="status">
      {online ? null : (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-gutter py-2 text-center text-sm font-medium text-warn-ink">
          <Icon name="cloud_off" size={18} />
          {t('common:shell.offline')}
        </p>
      )}
    </div>
  )
}
