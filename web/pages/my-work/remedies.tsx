import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { fieldProblems } from '../../app/problem.ts'
import { queryClient } from '../../app/query.ts'
import { type DraftKey, dropDraft, keepDraft, readDraft } from '../../drafts.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { answerOf, problemsOf, questionsOf, type Values } from '../../work-form/form.ts'
import { WorkForm, type WorkFormHandle } from '../../work-form/work-form.tsx'
import type { WorkPageData } from '../work/queries.ts'
import { Reasons } from './answers.tsx'
import type { Status } from './stages.ts'

/** After a rejection: one revision, an appeal, and until when. Nobody has to choose blindly: each says what it does. */
export function Remedies({
  accountId,
  submission: s,
  page,
}: {
  accountId: string
  submission: Status
  page: WorkPageData | undefined
}) {
  const t = useT('my_work')
  const [doing, setDoing] = useState<'revise' | 'appeal' | null>(null)
  if (s.appeal) {
    return (
      <Notice
        tone={s.appeal.upheld ? 'good' : 'info'}
        title={t(
          s.appeal.upheld === null
            ? 'my_work:appeal.open'
            : s.appeal.upheld
              ? 'my_work:appeal.upheld'
              : 'my_work:appeal.dismissed',
        )}
      >
        <p dir="auto" className="whitespace-pre-line">
          {s.appeal.reason}
        </p>
      </Notice>
    )
  }
  if (!s.may_revise_until && !s.may_appeal_until) return null
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('my_work:remedy.title')} hint={t('my_work:remedy.hint')} />
      {doing === null ? (
        <div className="grid gap-3 sm:grid-cols-2">
          {s.may_revise_until && page ? (
            <div className="grid content-start gap-2">
              <Button onClick={() => setDoing('revise')}>{t('my_work:remedy.revise')}</Button>
              <p className="text-sm text-ink-soft">
                {t('my_work:remedy.revise_what')} {t('my_work:open_until')} <RelativeTime at={s.may_revise_until} />
              </p>
            </div>
          ) : null}
          {s.may_appeal_until ? (
            <div className="grid content-start gap-2">
              <Button kind="secondary" onClick={() => setDoing('appeal')}>
                {t('my_work:remedy.appeal')}
              </Button>
              <p className="text-sm text-ink-soft">
                {t('my_work:remedy.appeal_what')} {t('my_work:open_until')} <RelativeTime at={s.may_appeal_until} />
              </p>
            </div>
          ) : null}
        </div>
      ) : doing === 'revise' && page ? (
        <Revise accountId={accountId} submission={s} page={page} onCancel={() => setDoing(null)} />
      ) : (
        <Appeal submission={s} onCancel={() => setDoing(null)} />
      )}
    </Card>
  )
}

const refresh = () => {
  void queryClient.invalidateQueries({ queryKey: ['submission'] })
  void queryClient.invalidateQueries({ queryKey: ['my_submissions'] })
}

function Revise({
  accountId,
  submission: s,
  page,
  onCancel,
}: {
  accountId: string
  submission: Status
  page: WorkPageData
  onCancel: () => void
}) {
  const t = useT('my_work')
  const navigate = useNavigate()
  const questions = useMemo(() => questionsOf(page.form), [page.form])
  const key: DraftKey = {
    account_id: accountId,
    campaign_id: `revision-${s.campaign_id}`,
    item_id: s.submission_id,
    version: s.version,
  }
  const [values, setValues] = useState<Values>(() => readDraft(key) ?? s.answer)
  const [showing, setShowing] = useState(false)
  const form = useRef<WorkFormHandle>(null)
  const send = useMutation({
    mutationFn: () =>
      client.reviews.revise({
        params: { campaign_id: s.campaign_id, submission_id: s.submission_id },
        body: { answer: answerOf(questions, values) },
      }),
    onSuccess: ({ submission_id }) => {
      dropDraft(key)
      refresh()
      void navigate({ to: `/my-work/${s.campaign_id}/${submission_id}` })
    },
    onError: () => setShowing(true),
  })
  const fromServer = Object.fromEntries(
    Object.entries(fieldProblems(send.error)).map(([field, message]) => [field.split('.').at(-1) ?? field, message]),
  )
  const own = problemsOf(questions, values)
  const submit = () => {
    if (Object.keys(own).length > 0) {
      setShowing(true)
      form.current?.showProblems()
    } else send.mutate()
  }
  return (
    <div className="grid gap-6">
      <WorkForm
        ref={form}
        questions={questions}
        values={values}
        onChange={(question, value) => {
          const next = { ...values, [question]: value }
          setValues(next)
          keepDraft(key, next)
        }}
        problems={{ ...fromServer, ...own }}
        showing={showing}
        data={s.data ?? {}}
        lang={page.language}
        notes={Object.fromEntries(
          s.questions
            .filter((q) => q.reasons.length > 0)
            .map((q) => [q.key, <Reasons key="reasons" reasons={q.reasons} />]),
        )}
      />
      <ErrorLine error={send.error} />
      <div className="flex flex-wrap gap-2">
        <Button busy={send.isPending} onClick={submit}>
          {t('my_work:remedy.send_revision')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('common:action.cancel')}
        </Button>
      </div>
    </div>
  )
}

function Appeal({ submission: s, onCancel }: { submission: Status; onCancel: () => void }) {
  const t = useT('my_work')
  const [reason, setReason] = useState('')
  const send = useMutation({
    mutationFn: () =>
      client.reviews.appeal({
        params: { campaign_id: s.campaign_id, submission_id: s.submission_id },
        body: { reason: reason.trim() },
      }),
    onSuccess: refresh,
  })
  return (
    <div className="grid gap-4">
      <TextArea
        label={t('my_work:remedy.reason')}
        help={t('my_work:remedy.reason_help')}
        value={reason}
        onChange={setReason}
        max={2000}
        required
        dir="auto"
      />
      <ErrorLine error={send.error} />
      <div className="flex flex-wrap gap-2">
        <Button busy={send.isPending} disabled={reason.trim() === ''} onClick={() => send.mutate()}>
          {t('my_work:remedy.send_appeal')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('common:action.cancel')}
        </Button>
      </div>
    </div>
  )
}
