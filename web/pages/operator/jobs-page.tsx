import { useQuery } from '@tanstack/react-query'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { OperatorPage } from './operator-page.tsx'
import { jobsQuery } from './queries.ts'

/** Background jobs: when each last ran and what went wrong. */
export function JobsPage() {
  const t = useT('operator')
  return (
    <OperatorPage place="jobs" title={t('operator:jobs.title')} lead={t('operator:jobs.lead')}>
      {() => <Jobs />}
    </OperatorPage>
  )
}

function Jobs() {
  const t = useT('operator')
  const n = useNumbers()
  const query = useQuery(jobsQuery)
  return (
    <Card>
      <Loaded query={query} lines={8}>
        {({ items }) => (
          <DataTable
            caption={t('operator:jobs.title')}
            rows={items.toSorted((a, b) => Number(b.error !== null) - Number(a.error !== null))}
            rowKey={(j) => j.name}
            empty={<p className="text-ink-soft">{t('operator:jobs.empty')}</p>}
            columns={[
              {
                key: 'name',
                head: t('operator:jobs.name'),
                main: true,
                cell: (j) => (
                  <>
                    <span className="font-mono" dir="ltr">
                      {j.name}
                    </span>
                    <span className="block text-sm font-normal text-ink-soft">
                      {t(`operator:job.${j.name}`, { defaultValue: '' })}
                    </span>
                  </>
                ),
              },
              {
                key: 'state',
                head: t('operator:jobs.state'),
                cell: (j) =>
                  j.error === null ? (
                    <Badge tone="good" icon="check">
                      {t('operator:jobs.ok')}
                    </Badge>
                  ) : (
                    <Badge tone="bad" icon="warning">
                      {t('operator:jobs.failed')}
                    </Badge>
                  ),
              },
              {
                key: 'ran',
                head: t('operator:jobs.ran'),
                cell: (j) => (j.ran_at ? <RelativeTime at={j.ran_at} /> : t('operator:jobs.never')),
              },
              {
                key: 'took',
                head: t('operator:jobs.took'),
                numeric: true,
                cell: (j) => (j.took_ms === null ? '–' : t('operator:took', { ms: n.int(j.took_ms) })),
              },
              { key: 'failures', head: t('operator:jobs.failures'), numeric: true, cell: (j) => n.int(j.failures) },
              {
                key: 'error',
                head: t('operator:jobs.error'),
                cell: (j) =>
                  j.error ? (
                    <span className="font-mono text-xs break-all" dir="ltr">
                      {j.error}
                    </span>
                  ) : (
                    '–'
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  )
}
