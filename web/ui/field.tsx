import { type ReactNode, useId } from 'react'
import { useT } from '../app/i18n.ts'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

/** What a control inside a field needs, so that its label, help and problem are announced with it. */
export type ControlIds = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
}

export type FieldProps = {
  label: ReactNode
  help?: ReactNode
  error?: string | undefined
  /** Marks an optional field; required is the silent rule. */
  optional?: boolean
  required?: boolean
  aside?: ReactNode
  id?: string
  className?: string
  children: (control: ControlIds) => ReactNode
}

/** A label, a control, its help and its problem, tied together for every kind of reader. */
export function Field({
  label,
  help,
  error,
  optional = false,
  required = false,
  aside,
  id,
  className,
  children,
}: FieldProps) {
  const t = useT()
  const own = useId()
  const controlId = id ?? own
  const helpId = help ? `${controlId}-help` : undefined
  const errorId = error ? `${controlId}-error` : undefined
  return (
    <div className={cx('grid gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={controlId} className="font-semibold">
          {label}
          {optional ? (
            <span className="ms-2 text-sm font-normal text-ink-faint">{t('common:field.optional')}</span>
          ) : null}
        </label>
        {aside}
      </div>
      {help ? (
        <div id={helpId} className="text-sm text-ink-soft">
          {help}
        </div>
      ) : null}
      {children({
        id: controlId,
        'aria-describedby': [helpId, errorId].filter(Boolean).join(' ') || undefined,
        'aria-invalid': error ? true : undefined,
        'aria-required': required || undefined,
      })}
      <FieldError id={errorId} error={error} />
    </div>
  )
}

/** What is wrong with a field, beside the field. */
export function FieldError({ id, error }: { id?: string | undefined; error?: string | undefined }) {
  if (!error) return null
  return (
    <p id={id} className="flex items-start gap-1.5 text-sm font-medium text-bad-ink">
      <Icon name="warning" size={18} className="mt-px" />
      <span>{error}</span>
    </p>
  )
}

/** The look of every box one can type in. */
export const controlClass =
  'block w-full min-h-touch rounded-md border border-line-strong bg-surface px-3 py-2.5 text-base text-ink placeholder:text-ink-faint hover:border-ink-soft disabled:bg-sunken disabled:text-ink-faint aria-invalid:border-bad'

/** A group of choices under one legend. */
export function FieldSet({
  legend,
  help,
  error,
  optional = false,
  children,
  id,
}: Omit<FieldProps, 'children' | 'label'> & { legend: ReactNode; children: ReactNode }) {
  const t = useT()
  const own = useId()
  const groupId = id ?? own
  return (
    <fieldset
      id={groupId}
      tabIndex={-1}
      className="grid min-w-0 gap-1.5"
      aria-describedby={[help && `${groupId}-help`, error && `${groupId}-error`].filter(Boolean).join(' ') || undefined}
    >
      <legend className="contents">
        <span className="mb-1.5 font-semibold">
          {legend}
          {optional ? (
            <span className="ms-2 text-sm font-normal text-ink-faint">{t('common:field.optional')}</span>
          ) : null}
        </span>
      </legend>
      {help ? (
        <div id={`${groupId}-help`} className="text-sm text-ink-soft">
          {help}
        </div>
      ) : null}
      {children}
      <FieldError id={`${groupId}-error`} error={error} />
    </fieldset>
  )
}
