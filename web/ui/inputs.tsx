import type { ComponentProps, ReactNode } from 'react'
import { useT } from '../app/i18n.ts'
import { codePoints } from './code-points.ts'
import { cx } from './cx.ts'
import { controlClass, Field, type FieldProps } from './field.tsx'
import { Icon } from './icon.tsx'

type Around = Omit<FieldProps, 'children'>
type Native<T extends 'input' | 'textarea' | 'select'> = Omit<ComponentProps<T>, 'onChange' | 'value' | 'id'>

function Counter({ text, max }: { text: string; max: number | undefined }) {
  const t = useT()
  if (max === undefined) return null
  const used = codePoints(text)
  return (
    <span className={cx('shrink-0 text-xs', used > max ? 'font-semibold text-bad-ink' : 'text-ink-faint')}>
      <bdi aria-hidden="true">
        {used} / {max}
      </bdi>
      <span className="sr-only">{t('common:field.characters_left', { count: Math.max(0, max - used) })}</span>
    </span>
  )
}

function split<P extends Around>(props: P): [Around, Omit<P, keyof Around>] {
  const { label, help, error, optional, required, aside, id, className, ...rest } = props
  return [
    {
      label,
      help,
      error,
      ...(optional && { optional }),
      ...(required && { required }),
      aside,
      ...(id && { id }),
      ...(className && { className }),
    },
    rest,
  ]
}

/** One line of text. `max` shows a live counter; longer text is kept and refused on sending, never cut. */
export function TextInput(
  props: Around & { value: string; onChange: (value: string) => void; max?: number } & Native<'input'>,
) {
  const [around, { value, onChange, max, ...rest }] = split(props)
  return (
    <Field {...around} aside={around.aside ?? <Counter text={value} max={max} />}>
      {(control) => (
        <input
          {...rest}
          {...control}
          className={controlClass}
          value={value}
          onChange={(e) => onChange(e.target.value)}
        />
      )}
    </Field>
  )
}

/** Several lines of text; grows with what is written. */
export function TextArea(
  props: Around & { value: string; onChange: (value: string) => void; max?: number } & Native<'textarea'>,
) {
  const [around, { value, onChange, max, rows = 4, ...rest }] = split(props)
  return (
    <Field {...around} aside={around.aside ?? <Counter text={value} max={max} />}>
      {(control) => (
        <textarea
          {...rest}
          {...control}
          rows={rows}
          className={cx(controlClass, 'field-sizing-content max-h-[60vh] resize-y')}
          value={value}
          onChange={(e) => onChange(e.target.value)}
        />
      )}
    </Field>
  )
}

/** A number, kept as typed text so that nothing is rounded or dropped before the person is done. */
export function NumberInput(
  props: Around & { value: string; onChange: (value: string) => void; unit?: ReactNode } & Native<'input'>,
) {
  const [around, { value, onChange, unit, ...rest }] = split(props)
  return (
    <Field {...around}>
      {(control) => (
        <div className="flex items-center gap-2">
          <input
            inputMode="decimal"
            autoComplete="off"
            {...rest}
            {...control}
            className={cx(controlClass, 'max-w-56 min-w-0')}
            value={value}
            onChange={(e) => onChange(e.target.value)}
          />
          {unit ? <span className="shrink-0 text-ink-soft">{unit}</span> : null}
        </div>
      )}
    </Field>
  )
}

export type Option = { value: string; label: string; disabled?: boolean }

/** A native list of choices: on a phone it opens the phone's own picker. */
export function Select(
  props: Around & {
    value: string
    onChange: (value: string) => void
    options: Option[]
    empty?: string
  } & Native<'select'>,
) {
  const [around, { value, onChange, options, empty, ...rest }] = split(props)
  return (
    <Field {...around}>
      {(control) => (
        <span className="relative block">
          <select
            {...rest}
            {...control}
            className={cx(controlClass, 'appearance-none pe-10')}
            value={value}
            onChange={(e) => onChange(e.target.value)}
          >
            {empty !== undefined ? <option value="">{empty}</option> : null}
            {options.map((o) => (
              <option key={o.value} value={o.value} disabled={o.disabled}>
                {o.label}
              </option>
            ))}
          </select>
          <Icon name="down" className="pointer-events-none absolute end-3 top-1/2 -translate-y-1/2 text-ink-soft" />
        </span>
      )}
    </Field>
  )
}
