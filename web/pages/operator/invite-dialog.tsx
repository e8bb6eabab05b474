import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { NumberInput } from '../../ui/inputs.tsx'
import { DateTime } from '../../ui/time.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'

type Made = Awaited<ReturnType<typeof client.invitations.invite>>

/** An invitation link, shown once: to the installation, or to one campaign. */
export function InviteDialog({
  open,
  onClose,
  campaignId,
}: {
  open: boolean
  onClose: () => void
  campaignId?: string
}) {
  const t = useT('operator')
  const [uses, setUses] = useState('25')
  const [days, setDays] = useState('14')
  const [made, setMade] = useState<Made | null>(null)
  const count = numberOf(uses)
  const span = numberOf(days)
  const whole = (n: number | undefined, most: number) => n !== undefined && Number.isInteger(n) && n >= 1 && n <= most
  const invite = useAct(
    () => {
      const body = { uses: count ?? 1, days: span ?? 1 }
      return campaignId
        ? client.invitations.invite({ params: { campaign_id: campaignId }, body })
        : client.invitations.invite_to_platform({ body })
    },
    { changes: [['requester', 'invitations']], after: setMade },
  )
  const close = () => {
    setMade(null)
    onClose()
  }
  if (made) {
    return (
      <Dialog
        open={open}
        onClose={close}
        title={t('operator:invite.made')}
        actions={<Button onClick={close}>{t('operator:invite.done')}</Button>}
      >
        <div className="grid gap-4">
          <Notice tone="warn">{t('operator:invite.once')}</Notice>
          <p dir="ltr" className="rounded-md bg-sunken p-3 font-mono text-sm break-all">
            {made.url}
          </p>
          <div className="flex flex-wrap items-center gap-4">
            <CopyButton text={made.url} label={t('operator:invite.copy')} />
            <span className="text-sm text-ink-soft">
              {t('operator:invite.until')} <DateTime at={made.expires_at} />
            </span>
          </div>
        </div>
      </Dialog>
    )
  }
  return (
    <Ask
      open={open}
      onClose={close}
      title={t('operator:invite.title')}
      action={t('operator:invite.make')}
      busy={invite.isPending}
      error={invite.error}
      disabled={!whole(count, 100_000) || !whole(span, 365)}
      onGo={() => invite.mutate(undefined)}
    >
      <p className="text-sm text-ink-soft">
        {t(campaignId ? 'operator:invite.lead_campaign' : 'operator:invite.lead')}
      </p>
      <NumberInput
        label={t('operator:invite.uses')}
        value={uses}
        onChange={setUses}
        inputMode="numeric"
        error={whole(count, 100_000) ? undefined : t('operator:invite.uses_wrong')}
      />
      <NumberInput
        label={t('operator:invite.days')}
        value={days}
        onChange={setDays}
        inputMode="numeric"
        error={whole(span, 365) ? undefined : t('operator:invite.days_wrong')}
      />
    </Ask>
  )
}
