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
import type { Mode } from './settings-schema.ts'

type Adaptive = Extract<Policy, { kind: 'adaptive' }>
/** What is counted in each mode, the largest least number of it and the largest most: those of the contract. */
const COUNTED = {
  review: { part: 'reviews', least: 15, most: 31 },
  redundancy: { part: 'redundancy', least: 31, most: 63 },
} as const

/** How votes, or answers to one item, decide: as many as the doubt is worth, or a majority; and what that means. */
export function Votes({
  mode,
  settings,
  onChange,
}: {
  mode: Mode
  settings: Settings
  onChange: (settings: Settings) => void
}) {
  const t = useT('policy')
  const policy: Policy = settings.policy ?? { kind: 'majority' }
  const price = settings.prices[0]
  const { part, least, most } = COUNTED[mode]
  const range = settings[part]
  const text = (kind: Policy['kind']) => (mode === 'review' ? kind : (`answers_${kind}` as const))
  const choose = (kind: string) => {
    const { min, max } = range
    if (kind === policy.kind || !price) return
    if (kind === 'adaptive')
      onChange({ ...settings, policy: { kind: 'adaptive', ...suggestedWorth(price) }, [part]: { min: 1, max } })
    else
      onChange({ ...settings, policy: { kind: 'majority' }, [part]: { min: Math.max(3, min), max: Math.max(5, max) } })
  }
  return (
    <Card>
      <SectionHead title={t('policy:title')} hint={t(`policy:hint.${mode}`)} />
      <div className="grid gap-5">
        <FieldSet legend={t('policy:how')}>
          <RadioGroup
            name="policy"
            value={policy.kind}
            onChange={choose}
            options={(['adaptive', 'majority'] as const).map((kind) => ({
              value: kind,
              label: t(`policy:${text(kind)}.name`),
              help: t(`policy:${text(kind)}.help`),
            }))}
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
          {(['least', 'most'] as const).map((which) => (
            <WholeNumber
              key={`${policy.kind}-${which}`}
              label={t(`policy:${text(policy.kind)}.${which}`)}
              help={t(`policy:${text(policy.kind)}.${which}_help`)}
              value={which === 'least' ? range.min : range.max}
              from={which === 'least' ? 1 : range.min}
              to={which === 'least' ? Math.min(least, range.max) : most}
              onChange={(n) => onChange({ ...settings, [part]: { ...range, [which === 'least' ? 'min' : 'max']: n } })}
            />
          ))}
        </div>
        {mode === 'review' ? <PolicyOutlook settings={settings} /> : null}
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
function WholeNumber({
  label,
  help,
  value,
  from,
  to,
  onChange,
}: {
  label: string
  help: string
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
      label={label}
      help={help}
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
