import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { RadioGroup } from '../../ui/choices.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'

type Kind = 'broken' | 'question'

/** Says that an item is broken, or asks about it. A broken item never counts against anyone. */
export function FlagDialog({
  open,
  onClose,
  campaignId,
  targetId,
}: {
  open: boolean
  onClose: () => void
  campaignId: string
  targetId: string
}) {
  const t = useT('work')
  const [kind, setKind] = useState<Kind>('broken')
  const [message, setMessage] = useState('')
  const send = useMutation({
    mutationFn: () =>
      client.campaigns.flag({
        params: { campaign_id: campaignId },
        body: { target_id: targetId, kind, message: message.trim() },
      }),
    onSuccess: () => {
      say(t('work:flag_sent'), 'good')
      setMessage('')
      onClose()
    },
  })
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('work:flag_title')}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button busy={send.isPending} disabled={message.trim() === ''} onClick={() => send.mutate()}>
            {t('work:flag_send')}
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        <FieldSet legend={t('work:flag_what')}>
          <RadioGroup
            name="kind"
            value={kind}
            onChange={(v) => setKind(v as Kind)}
            options={[
              { value: 'broken', label: t('work:flag_kind.broken'), help: t('work:flag_kind.broken_help') },
              { value: 'question', label: t('work:flag_kind.question'), help: t('work:flag_kind.question_help') },
            ]}
          />
        </FieldSet>
        <TextArea
          label={t('work:flag_body')}
          help={t('work:flag_help')}
          value={message}
          onChange={setMessage}
          max={2000}
          required
        />
        <ErrorLine error={send.error} />
      </div>
    </Dialog>
  )
}
