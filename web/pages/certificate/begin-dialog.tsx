import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { NumberInput } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { useNumbers } from '../desk/numbers.ts'
import type { Place } from './queries.ts'

/** A percentage that was typed, as the decimal that the server takes. */
function shareOf(typed: string): string | undefined {
  const percent = numberOf(typed)
  if (percent === undefined || !(percent > 0 && percent < 100)) return undefined
  const share = (Math.round(percent * 10_000) / 1_000_000).toFixed(6)
  return Number(share) > 0 && Number(share) < 1 ? share : undefined
}
const positive = (typed: string): number | undefined => {
  const n = numberOf(typed)
  return n !== undefined && n > 0 ? n : undefined
}

/** Begins a claim; says before how many audits it will take, and what they cost. */
export function BeginDialog({ place, title, onClose }: { place: Place; title: string; onClose: () => void }) {
  const t = useT('certificate')
  const n = useNumbers()
  const navigate = useNavigate()
  const [atLeast, setAtLeast] = useState('95')
  const [confidence, setConfidence] = useState('95')
  const [double, setDouble] = useState('10')
  const [price, setPrice] = useState('')
  const share = shareOf(atLeast)
  const sure = shareOf(confidence)
  const twice = numberOf(double)
  const bps = twice !== undefined && twice >= 10 && twice <= 100 ? Math.round(twice * 100) : undefined
  const params = { campaign_id: place.campaign_id, release_id: place.release_id }
  const ready = share !== undefined && sure !== undefined && bps !== undefined
  const terms = { at_least: share ?? '0.95', confidence: sure ?? '0.95', double_bps: bps ?? 1000 }
  const cost = useQuery({
    queryKey: ['claim', 'outlook', params, terms],
    queryFn: () => client.certificates.outlook({ params, query: terms }),
    enabled: ready,
    placeholderData: keepPreviousData,
    retry: false,
  })
  const begin = useAct(() => client.certificates.start({ params, body: terms }), {
    changes: [['claim'], ['qa']],
    said: t('certificate:begin.done'),
    after: () => {
      onClose()
      void navigate({ to: `/qa/claims/${place.campaign_id}/${place.release_id}` })
    },
  })
  const each = positive(price)
  return (
    <Ask
      open
      wide
      onClose={onClose}
      title={t('certificate:begin.title')}
      action={t('certificate:begin.action')}
      busy={begin.isPending}
      error={begin.error}
      disabled={!ready || !cost.data || cost.isError}
      onGo={() => begin.mutate(undefined)}
    >
      <p className="font-semibold">
        <bdi>
          {cost.data
            ? `${cost.data.title}, ${t('certificate:release_number', { number: cost.data.release_number })}`
            : title}
        </bdi>
      </p>
      <p className="text-sm text-ink-soft">{t('certificate:begin.why')}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberInput
          label={t('certificate:begin.at_least')}
          unit="%"
          value={atLeast}
          onChange={setAtLeast}
          error={share === undefined ? t('certificate:begin.not_a_share') : undefined}
        />
        <NumberInput
          label={t('certificate:begin.confidence')}
          unit="%"
          value={confidence}
          onChange={setConfidence}
          error={sure === undefined ? t('certificate:begin.not_a_share') : undefined}
        />
        <NumberInput
          label={t('certificate:begin.double')}
          unit="%"
          value={double}
          onChange={setDouble}
          error={bps === undefined ? t('certificate:begin.not_a_double') : undefined}
        />
        <NumberInput
          label={t('certificate:begin.price')}
          help={t('certificate:begin.price_help')}
          optional
          value={price}
          onChange={setPrice}
        />
      </div>
      <ErrorLine error={cost.error} />
      {cost.data && !cost.isError ? (
        <div role="status" className="grid gap-3">
          <p>
            {t('certificate:begin.least', { count: cost.data.least_audits, lot: cost.data.lot })}
            {cost.data.seconds_per_grade === null
              ? null
              : ` ${t('certificate:begin.pace', { time: n.duration(cost.data.seconds_per_grade) })}`}
          </p>
          <DataTable
            caption={t('certificate:begin.expected')}
            rows={cost.data.expected}
            rowKey={(e) => String(e.wrong)}
            columns={[
              {
                key: 'wrong',
                head: t('certificate:begin.if_wrong'),
                main: true,
                cell: (e) => n.percent(e.wrong_share, 1),
              },
              {
                key: 'audits',
                head: t('certificate:begin.audits'),
                numeric: true,
                cell: (e) => n.int(Math.round(Number(e.audits_mean))),
              },
              {
                key: 'most',
                head: t('certificate:begin.at_most'),
                numeric: true,
                cell: (e) => n.int(e.audits_90),
              },
              {
                key: 'cost',
                head: each === undefined ? t('certificate:begin.time') : t('certificate:begin.cost'),
                numeric: true,
                cell: (e) => {
                  const grades = Number(e.audits_mean) * Number(cost.data.grades_per_audit)
                  if (each !== undefined) return n.decimal(String(grades * each), 2)
                  return cost.data.seconds_per_grade === null
                    ? '–'
                    : n.duration(Math.round(grades * cost.data.seconds_per_grade))
                },
              },
              {
                key: 'proved',
                head: t('certificate:begin.proved'),
                numeric: true,
                cell: (e) => n.percent(e.proved, 0),
              },
            ]}
          />
        </div>
      ) : null}
      <Notice tone="warn">{t('certificate:begin.once')}</Notice>
    </Ask>
  )
}
