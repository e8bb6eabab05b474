import { useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { NumberInput } from '../../ui/inputs.tsx'
import { decimalOf, minorOf, scaleOf } from '../../ui/money.tsx'

/** An amount typed as people write it and kept as whole minor units; what does not fit the currency is refused, never rounded. */
export function MoneyInput({
  label,
  help,
  currency,
  value,
  onChange,
  error,
  id,
}: {
  label: string
  help?: React.ReactNode
  currency: string
  value: string | undefined
  onChange: (minor: string | undefined) => void
  error?: string | undefined
  id?: string
}) {
  const t = useT('desk')
  const scale = scaleOf(currency)
  const shown = value === undefined ? '' : decimalOf(value, scale)
  const [typed, setTyped] = useState(shown)
  // What is being typed stays as typed; only a value from outside replaces it.
  const text = minorOf(typed, scale) === value ? typed : shown
  const fits = text.trim() === '' || minorOf(text, scale) !== undefined
  return (
    <NumberInput
      label={label}
      help={help}
      unit={currency}
      value={text}
      {...(id && { id })}
      error={fits ? error : t('desk:money_wrong', { scale })}
      onChange={(next) => {
        setTyped(next)
        onChange(next.trim() === '' ? undefined : minorOf(next, scale))
      }}
    />
  )
}
