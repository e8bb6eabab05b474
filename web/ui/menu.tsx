import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { cx } from './cx.ts'

/** A button that discloses a small panel of links and switches; Escape and a press elsewhere close it. */
export function Menu({
  label,
  trigger,
  children,
  className,
  panelClass,
  up = false,
}: {
  label: string
  trigger: ReactNode
  children: (close: () => void) => ReactNode
  className?: string
  panelClass?: string
  up?: boolean
}) {
  const [open, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const panelId = useId()
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => {
      if (!place.current?.contains(event.target as Node)) setOpen(false)
    }
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    document.addEventListener('pointerdown', away)
    document.addEventListener('focusin', away)
    document.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('pointerdown', away)
      document.removeEventListener('focusin', away)
      document.removeEventListener('keydown', key)
    }
  }, [open])
  return (
    <div ref={place} className="relative">
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        onClick={() => setOpen(!open)}
        className={cx(
          'inline-flex min-h-touch min-w-touch items-center justify-center gap-2 rounded-md px-2',
          className,
        )}
      >
        {trigger}
      </button>
      {open ? (
        <div
          id={panelId}
          className={cx(
            'arrive absolute end-0 z-30 min-w-60 rounded-lg border border-line bg-surface p-2 text-ink shadow-3',
            up ? 'bottom-full mb-2' : 'top-full mt-1',
            panelClass,
          )}
        >
          {children(() => setOpen(false))}
        </div>
      ) : null}
    </div>
  )
}
