import { useSyncExternalStore } from 'react'
import { useT } from '../app/i18n.ts'
import { IconButton } from './button.tsx'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

type Toast = { id: number; tone: 'good' | 'bad' | 'plain'; text: string }
let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()
const publish = (next: readonly Toast[]) => {
  toasts = next
  for (const tell of listeners) tell()
}
const dismiss = (id: number) => publish(toasts.filter((t) => t.id !== id))

/** Says something in passing. What must be acted on belongs on the page, not here. */
export function say(text: string, tone: Toast['tone'] = 'plain'): void {
  const id = ++last
  publish([...toasts.slice(-2), { id, tone, text }])
  setTimeout(() => dismiss(id), tone === 'bad' ? 12_000 : 6_000)
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

/** Where passing messages appear and are read out; one per page, in the shell. */
export function Toasts() {
  const t = useT()
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-40 flex flex-col items-center gap-2 px-4 sm:bottom-6"
    >
      {shown.map((toast) => (
        <div
          key={toast.id}
          className="arrive pointer-events-auto flex w-full max-w-md items-center gap-3 rounded-md border border-stone-line bg-stone py-1 ps-4 pe-1 text-sm text-on-stone shadow-3"
        >
          <Icon
            name={toast.tone === 'bad' ? 'warning' : toast.tone === 'good' ? 'check' : 'info'}
            className={cx(toast.tone === 'plain' ? 'text-on-stone-soft' : 'text-molten')}
          />
          <span className="grow py-2">{toast.text}</span>
          <IconButton
            icon="cross"
            label={t('common:action.dismiss')}
            onClick={() => dismiss(toast.id)}
            className="text-on-stone-soft hover:bg-stone-2 hover:text-on-stone"
          />
        </div>
      ))}
    </div>
  )
}
