import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { refusalCode } from '../../app/problem.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { buttonClass, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { type Head, type ReportView, reportQuery, seasonQuery } from './queries.ts'
import { DueProcess } from './due-section.tsx'
import { Inference } from './inference-section.tsx'
import { ScarcityAndValue } from './value-section.tsx'
import { Acceptance, Cautions, Costs, DataSays, Flow, Quality } from './sections.tsx'
import { ByCampaign, Proof, Reviewers, TimeTaken, Timeline } from './work-sections.tsx'

/** A season's report: what was asked, what was found, how sure one can be, and how to check it. */
export function ReportPage() {
  const t = useT('report')
  const seasonId = String(useParams({ strict: false }).seasonId)
  const reportId = (useSearch({ strict: false }) as { report?: string }).report
  const season = useQuery(seasonQuery(seasonId))
  const query = useQuery(reportQuery(seasonId, reportId === undefined ? undefined : String(reportId)))
  useCurrencies()
  const title = season.data ? t('report:title_of', { season: season.data.name }) : t('report:title')
  const missing = refusalCode(query.error) === 'report_not_found'
  return (
    <Page
      title={title}
      back={{ to: '/reports', label: t('report:all') }}
      width="wide"
      badge={
        query.data && !query.data.head.published_at && query.data.head.state === 'ready' ? (
          <Badge tone="warn">{t('report:draft')}</Badge>
        ) : undefined
      }
      lead={
        season.data ? (
          <bdi>
            <DateTime at={season.data.starts_at} dateOnly /> – <DateTime at={season.data.ends_at} dateOnly />
          </bdi>
        ) : undefined
      }
      actions={query.data?.report ? <Downloads head={query.data.head} /> : undefined}
    >
      {missing ? (
        <EmptyState
          icon="chart"
          title={t('report:none.title')}
          actions={<LinkButton to={`/seasons/${seasonId}/leaderboard`}>{t('report:none.go')}</LinkButton>}
        >
          {t('report:none.why')}
        </EmptyState>
      ) : (
        <Loaded query={query} lines={10}>
          {({ head, report }) => (report ? <Body head={head} report={report} /> : <Building head={head} />)}
        </Loaded>
      )}
    </Page>
  )
}

function Downloads({ head }: { head: Head }) {
  const t = useT('report')
  const base = `/v1/seasons/${head.season_id}/reports/${head.report_id}`
  return (
    <>
      <a className={buttonClass('secondary')} href={`${base}/report.md`} download>
        <Icon name="download" />
        {t('report:download.markdown')}
      </a>
      <a className={buttonClass('secondary')} href={`${base}/report.json`} download>
        <Icon name="download" />
        {t('report:download.json')}
      </a>
    </>
  )
}

function Building({ head }: { head: Head }) {
  const t = useT('report')
  const numbers = useNumbers()
  if (head.state === 'failed')
    return (
      <Notice tone="bad" title={t('report:failed')}>
        {head.error}
      </Notice>
    )
  return (
    <Card>
      <ProgressBar
        value={head.progress.done}
        max={head.progress.of}
        label={t('report:building')}
        detail={`${numbers.int(head.progress.done)} / ${numbers.int(head.progress.of)}`}
      />
    </Card>
  )
}

function Body({ head, report }: { head: Head; report: ReportView }) {
  return (
    <div className="grid gap-6">
      <Flow report={report} />
      <Cautions report={report} />
      <DataSays report={report} />
      <Quality report={report} />
      <Inference report={report} />
      <DueProcess report={report} />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Acceptance report={report} />
        <Costs report={report} />
        <ScarcityAndValue report={report} />
        <TimeTaken report={report} />
        <Timeline report={report} />
      </div>
      <Reviewers report={report} />
      <ByCampaign report={report} />
      <Proof head={head} report={report} />
    </div>
  )
}
