import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Loaded } from '../desk/loaded.tsx'
import { type Numbers, useNumbers } from '../desk/numbers.ts'
import { OperatorPage } from './operator-page.tsx'
import { type Finding, healthQuery, ledgerAuditQuery } from './queries.ts'

const TONES = { ok: 'good', warning: 'warn', fault: 'bad' } as const
const ORDER = { fault: 0, warning: 1, ok: 2 } as const

/** Whether everything works: the database, what waits, and the books. */
export function HealthPage() {
  const t = useT('operator')
  return (
    <OperatorPage place="health" title={t('operator:health.title')} lead={t('operator:health.lead')}>
      {() => <Health />}
    </OperatorPage>
  )
}

const figures = (f: Finding, n: Numbers) => ({
  count: Number(f.figures['count'] ?? 0),
  seconds: n.duration(Math.max(0, Number(f.figures['seconds'] ?? 0))),
  milliseconds: n.int(Number(f.figures['milliseconds'] ?? 0)),
  connections: n.int(Number(f.figures['connections'] ?? 0)),
  limit: n.int(Number(f.figures['limit'] ?? 0)),
  with_passkey: n.int(Number(f.figures['with_passkey'] ?? 0)),
})

function Health() {
  const t = useT('operator')
  const n = useNumbers()
  const query = useQuery(healthQuery)
  return (
    <>
      <Loaded query={query}>
        {(h) => (
          <>
            <Card>
              <SectionHead
                title={t('operator:health.findings')}
                hint={
                  <>
                    {t('operator:health.checked')} <RelativeTime at={h.checked_at} />
                  </>
                }
              />
              <ul className="grid">
                {h.findings
                  .toSorted((a, b) => ORDER[a.state] - ORDER[b.state])
                  .map((f) => (
                    <li
                      key={f.check}
                      className="grid gap-x-4 gap-y-1 border-b border-line py-3 last:border-0 sm:grid-cols-[7rem_minmax(0,1fr)]"
                    >
                      <span>
                        <Badge tone={TONES[f.state]} icon={f.state === 'ok' ? 'check' : 'warning'}>
                          {t(`operator:health.state.${f.state}`)}
                        </Badge>
                      </span>
                      <div>
                        <p className="font-semibold">{t(`operator:health.check.${f.check}`)}</p>
                        <p className="text-sm text-ink-soft">{t(`operator:health.says.${f.check}`, figures(f, n))}</p>
                        {f.state === 'ok' ? null : <p className="text-sm">{t(`operator:health.way.${f.check}`)}</p>}
                      </div>
                    </li>
                  ))}
              </ul>
            </Card>
            <Card>
              <SectionHead title={t('operator:health.database')} />
              <StatRow>
                <Stat
                  label={t('operator:health.version')}
                  value={<bdi className="text-xl">PostgreSQL {h.database.version.split(' ')[0]}</bdi>}
                />
                <Stat label={t('operator:health.size')} value={n.bytes(h.database.size_bytes)} />
                <Stat
                  label={t('operator:health.connections')}
                  value={n.int(h.database.connections)}
                  note={t('operator:health.of_limit', { limit: n.int(h.database.max_connections) })}
                />
              </StatRow>
            </Card>
            <Card>
              <SectionHead title={t('operator:health.queues')} hint={t('operator:health.queues_hint')} />
              <DataTable
                caption={t('operator:health.queues')}
                rows={h.queues}
                rowKey={(q) => q.campaign_id + q.lane}
                empty={<p className="text-ink-soft">{t('operator:health.no_queues')}</p>}
                columns={[
                  { key: 'title', head: t('operator:campaign'), main: true, cell: (q) => <bdi>{q.title}</bdi> },
                  {
                    key: 'lane',
                    head: t('operator:health.lane_head'),
                    cell: (q) => t(`operator:health.lane.${q.lane}`),
                  },
                  { key: 'entries', head: t('operator:health.entries'), numeric: true, cell: (q) => n.int(q.entries) },
                  { key: 'at', head: t('operator:health.measured'), cell: (q) => <RelativeTime at={q.measured_at} /> },
                ]}
              />
            </Card>
          </>
        )}
      </Loaded>
      <LedgerAudit />
    </>
  )
}

/** What the auditor found when it last recomputed every balance from the transfers. */
function LedgerAudit() {
  const t = useT('operator')
  const n = useNumbers()
  const query = useQuery(ledgerAuditQuery)
  const run = useAct(() => client.ledger.run_audit({ body: {} }), {
    said: t('operator:ledger.asked'),
    changes: [['operator', 'ledger_audit']],
  })
  return (
    <Card>
      <SectionHead
        title={t('operator:ledger.title')}
        hint={t('operator:ledger.hint')}
        actions={
          <Button kind="secondary" icon="refresh" busy={run.isPending} onClick={() => run.mutate(undefined)}>
            {t('operator:ledger.run')}
          </Button>
        }
      />
      <ErrorLine error={run.error} />
      <Loaded query={query}>
        {({ audit }) =>
          audit === null ? (
            <p className="text-ink-soft">{t('operator:ledger.never')}</p>
          ) : (
            <div className="grid gap-4">
              <p className="flex flex-wrap items-center gap-3">
                <Badge tone={audit.clean ? 'good' : 'bad'} icon={audit.clean ? 'check' : 'warning'}>
                  {audit.clean
                    ? t('operator:ledger.clean')
                    : t('operator:ledger.problems', { count: audit.problem_count })}
                </Badge>
                <span className="text-sm text-ink-soft">
                  <RelativeTime at={audit.started_at} />
                </span>
              </p>
              <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
                {Object.entries(audit.counted).map(([what, count]) => (
                  <div key={what} className="flex justify-between gap-4 border-b border-line py-1">
                    <dt className="font-mono text-ink-soft" dir="ltr">
                      {what}
                    </dt>
                    <dd>{n.int(count)}</dd>
                  </div>
                ))}
              </dl>
              {audit.problems.length > 0 ? (
                <ul className="grid gap-2">
                  {audit.problems.map((p, i) => (
                    <li key={i} className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad-ink" dir="ltr">
                      <span className="font-mono">
                        {p.check} {p.subject}
                      </span>
                      <span className="block">{p.message}</span>
                    </li>
                  ))}
                </ul>
              ) : null}
            </div>
          )
        }
      </Loaded>
    </Card>
  )
}
