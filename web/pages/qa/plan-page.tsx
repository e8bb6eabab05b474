import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { ForRole } from '../desk/for-role.tsx'
import { Listing } from '../desk/listing.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { ReadingIntervals } from '../report/estimate.tsx'
import { figuresQuery, planQuery } from './queries.ts'

/** One sample: how it was drawn, how far its grading is, and what it tells. */
export function PlanPage() {
  const t = useT('qa', 'desk', 'report')
  const planId = String(useParams({ strict: false }).planId)
  return (
    <ForRole desk="qa" title={t('qa:plan.title')}>
      {() => <Plan planId={planId} />}
    </ForRole>
  )
}

function Plan({ planId }: { planId: string }) {
  const t = useT('qa', 'report')
  const n = useNumbers()
  const query = useQuery(planQuery(planId))
  const figures = useQuery(figuresQuery(planId))
  const meaning = (key: string) => t(`report:definition.${key}`)
  return (
    <Page
      title={t('qa:plan.title')}
      back={{ to: '/qa', label: t('qa:title') }}
      lead={query.data ? <DateTime at={query.data.plan.created_at} /> : undefined}
      width="wide"
    >
      <Loaded query={query}>
        {({ plan, strata }) => (
          <Card className="grid gap-6">
            <ProgressBar
              value={plan.closed}
              max={plan.drawn}
              tone="good"
              label={t('qa:plan.progress')}
              detail={`${n.int(plan.closed)} / ${n.int(plan.drawn)}`}
            />
            <StatRow>
              <Stat
                label={t('qa:plans.seed')}
                value={<bdi className="font-mono text-xl">{plan.seed}</bdi>}
                meaning={t('qa:plan.seed_means')}
              />
              <Stat
                label={t('qa:plan.wanted_accepted')}
                value={plan.accepted_wanted === 'all' ? t('qa:plan.all') : n.int(plan.accepted_wanted)}
                note={t('qa:plan.per_campaign')}
              />
              <Stat
                label={t('qa:plan.wanted_rejected')}
                value={plan.rejected_wanted === 'all' ? t('qa:plan.all') : n.int(plan.rejected_wanted)}
                note={t('qa:plan.per_campaign')}
              />
              <Stat label={t('qa:plans.double')} value={n.percent(plan.double_bps / 10_000, 0)} />
            </StatRow>
            <p className="text-xs text-ink-soft">
              {t('qa:plan.hash')}{' '}
              <span className="font-mono break-all" dir="ltr">
                {plan.drawn_hash}
              </span>
            </p>
            <DataTable
              caption={t('qa:plan.strata')}
              rows={strata}
              rowKey={(s) => `${s.campaign_id}${s.accepted}`}
              columns={[
                { key: 'title', head: t('qa:plan.campaign'), main: true, cell: (s) => <bdi>{s.title}</bdi> },
                {
                  key: 'verdict',
                  head: t('qa:plan.verdict'),
                  cell: (s) => (
                    <Badge tone={s.accepted ? 'good' : 'bad'}>
                      {s.accepted ? t('qa:plan.accepted') : t('qa:plan.rejected')}
                    </Badge>
                  ),
                },
                { key: 'population', head: t('qa:plan.population'), numeric: true, cell: (s) => n.int(s.population) },
                { key: 'drawn', head: t('qa:plan.drawn'), numeric: true, cell: (s) => n.int(s.drawn) },
                { key: 'closed', head: t('qa:plans.graded'), numeric: true, cell: (s) => n.int(s.closed) },
                {
                  key: 'go',
                  head: t('qa:plan.go'),
                  cell: (s) =>
                    s.closed < s.drawn ? (
                      <LinkButton
                        size="small"
                        kind="secondary"
                        to={`/qa/grade/${s.campaign_id}`}
                        aria-label={`${t('qa:desk.grade')}: ${s.title}`}
                      >
                        {t('qa:desk.grade')}
                      </LinkButton>
                    ) : (
                      <Badge tone="good" icon="check">
                        {t('qa:plan.done')}
                      </Badge>
                    ),
                },
              ]}
            />
          </Card>
        )}
      </Loaded>
      <Loaded query={figures}>
        {(f) =>
          f.overall.graded === 0 ? (
            <Notice tone="plain">{t('qa:plan.no_figures')}</Notice>
          ) : (
            <>
              <Card>
                <SectionHead
                  title={t('qa:plan.figures')}
                  hint={t('qa:plan.figures_hint', { graded: f.overall.graded, population: f.overall.population })}
                />
                <ReadingIntervals reading={f.overall} label={t('qa:plan.figures')} meaning={meaning} />
                {f.overall.graded < 1000 ? (
                  <div className="mt-6">
                    <Notice tone="warn">{t('qa:draw.small')}</Notice>
                  </div>
                ) : null}
              </Card>
              {f.task_classes.length > 1
                ? f.task_classes.map((c) => (
                    <Card key={c.task_class}>
                      <SectionHead
                        title={t(`qa:task_class.${c.task_class}`)}
                        hint={t('qa:plan.figures_hint', { graded: c.reading.graded, population: c.reading.population })}
                      />
                      <ReadingIntervals reading={c.reading} label={t(`qa:task_class.${c.task_class}`)} />
                    </Card>
                  ))
                : null}
              <Card>
                <SectionHead title={t('qa:plan.by_campaign')} />
                <DataTable
                  caption={t('qa:plan.by_campaign')}
                  rows={f.campaigns}
                  rowKey={(c) => c.campaign_id}
                  columns={[
                    { key: 'title', head: t('qa:plan.campaign'), main: true, cell: (c) => <bdi>{c.title}</bdi> },
                    ...(['precision', 'agreement', 'recall'] as const).map((key) => ({
                      key,
                      head: t(`report:figure.${key}`),
                      numeric: true,
                      cell: (c: (typeof f.campaigns)[number]) => (
                        <>
                          {n.percent(c.reading[key].share)}
                          <span className="block text-xs text-ink-soft sm:text-end">
                            <bdi>
                              {n.percent(c.reading[key].low)} – {n.percent(c.reading[key].high)}
                            </bdi>
                            {' · '}
                            {t('report:n', { count: c.reading[key].n })}
                          </span>
                        </>
                      ),
                    })),
                  ]}
                />
              </Card>
              <Card>
                <SectionHead title={t('qa:double.title')} hint={t('qa:double.hint')} />
                <StatRow>
                  <Stat
                    label={t('report:figure.double_graded')}
                    value={n.int(f.double_grading.pairs)}
                    meaning={meaning('double_graded')}
                  />
                  <Stat
                    label={t('report:figure.grader_agreement')}
                    value={n.percent(f.double_grading.agreement)}
                    note={t('report:n', { count: f.double_grading.pairs })}
                    meaning={meaning('grader_agreement')}
                  />
                  <Stat
                    label={t('report:figure.kappa')}
                    value={<bdi>{n.decimal(f.double_grading.kappa, 2, 2)}</bdi>}
                    note={t('report:n', { count: f.double_grading.pairs })}
                    meaning={meaning('kappa')}
                  />
                  <Stat
                    label={t('qa:double.third')}
                    value={n.int(f.double_grading.third_grades)}
                    note={t('report:unresolved', { count: f.double_grading.unresolved })}
                  />
                </StatRow>
                <div className="mt-6">
                  <Disputes planId={planId} />
                </div>
              </Card>
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

const OUTCOME_TONES = { correct: 'good', incorrect: 'bad', unresolved: 'warn' } as const

function Disputes({ planId }: { planId: string }) {
  const t = useT('qa', 'desk')
  const list = useList(['qa', 'disputes', planId], (after) =>
    client.audits.disputes({ params: { plan_id: planId }, query: { limit: 20, ...(after && { after }) } }),
  )
  return (
    <>
      <h3 className="mb-3 text-base">{t('qa:double.disputes')}</h3>
      <Listing list={list} empty={<p className="text-ink-soft">{t('qa:double.none')}</p>}>
        {(items) => (
          <ul className="grid gap-4">
            {items.map((d) => (
              <li key={d.submission_id} className="rounded-md border border-line p-4">
                <div className="flex flex-wrap items-center justify-between gap-2">
                  <bdi className="font-mono text-sm text-ink-soft">{d.submission_id}</bdi>
                  <Badge tone={OUTCOME_TONES[d.outcome]}>{t(`qa:outcome.${d.outcome}`)}</Badge>
                </div>
                <ul className="mt-3 grid gap-3 sm:grid-cols-2">
                  {d.grades.map((g, i) => (
                    <li key={i} className="grid gap-1 border-s-2 border-line-strong ps-3 text-sm">
                      <p className="flex flex-wrap items-center gap-2 font-semibold">
                        <bdi>{g.grader}</bdi>
                        <Badge tone={g.correct ? 'good' : 'bad'}>
                          {g.correct ? t('desk:judge.right') : t('desk:judge.wrong')}
                        </Badge>
                      </p>
                      {Object.entries(g.grades)
                        .filter(([, grade]) => !grade.right)
                        .map(([key, grade]) => (
                          <p key={key} dir="auto">
                            <bdi className="font-mono">{key}</bdi>:{' '}
                            {[grade.reason && t(`desk:reason.${grade.reason}`), grade.comment]
                              .filter(Boolean)
                              .join(' · ')}
                          </p>
                        ))}
                      <p className="text-ink-soft">
                        <RelativeTime at={g.graded_at} />
                      </p>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        )}
      </Listing>
    </>
  )
}
