import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { STRENGTH_TONE } from '../cases/link-words.ts'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { OperatorPage } from '../operator/operator-page.tsx'

/** Accounts that seem to be one person's: how many, by what, how strongly. */
export function ClustersPage() {
  const t = useT('links', 'operator')
  return (
    <OperatorPage place="clusters" title={t('links:clusters.title')} lead={t('links:clusters.lead')}>
      {() => <Clusters />}
    </OperatorPage>
  )
}

function Clusters() {
  const t = useT('links', 'cases')
  const n = useNumbers()
  const list = useList(['clusters'], (after) => client.clusters.list({ query: { limit: 50, ...(after && { after }) } }))
  return (
    <Card>
      <Listing
        list={list}
        empty={
          <EmptyState icon="check" title={t('links:clusters.none')}>
            {t('links:clusters.none_why')}
          </EmptyState>
        }
      >
        {(items) => (
          <DataTable
            caption={t('links:clusters.title')}
            rows={items}
            rowKey={(c) => c.cluster_id}
            columns={[
              {
                key: 'cluster',
                head: t('links:clusters.cluster'),
                main: true,
                cell: (c) => (
                  <Link to={`/operator/clusters/${c.cluster_id}`} className="link">
                    {t('links:clusters.members', { count: c.members })}
                  </Link>
                ),
              },
              {
                key: 'kinds',
                head: t('links:table.kind'),
                cell: (c) =>
                  c.kinds.map((k) => t(`links:kind.${k.kind}`, { defaultValue: k.kind })).join(' · ') ||
                  t('links:graph.none'),
              },
              {
                key: 'joined',
                head: t('links:clusters.joined'),
                cell: (c) => t('links:clusters.joined_of', { joined: n.int(c.joined), pairs: n.int(c.pairs) }),
              },
              {
                key: 'strength',
                head: t('links:table.strength'),
                cell: (c) => <Badge tone={STRENGTH_TONE[c.strength]}>{t(`cases:strength.${c.strength}`)}</Badge>,
              },
              { key: 'changed', head: t('links:clusters.changed'), cell: (c) => <RelativeTime at={c.changed_at} /> },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}
