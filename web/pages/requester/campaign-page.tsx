import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useT } from '../../app/i18n.ts'
import { refusalCode } from '../../app/problem.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge, Notice } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { STATE_TONES } from '../desk/campaign-state.ts'
import { useCurrencies } from '../desk/currencies.ts'
import { Loaded } from '../desk/loaded.tsx'
import { Actions } from './actions.tsx'
import { FlagsPanel } from './flags-panel.tsx'
import { MoneyPanel } from './money-panel.tsx'
import { PeoplePanel } from './people-panel.tsx'
import { ProgressPanel } from './progress-panel.tsx'
import { manageQuery, progressQuery } from './queries.ts'
import { QualityPanel } from './quality-panel.tsx'
import { ReleasesPanel } from './releases-panel.tsx'
import { ItemsTable } from './items-table.tsx'
import { Card } from '../../ui/card.tsx'

const TABS = ['progress', 'quality', 'flags', 'items', 'money', 'people', 'releases'] as const

/** A requester's campaign, live: progress and cost, what people ask, money, releases. */
export function RequesterCampaignPage() {
  return <SignedIn>{() => <Campaign />}</SignedIn>
}

function Campaign() {
  const t = useT('requester', 'desk', 'certificate')
  const navigate = useNavigate()
  const campaignId = String(useParams({ strict: false }).campaignId)
  const asked = (useSearch({ strict: false }) as { tab?: string }).tab
  const tab = TABS.find((x) => x === asked) ?? 'progress'
  const query = useQuery(manageQuery(campaignId))
  const live = useQuery({ ...progressQuery(campaignId), enabled: query.data !== undefined })
  useCurrencies()
  const c = query.data
  const page = useQuery({
    queryKey: ['campaign', campaignId, 'season'],
    queryFn: () => client.campaigns.page({ params: { campaign_id: campaignId } }),
    enabled: c !== undefined && c.opened_at !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const season = page.data?.season
  const status = live.data?.status ?? c?.status
  const code = refusalCode(query.error)
  if (code === 'not_allowed') {
    return (
      <Page title={t('requester:campaign')} back={{ to: '/requests', label: t('requester:mine.title') }} width="narrow">
        <EmptyState
          icon="lock"
          title={t('requester:not_yours')}
          actions={<LinkButton to={`/campaigns/${campaignId}`}>{t('requester:public_page')}</LinkButton>}
        >
          {t('desk:not_yours.requester.way')}
        </EmptyState>
      </Page>
    )
  }
  return (
    <Page
      title={c?.title ?? t('requester:campaign')}
      back={{ to: '/requests', label: t('requester:mine.title') }}
      width="wide"
      badge={
        c && status ? (
          <>
            <Badge tone={STATE_TONES[status]}>{t(`desk:campaign_state.${status}`)}</Badge>
            <Badge>{t(`desk:task_class.${c.task_class}`)}</Badge>
            {c.restricted ? <Badge tone="warn">{t('requester:restricted')}</Badge> : null}
          </>
        ) : undefined
      }
      lead={
        season ? (
          <Link className="link" to={`/seasons/${season.season_id}/report`}>
            {t('requester:season_report', { season: season.name })}
          </Link>
        ) : undefined
      }
      actions={c && status ? <Actions campaign={c} status={status} /> : undefined}
    >
      <Loaded query={query} lines={8}>
        {(campaign) => (
          <>
            {campaign.status === 'awaiting_approval' ? (
              <Notice tone="warn" title={t('requester:waits.title')}>
                {t('requester:waits.why')}
              </Notice>
            ) : null}
            {campaign.status === 'draft' ? (
              <Notice
                tone="info"
                title={t('requester:is_draft')}
                actions={
                  <LinkButton size="small" to={`/requests/${campaignId}/edit`}>
                    {t('requester:go_on_editing')}
                  </LinkButton>
                }
              />
            ) : null}
            <Tabs
              label={t('requester:parts')}
              value={tab}
              onChange={(value) =>
                void navigate({ to: `/requests/${campaignId}`, search: { tab: value } as never, replace: true })
              }
              tabs={TABS.map((value) => ({
                value,
                label: t(`requester:tab.${value}`),
                ...(value === 'flags' && live.data ? { count: live.data.open_flags } : {}),
              }))}
            >
              {tab === 'progress' ? (
                <Loaded query={live} lines={6}>
                  {(progress) => <ProgressPanel campaign={campaign} progress={progress} />}
                </Loaded>
              ) : tab === 'quality' ? (
                <QualityPanel campaignId={campaignId} />
              ) : tab === 'flags' ? (
                <FlagsPanel campaignId={campaignId} />
              ) : tab === 'items' ? (
                <Card>
                  <ItemsTable campaignId={campaignId} filter />
                </Card>
              ) : tab === 'money' ? (
                <MoneyPanel campaign={campaign} />
              ) : tab === 'people' ? (
                <PeoplePanel campaignId={campaignId} />
              ) : (
                <ReleasesPanel campaignId={campaignId} />
              )}
            </Tabs>
          </>
        )}
      </Loaded>
    </Page>
  )
}
