import { useState } from 'react'
import type { Settings } from '../../../src/domains/campaigns/contract.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { NumberInput } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'

type Routing = NonNullable<Settings['routing']>
const USUAL: Routing = { least_bps: 7500, newcomer_daily: 5 }

/** Whether a day's work depends on what people have shown, and what newcomers get all the same. */
export function RoutingCard({ settings, onChange }: { settings: Settings; onChange: (settings: Settings) => void }) {
  const t = useT('segments')
  const { routing, ...rest } = settings
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('segments:routing.title')} hint={t('segments:routing.hint')} />
      <Checkbox
        label={t('segments:routing.on')}
        help={t('segments:routing.on_help')}
        checked={routing !== undefined}
        onChange={(on) => onChange(on ? { ...rest, routing: USUAL } : rest)}
      />
      {routing ? <Numbers routing={routing} onChange={(next) => onChange({ ...rest, routing: next })} /> : null}
    </Card>
  )
}

function Numbers({ routing, onChange }: { routing: Routing; onChange: (routing: Routing) => void }) {
  const t = useT('segments')
  const [share, setShare] = useState<string>()
  const [daily, setDaily] = useState<string>()
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <NumberInput
        label={t('segments:routing.least')}
        help={t('segments:routing.least_help')}
        unit="%"
        value={share ?? String(routing.least_bps / 100)}
        error={share === undefined ? undefined : t('segments:between', { from: 1, to: 99 })}
        onChange={(text) => {
          const n = numberOf(text)
          const fits = n !== undefined && n >= 1 && n <= 99
          setShare(fits ? undefined : text)
          if (fits) onChange({ ...routing, least_bps: Math.round(n * 100) })
        }}
      />
      <NumberInput
        label={t('segments:routing.newcomers')}
        help={t('segments:routing.newcomers_help')}
        inputMode="numeric"
        value={daily ?? String(routing.newcomer_daily)}
        error={daily === undefined ? undefined : t('segments:between', { from: 1, to: 1000 })}
        onChange={(text) => {
          const n = numberOf(text)
          const fits = n !== undefined && Number.isInteger(n) && n >= 1 && n <= 1000
          setDaily(fits ? undefined : text)
          if (fits) onChange({ ...routing, newcomer_daily: n })
        }}
      />
    </div>
  )
}
