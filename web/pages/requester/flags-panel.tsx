import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { EmptyState, ErrorLine } from '../../ui/states.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Listing } from '../desk/listing.tsx'
import { useList } from '../desk/use-list.ts'

type Flag = Awaited<ReturnType<typeof client.campaigns.flags>>['items'][number]
type Resolution = 'broken' | 'fine' | 'answered'

/** What people said about items: broken ones to judge, questions to answer. */
export function FlagsPanel({ campaignId }: { campaignId: string }) {
  const t = useT('requester')
  const [all, setAll] = useState(false)
  const list = useList(['requester', 'flags', campaignId, all], (after) =>
    client.campaigns.flags({
      params: { campaign_id: campaignId },
      query: { limit: 20, ...(all ? {} : { open: true }), ...(after && { after }) },
    }),
  )
  return (
    <div className="grid gap-5">
      <div className="max-w-sm">
        <Checkbox label={t('requester:flags.all')} checked={all} onChange={setAll} />
      </div>
      <Listing
        list={list}
        empty={
          <EmptyState icon="flag" title={t('requester:flags.none')}>
            {t('requester:flags.none_why')}
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="grid gap-4">
            {items.map((f) => (
              <FlagCard key={f.flag_id} flag={f} />
            ))}
          </ul>
        )}
      </Listing>
    </div>
  )
}

function FlagCard({ flag }: { flag: Flag }) {
  const t = useT('requester')
  const [reply, setReply] = useState('')
  const resolve = useAct(
    (resolution: Resolution) =>
      client.campaigns.resolve_flag({
        params: { campaign_id: flag.campaign_id, flag_id: flag.flag_id },
        body: { resolution, ...(reply.trim() && { reply: reply.trim() }) },
      }),
    {
      changes: [
        ['requester', 'flags', flag.campaign_id],
        ['requester', 'progress', flag.campaign_id],
        ['requester', 'items', flag.campaign_id],
      ],
      said: t('requester:flags.said'),
    },
  )
  const acts: Resolution[] = flag.kind === 'question' ? ['answered', 'broken'] : ['broken', 'fine']
  return (
    <Card as="li" className="grid gap-4">
      <div className="flex flex-wrap items-center gap-2 text-sm text-ink-soft">
        <Badge tone={flag.kind === 'broken' ? 'bad' : 'info'} icon={flag.kind === 'broken' ? 'warning' : 'question'}>
          {t(`requester:flags.kind.${flag.kind}`)}
        </Badge>
        <RelativeTime at={flag.created_at} />
        <bdi className="font-mono">{flag.item_id}</bdi>
      </div>
      <p dir="auto" className="max-w-prose text-lg whitespace-pre-line">
        {flag.message}
      </p>
      {flag.data ? (
        <dl className="grid gap-1 rounded-md bg-page p-3 text-sm">
          {Object.entries(flag.data).map(([key, value]) => (
            <div key={key} className="flex flex-wrap gap-x-3">
              <dt className="text-ink-soft">
                <bdi>{key}</bdi>
              </dt>
              <dd dir="auto" className="min-w-0 break-words">
                {String(value)}
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {flag.resolution ? (
        <p className="border-s-2 border-line-strong ps-3 text-sm text-ink-soft">
          {t(`requester:flags.resolution.${flag.resolution}`)} <bdi>{flag.reply}</bdi>
        </p>
      ) : (
        <>
          <TextArea
            label={t('requester:flags.reply')}
            help={t('requester:flags.reply_help')}
            optional={flag.kind !== 'question'}
            value={reply}
            onChange={setReply}
            max={2000}
            rows={2}
            dir="auto"
          />
          <ErrorLine error={resolve.error} />
          <div className="flex flex-wrap gap-2">
            {acts.map((act, i) => (
              <Button
                key={act}
                kind={i === 0 ? 'primary' : 'secondary'}
                busy={resolve.isPending && resolve.variables === act}
                disabled={act === 'answered' && reply.trim() === ''}
                onClick={() => resolve.mutate(act)}
              >
                {t(`requester:flags.act.${act}`)}
              </Button>
            ))}
          </div>
        </>
      )}
    </Card>
  )
}
