import { useEffect, useState } from 'react'
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
  useEffect(() => {
    if (minorOf(typed, scale) !== value) setTyped(shown)
    // Only a value from outside replaces what is being typed.
    // eslint-disable-next-line
  }, [value, scale])
  const fits = typed.trim() === '' || minorOf(typed, scale) !== undefined
  return (
    <NumberInput
      label={label}
      help={help}
      unit={currency}
      value={typed}
      {...(id && { id })}
      error={fits ? error : t('desk:money_wrong', { scale })}
      onChange={(next) => {
        setTyped(next)
        onChange(next.trim() === '' ? undefined : minorOf(next, scale))
      }}
    />
  )
}
