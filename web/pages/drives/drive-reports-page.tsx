import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { ErrorLine, EmptyState } from '../../ui/states.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { STRENGTH_TONE } from '../cases/link-words.ts'
import { useAct } from '../desk/act.ts'
import { Loaded } from '../desk/loaded.tsx'
import { OperatorPage } from '../operator/operator-page.tsx'

type Report = Awaited<ReturnType<typeof client.drives.reports>>['items'][number]
const STATE_TONE: Record<Report['state'], Tone> = {
  under_review: 'warn',
  with_cases: 'info',
  confirmed: 'good',
  not_confirmed: 'plain',
}

/** The reports of one drive: who waits first, whom each names, and what was made of it. */
export function DriveReportsPage() {
  const t = useT('drives', 'operator')
  const driveId = String(useParams({ strict: false }).driveId)
  const query = useQuery({
    queryKey: ['drives', 'reports', driveId],
    queryFn: () => client.drives.reports({ params: { drive_id: driveId } }),
  })
  return (
    <OperatorPage
      place="drives"
      title={t('drives:read.title')}
      lead={t('drives:read.lead')}
      back={{ to: '/operator/drives', label: t('drives:run.title') }}
    >
      {() => (
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon="inbox" title={t('drives:read.none')}>
                {t('drives:read.none_why')}
              </EmptyState>
            ) : (
              <ul className="grid gap-4">
                {items.map((r) => (
                  <ReportCard key={r.report_id} report={r} />
                ))}
              </ul>
            )
          }
        </Loaded>
      )}
    </OperatorPage>
  )
}

function ReportCard({ report: r }: { report: Report }) {
  const t = useT('drives', 'cases')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(r.accounts.filter((a) => !a.case_id && !a.declared).map((a) => a.account_id)),
  )
  const [madeUp, setMadeUp] = useState(false)
  const params = { report_id: r.report_id }
  const changes = [['drives'], ['cases']] as const
  const take = useAct(() => client.drives.take({ params, body: { account_ids: [...chosen] } }), {
    changes,
    said: t('drives:read.taken'),
  })
  const decline = useAct(() => client.drives.decline({ params, body: { made_up: madeUp } }), {
    changes,
    said: t('drives:read.declined'),
  })
  const isOpen = r.settled_at === null
  return (
    <Card as="li" className="grid gap-3">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={STATE_TONE[r.state]}>{t(`drives:state.${r.state}`)}</Badge>
        <Badge tone={STRENGTH_TONE[r.strength]}>{t(`cases:strength.${r.strength}`)}</Badge>
        <span className="text-sm text-ink-soft">
          <bdi>{r.reporter}</bdi> · {t('drives:read.record', { confirmed: r.confirmed_before, wrong: r.wrong_before })}{' '}
          · <RelativeTime at={r.reported_at} />
        </span>
      </p>
      <p className="font-semibold">{t(`drives:method.${r.method}`)}</p>
      <p dir="auto" className="whitespace-pre-line">
        {r.says}
      </p>
      <ul className="grid gap-1">
        {r.accounts.map((a) => (
          <li key={a.account_id} className="flex flex-wrap items-center justify-between gap-2">
            {isOpen && !a.case_id && !a.declared ? (
              <Checkbox
                label={a.handle}
                checked={chosen.has(a.account_id)}
                onChange={(on) => {
                  const next = new Set(chosen)
                  if (on) next.add(a.account_id)
                  else next.delete(a.account_id)
                  setChosen(next)
                }}
              />
            ) : (
              <bdi>{a.handle}</bdi>
            )}
            <span className="flex gap-2 text-sm">
              {a.declared ? <Badge tone="good">{t('drives:read.declared')}</Badge> : null}
              {a.confirmed ? <Badge tone="good">{t('drives:state.confirmed')}</Badge> : null}
              {a.case_id ? (
                <Link to={`/qa/cases/${a.case_id}`} className="link">
                  {t('drives:read.case')}
                </Link>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      {isOpen ? (
        <div className="grid gap-3 border-t border-line pt-3">
          <div className="flex flex-wrap gap-2">
            <Button busy={take.isPending} disabled={chosen.size === 0} onClick={() => take.mutate(undefined)}>
              {t('drives:read.take', { count: chosen.size })}
            </Button>
            {r.state === 'under_review' ? (
              <Button kind="secondary" busy={decline.isPending} onClick={() => decline.mutate(undefined)}>
                {t('drives:read.decline')}
              </Button>
            ) : null}
          </div>
          {r.state === 'under_review' ? (
            <Checkbox
              label={t('drives:read.made_up')}
              help={t('drives:read.made_up_help')}
              checked={madeUp}
              onChange={setMadeUp}
            />
          ) : null}
          <ErrorLine error={take.error ?? decline.error} />
        </div>
      ) : null}
    </Card>
  )
}
