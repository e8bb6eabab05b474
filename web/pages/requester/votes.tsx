import { useState } from 'react'
import type { Policy, Settings } from '../../../src/domains/campaigns/contract.ts'
import { suggestedWorth } from '../../../src/domains/reliability/outlook-rules.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { RadioGroup } from '../../ui/choices.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { NumberInput } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { MoneyInput } from '../desk/money-input.tsx'
import { PolicyOutlook } from '../desk/policy-outlook.tsx'

type Adaptive = Extract<Policy, { kind: 'adaptive' }>
const MOST_FIRST = 15
const MOST = 31

/** How votes decide: as many as the doubt is worth, or a majority; and what that means before anything is spent. */
export function Votes({ settings, onChange }: { settings: Settings; onChange: (settings: Settings) => void }) {
  const t = useT('policy')
  const policy: Policy = settings.policy ?? { kind: 'majority' }
  const price = settings.prices[0]
  const choose = (kind: string) => {
    const { min, max } = settings.reviews
    if (kind === policy.kind || !price) return
    if (kind === 'adaptive')
      onChange({ ...settings, policy: { kind: 'adaptive', ...suggestedWorth(price) }, reviews: { min: 1, max } })
    else
      onChange({ ...settings, policy: { kind: 'majority' }, reviews: { min: Math.max(3, min), max: Math.max(5, max) } })
  }
  return (
    <Card>
      <SectionHead title={t('policy:title')} hint={t('policy:hint')} />
      <div className="grid gap-5">
        <FieldSet legend={t('policy:how')}>
          <RadioGroup
            name="policy"
            value={policy.kind}
            onChange={choose}
            options={[
              { value: 'adaptive', label: t('policy:adaptive.name'), help: t('policy:adaptive.help') },
              { value: 'majority', label: t('policy:majority.name'), help: t('policy:majority.help') },
            ]}
          />
        </FieldSet>
        {policy.kind === 'adaptive' && price ? (
          <Worth
            key={price.currency}
            policy={policy}
            currency={price.currency}
            onChange={(next) => onChange({ ...settings, policy: next })}
          />
        ) : null}
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <Reviews
            key={`${policy.kind}-least`}
            kind={policy.kind}
            which="least"
            value={settings.reviews.min}
            from={1}
            to={Math.min(MOST_FIRST, settings.reviews.max)}
            onChange={(min) => onChange({ ...settings, reviews: { ...settings.reviews, min } })}
          />
          <Reviews
            key={`${policy.kind}-most`}
            kind={policy.kind}
            which="most"
            value={settings.reviews.max}
            from={settings.reviews.min}
            to={MOST}
            onChange={(max) => onChange({ ...settings, reviews: { ...settings.reviews, max } })}
          />
        </div>
        <PolicyOutlook settings={settings} />
      </div>
    </Card>
  )
}

/** What a right answer is worth and what a wrong one costs: all that the stopping rule needs to be told. */
function Worth({
  policy,
  currency,
  onChange,
}: {
  policy: Adaptive
  currency: string
  onChange: (policy: Adaptive) => void
}) {
  const t = useT('policy')
  const parts = [
    { part: 'good_value_minor', label: t('policy:good'), help: t('policy:good_help') },
    { part: 'bad_cost_minor', label: t('policy:bad'), help: t('policy:bad_help') },
  ] as const
  return (
    <div className="grid items-start gap-5 sm:grid-cols-2">
      {parts.map(({ part, label, help }) => (
        <AmountAboveZero
          key={part}
          label={label}
          help={help}
          currency={currency}
          value={policy[part]}
          onChange={(minor) => onChange({ ...policy, [part]: minor })}
        />
      ))}
    </div>
  )
}

/** An amount above zero; what is not one stays in the field and out of the draft. */
function AmountAboveZero({
  value,
  onChange,
  ...rest
}: {
  label: string
  help: string
  currency: string
  value: string
  onChange: (minor: string) => void
}) {
  const t = useT('policy')
  const [wrong, setWrong] = useState<{ minor: string | undefined }>()
  return (
    <MoneyInput
      {...rest}
      value={wrong ? wrong.minor : value}
      error={wrong ? t('policy:above_zero') : undefined}
      onChange={(minor) => {
        const fits = minor !== undefined && BigInt(minor) > 0n
        setWrong(fits ? undefined : { minor })
        if (fits) onChange(minor)
      }}
    />
  )
}

/** A whole number in its limits, kept as typed until it fits. */
function Reviews({
  kind,
  which,
  value,
  from,
  to,
  onChange,
}: {
  kind: Policy['kind']
  which: 'least' | 'most'
  value: number
  from: number
  to: number
  onChange: (n: number) => void
}) {
  const t = useT('policy')
  const [typed, setTyped] = useState<string>()
  const fits = (n: number | undefined): n is number => n !== undefined && Number.isInteger(n) && n >= from && n <= to
  return (
    <NumberInput
      label={t(`policy:${kind}.${which}`)}
      help={t(`policy:${kind}.${which}_help`)}
      inputMode="numeric"
      value={typed ?? String(value)}
      error={typed === undefined ? undefined : t('policy:between', { from, to })}
      onChange={(text) => {
        const n = numberOf(text)
        setTyped(fits(n) ? undefined : text)
        if (fits(n)) onChange(n)
      }}
    />
  )
}
