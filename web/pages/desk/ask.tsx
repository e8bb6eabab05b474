import type { ReactNode } from 'react'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorLine } from '../../ui/states.tsx'

/** Asks before something that matters: what will happen, what was said against it, and the two ways out. */
export function Ask({
  open,
  onClose,
  title,
  children,
  action,
  danger = false,
  busy,
  error,
  onGo,
  disabled = false,
  wide = false,
}: {
  open: boolean
  onClose: () => void
  title: ReactNode
  children: ReactNode
  action: ReactNode
  danger?: boolean
  busy: boolean
  error?: unknown
  onGo: () => void
  disabled?: boolean
  wide?: boolean
}) {
  const t = useT()
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      wide={wide}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy} disabled={disabled} onClick={onGo}>
            {action}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {children}
        <ErrorLine error={error} />
      </div>
    </Dialog>
  )
}
