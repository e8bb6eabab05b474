import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { useMe } from '../../app/session.ts'
import { Notice } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { cx } from '../../ui/cx.ts'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { seasonQuery } from './queries.ts'

/** Who had most work accepted in a season; equal scores share a rank. */
export function LeaderboardPage() {
  const t = useT('report')
  const n = useNumbers()
  const seasonId = String(useParams({ strict: false }).seasonId)
  const me = useMe()
  const season = useQuery(seasonQuery(seasonId))
  const place = useQuery({
    queryKey: ['my_place', seasonId],
    queryFn: () => client.seasons.my_place({ params: { season_id: seasonId } }),
    enabled: Boolean(me),
  })
  const list = useList(['public', 'leaderboard', seasonId], (after) =>
    client.seasons.leaderboard({ params: { season_id: seasonId }, query: { limit: 50, ...(after && { after }) } }),
  )
  return (
    <Page
      title={season.data ? t('report:board.title_of', { season: season.data.name }) : t('report:board.title')}
      back={{ to: '/reports', label: t('report:all') }}
      lead={t('report:board.lead')}
      actions={
        <LinkButton kind="secondary" icon="chart" to={`/seasons/${seasonId}/report`}>
          {t('report:board.to_report')}
        </LinkButton>
      }
    >
      {place.data?.rank ? (
        <Notice tone="accent" icon="person">
          {t('report:board.mine', { rank: n.int(place.data.rank), count: place.data.score })}
        </Notice>
      ) : null}
      <Card>
        <Listing
          list={list}
          empty={
            <EmptyState icon="people" title={t('report:board.empty')}>
              {t('report:board.empty_why')}
            </EmptyState>
          }
        >
          {(items) => (
            <DataTable
              caption={t('report:board.title')}
              rows={items}
              rowKey={(r) => r.handle}
              columns={[
                {
                  key: 'rank',
                  head: t('report:board.rank'),
                  cell: (r) => (
                    <span
                      className={cx(
                        'cut inline-grid min-w-9 place-items-center px-2 py-1 text-sm font-bold',
                        r.rank <= 3 ? 'bg-accent text-on-accent' : 'bg-sunken text-ink-soft',
                      )}
                    >
                      {n.int(r.rank)}
                    </span>
                  ),
                },
                {
                  key: 'handle',
                  head: t('report:board.who'),
                  main: true,
                  cell: (r) => <bdi className={cx(me?.handle === r.handle && 'text-accent-ink')}>{r.handle}</bdi>,
                },
                {
                  key: 'score',
                  head: t('report:board.score'),
                  numeric: true,
                  cell: (r) => <span className="font-semibold">{n.int(r.score)}</span>,
                },
                {
                  key: 'reached',
                  head: t('report:board.reached'),
                  numeric: true,
                  cell: (r) => <RelativeTime at={r.reached_at} className="text-ink-soft" />,
                },
              ]}
            />
          )}
        </Listing>
      </Card>
      <p className="text-sm text-ink-soft">{t('report:board.ties')}</p>
    </Page>
  )
}
