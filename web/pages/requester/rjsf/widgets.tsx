import type { WidgetProps } from '@rjsf/utils'
import { useState } from 'react'
import { useT } from '../../../app/i18n.ts'
import { Checkbox } from '../../../ui/choices.tsx'
import { cx } from '../../../ui/cx.ts'
import { controlClass } from '../../../ui/field.tsx'
import { NumberInput, Select, TextInput } from '../../../ui/inputs.tsx'
import { numberOf } from '../../../work-form/form.ts'
import { MoneyInput } from '../../desk/money-input.tsx'

/** What widgets must know of the data around them. */
export type Surroundings = { currencyAt: (id: string) => string }

const around = (p: WidgetProps) => ({
  id: p.id,
  label: p.label,
  help: p.schema.description || undefined,
  error: p.hideError ? undefined : p.rawErrors?.[0],
  optional: !p.required,
})

/** One line of text or a number; an emptied optional field is no value. */
export function TextWidget(p: WidgetProps) {
  const numeric = p.schema.type === 'integer' || p.schema.type === 'number'
  const Input = numeric ? NumberInput : TextInput
  return (
    <Input
      {...around(p)}
      value={p.value === undefined || p.value === null ? '' : String(p.value)}
      onChange={(v) => p.onChange(v.trim() === '' ? undefined : numeric ? (numberOf(v) ?? v) : v)}
      {...(numeric ? { inputMode: 'numeric' as const } : {})}
    />
  )
}

export function CheckboxWidget(p: WidgetProps) {
  return (
    <Checkbox
      id={p.id}
      label={p.label}
      help={p.schema.description || undefined}
      checked={Boolean(p.value)}
      onChange={(on) => p.onChange(on)}
    />
  )
}

export function SelectWidget(p: WidgetProps) {
  const options = (p.options.enumOptions ?? []).map((o) => ({ value: String(o.value), label: o.label }))
  return <Select {...around(p)} value={String(p.value ?? '')} onChange={(v) => p.onChange(v)} options={options} />
}

/** Minor units, typed as the currency of the same price writes them. */
export function MoneyWidget(p: WidgetProps) {
  const { currencyAt } = p.registry.formContext as Surroundings
  const { id, label, help, error } = around(p)
  return (
    <MoneyInput
      key={currencyAt(p.id)}
      id={id}
      label={label}
      help={help}
      error={error}
      currency={currencyAt(p.id)}
      value={typeof p.value === 'string' ? p.value : undefined}
      onChange={(minor) => p.onChange(minor)}
    />
  )
}

/** A share typed in percent and kept in basis points. */
export function ShareWidget(p: WidgetProps) {
  const [typed, setTyped] = useState(p.value === undefined ? '' : String(Number(p.value) / 100))
  return (
    <NumberInput
      {...around(p)}
      unit="%"
      value={typed}
      onChange={(v) => {
        setTyped(v)
        const n = numberOf(v)
        p.onChange(n === undefined ? undefined : Math.round(n * 100))
      }}
    />
  )
}

const UNITS = [
  ['days', 86_400],
  ['hours', 3600],
  ['minutes', 60],
  ['seconds', 1],
] as const
const unitOf = (seconds: number) => UNITS.find(([, size]) => seconds >= size && seconds % size === 0)?.[0] ?? 'seconds'

/** A length of time in the unit that says it best, kept in seconds. */
export function DurationWidget(p: WidgetProps) {
  const t = useT('requester')
  const seconds = typeof p.value === 'number' ? p.value : undefined
  const [unit, setUnit] = useState<(typeof UNITS)[number][0]>(seconds === undefined ? 'minutes' : unitOf(seconds))
  const size = UNITS.find(([name]) => name === unit)![1]
  const [typed, setTyped] = useState(seconds === undefined ? '' : String(seconds / size))
  const give = (text: string, by: number) => {
    const n = numberOf(text)
    p.onChange(n === undefined ? undefined : Math.round(n * by))
  }
  return (
    <NumberInput
      {...around(p)}
      value={typed}
      onChange={(v) => {
        setTyped(v)
        give(v, size)
      }}
      unit={
        <select
          aria-label={t('requester:pay.unit_of', { label: p.label })}
          className={cx(controlClass, 'w-auto!')}
          value={unit}
          onChange={(e) => {
            const next = UNITS.find(([name]) => name === e.target.value)!
            setUnit(next[0])
            give(typed, next[1])
          }}
        >
          {UNITS.map(([name]) => (
            <option key={name} value={name}>
              {t(`requester:pay.unit.${name}`)}
            </option>
          ))}
        </select>
      }
    />
  )
}
