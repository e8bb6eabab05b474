import { useMemo } from 'react'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Chart } from '../../ui/chart.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { columns, curves } from './charts.ts'
import { useDefinition } from './definitions.ts'
import type { Head, ReportView } from './queries.ts'

type Props = { report: ReportView }

/** How long people waited for a decision. */
export function TimeTaken({ report }: Props) {
  const t = useT('report')
  const n = useNumbers()
  const def = useDefinition(report)
  const { time_to_decision: time } = report
  const names = useMemo(
    () =>
      time.histogram.map((b) =>
        b.to_seconds === null
          ? t('report:over', { from: n.duration(b.from_seconds) })
          : t('report:under', { to: n.duration(b.to_seconds) }),
      ),
    [time, n, t],
  )
  const option = useMemo(
    () =>
      columns(
        names,
        time.histogram.map((b) => b.decisions),
        { x: t('report:axis.wait'), y: t('report:axis.decisions'), figure: n.int },
      ),
    [names, time, n, t],
  )
  return (
    <Card className="grid gap-5">
      <SectionHead title={t('report:section.time')} hint={def('time_to_decision')} />
      <StatRow>
        <Stat
          label={t('report:figure.median_time')}
          value={n.duration(time.median_seconds)}
          note={t('report:decisions_n', { count: time.decisions })}
        />
        <Stat label={t('report:figure.p90_time')} value={n.duration(time.p90_seconds)} note={t('report:p90_note')} />
      </StatRow>
      {time.decisions > 0 ? (
        <Chart
          label={t('report:chart.time')}
          note={t('report:decisions_n', { count: time.decisions })}
          option={option}
          table={{
            head: [t('report:axis.wait'), t('report:axis.decisions')],
            rows: time.histogram.map((b, i) => [names[i], n.int(b.decisions)]),
          }}
        />
      ) : null}
    </Card>
  )
}

/** How the season grew. */
export function Timeline({ report }: Props) {
  const t = useT('report')
  const n = useNumbers()
  const { points, step_seconds } = report.timeline
  const day = useMemo(() => {
    const date = new Intl.DateTimeFormat(n.locale, { month: 'short', day: 'numeric' })
    const time = new Intl.DateTimeFormat(n.locale, { hour: '2-digit', minute: '2-digit', hour12: false })
    // Two short lines leave the drawing its room on a phone.
    return (at: string) =>
      step_seconds >= 86_400 ? date.format(new Date(at)) : `${date.format(new Date(at))}\n${time.format(new Date(at))}`
  }, [n.locale, step_seconds])
  const option = useMemo(
    () =>
      curves(
        points.map((p) => p.at),
        [
          { name: t('report:line.submissions'), values: points.map((p) => p.submissions) },
          { name: t('report:line.decisions'), values: points.map((p) => p.decisions) },
          { name: t('report:line.accepted'), values: points.map((p) => p.accepted) },
        ],
        { day, y: t('report:axis.total') },
      ),
    [points, day, t],
  )
  if (points.length === 0) return null
  return (
    <Card>
      <SectionHead title={t('report:section.timeline')} hint={t('report:timeline_hint')} />
      <Chart
        label={t('report:chart.timeline')}
        note={t('report:points_n', { count: points.length })}
        option={option}
        height={320}
        table={{
          head: [
            t('report:axis.moment'),
            t('report:line.submissions'),
            t('report:line.decisions'),
            t('report:line.accepted'),
          ],
          rows: points.map((p) => [day(p.at), n.int(p.submissions), n.int(p.decisions), n.int(p.accepted)]),
        }}
      />
    </Card>
  )
}

/** Who did the reviewing: how much each, and how much of it was approval. */
export function Reviewers({ report }: Props) {
  const t = useT('report')
  const n = useNumbers()
  const def = useDefinition(report)
  const work = report.reviewer_work
  const each = useMemo(
    () =>
      work.distribution.map((b) =>
        b.to === null
          ? t('report:from_on', { from: n.int(b.from) })
          : b.to === b.from
            ? n.int(b.from)
            : `${n.int(b.from)}–${n.int(b.to)}`,
      ),
    [work, n, t],
  )
  const approvals = useMemo(() => work.approval.map((b) => `${n.percent(b.from, 0)}–${n.percent(b.to, 0)}`), [work, n])
  const eachOption = useMemo(
    () =>
      columns(
        each,
        work.distribution.map((b) => b.reviewers),
        { x: t('report:axis.reviews_each'), y: t('report:axis.reviewers'), figure: n.int },
      ),
    [each, work, n, t],
  )
  const approvalOption = useMemo(
    () =>
      columns(
        approvals,
        work.approval.map((b) => b.reviewers),
        {
          x: t('report:axis.approved_share'),
          y: t('report:axis.reviewers'),
          figure: n.int,
          strong: [work.approval.length - 1],
        },
      ),
    [approvals, work, n, t],
  )
  return (
    <Card className="grid gap-6">
      <SectionHead title={t('report:section.reviewers')} hint={def('reviewer_work')} />
      <StatRow>
        <Stat
          label={t('report:figure.reviews')}
          value={n.int(work.reviews)}
          note={t('report:by_reviewers', { count: work.reviewers })}
          meaning={def('reviews')}
        />
        <Stat
          label={t('report:figure.reviews_per_decision')}
          value={<bdi>{n.decimal(work.reviews_per_decision)}</bdi>}
          note={t('report:decisions_n', { count: work.decisions })}
          meaning={def('reviews_per_decision')}
        />
        <Stat
          label={t('report:figure.approve_rate')}
          value={n.percent(work.approve_rate.share)}
          note={t('report:count_of', { count: work.approve_rate.count, of: work.approve_rate.of })}
          meaning={def('approve_rate')}
        />
        <Stat
          label={t('report:figure.approved_everything')}
          value={n.int(work.approved_everything)}
          note={t('report:approved_everything_note')}
          meaning={def('approved_everything')}
        />
      </StatRow>
      <div className="grid gap-8 lg:grid-cols-2">
        {work.distribution.length > 0 ? (
          <Chart
            label={t('report:chart.reviews_each')}
            note={t('report:reviewers_n', { count: work.reviewers })}
            option={eachOption}
            table={{
              head: [t('report:axis.reviews_each'), t('report:axis.reviewers')],
              rows: work.distribution.map((b, i) => [each[i], n.int(b.reviewers)]),
            }}
          />
        ) : null}
        {work.approval.length > 0 ? (
          <Chart
            label={t('report:chart.approval')}
            note={t('report:approval_note', { count: work.approval.reduce((sum, b) => sum + b.reviewers, 0) })}
            option={approvalOption}
            table={{
              head: [t('report:axis.approved_share'), t('report:axis.reviewers')],
              rows: work.approval.map((b, i) => [approvals[i], n.int(b.reviewers)]),
            }}
          />
        ) : null}
      </div>
    </Card>
  )
}

