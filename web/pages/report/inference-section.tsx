import { useMemo } from 'react'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Chart } from '../../ui/chart.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { calibration, columns } from './charts.ts'
import { useDefinition } from './definitions.ts'
import type { ReportView } from './queries.ts'

/** How sure adaptive decisions were, how right that was, and what a fixed number of reviews would have taken. */
export function Inference({ report }: { report: ReportView }) {
  const t = useT('report')
  const n = useNumbers()
  const def = useDefinition(report)
  const { inference: i } = report
  const known = useMemo(() => i.calibration.filter((b) => b.audited > 0 && b.stated !== null), [i])
  const option = useMemo(
    () =>
      calibration(
        known.map((b) => ({ stated: Number(b.stated), right: Number(b.right), n: b.audited })),
        { x: t('report:axis.stated'), y: t('report:axis.confirmed'), figure: (share) => n.percent(share, 0) },
      ),
    [known, n, t],
  )
  const spread = i.reliability.at(-1)
  const spreadNames = useMemo(
    () => (spread?.reviewers_by_reliability ?? []).map((_, bin) => n.percent(bin / 20, 0)),
    [spread, n],
  )
  const spreadOption = useMemo(
    () =>
      columns(spreadNames, spread?.reviewers_by_reliability ?? [], {
        x: t('report:axis.reliability'),
        y: t('report:axis.reviewers'),
        figure: n.int,
      }),
    [spread, spreadNames, n, t],
  )
  if (i.decisions === 0 && i.certificates.length === 0) return null
  const saved = i.by_campaign.reduce((sum, c) => sum + (c.saved_reviews ?? 0), 0)
  return (
    <Card className="grid gap-6">
      <SectionHead title={t('report:section.inference')} hint={def('adaptive')} />
      {i.decisions > 0 ? (
        <>
          <StatRow>
            <Stat
              label={t('report:figure.reviews_each_adaptive')}
              value={i.reviews_each ?? '–'}
              note={t('report:decisions_n', { count: i.decisions })}
            />
            <Stat
              label={t('report:figure.stated_right')}
              value={i.stated_right === null ? '–' : n.percent(Number(i.stated_right), 1)}
              note={def('stated_right')}
            />
            <Stat label={t('report:figure.saved_reviews')} value={n.int(saved)} note={def('saved_reviews')} />
          </StatRow>
          {known.length > 0 ? (
            <Chart
              label={t('report:chart.calibration')}
              note={def('calibration')}
              option={option}
              table={{
                head: [
                  t('report:axis.stated'),
                  t('report:axis.confirmed'),
                  t('report:axis.decisions'),
                  t('report:axis.audited'),
                ],
                rows: known.map((b) => [
                  n.percent(Number(b.stated), 1),
                  n.percent(Number(b.right), 1),
                  n.int(b.decisions),
                  n.int(b.audited),
                ]),
              }}
            />
          ) : (
            <p className="text-sm text-ink-soft">{t('report:calibration_none')}</p>
          )}
          {spread && spread.reviewers_by_reliability.some((x) => x > 0) ? (
            <Chart
              label={t('report:chart.reliability')}
              note={def('reliability_spread')}
              option={spreadOption}
              table={{
                head: [t('report:axis.reliability'), t('report:axis.reviewers')],
                rows: spreadNames.map((name, bin) => [name, n.int(spread.reviewers_by_reliability[bin] ?? 0)]),
              }}
            />
          ) : null}
        </>
      ) : null}
      {i.certificates.length > 0 ? (
        <div className="grid gap-3">
          <h3 className="font-semibold">{t('report:certificates')}</h3>
          <p className="text-sm text-ink-soft">{def('certified')}</p>
          <DataTable
            caption={t('report:certificates')}
            rows={i.certificates}
            rowKey={(c) => c.certificate_hash}
            columns={[
              { key: 'release', head: t('report:column.release'), cell: (c) => n.int(c.number) },
              {
                key: 'claim',
                head: t('report:column.claim'),
                cell: (c) =>
                  t('report:certified_claim', {
                    share: n.percent(Number(c.at_least), 1),
                    confidence: n.percent(Number(c.confidence), 0),
                  }),
              },
              { key: 'datapoints', head: t('report:column.datapoints'), cell: (c) => n.int(c.datapoints) },
              { key: 'audits', head: t('report:axis.audited'), cell: (c) => n.int(c.audits) },
            ]}
          />
          {i.certified_per_1000_reviews === null ? null : (
            <p>{t('report:certified_per_1000', { n: i.certified_per_1000_reviews })}</p>
          )}
        </div>
      ) : null}
    </Card>
  )
}
