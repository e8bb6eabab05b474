import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'

/** The look of a choice that is a whole row: the touch target is the row, not the dot. */
export const choiceClass = (checked: boolean, compact = false): string =>
  cx(
    'flex min-h-touch items-start gap-3 rounded-md border px-3.5 transition-colors duration-(--quick)',
    compact ? 'py-2' : 'py-2.5',
    'has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus has-disabled:text-ink-faint',
    checked
      ? 'border-accent bg-accent-soft shadow-[inset_0_0_0_1px_var(--accent)]'
      : 'border-line-strong bg-surface hover:border-ink-soft',
  )

type BoxProps = { label: ReactNode; help?: ReactNode; hint?: ReactNode } & Omit<ComponentProps<'input'>, 'onChange'> & {
    onChange: (checked: boolean) => void
  }

function Row({ kind, label, help, hint, checked, onChange, ...rest }: BoxProps & { kind: 'checkbox' | 'radio' }) {
  return (
    <label className={choiceClass(Boolean(checked))}>
      <input
        {...rest}
        type={kind}
        checked={checked}
        onChange={(e) => onChange(e.target.checked)}
        className={cx(
          'mt-[0.2em] size-4.5 shrink-0 appearance-none border-2 border-line-strong bg-surface outline-none checked:border-accent',
          kind === 'radio'
            ? 'rounded-full checked:border-[5.5px]'
            : 'rounded-[4px] checked:bg-accent checked:bg-(image:--tick)',
        )}
      />
      <span className="min-w-0 grow">
        <span className="block">{label}</span>
        {help ? <span className="block text-sm text-ink-soft">{help}</span> : null}
      </span>
      {hint}
    </label>
  )
}

/** A yes or no that stands alone. */
export function Checkbox(props: BoxProps) {
  return <Row kind="checkbox" {...props} />
}

/** One of several; give all of one group the same `name`. */
export function Radio(props: BoxProps) {
  return <Row kind="radio" {...props} />
}

/** A group of radios as data. The legend belongs to the FieldSet around it. */
export function RadioGroup({
  name,
  value,
  onChange,
  options,
}: {
  name: string
  value: string | undefined
  onChange: (value: string) => void
  options: { value: string; label: ReactNode; help?: ReactNode; disabled?: boolean }[]
}) {
  return (
    <div className="grid gap-2">
      {options.map((o) => (
        <Radio
          key={o.value}
          name={name}
          value={o.value}
          checked={value === o.value}
          onChange={() => onChange(o.value)}
          label={o.label}
          help={o.help}
          disabled={o.disabled ?? false}
        />
      ))}
    </div>
  )
}
