import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice, type Tone } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { STATE_TONES } from '../desk/campaign-state.ts'
import { OperatorPage } from './operator-page.tsx'
import { healthQuery, overviewQuery } from './queries.ts'

/** The installation at a glance: what needs a person, and how large it all is. */
export function OperatorHomePage() {
  const t = useT('operator')
  return (
    <OperatorPage place="home" title={t('operator:home.title')} lead={t('operator:home.lead')}>
      {() => <Home />}
    </OperatorPage>
  )
}

function Home() {
  const t = useT('operator', 'desk')
  const n = useNumbers()
  const query = useQuery(overviewQuery)
  const health = useQuery(healthQuery)
  return (
    <Loaded query={query}>
      {(o) => {
        const faults = health.data?.findings.filter((f) => f.state === 'fault').length ?? 0
        const rows: { key: string; count: number; to: string; tone: Tone }[] = [
          { key: 'approvals', count: o.attention.approvals, to: '/operator/approvals', tone: 'accent' },
          { key: 'reports', count: o.attention.reports, to: '/operator/reports', tone: 'bad' },
          { key: 'payouts', count: o.attention.payout_people, to: '/operator/money', tone: 'info' },
          { key: 'ledger', count: o.attention.ledger_problems, to: '/operator/health', tone: 'bad' },
          { key: 'jobs', count: o.attention.failing_jobs, to: '/operator/jobs', tone: 'warn' },
          { key: 'faults', count: faults, to: '/operator/health', tone: 'bad' },
        ]
        const open = rows.filter((r) => r.count > 0)
        return (
          <>
            <section aria-labelledby="attention" className="grid gap-3">
              <h2 id="attention" className="text-lg">
                {t('operator:home.attention')}
              </h2>
              {open.length === 0 ? (
                <Notice tone="good" title={t('operator:home.all_well')}>
                  {t('operator:home.all_well_more')}
                </Notice>
              ) : (
                <ul className="grid gap-3 sm:grid-cols-2">
                  {open.map((r) => (
                    <li key={r.key}>
                      <Link
                        to={r.to}
                        className="flex min-h-touch items-center gap-4 rounded-lg border border-line bg-surface p-4 shadow-1 hover:border-ink"
                      >
                        <Badge tone={r.tone} className="text-lg!">
                          {n.int(r.count)}
                        </Badge>
                        <span className="grow font-semibold">
                          {t(`operator:attention.${r.key}`, { count: r.count })}
                        </span>
                        <Icon name="next" className="text-ink-faint" />
                      </Link>
                    </li>
                  ))}
                </ul>
              )}
            </section>
            <Card>
              <StatRow>
                <Stat
                  label={t('operator:home.people')}
                  value={n.int(o.people.all)}
                  note={t('operator:home.seen', { count: o.people.seen_last_day })}
                />
                <Stat
                  label={t('operator:home.submissions')}
                  value={n.int(o.last_day.submissions)}
                  note={t('operator:home.last_day')}
                />
                <Stat
                  label={t('operator:home.decisions')}
                  value={n.int(o.last_day.decisions)}
                  note={t('operator:home.last_day')}
                />
                <Stat label={t('operator:home.suspended')} value={n.int(o.people.suspended)} />
              </StatRow>
            </Card>
            <Card>
              <SectionHead title={t('operator:home.campaigns')} />
              {o.campaigns.length === 0 ? <p className="text-ink-soft">{t('operator:home.no_campaigns')}</p> : null}
              <ul className="flex flex-wrap gap-2">
                {o.campaigns.map((c) => (
                  <li key={c.status}>
                    <Badge tone={STATE_TONES[c.status]}>
                      {t(`desk:campaign_state.${c.status}`)} <bdi className="font-bold">{n.int(c.count)}</bdi>
                    </Badge>
                  </li>
                ))}
              </ul>
              <p className="mt-4 text-sm text-ink-soft">
                {t('operator:home.since')} <DateTime at={o.since} dateOnly />
              </p>
            </Card>
          </>
        )
      }}
    </Loaded>
  )
}
