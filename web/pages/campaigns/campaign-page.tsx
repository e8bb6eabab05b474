import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useLanguage, useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { BlurredContent } from '../../ui/blurred.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Instructions } from '../work/instructions.tsx'
import { Facts } from './facts.tsx'
import { languageName } from './language-name.ts'
import { NextStep } from './next-step.tsx'
import { campaignQuery } from './queries.ts'
import { ReportDialog } from './report-dialog.tsx'

/** A campaign before and while one takes part: what it asks and pays, its terms, and the one next step. */
export function CampaignPage() {
  const t = useT('campaigns', 'work')
  const { language } = useLanguage()
  const campaignId = String(useParams({ strict: false }).campaignId)
  const query = useQuery(campaignQuery(campaignId))
  const [reporting, setReporting] = useState(false)
  const c = query.data
  if (!c) {
    return (
      <div className="mx-auto max-w-5xl px-gutter py-9">
        {query.error ? (
          <ErrorState
            error={query.error}
            level={1}
            onRetry={() => void query.refetch()}
            actions={
              <LinkButton kind="secondary" to="/campaigns">
                {t('campaigns:all')}
              </LinkButton>
            }
          />
        ) : (
          <LoadingBlock lines={8} />
        )}
      </div>
    )
  }
  const instructions = <Instructions instructions={c.instructions} lang={c.language} />
  return (
    <Page
      title={c.title}
      width="wide"
      back={{ to: '/campaigns', label: t('campaigns:all') }}
      badge={
        <>
          <Badge tone="accent">{t(`campaigns:class.${c.task_class}`)}</Badge>
          {c.example ? <Badge tone="info">{t('campaigns:example')}</Badge> : null}
          <Badge>{t(`campaigns:difficulty.${c.difficulty}`)}</Badge>
          <Badge>{languageName(c.language, language)}</Badge>
          {c.status === 'open' ? null : <Badge tone="warn">{t(`campaigns:status.${c.status}`)}</Badge>}
        </>
      }
      lead={
        <>
          {t('campaigns:by')} <bdi className="font-semibold text-ink">{c.requester}</bdi> ·{' '}
          <bdi>{c.knowledge_area}</bdi>
        </>
      }
    >
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <div className="grid gap-6 lg:sticky lg:top-20 lg:order-2">
          <NextStep campaign={c} />
          <Card>
            <SectionHead title={t('campaigns:facts.title')} />
            <Facts campaign={c} />
          </Card>
        </div>
        <div className="grid gap-6">
          {c.consent.personal_data ? (
            <Notice tone="warn" title={t('campaigns:personal_data')}>
              <bdi lang={c.language}>{c.consent.personal_data}</bdi>
            </Notice>
          ) : null}
          <Card>
            <SectionHead title={t('work:instructions')} />
            {c.restricted ? <BlurredContent>{instructions}</BlurredContent> : instructions}
          </Card>
          <Card>
            <SectionHead title={t('campaigns:asked')} hint={t('campaigns:asked_hint')} />
            <ol className="grid gap-2">
              {c.questions.map((q, i) => (
                <li key={q.key} className="flex gap-3">
                  <span className="cut grid size-7 shrink-0 place-items-center bg-sunken text-sm font-semibold text-ink-soft">
                    {i + 1}
                  </span>
                  <span className="pt-0.5">
                    <bdi lang={c.language}>{q.title}</bdi>
                    {q.required ? null : (
                      <span className="ms-2 text-sm text-ink-faint">{t('common:field.optional')}</span>
                    )}
                  </span>
                </li>
              ))}
            </ol>
          </Card>
          <div>
            <Button kind="quiet" size="small" icon="flag" onClick={() => setReporting(true)}>
              {t('campaigns:report.action')}
            </Button>
          </div>
        </div>
      </div>
      <ReportDialog open={reporting} onClose={() => setReporting(false)} campaignId={campaignId} />
    </Page>
  )
}
