import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { ChecksPanel } from '../desk/checks-panel.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { RedTeamPanel } from '../desk/red-team-panel.tsx'
import { VarietyPanel } from '../desk/variety-panel.tsx'
import { ReadingIntervals } from '../report/estimate.tsx'

/** What audits say of a campaign as a whole, and how the models that vote in it do. */
export function QualityPanel({ campaignId }: { campaignId: string }) {
  const t = useT('requester', 'report')
  const params = { campaign_id: campaignId }
  const quality = useQuery({
    queryKey: ['requester', 'quality', campaignId],
    queryFn: () => client.audits.quality({ params }),
  })
  return (
    <div className="grid gap-6">
      <Card>
        <SectionHead title={t('requester:quality.title')} hint={t('requester:quality.hint')} />
        <Loaded query={quality}>
          {({ reading }) =>
            reading.graded === 0 ? (
              <EmptyState icon="search" title={t('requester:quality.none')}>
                {t('requester:quality.none_way')}
              </EmptyState>
            ) : (
              <>
                <p className="mb-6 text-sm text-ink-soft">
                  {t('requester:quality.rests_on', { graded: reading.graded, population: reading.population })}
                </p>
                <ReadingIntervals
                  reading={reading}
                  label={t('requester:quality.title')}
                  meaning={(key) => t(`report:definition.${key}`)}
                />
              </>
            )
          }
        </Loaded>
      </Card>
      <ChecksPanel campaignId={campaignId} />
      <RedTeamPanel campaignId={campaignId} />
      <VarietyPanel campaignId={campaignId} />
      <Models campaignId={campaignId} />
    </div>
  )
}

function Models({ campaignId }: { campaignId: string }) {
  const t = useT('requester')
  const n = useNumbers()
  const query = useQuery({
    queryKey: ['requester', 'models', campaignId],
    queryFn: () => client.models.records({ params: { campaign_id: campaignId } }),
  })
  if (query.data?.items.length === 0) return null
  const share = (part: number, of: number) =>
    of === 0 ? t('requester:models.none') : `${n.percent(part / of, 0)} (${n.int(part)} / ${n.int(of)})`
  return (
    <Card>
      <SectionHead title={t('requester:models.title')} hint={t('requester:models.hint')} />
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            caption={t('requester:models.title')}
            rows={items}
            rowKey={(m) => m.model}
            columns={[
              { key: 'model', head: t('requester:models.model'), main: true, cell: (m) => <bdi>{m.model}</bdi> },
              { key: 'asked', head: t('requester:models.asked'), numeric: true, cell: (m) => n.int(m.asked) },
              {
                key: 'abstained',
                head: t('requester:models.abstained'),
                numeric: true,
                cell: (m) => n.int(m.abstained),
              },
              {
                key: 'confirmed',
                head: t('requester:models.confirmed'),
                numeric: true,
                cell: (m) => <bdi>{share(m.confirmed, m.judged)}</bdi>,
              },
              {
                key: 'audited',
                head: t('requester:models.audited'),
                numeric: true,
                cell: (m) => <bdi>{share(m.audited_right, m.audited)}</bdi>,
              },
              {
                key: 'cost',
                head: t('requester:models.cost'),
                numeric: true,
                cell: (m) =>
                  m.kind === 'builtin'
                    ? t('requester:models.free')
                    : t('requester:models.calls', { count: m.calls, tokens: n.int(m.tokens) }),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  )
}
