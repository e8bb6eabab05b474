import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'

/** Known work among what reviewers get: the stock, how it was answered, and what should be looked at again. */
export function GoldCard({ campaignId }: { campaignId: string }) {
  const t = useT('quality')
  const n = useNumbers()
  const query = useQuery({
    queryKey: ['qa', 'gold', campaignId],
    queryFn: () => client.gold.standing({ params: { campaign_id: campaignId } }),
  })
  if (query.data && !query.data.on && query.data.shown === 0) return null
  return (
    <Card>
      <SectionHead title={t('quality:gold.title')} hint={t('quality:gold.hint')} />
      <Loaded query={query}>
        {(g) => (
          <div className="grid gap-6">
            {g.ready_right + g.ready_wrong === 0 ? (
              <Notice tone="warn" title={t('quality:gold.empty')}>
                {t('quality:gold.empty_way')}
              </Notice>
            ) : null}
            <StatRow>
              <Stat
                label={t('quality:gold.ready')}
                value={n.int(g.ready_right + g.ready_wrong)}
                note={t('quality:gold.ready_note', { right: g.ready_right, wrong: g.ready_wrong })}
              />
              <Stat label={t('quality:gold.answered')} value={n.int(g.answered)} />
              <Stat
                label={t('quality:gold.agreed')}
                value={g.answered === 0 ? '–' : n.percent(g.agreed / g.answered, 0)}
                note={t('quality:gold.agreed_note')}
              />
              <Stat
                label={t('quality:gold.retired')}
                value={n.int(g.retired.used + g.retired.disputed + g.retired.changed + g.retired.gone)}
                note={t('quality:gold.retired_note', g.retired)}
              />
            </StatRow>
            {g.disputed.length > 0 ? (
              <DataTable
                caption={t('quality:gold.disputed')}
                rows={g.disputed}
                rowKey={(d) => d.submission_id}
                columns={[
                  {
                    key: 'id',
                    head: t('quality:gold.work'),
                    main: true,
                    cell: (d) => <bdi className="font-mono">{d.submission_id}</bdi>,
                  },
                  {
                    key: 'against',
                    head: t('quality:gold.against'),
                    numeric: true,
                    cell: (d) => (
                      <bdi>
                        {n.int(d.against)} / {n.int(d.answers)}
                      </bdi>
                    ),
                  },
                  { key: 'at', head: t('quality:gold.since'), cell: (d) => <RelativeTime at={d.retired_at} /> },
                ]}
              />
            ) : null}
          </div>
        )}
      </Loaded>
    </Card>
  )
}
