import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'

/** Published datasets, newest first. */
export function PublishedReleases() {
  const t = useT('report')
  const n = useNumbers()
  const list = useList(['public', 'datasets'], (after) =>
    client.releases.published({ query: { limit: 20, ...(after && { after }) } }),
  )
  return (
    <Listing
      list={list}
      empty={
        <EmptyState icon="download" title={t('report:index.no_datasets')}>
          {t('report:index.no_datasets_why')}
        </EmptyState>
      }
    >
      {(items) => (
        <DataTable
          caption={t('report:index.datasets')}
          rows={items}
          rowKey={(r) => r.release_id}
          columns={[
            {
              key: 'title',
              head: t('report:release.dataset'),
              main: true,
              cell: (r) => (
                <Link className="link" to={`/datasets/${r.campaign_id}/${r.number}`}>
                  <bdi>{t('report:release.name', { title: r.title, number: r.number })}</bdi>
                </Link>
              ),
            },
            { key: 'class', head: t('report:column.class'), cell: (r) => t(`report:task_class.${r.task_class}`) },
            {
              key: 'datapoints',
              head: t('report:release.datapoints'),
              numeric: true,
              cell: (r) => n.int(r.counts.datapoints),
            },
            { key: 'licence', head: t('report:release.licence'), cell: (r) => <bdi>{r.licences.join(', ')}</bdi> },
            {
              key: 'at',
              head: t('report:release.published'),
              numeric: true,
              cell: (r) => <DateTime at={r.published_at} dateOnly />,
            },
          ]}
        />
      )}
    </Listing>
  )
}
