import { type ReactNode, useState } from 'react'
import { useT } from '../app/i18n.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** Material that may upset: covered until one chooses to look, and coverable again. Readers of sound do not hear it early. */
export function BlurredContent({ children, reason }: { children: ReactNode; reason?: ReactNode }) {
  const t = useT()
  const [shown, setShown] = useState(false)
  if (shown) {
    return (
      <div className="grid gap-2">
        {children}
        <Button kind="quiet" size="small" icon="eye" className="justify-self-start" onClick={() => setShown(false)}>
          {t('common:blurred.cover')}
        </Button>
      </div>
    )
  }
  return (
    <div className="relative isolate overflow-hidden rounded-md border border-line bg-sunken">
      <div
        aria-hidden="true"
        inert
        className="pointer-events-none max-h-48 min-h-40 select-none overflow-hidden p-4 blur-lg"
      >
        {children}
      </div>
      <div className="absolute inset-0 grid place-content-center justify-items-center gap-3 bg-surface/70 p-4 text-center">
        <Icon name="warning" size={24} className="text-warn-ink" />
        <p className="max-w-prose text-sm">{reason ?? t('common:blurred.why')}</p>
        <Button kind="secondary" icon="eye" onClick={() => setShown(true)}>
          {t('common:blurred.show')}
        </Button>
      </div>
    </div>
  )
}
