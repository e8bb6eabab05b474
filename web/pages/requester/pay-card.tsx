import { useState } from 'react'
import type { Settings } from '../../../src/domains/campaigns/contract.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { NumberInput } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'

type Pay = Pick<Settings, 'reviewer_pay' | 'hold' | 'novelty' | 'scarcity'>
/** What each rule starts with: figures that the simulator was run with. */
const USUAL: Required<Pay> = {
  reviewer_pay: { kind: 'audited', base_bps: 2_000, window_days: 7, audit_bps: 800 },
  hold: { share_bps: 3_000, days: 14 },
  novelty: { most_bps: 5_000 },
  scarcity: { most_bps: 20_000 },
}
/** Half evenly, three in ten to doubted work, two in ten to who has most at stake and is known least. */
const AIM = { doubted_bps: 3_000, exposed_bps: 2_000 }

/** Pay that rewards seeing over clicking: a bonus for reviewers by audits, a held share, and pay for what is new or scarce. */
export function PayCard({ settings, onChange }: { settings: Settings; onChange: (settings: Settings) => void }) {
  const t = useT('pay')
  const turn = (part: keyof Pay, on: boolean) => {
    const { [part]: _, ...rest } = settings
    onChange(on ? { ...rest, [part]: USUAL[part] } : rest)
  }
  const { reviewer_pay, hold, novelty, scarcity } = settings
  const aim = (on: boolean) => {
    if (!reviewer_pay) return
    const { audit_aim: _, ...even } = reviewer_pay
    onChange({ ...settings, reviewer_pay: on ? { ...even, audit_aim: AIM } : even })
  }
  const share = (name: string, bps: number, most: number, set: (bps: number) => void, least = 1) => (
    <Whole name={name} unit="%" value={bps / 100} from={least} to={most} onChange={(n) => set(n * 100)} />
  )
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('pay:title')} hint={t('pay:hint')} />
      {(['reviewer_pay', 'hold', 'novelty', 'scarcity'] as const).map((part) => (
        <Checkbox
          key={part}
          label={t(`pay:${part}.on`)}
          help={t(`pay:${part}.help`)}
          checked={settings[part] !== undefined}
          onChange={(on) => turn(part, on)}
        />
      ))}
      {reviewer_pay ? (
        <Checkbox
          label={t('pay:reviewer_pay.aim')}
          help={t('pay:reviewer_pay.aim_help')}
          checked={reviewer_pay.audit_aim !== undefined}
          onChange={aim}
        />
      ) : null}
      <div className="grid gap-4 sm:grid-cols-2">
        {reviewer_pay ? (
          <>
            {share(
              'reviewer_pay.base',
              reviewer_pay.base_bps,
              25,
              (base_bps) => onChange({ ...settings, reviewer_pay: { ...reviewer_pay, base_bps } }),
              0,
            )}
            {share('reviewer_pay.audits', reviewer_pay.audit_bps, 100, (audit_bps) =>
              onChange({ ...settings, reviewer_pay: { ...reviewer_pay, audit_bps } }),
            )}
            <Whole
              name="reviewer_pay.days"
              value={reviewer_pay.window_days}
              from={1}
              to={14}
              onChange={(window_days) => onChange({ ...settings, reviewer_pay: { ...reviewer_pay, window_days } })}
            />
          </>
        ) : null}
        {hold ? (
          <>
            {share('hold.share', hold.share_bps, 60, (share_bps) =>
              onChange({ ...settings, hold: { ...hold, share_bps } }),
            )}
            <Whole
              name="hold.days"
              value={hold.days}
              from={1}
              to={30}
              onChange={(days) => onChange({ ...settings, hold: { ...hold, days } })}
            />
          </>
        ) : null}
        {novelty
          ? share('novelty.most', novelty.most_bps, 300, (most_bps) => onChange({ ...settings, novelty: { most_bps } }))
          : null}
        {scarcity
          ? share(
              'scarcity.most',
              scarcity.most_bps,
              400,
              (most_bps) => onChange({ ...settings, scarcity: { most_bps } }),
              100,
            )
          : null}
      </div>
    </Card>
  )
}

function Whole(field: {
  name: string
  unit?: string
  value: number
  from: number
  to: number
  onChange: (n: number) => void
}) {
  const t = useT('pay')
  const [typed, setTyped] = useState<string>()
  const { from, to } = field
  return (
    <NumberInput
      label={t(`pay:${field.name}`)}
      help={t(`pay:${field.name}_help`)}
      inputMode="numeric"
      {...(field.unit && { unit: field.unit })}
      value={typed ?? String(field.value)}
      error={typed === undefined ? undefined : t('pay:between', { from, to })}
      onChange={(text) => {
        const n = numberOf(text)
        const fits = n !== undefined && Number.isInteger(n) && n >= from && n <= to
        setTyped(fits ? undefined : text)
        if (fits) field.onChange(n)
      }}
    />
  )
}
