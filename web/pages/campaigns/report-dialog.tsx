import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { REPORT_REASONS } from '../../../src/domains/campaigns/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { RadioGroup } from '../../ui/choices.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'

type Reason = (typeof REPORT_REASONS)[number]
const REASONS: readonly Reason[] = ['illegal', 'harmful', 'personal_data', 'misleading', 'unpaid', 'spam', 'other']

/** Anyone can tell the operator that a campaign is not right; no account needed. */
export function ReportDialog({
  open,
  onClose,
  campaignId,
}: {
  open: boolean
  onClose: () => void
  campaignId: string
}) {
  const t = useT('campaigns')
  const [reason, setReason] = useState<Reason>('misleading')
  const [message, setMessage] = useState('')
  const send = useMutation({
    mutationFn: () =>
      client.campaigns.report({ params: { campaign_id: campaignId }, body: { reason, message: message.trim() } }),
    onSuccess: () => {
      say(t('campaigns:report.sent'), 'good')
      setMessage('')
      onClose()
    },
  })
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('campaigns:report.title')}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button busy={send.isPending} disabled={message.trim() === ''} onClick={() => send.mutate()}>
            {t('campaigns:report.send')}
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        <FieldSet legend={t('campaigns:report.why')}>
          <RadioGroup
            name="reason"
            value={reason}
            onChange={(v) => setReason(v as Reason)}
            options={REASONS.map((r) => ({ value: r, label: t(`campaigns:report.reason.${r}`) }))}
          />
        </FieldSet>
        <TextArea label={t('campaigns:report.message')} value={message} onChange={setMessage} max={4000} required />
        <ErrorLine error={send.error} />
      </div>
    </Dialog>
  )
}