/** The same figures campaign by campaign. */
export function ByCampaign({ report }: Props) {
  const t = useT('report')
  const n = useNumbers()
  return (
    <Card>
      <SectionHead title={t('report:section.by_campaign')} />
      <DataTable
        caption={t('report:section.by_campaign')}
        rows={report.by_campaign}
        rowKey={(r) => r.campaign_id}
        empty={<p className="text-ink-soft">{t('report:no_campaigns')}</p>}
        columns={[
          { key: 'title', head: t('report:column.campaign'), main: true, cell: (r) => <bdi>{r.title}</bdi> },
          { key: 'class', head: t('report:column.class'), cell: (r) => t(`report:task_class.${r.task_class}`) },
          { key: 'judged', head: t('report:figure.judged'), numeric: true, cell: (r) => n.int(r.flow.judged) },
          {
            key: 'acceptance',
            head: t('report:figure.acceptance'),
            numeric: true,
            cell: (r) => n.percent(r.flow.acceptance.share),
          },
          {
            key: 'precision',
            head: t('report:figure.precision'),
            numeric: true,
            cell: (r) => <WithN share={n.percent(r.qa.precision.share)} n={r.qa.precision.n} />,
          },
          {
            key: 'agreement',
            head: t('report:figure.agreement'),
            numeric: true,
            cell: (r) => <WithN share={n.percent(r.qa.agreement.share)} n={r.qa.agreement.n} />,
          },
          {
            key: 'cost',
            head: t('report:figure.cost_per_accepted'),
            numeric: true,
            cell: (r) =>
              r.costs.map((c) => (
                <bdi key={c.currency} className="block sm:text-end">
                  {n.precise(c.per_accepted_minor, c.currency, c.scale)}
                </bdi>
              )),
          },
          {
            key: 'time',
            head: t('report:figure.median_time'),
            numeric: true,
            cell: (r) => n.duration(r.time_to_decision.median_seconds),
          },
        ]}
      />
    </Card>
  )
}

function WithN({ share, n }: { share: string; n: number }) {
  const t = useT('report')
  return (
    <>
      {share} <span className="block text-xs text-ink-soft sm:text-end">{t('report:n', { count: n })}</span>
    </>
  )
}

/** How anyone can make the same report again and compare it byte by byte. */
export function Proof({ head, report }: Props & { head: Head }) {
  const t = useT('report')
  const n = useNumbers()
  return (
    <Card>
      <SectionHead title={t('report:section.proof')} />
      <Markdown
        text={t('report:proof', { events: n.int(report.made_from.events), until: report.made_from.until_seq })}
      />
      <dl className="mt-4 grid gap-3 text-sm sm:grid-cols-[auto_1fr] sm:gap-x-6">
        {head.content_hash ? (
          <>
            <dt className="text-ink-soft">{t('report:content_hash')}</dt>
            <dd className="font-mono break-all" dir="ltr">
              {head.content_hash}
            </dd>
          </>
        ) : null}
        {report.made_from.first_event_at && report.made_from.last_event_at ? (
          <>
            <dt className="text-ink-soft">{t('report:events_between')}</dt>
            <dd>
              <DateTime at={report.made_from.first_event_at} /> – <DateTime at={report.made_from.last_event_at} />
            </dd>
          </>
        ) : null}
        {report.qa.plans.map((p) => (
          <div key={p.plan_id} className="contents">
            <dt className="text-ink-soft">{t('report:audit_draw')}</dt>
            <dd>
              {t('report:plan', { drawn: p.drawn, seed: p.seed })} · <DateTime at={p.drawn_at} />
              <span className="block font-mono text-xs break-all text-ink-soft" dir="ltr">
                {p.drawn_hash}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
