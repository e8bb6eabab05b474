import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { wilson } from '../../../src/engine/intervals.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { NumberInput, Select } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { type Numbers, useNumbers } from '../desk/numbers.ts'
import { seasonsQuery } from '../report/queries.ts'

const whole = (typed: string): number | undefined => {
  const n = numberOf(typed)
  return n !== undefined && Number.isInteger(n) && n >= 0 && n <= 1_000_000 ? n : undefined
}

/** Draws a new sample; says before how wide the interval will be at that size. */
export function DrawDialog({ open, onClose, campaignId }: { open: boolean; onClose: () => void; campaignId?: string }) {
  const t = useT('qa')
  const n = useNumbers()
  const navigate = useNavigate()
  const seasons = useQuery({ ...seasonsQuery, enabled: open })
  const [season, setSeason] = useState('')
  const [accepted, setAccepted] = useState('400')
  const [rejected, setRejected] = useState('400')
  const [allAccepted, setAllAccepted] = useState(false)
  const [allRejected, setAllRejected] = useState(false)
  const [double, setDouble] = useState('10')
  const wantedAccepted = allAccepted ? ('all' as const) : whole(accepted)
  const wantedRejected = allRejected ? ('all' as const) : whole(rejected)
  const share = numberOf(double)
  const bps = share !== undefined && share >= 0 && share <= 100 ? Math.round(share * 100) : undefined
  const draw = useAct(
    () => {
      if (wantedAccepted === undefined || wantedRejected === undefined || bps === undefined)
        throw new Error('assumption broken: the numbers were checked')
      return client.audits.draw({
        body: {
          accepted: wantedAccepted,
          rejected: wantedRejected,
          double_bps: bps,
          ...(season && { season_id: season }),
          ...(campaignId && { campaign_id: campaignId }),
        },
      })
    },
    {
      changes: [['qa']],
      said: (plan) => t('qa:draw.done', { count: plan.drawn }),
      after: (plan) => {
        onClose()
        void navigate({ to: `/qa/plans/${plan.plan_id}` })
      },
    },
  )
  const ready =
    wantedAccepted !== undefined &&
    wantedRejected !== undefined &&
    bps !== undefined &&
    (wantedAccepted === 'all' || wantedRejected === 'all' || wantedAccepted + wantedRejected > 0)
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={t('qa:draw.title')}
      action={t('qa:draw.action')}
      busy={draw.isPending}
      error={draw.error}
      disabled={!ready}
      onGo={() => draw.mutate(undefined)}
    >
      <p className="text-sm text-ink-soft">{t('qa:draw.why')}</p>
      {campaignId === undefined ? (
        <Select
          label={t('qa:draw.season')}
          value={season}
          onChange={setSeason}
          empty={t('qa:draw.current_season')}
          options={(seasons.data?.items ?? [])
            .filter((s) => s.state !== 'planned')
            .map((s) => ({ value: s.season_id, label: s.name }))}
        />
      ) : null}
      <Stratum
        label={t('qa:draw.accepted')}
        all={allAccepted}
        setAll={setAllAccepted}
        value={accepted}
        setValue={setAccepted}
        numbers={n}
        figure={t('qa:draw.of_precision')}
      />
      <Stratum
        label={t('qa:draw.rejected')}
        all={allRejected}
        setAll={setAllRejected}
        value={rejected}
        setValue={setRejected}
        numbers={n}
        figure={t('qa:draw.of_rejections')}
      />
      <NumberInput
        label={t('qa:draw.double')}
        help={t('qa:draw.double_help')}
        unit="%"
        value={double}
        onChange={setDouble}
        error={bps === undefined ? t('qa:draw.not_a_share') : undefined}
      />
      {typeof wantedAccepted === 'number' && wantedAccepted < 1000 ? (
        <Notice tone="warn">{t('qa:draw.small')}</Notice>
      ) : null}
    </Ask>
  )
}

function Stratum({
  label,
  all,
  setAll,
  value,
  setValue,
  numbers,
  figure,
}: {
  label: string
  all: boolean
  setAll: (on: boolean) => void
  value: string
  setValue: (v: string) => void
  numbers: Numbers
  figure: string
}) {
  const t = useT('qa')
  const wanted = whole(value)
  const at = wanted !== undefined && wanted > 0 ? wilson(0.92, wanted) : undefined
  return (
    <div className="grid gap-2">
      <NumberInput
        label={label}
        value={value}
        onChange={setValue}
        disabled={all}
        inputMode="numeric"
        error={!all && wanted === undefined ? t('qa:draw.not_a_count') : undefined}
      />
      <Checkbox label={t('qa:draw.all')} checked={all} onChange={setAll} />
      {!all && at ? (
        <p className="text-sm text-ink-soft" role="status">
          {t('qa:draw.width', {
            n: numbers.int(wanted ?? 0),
            figure,
            low: numbers.percent(at.low),
            high: numbers.percent(at.high),
          })}
        </p>
      ) : null}
    </div>
  )
}
