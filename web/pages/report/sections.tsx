import { useLanguage, useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { Money } from '../../ui/money.tsx'
import { ShareBars } from '../../ui/share-bars.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useDefinition } from './definitions.ts'
import { ReadingIntervals } from './estimate.tsx'
import type { ReportView } from './queries.ts'

type Props = { report: ReportView }

/** The season in six figures, each with its meaning one tap away. */
export function Flow({ report }: Props) {
  const t = useT('report')
  const n = useNumbers()
  const def = useDefinition(report)
  const { flow } = report
  return (
    <Card aria-label={t('report:section.flow')}>
      <StatRow>
        <Stat
          label={t('report:figure.contributors')}
          value={n.int(report.contributors)}
          meaning={def('contributors')}
        />
        <Stat
          label={t('report:figure.submitted')}
          value={n.int(flow.submitted)}
          note={t('report:of_which_first', { first: flow.first_versions, revisions: flow.revisions })}
          meaning={def('submitted')}
        />
        <Stat
          label={t('report:figure.judged')}
          value={n.int(flow.judged)}
          note={t('report:undecided', { count: flow.undecided })}
          meaning={def('judged')}
        />
        <Stat
          label={t('report:figure.acceptance')}
          value={n.percent(flow.acceptance.share)}
          note={t('report:count_of', { count: flow.acceptance.count, of: flow.acceptance.of })}
          meaning={def('acceptance')}
        />
        <Stat
          label={t('report:figure.filter_rate')}
          value={n.percent(flow.filter_rate.share)}
          note={t('report:count_of', { count: flow.filter_rate.count, of: flow.filter_rate.of })}
          meaning={def('filter_rate')}
        />
        <Stat
          label={t('report:figure.reviewers')}
          value={n.int(report.reviewers)}
          note={t('report:reviews', { count: report.reviewer_work.reviews })}
          meaning={def('reviewers')}
        />
      </StatRow>
    </Card>
  )
}

/** What these very figures do not say. */
export function Cautions({ report }: Props) {
  const t = useT('report')
  const { language } = useLanguage()
  if (report.cautions.length === 0) return null
  return (
    <Notice tone="warn" title={t('report:section.cautions')}>
      <ul className="mt-1 grid list-disc gap-1.5 ps-5">
        {report.cautions.map((c) => (
          <li key={c.code} className="max-w-prose">
            {language === 'en' ? c.says : t(`report:caution.${c.code}`, { defaultValue: c.says })}
          </li>
        ))}
      </ul>
    </Notice>
  )
}

/** What the data are, so that nobody takes the base rate for quality. */
export function DataSays({ report }: Props) {
  const t = useT('report')
  if (report.data.length === 0) return null
  return (
    <Card>
      <SectionHead title={t('report:section.data')} hint={t('report:section.data_hint')} />
      <ul className="grid gap-5">
        {report.data.map((d) => (
          <li key={d.campaign_id} className="grid gap-1.5 border-s-2 border-molten ps-4">
            <p className="text-sm text-ink-soft">
              <bdi>{d.title}</bdi> · {t(`report:task_class.${d.task_class}`)} · {t(`report:mode.${d.mode}`)}
            </p>
            <Markdown text={d.question} lang={d.language} className="text-lg font-semibold" />
            <Markdown text={d.says} className="text-sm text-ink-soft" />
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** QA read every way, with intervals, and what each figure would be for nothing. */
export function Quality({ report }: Props) {
  const t = useT('report')
  const n = useNumbers()
  const def = useDefinition(report)
  const { overall, double_grading, plans } = report.qa
  const only = report.data.length === 1 ? report.data[0] : undefined
  if (overall.graded === 0) {
    return (
      <Card>
        <SectionHead title={t('report:section.quality')} />
        <Notice tone="plain">{t('report:no_audit')}</Notice>
      </Card>
    )
  }
  return (
    <Card>
      <SectionHead
        title={t('report:section.quality')}
        hint={t('report:quality_hint', { graded: overall.graded, population: overall.population })}
      />
      <ReadingIntervals reading={overall} label={t('report:section.quality')} meaning={def} references={only} />
      <div className="mt-6 grid gap-3">
        {overall.graded < 1000 ? (
          <Notice tone="warn">{t('report:small_sample', { count: overall.graded })}</Notice>
        ) : null}
        <Notice tone="plain">{t('report:base_rate_not_quality')}</Notice>
        {overall.not_covered > 0 ? (
          <Notice tone="warn">{t('report:not_covered', { count: overall.not_covered })}</Notice>
        ) : null}
      </div>
      <div className="mt-6 border-t border-line pt-5">
        <StatRow>
          <Stat
            label={t('report:figure.double_graded')}
            value={n.int(double_grading.pairs)}
            note={t('report:double_agreed', { count: double_grading.agreed })}
            meaning={def('double_graded')}
          />
          <Stat
            label={t('report:figure.grader_agreement')}
            value={n.percent(double_grading.agreement)}
            note={t('report:n', { count: double_grading.pairs })}
            meaning={def('grader_agreement')}
          />
          <Stat
            label={t('report:figure.kappa')}
            value={<bdi>{n.decimal(double_grading.kappa, 2, 2)}</bdi>}
            note={t('report:n', { count: double_grading.pairs })}
            meaning={def('kappa')}
          />
          <Stat
            label={t('report:figure.plans')}
            value={n.int(plans.length)}
            note={t('report:unresolved', { count: double_grading.unresolved })}
            meaning={def('plans')}
          />
        </StatRow>
      </div>
    </Card>
  )
}

/** How much of each class was accepted, and how much peers filtered out. */
export function Acceptance({ report }: Props) {
  const t = useT('report')
  const n = useNumbers()
  const def = useDefinition(report)
  return (
    <Card>
      <SectionHead title={t('report:section.acceptance')} hint={def('acceptance')} />
      <ShareBars
        label={t('report:section.acceptance')}
        bars={report.by_task_class.map(({ task_class, flow }) => ({
          key: task_class,
          label: t(`report:task_class.${task_class}`),
          detail: t('report:judged_n', { count: flow.judged }),
          share: flow.acceptance.share === null ? null : Number(flow.acceptance.share),
          value: t('report:accepted_share', { share: n.percent(flow.acceptance.share), count: flow.acceptance.count }),
          rest: t('report:filtered_share', { share: n.percent(flow.filter_rate.share), count: flow.filter_rate.count }),
        }))}
      />
    </Card>
  )
}

/** What accepted data cost, reviews of rejected work included. */
export function Costs({ report }: Props) {
  const t = useT('report')
  const n = useNumbers()
  const def = useDefinition(report)
  return (
    <Card>
      <SectionHead title={t('report:section.costs')} />
      {report.costs.length === 0 ? <p className="text-ink-soft">{t('report:no_costs')}</p> : null}
      <div className="grid gap-6">
        {report.costs.map((c) => (
          <div key={c.currency} className="grid gap-5">
            <StatRow>
              <Stat
                label={t('report:figure.cost_per_accepted')}
                value={<bdi>{n.precise(c.per_accepted_minor, c.currency, c.scale)}</bdi>}
                note={t('report:accepted_n', { count: c.accepted })}
                meaning={def('cost_per_accepted')}
              />
              <Stat
                label={t('report:figure.total_cost')}
                value={<Money amount_minor={c.total_minor} currency={c.currency} />}
                meaning={def('total_cost')}
              />
            </StatRow>
            <dl className="grid gap-1.5 border-t border-line pt-4 text-sm">
              <div className="flex justify-between gap-4">
                <dt className="text-ink-soft">{t('report:cost_contributors')}</dt>
                <dd>
                  <Money amount_minor={c.contributors_minor} currency={c.currency} />
                </dd>
              </div>
              <div className="flex justify-between gap-4">
                <dt className="text-ink-soft">{t('report:cost_reviewers')}</dt>
                <dd>
                  <Money amount_minor={c.reviewers_minor} currency={c.currency} />
                </dd>
              </div>
            </dl>
          </div>
        ))}
      </div>
    </Card>
  )
}
