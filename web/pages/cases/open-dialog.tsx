import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { TextArea, TextInput } from '../../ui/inputs.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { fromLocal } from '../desk/local-time.ts'
import { PersonPicker } from '../operator/person-picker.tsx'
import { type Evidence, EvidenceFields, isEvidence, NO_EVIDENCE } from './evidence-fields.tsx'

/** Opens a case with its first evidence. Operators name a person, QA a piece of work whose author stays hidden from them. */
export function OpenDialog({ open, operator, onClose }: { open: boolean; operator: boolean; onClose: () => void }) {
  const t = useT('cases', 'operator')
  const navigate = useNavigate()
  const [person, setPerson] = useState<string>()
  const [campaign, setCampaign] = useState('')
  const [submission, setSubmission] = useState('')
  const [why, setWhy] = useState('')
  const [since, setSince] = useState('')
  const [evidence, setEvidence] = useState<Evidence>(NO_EVIDENCE)
  const start = fromLocal(since)
  const isWhose = operator ? person !== undefined : campaign.trim() !== '' && submission.trim() !== ''
  const act = useAct(
    () =>
      client.cases.open({
        body: {
          ...(operator
            ? { account_id: person! }
            : { submission: { campaign_id: campaign.trim(), submission_id: submission.trim() } }),
          why: why.trim(),
          ...(start ? { suspect_since: start } : {}),
          evidence: { ...evidence, says: evidence.says.trim() },
        },
      }),
    {
      changes: [['cases']],
      said: t('cases:open.done'),
      after: (made) => {
        onClose()
        void navigate({ to: `/qa/cases/${made.case_id}` })
      },
    },
  )
  return (
    <Ask
      wide
      open={open}
      onClose={onClose}
      title={t('cases:open.title')}
      action={t('cases:open.action')}
      busy={act.isPending}
      error={act.error}
      disabled={!isWhose || why.trim().length < 10 || !isEvidence(evidence)}
      onGo={() => act.mutate(undefined)}
    >
      <p className="text-sm text-ink-soft">{t('cases:open.does')}</p>
      {operator ? (
        <PersonPicker label={t('cases:open.person')} value={person} onChange={setPerson} />
      ) : (
        <div className="grid gap-4 sm:grid-cols-2">
          <TextInput label={t('cases:open.campaign')} value={campaign} onChange={setCampaign} dir="ltr" />
          <TextInput
            label={t('cases:open.submission')}
            help={t('cases:open.submission_help')}
            value={submission}
            onChange={setSubmission}
            dir="ltr"
          />
        </div>
      )}
      <TextArea
        label={t('cases:open.why')}
        help={t('cases:open.why_help')}
        max={1000}
        value={why}
        onChange={setWhy}
        dir="auto"
      />
      <TextInput
        label={t('cases:open.since')}
        help={t('cases:open.since_help')}
        type="datetime-local"
        value={since}
        onChange={setSince}
        optional
      />
      <EvidenceFields value={evidence} onChange={setEvidence} />
    </Ask>
  )
}
