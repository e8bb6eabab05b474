import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { Money } from '../../ui/money.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { Listing } from '../desk/listing.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { CampaignPreview } from '../desk/campaign-preview.tsx'
import { OperatorPage } from './operator-page.tsx'

/** Campaigns that wait for an operator: everything they ask of people, and a decision with a reason. */
export function ApprovalsPage() {
  const t = useT('operator')
  return (
    <OperatorPage place="approvals" title={t('operator:approvals.title')} lead={t('operator:approvals.lead')}>
      {() => <Approvals />}
    </OperatorPage>
  )
}

function Approvals() {
  const t = useT('operator', 'desk')
  const n = useNumbers()
  useCurrencies()
  const list = useList(['operator', 'approvals'], (after) =>
    client.campaigns.approvals({ query: { limit: 20, ...(after && { after }) } }),
  )
  return (
    <Listing
      list={list}
      empty={
        <EmptyState icon="check" title={t('operator:approvals.none')}>
          {t('operator:approvals.none_why')}
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="grid gap-4">
          {items.map((c) => (
            <Card key={c.campaign_id} as="li" className="grid gap-4">
              <div className="flex flex-wrap gap-2">
                <Badge tone="accent">{t(`desk:task_class.${c.task_class}`)}</Badge>
                <Badge>{t(`desk:difficulty.${c.difficulty}`)}</Badge>
                {c.first_campaign ? <Badge tone="info">{t('operator:approvals.first')}</Badge> : null}
                {c.restricted ? <Badge tone="warn">{t('operator:approvals.restricted')}</Badge> : null}
              </div>
              <div>
                <h2 className="text-lg" dir="auto">
                  {c.title}
                </h2>
                <p className="text-sm text-ink-soft">
                  {t('operator:approvals.by')} <bdi className="font-semibold">{c.requester}</bdi> ·{' '}
                  <RelativeTime at={c.asked_at} />
                </p>
              </div>
              <dl className="flex flex-wrap gap-x-8 gap-y-2 text-sm">
                <div>
                  <dt className="text-ink-soft">{t('operator:approvals.quota')}</dt>
                  <dd className="font-semibold">{n.int(c.quota)}</dd>
                </div>
                <div>
                  <dt className="text-ink-soft">{t('operator:approvals.worst_case')}</dt>
                  <dd className="font-semibold">
                    {c.worst_case.map((m) => (
                      <Money key={m.currency} {...m} className="me-3" />
                    ))}
                  </dd>
                </div>
                <div>
                  <dt className="text-ink-soft">{t('operator:approvals.area')}</dt>
                  <dd className="font-semibold">
                    <bdi>{c.knowledge_area}</bdi>, <bdi>{c.language}</bdi>
                  </dd>
                </div>
              </dl>
              <Decision campaignId={c.campaign_id} version={c.version} />
            </Card>
          ))}
        </ul>
      )}
    </Listing>
  )
}

function Decision({ campaignId, version }: { campaignId: string; version: number }) {
  const t = useT('operator')
  const [looking, setLooking] = useState(false)
  const [asking, setAsking] = useState<'approve' | 'decline' | null>(null)
  const [reason, setReason] = useState('')
  const page = useQuery({
    queryKey: ['operator', 'manage', campaignId, version],
    queryFn: () => client.campaigns.manage({ params: { campaign_id: campaignId } }),
    enabled: looking,
  })
  const decide = useAct(
    (approved: boolean) =>
      client.campaigns.decide({ params: { campaign_id: campaignId }, body: { approved, reason, version } }),
    {
      changes: [
        ['operator', 'approvals'],
        ['operator', 'overview'],
      ],
      said: t('operator:approvals.said'),
      after: () => setAsking(null),
    },
  )
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button kind="quiet" icon="eye" aria-expanded={looking} onClick={() => setLooking(!looking)}>
          {t(looking ? 'operator:approvals.hide' : 'operator:approvals.look')}
        </Button>
        <span className="grow" />
        <Button kind="danger" onClick={() => setAsking('decline')}>
          {t('operator:approvals.decline')}
        </Button>
        <Button icon="check" onClick={() => setAsking('approve')}>
          {t('operator:approvals.approve')}
        </Button>
      </div>
      {looking ? (
        <Loaded query={page}>
          {(c) => (
            <CampaignPreview
              instructions={c.instructions}
              form={c.form}
              consent={c.consent}
              settings={c.settings}
              mode={c.mode}
              language={c.language}
              level={3}
            />
          )}
        </Loaded>
      ) : null}
      <Ask
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={t(asking === 'approve' ? 'operator:approvals.approve_title' : 'operator:approvals.decline_title')}
        action={t(asking === 'approve' ? 'operator:approvals.approve' : 'operator:approvals.decline')}
        danger={asking === 'decline'}
        busy={decide.isPending}
        error={decide.error}
        disabled={reason.trim() === ''}
        onGo={() => decide.mutate(asking === 'approve')}
      >
        <p className="text-sm text-ink-soft">
          {t(asking === 'approve' ? 'operator:approvals.approve_why' : 'operator:approvals.decline_why')}
        </p>
        <TextArea label={t('operator:approvals.reason')} value={reason} onChange={setReason} max={2000} />
      </Ask>
    </>
  )
}
