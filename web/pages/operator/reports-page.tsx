import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { STATE_TONES } from '../desk/campaign-state.ts'
import { Listing } from '../desk/listing.tsx'
import { useList } from '../desk/use-list.ts'
import { OperatorPage } from './operator-page.tsx'

/** What people reported about campaigns. */
export function TaskReportsPage() {
  const t = useT('operator')
  return (
    <OperatorPage place="reports" title={t('operator:reports.title')} lead={t('operator:reports.lead')}>
      {() => <Reports />}
    </OperatorPage>
  )
}

type Resolution = 'dismissed' | 'paused'

function Reports() {
  const t = useT('operator', 'desk')
  const [tab, setTab] = useState('open')
  const [acting, setActing] = useState<{ campaign_id: string; report_id: string; resolution: Resolution } | null>(null)
  const [note, setNote] = useState('')
  const list = useList(['operator', 'reports', tab], (after) =>
    client.campaigns.reports({ query: { limit: 30, open: tab === 'open', ...(after && { after }) } }),
  )
  const resolve = useAct(
    () => {
      if (!acting) throw new Error('assumption broken: a report was chosen')
      return client.campaigns.resolve_report({
        params: { campaign_id: acting.campaign_id, report_id: acting.report_id },
        body: { resolution: acting.resolution, note },
      })
    },
    {
      changes: [
        ['operator', 'reports'],
        ['operator', 'overview'],
      ],
      said: t('operator:reports.said'),
      after: () => {
        setActing(null)
        setNote('')
      },
    },
  )
  return (
    <Tabs
      label={t('operator:reports.title')}
      value={tab}
      onChange={setTab}
      tabs={[
        { value: 'open', label: t('operator:reports.open') },
        { value: 'done', label: t('operator:reports.done') },
      ]}
    >
      <Listing
        list={list}
        empty={
          <EmptyState icon="flag" title={t('operator:reports.none')}>
            {t('operator:reports.none_why')}
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="grid gap-4">
            {items.map((r) => (
              <Card key={r.report_id} as="li" className="grid gap-3">
                <div className="flex flex-wrap items-center gap-2">
                  <Badge tone="bad">{t(`operator:report_reason.${r.reason}`)}</Badge>
                  <Badge tone={STATE_TONES[r.status]}>{t(`desk:campaign_state.${r.status}`)}</Badge>
                  <span className="text-sm text-ink-soft">
                    <RelativeTime at={r.created_at} /> ·{' '}
                    {t(r.signed_in ? 'operator:reports.signed_in' : 'operator:reports.anonymous')}
                  </span>
                </div>
                <Link to={`/campaigns/${r.campaign_id}`} className="link w-fit font-semibold">
                  <bdi>{r.title}</bdi>
                </Link>
                <p dir="auto" className="max-w-prose whitespace-pre-line">
                  {r.message}
                </p>
                {r.resolution ? (
                  <p className="border-s-2 border-line-strong ps-3 text-sm text-ink-soft">
                    {t(`operator:reports.resolution.${r.resolution}`)} <bdi>{r.note}</bdi>
                  </p>
                ) : (
                  <div className="flex flex-wrap gap-2">
                    <Button
                      kind="secondary"
                      onClick={() =>
                        setActing({ campaign_id: r.campaign_id, report_id: r.report_id, resolution: 'dismissed' })
                      }
                    >
                      {t('operator:reports.dismiss')}
                    </Button>
                    <Button
                      kind="danger"
                      onClick={() =>
                        setActing({ campaign_id: r.campaign_id, report_id: r.report_id, resolution: 'paused' })
                      }
                    >
                      {t('operator:reports.pause')}
                    </Button>
                  </div>
                )}
              </Card>
            ))}
          </ul>
        )}
      </Listing>
      <Ask
        open={acting !== null}
        onClose={() => setActing(null)}
        title={t(acting?.resolution === 'paused' ? 'operator:reports.pause' : 'operator:reports.dismiss')}
        action={t(acting?.resolution === 'paused' ? 'operator:reports.pause' : 'operator:reports.dismiss')}
        danger={acting?.resolution === 'paused'}
        busy={resolve.isPending}
        error={resolve.error}
        disabled={note.trim() === ''}
        onGo={() => resolve.mutate(undefined)}
      >
        <p className="text-sm text-ink-soft">
          {t(acting?.resolution === 'paused' ? 'operator:reports.pause_why' : 'operator:reports.dismiss_why')}
        </p>
        <TextArea label={t('operator:reports.note')} value={note} onChange={setNote} max={2000} />
      </Ask>
    </Tabs>
  )
}
