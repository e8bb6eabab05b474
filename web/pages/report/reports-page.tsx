import { useQuery } from '@tanstack/react-query'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { seasonsQuery } from './queries.ts'
import { PublishedReleases } from './releases-list.tsx'

const TONES = { planned: 'info', running: 'good', ended: 'warn', closed: 'plain' } as const

/** What this installation has to show: seasons with their reports and boards, and published datasets. */
export function ReportsPage() {
  const t = useT('report')
  const n = useNumbers()
  const seasons = useQuery(seasonsQuery)
  return (
    <Page title={t('report:index.title')} lead={t('report:index.lead')}>
      <section className="grid gap-4" aria-labelledby="seasons">
        <h2 id="seasons" className="text-lg">
          {t('report:index.seasons')}
        </h2>
        <Loaded query={seasons}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon="chart" title={t('report:index.no_seasons')}>
                {t('report:index.no_seasons_why')}
              </EmptyState>
            ) : (
              <ul className="grid gap-4 sm:grid-cols-2">
                {items.map((s) => (
                  <Card key={s.season_id} as="li" className="grid content-start gap-3">
                    <div className="flex flex-wrap items-center justify-between gap-2">
                      <h3 className="text-lg" dir="auto">
                        {s.name}
                      </h3>
                      <Badge tone={TONES[s.state]}>{t(`report:season_state.${s.state}`)}</Badge>
                    </div>
                    <p className="text-sm text-ink-soft">
                      <DateTime at={s.starts_at} dateOnly /> – <DateTime at={s.ends_at} dateOnly />
                      <span className="block">
                        {s.contributor_cap === null
                          ? t('report:index.contributors', { count: s.contributors })
                          : t('report:index.contributors_of', { count: s.contributors, cap: n.int(s.contributor_cap) })}
                      </span>
                    </p>
                    <div className="mt-auto flex flex-wrap gap-2">
                      <LinkButton size="small" kind="secondary" icon="shield" to={`/seasons/${s.season_id}`}>
                        {t('report:index.record')}
                      </LinkButton>
                      <LinkButton size="small" icon="chart" to={`/seasons/${s.season_id}/report`}>
                        {t('report:index.report')}
                      </LinkButton>
                      <LinkButton
                        size="small"
                        kind="secondary"
                        icon="people"
                        to={`/seasons/${s.season_id}/leaderboard`}
                      >
                        {t('report:index.board')}
                      </LinkButton>
                    </div>
                  </Card>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      <section className="grid gap-4" aria-labelledby="datasets">
        <h2 id="datasets" className="text-lg">
          {t('report:index.datasets')}
        </h2>
        <PublishedReleases />
      </section>
    </Page>
  )
}
