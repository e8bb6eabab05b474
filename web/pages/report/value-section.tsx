import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useDefinition } from './definitions.ts'
import type { ReportView } from './queries.ts'

type Row = NonNullable<ReportView['value']>[number]
type Price = Row['prices'][number]
/** What stands in the table, each with its definition below it. */
const MEANT = ['wanted', 'shortfall', 'value_acceptance', 'task_time', 'hour', 'price_for_median'] as const

/** What the season is short of, how long each kind of work takes, and what it would have to pay; nothing in older reports. */
export function ScarcityAndValue({ report }: { report: ReportView }) {
  const t = useT('report')
  const n = useNumbers()
  const def = useDefinition(report)
  if (!report.value || report.value.length === 0) return null
  const amounts = (row: Row, of: (p: Price) => string | null) =>
    row.prices.length === 0
      ? '–'
      : row.prices.map((p) => <div key={p.currency}>{n.precise(of(p), p.currency, p.scale)}</div>)
  const count = (value: number | null) => (value === null ? '–' : n.int(value))
  return (
    <Card className="grid gap-5">
      <SectionHead title={t('report:section.value')} hint={t('report:value.hint')} />
      <DataTable
        caption={t('report:section.value')}
        rows={report.value}
        rowKey={(v) => v.task_class}
        columns={[
          {
            key: 'class',
            head: t('report:value.class'),
            main: true,
            cell: (v) => t(`report:task_class.${v.task_class}`),
          },
          { key: 'wanted', head: t('report:value.wanted'), numeric: true, cell: (v) => count(v.wanted) },
          { key: 'accepted', head: t('report:value.accepted'), numeric: true, cell: (v) => n.int(v.accepted) },
          { key: 'short', head: t('report:value.shortfall'), numeric: true, cell: (v) => count(v.shortfall) },
          {
            key: 'share',
            head: t('report:value.value_acceptance'),
            numeric: true,
            cell: (v) => n.percent(v.acceptance.share),
          },
          { key: 'time', head: t('report:value.task_time'), numeric: true, cell: (v) => n.duration(v.median_seconds) },
          {
            key: 'cost',
            head: t('report:value.cost'),
            numeric: true,
            cell: (v) => amounts(v, (p) => p.per_accepted_minor),
          },
          { key: 'hour', head: t('report:value.hour'), numeric: true, cell: (v) => amounts(v, (p) => p.hour_minor) },
          {
            key: 'price',
            head: t('report:value.price_for_median'),
            numeric: true,
            cell: (v) => amounts(v, (p) => p.price_minor),
          },
        ]}
      />
      <dl className="grid gap-2 text-sm text-ink-soft">
        {MEANT.map((key) => (
          <div key={key}>
            <dt className="inline font-semibold">{t(`report:value.${key}`)}: </dt>
            <dd className="inline">{def(key)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
