import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { NumberInput, TextInput } from '../../ui/inputs.tsx'
import { Money } from '../../ui/money.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { fromLocal, toLocal } from '../desk/local-time.ts'
import type { ManagedView } from './queries.ts'

type Act = 'pause' | 'resume' | 'cancel' | 'recall' | 'open' | 'extend'
type Status = ManagedView['status']

const MAY: Partial<Record<Status, readonly Act[]>> = {
  awaiting_approval: ['recall'],
  pilot: ['open', 'pause', 'extend', 'cancel'],
  open: ['pause', 'extend', 'cancel'],
  paused: ['resume', 'extend', 'cancel'],
}

/** What a requester can do with a campaign now; what happens to the money is said before it is done. */
export function Actions({ campaign, status }: { campaign: ManagedView; status: Status }) {
  const t = useT('requester')
  const [asking, setAsking] = useState<Act | null>(null)
  const [quota, setQuota] = useState(String(campaign.quota))
  const [deadline, setDeadline] = useState(campaign.deadline ? toLocal(campaign.deadline) : '')
  const params = { campaign_id: campaign.campaign_id }
  const wanted = numberOf(quota)
  const run = useAct(
    (act: Act) => {
      if (act !== 'extend') return client.campaigns[act]({ params, body: {} })
      const until = fromLocal(deadline) ?? null
      return client.campaigns.extend({
        params,
        body: {
          ...(wanted !== undefined && wanted !== campaign.quota && { quota: wanted }),
          ...(until !== campaign.deadline && { deadline: until }),
        },
      })
    },
    { changes: [['requester']], said: t('requester:act.said'), after: () => setAsking(null) },
  )
  const acts = MAY[status] ?? []
  return (
    <>
      {status === 'pilot' || status === 'open' || status === 'paused' ? (
        <LinkButton kind="quiet" to={`/requests/${campaign.campaign_id}/edit`}>
          {t('requester:act.edit')}
        </LinkButton>
      ) : null}
      {acts.map((act) => (
        <Button
          key={act}
          kind={act === 'cancel' ? 'danger' : act === 'open' || act === 'resume' ? 'primary' : 'secondary'}
          onClick={() => setAsking(act)}
        >
          {t(`requester:act.${act}`)}
        </Button>
      ))}
      <Ask
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={t(`requester:act.${asking ?? 'pause'}`)}
        action={t(`requester:act.${asking ?? 'pause'}`)}
        danger={asking === 'cancel'}
        busy={run.isPending}
        error={run.error}
        disabled={asking === 'extend' && (wanted === undefined || !Number.isInteger(wanted))}
        onGo={() => asking && run.mutate(asking)}
      >
        <p>{t(`requester:act_why.${asking ?? 'pause'}`)}</p>
        {asking === 'cancel' || asking === 'pause' ? (
          <ul className="grid gap-1 text-sm">
            {campaign.budget.map((b) => (
              <li key={b.currency}>
                {t('requester:act.spent')}{' '}
                <Money amount_minor={b.spent_minor} currency={b.currency} className="font-semibold" /> ·{' '}
                {t('requester:act.left')}{' '}
                <Money amount_minor={b.left_minor} currency={b.currency} className="font-semibold" />
              </li>
            ))}
          </ul>
        ) : null}
        {asking === 'extend' ? (
          <>
            <NumberInput
              label={t('requester:basics.quota')}
              help={t('requester:act.quota_help', { quota: campaign.quota })}
              value={quota}
              onChange={setQuota}
              inputMode="numeric"
            />
            <TextInput
              type="datetime-local"
              label={t('requester:basics.deadline')}
              optional
              value={deadline}
              onChange={setDeadline}
            />
          </>
        ) : null}
      </Ask>
    </>
  )
}
