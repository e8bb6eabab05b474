import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Loaded } from './loaded.tsx'
import { useNumbers } from './numbers.ts'

type Records = Awaited<ReturnType<typeof client.checks.records>>['items']

/** How a campaign's checks do: what they let through, what people and audits say of the rest, and what they cost. */
export function ChecksPanel({ campaignId }: { campaignId: string }) {
  const t = useT('checks')
  const params = { campaign_id: campaignId }
  const records = useQuery({
    queryKey: ['checks', campaignId, 'records'],
    queryFn: () => client.checks.records({ params }),
  })
  if (records.data?.items.length === 0) return null
  return (
    <Card>
      <SectionHead title={t('checks:panel.title')} hint={t('checks:panel.hint')} />
      <State campaignId={campaignId} />
      <Loaded query={records}>{({ items }) => <Table items={items.filter((r) => r.run === 1)} />}</Loaded>
    </Card>
  )
}

function State({ campaignId }: { campaignId: string }) {
  const t = useT('checks')
  const n = useNumbers()
  const { data } = useQuery({
    queryKey: ['checks', campaignId, 'state'],
    queryFn: () => client.checks.waiting({ params: { campaign_id: campaignId } }),
  })
  if (!data) return null
  return (
    <ul className="mb-5 grid gap-1 text-sm text-ink-soft">
      <li>{t('checks:panel.waiting', { count: data.waiting })}</li>
      <li>{t('checks:panel.avoided', { count: data.duplicates_avoided })}</li>
      {data.coverage_bps === null ? null : (
        <li>{t('checks:panel.coverage', { share: n.percent(data.coverage_bps / 10_000, 1) })}</li>
      )}
    </ul>
  )
}

function Table({ items }: { items: Records }) {
  const t = useT('checks')
  const n = useNumbers()
  const share = (part: number, of: number) =>
    of === 0 ? t('checks:panel.none') : `${n.percent(part / of, 0)} (${n.int(part)} / ${n.int(of)})`
  return (
    <DataTable
      caption={t('checks:panel.title')}
      rows={items}
      rowKey={(r) => `${r.kind}/${r.checker}`}
      columns={[
        { key: 'kind', head: t('checks:panel.check'), main: true, cell: (r) => t(`checks:kind.${r.kind}`) },
        { key: 'passed', head: t('checks:panel.passed'), numeric: true, cell: (r) => n.int(r.passed) },
        { key: 'failed', head: t('checks:panel.failed'), numeric: true, cell: (r) => n.int(r.failed) },
        { key: 'flagged', head: t('checks:panel.flagged'), numeric: true, cell: (r) => n.int(r.flagged) },
        { key: 'undecided', head: t('checks:panel.undecided'), numeric: true, cell: (r) => n.int(r.undecided) },
        {
          key: 'people',
          head: t('checks:panel.people'),
          numeric: true,
          cell: (r) => <bdi>{share(r.confirmed, r.judged)}</bdi>,
        },
        {
          key: 'audits',
          head: t('checks:panel.audits'),
          numeric: true,
          cell: (r) => <bdi>{share(r.audited_wrong, r.audited)}</bdi>,
        },
        {
          key: 'precision',
          head: t('checks:panel.precision'),
          numeric: true,
          cell: (r) =>
            r.precision ? (
              <bdi>
                {n.percent(r.precision.low_bps / 10_000, 0)} – {n.percent(r.precision.high_bps / 10_000, 0)}
              </bdi>
            ) : (
              t('checks:panel.none')
            ),
        },
        {
          key: 'cost',
          head: t('checks:panel.cost'),
          numeric: true,
          cell: (r) =>
            r.calls > 0
              ? t('checks:panel.calls', { count: r.calls, tokens: n.int(r.tokens) })
              : t('checks:panel.ms', { ms: n.int(Math.ceil(r.mean_us / 1000)) }),
        },
      ]}
    />
  )
}
