import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useDefinition } from './definitions.ts'
import type { ReportView } from './queries.ts'

/** What was held against people, how often that was wrong, and how long they waited; nothing where nothing was. */
export function DueProcess({ report }: { report: ReportView }) {
  const t = useT('report', 'standing')
  const n = useNumbers()
  const def = useDefinition(report)
  const d = report.due_process
  if (!d || d.cases.opened + d.sanctions === 0) return null
  const between = (w: typeof d.wrong) =>
    w.low === null || w.high === null
      ? n.int(w.of)
      : t('report:due.between', { low: n.percent(w.low), high: n.percent(w.high), n: n.int(w.of) })
  return (
    <Card className="grid gap-5">
      <SectionHead title={t('report:section.due')} hint={def('cases')} />
      <StatRow>
        <Stat
          label={t('report:due.wrong')}
          value={n.percent(d.wrong.share)}
          note={between(d.wrong)}
          meaning={def('sanctions_wrong')}
        />
        <Stat
          label={t('report:due.cases')}
          value={n.int(d.cases.opened)}
          note={t('report:due.ended', {
            sanctioned: n.int(d.cases.sanctioned),
            dismissed: n.int(d.cases.dismissed),
            lapsed: n.int(d.cases.lapsed),
          })}
        />
        <Stat
          label={t('report:due.waited')}
          value={n.int(d.cases.waited_for_nothing)}
          note={t('report:due.of', { of: n.int(d.cases.waited) })}
          meaning={def('waited_for_nothing')}
        />
        <Stat
          label={t('report:due.case_time')}
          value={n.duration(d.cases.median_seconds)}
          note={t('report:due.p95', { time: n.duration(d.cases.p95_seconds) })}
          meaning={def('case_time')}
        />
        <Stat
          label={t('report:due.appeals')}
          value={n.int(d.appeals.opened)}
          note={t('report:due.answered', {
            upheld: n.int(d.appeals.upheld),
            overdue: n.int(d.appeals.overdue),
            time: n.duration(d.appeals.p95_seconds),
          })}
        />
      </StatRow>
      {d.by_action.length > 0 ? (
        <DataTable
          caption={t('report:section.due')}
          rows={d.by_action}
          rowKey={(a) => a.action}
          columns={[
            {
              key: 'action',
              head: t('report:due.action'),
              main: true,
              cell: (a) => t(`standing:action.${a.action}.title`),
            },
            { key: 'n', head: t('report:due.imposed'), numeric: true, cell: (a) => n.int(a.sanctions) },
            { key: 'wrong', head: t('report:due.wrong'), numeric: true, cell: (a) => n.percent(a.wrong.share) },
            { key: 'between', head: t('report:due.interval'), cell: (a) => between(a.wrong) },
          ]}
        />
      ) : null}
    </Card>
  )
}
