import { useState } from 'react'
import { ACTIONS } from '../../../src/domains/integrity/cases/contract.ts'
import { USUAL_DAYS } from '../../../src/domains/integrity/desk/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { RadioGroup } from '../../ui/choices.tsx'
import { NumberInput, TextArea } from '../../ui/inputs.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import type { CaseView } from './case-page.tsx'
import { EffectNow } from './preview.tsx'

type Decision = 'dismiss' | 'impose' | 'confirm' | 'disagree'
type Action = (typeof ACTIONS)[number]
const usualDays = (action: Action): string => String(USUAL_DAYS[action])

/** Decides a case: alone where one suffices, as the second person where it takes two. */
export function Decide({ file }: { file: CaseView }) {
  const t = useT('cases', 'standing')
  const [doing, setDoing] = useState<Decision | null>(null)
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('cases:decide.title')} hint={t('cases:decide.hint')} />
      <Proposed file={file} />
      <div className="flex flex-wrap gap-2">
        {file.proposal ? (
          <>
            <Button kind="danger" onClick={() => setDoing('confirm')}>
              {t('cases:decide.confirm')}
            </Button>
            <Button kind="secondary" onClick={() => setDoing('disagree')}>
              {t('cases:decide.disagree')}
            </Button>
          </>
        ) : (
          <Button onClick={() => setDoing('impose')}>{t('cases:decide.impose')}</Button>
        )}
        <Button kind="secondary" onClick={() => setDoing('dismiss')}>
          {t('cases:decide.dismiss')}
        </Button>
      </div>
      {doing ? <DecideDialog key={doing} file={file} decision={doing} onClose={() => setDoing(null)} /> : null}
    </Card>
  )
}

/** What waits for a second person; read by whoever proposed it too. */
export function Proposed({ file: { proposal } }: { file: CaseView }) {
  const t = useT('cases', 'standing')
  if (!proposal) return null
  return (
    <Notice
      tone="warn"
      title={t('cases:decide.proposed', {
        who: proposal.proposed_by,
        action: t(`standing:action.${proposal.action}.title`),
        count: proposal.days,
      })}
    >
      <p dir="auto" className="whitespace-pre-line">
        {proposal.reason}
      </p>
      <p>{t(`standing:action.${proposal.action}.does`)}</p>
    </Notice>
  )
}

function DecideDialog({ file, decision, onClose }: { file: CaseView; decision: Decision; onClose: () => void }) {
  const t = useT('cases', 'standing')
  const [action, setAction] = useState<Action>('warn')
  const [days, setDays] = useState(usualDays('warn'))
  const [reason, setReason] = useState('')
  const whole = /^[1-9]\d{0,2}$/.test(days.trim()) ? Number(days.trim()) : undefined
  const act = useAct(
    () =>
      client.cases.decide({
        params: { case_id: file.case_id },
        body: {
          decision,
          reason: reason.trim(),
          ...(decision === 'impose' && whole !== undefined ? { action, days: whole } : {}),
        },
      }),
    { changes: [['cases'], ['operator', 'person']], said: t('cases:decide.done'), after: onClose },
  )
  return (
    <Ask
      open
      wide={decision === 'impose'}
      onClose={onClose}
      title={t(`cases:decide.${decision}`)}
      action={t(`cases:decide.${decision}`)}
      danger={decision === 'impose' || decision === 'confirm'}
      busy={act.isPending}
      error={act.error}
      disabled={reason.trim().length < 10 || (decision === 'impose' && whole === undefined)}
      onGo={() => act.mutate(undefined)}
    >
      <p>{t(`cases:decide.${decision}_does`)}</p>
      {decision === 'impose' ? (
        <>
          <fieldset className="grid gap-2">
            <legend className="font-semibold">{t('cases:decide.action')}</legend>
            <RadioGroup
              name="action"
              value={action}
              onChange={(value) => {
                setAction(value as Action)
                setDays(usualDays(value as Action))
              }}
              options={ACTIONS.map((a) => ({
                value: a,
                label: t(`standing:action.${a}.title`),
                help: t(`cases:takes.${a}`),
              }))}
            />
          </fieldset>
          <NumberInput
            label={t('cases:decide.days')}
            disabled={action === 'forfeit'}
            value={days}
            onChange={setDays}
            inputMode="numeric"
            error={whole === undefined ? t('cases:decide.days_wrong') : undefined}
            dir="ltr"
          />
          <EffectNow caseId={file.case_id} action={action} days={whole} />
        </>
      ) : null}
      {decision === 'confirm' && file.proposal ? (
        <EffectNow caseId={file.case_id} action={file.proposal.action} days={undefined} />
      ) : null}
      <TextArea
        label={t(decision === 'impose' ? 'cases:decide.reason_told' : 'cases:decide.reason')}
        help={t(decision === 'impose' ? 'cases:decide.reason_told_help' : 'cases:decide.reason_help')}
        max={1000}
        value={reason}
        onChange={setReason}
        dir="auto"
      />
    </Ask>
  )
}
