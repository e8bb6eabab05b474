import { Money } from '../../ui/money.tsx'

/** Amounts in one or more currencies, as a dual reward pays them. */
export function Amounts({ amounts }: { amounts: readonly { currency: string; amount_minor: string }[] }) {
  if (amounts.length === 0) return <>–</>
  return (
    <>
      {amounts.map((a, i) => (
        <span key={a.currency}>
          {i > 0 ? ' + ' : ''}
          <Money {...a} />
        </span>
      ))}
    </>
  )
}
