import { type ReactNode, useId, useState } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

/** A place to drop a file or to pick one; the whole place is the button. */
export function FileDrop({
  label,
  hint,
  accept,
  onFile,
  disabled = false,
}: {
  label: ReactNode
  hint?: ReactNode
  accept: string
  onFile: (file: File) => void
  disabled?: boolean
}) {
  const id = useId()
  const [over, setOver] = useState(false)
  return (
    <label
      htmlFor={id}
      onDragOver={(e) => {
        e.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault()
        setOver(false)
        const file = e.dataTransfer.files[0]
        if (file && !disabled) onFile(file)
      }}
      className={cx(
        'grid min-h-36 place-content-center justify-items-center gap-2 rounded-lg border-2 border-dashed p-6 text-center has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
        over ? 'border-accent bg-accent-soft' : 'border-line-strong hover:border-ink-soft',
        disabled && 'opacity-60',
      )}
    >
      <Icon name="upload" size={28} className="text-accent-ink" />
      <span className="font-semibold">{label}</span>
      {hint ? <span className="text-sm text-ink-soft">{hint}</span> : null}
      <input
        id={id}
        type="file"
        accept={accept}
        disabled={disabled}
        className="sr-only"
        onChange={(e) => {
          const file = e.target.files?.[0]
          if (file) onFile(file)
          e.target.value = ''
        }}
      />
    </label>
  )
}
