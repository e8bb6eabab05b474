import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useT } from '../app/i18n.ts'
import { IconButton } from './button.tsx'
import { cx } from './cx.ts'

/**
 * A modal question or form. The browser's own dialog keeps the focus inside, closes on Escape, makes the rest inert and
 * returns the focus, and costs the work page no script; a sheet from the bottom on phones.
 */
export function Dialog({
  open,
  onClose,
  title,
  children,
  actions,
  wide = false,
}: {
  open: boolean
  onClose: () => void
  title: ReactNode
  children: ReactNode
  actions?: ReactNode
  wide?: boolean
}) {
  const t = useT()
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (open && !dialog.open) dialog.showModal()
    if (!open && dialog.open) dialog.close()
  }, [open])
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onClose={onClose}
      onCancel={(event) => {
        if (event.target === event.currentTarget) return
        event.stopPropagation()
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className={cx(
        'm-0 mt-auto max-h-[92dvh] w-full max-w-none overflow-visible rounded-t-lg bg-surface p-0 shadow-3 sm:m-auto sm:rounded-lg',
        wide ? 'sm:max-w-3xl' : 'sm:max-w-lg',
        open && 'arrive',
      )}
    >
      {open ? (
        <div className="flex max-h-[92dvh] flex-col">
          <header className="flex items-start justify-between gap-3 border-b border-line py-3 ps-5 pe-2">
            <h2 id={titleId} className="py-1.5 text-lg">
              {title}
            </h2>
            <IconButton icon="cross" label={t('common:action.close')} onClick={onClose} />
          </header>
          <div className="grow overflow-y-auto px-5 py-4">{children}</div>
          {actions ? (
            <footer className="flex flex-col-reverse gap-2 border-t border-line px-5 py-3 sm:flex-row sm:justify-end">
              {actions}
            </footer>
          ) : null}
        </div>
      ) : null}
    </dialog>
  )
}
