import { useMutation } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { useDrafts } from '../../drafts.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { answerOf, problemsOf, questionsOf } from '../../work-form/form.ts'
import { WorkForm } from '../../work-form/work-form.tsx'
import type { Outcome } from './exam-outcome.tsx'

export type Started = Awaited<ReturnType<typeof client.exams.start>>

/** The drawn questions on one page; what is answered survives a closed tab while the time runs. */
export function Attempt({
  accountId,
  campaignId,
  attempt,
  lang,
  onDone,
}: {
  accountId: string
  campaignId: string
  attempt: Started
  lang: string | undefined
  onDone: (outcome: Outcome) => void
}) {
  const t = useT('campaigns')
  const drafts = useDrafts({ account_id: accountId, campaign_id: `exam-${attempt.attempt_id}`, version: 1 })
  const [showing, setShowing] = useState(false)
  const place = useRef<HTMLOListElement>(null)
  const read = useMemo(() => attempt.questions.map((q) => ({ ...q, questions: questionsOf(q.form) })), [attempt])
  const problemsFor = (q: (typeof read)[number]) => problemsOf(q.questions, drafts.valuesOf(q.question_id))
  const done = read.filter((q) => Object.keys(problemsFor(q)).length === 0).length
  const send = useMutation({
    mutationFn: () =>
      client.exams.answer({
        params: { campaign_id: campaignId, attempt_id: attempt.attempt_id },
        body: {
          answers: read.map((q) => ({
            question_id: q.question_id,
            answer: answerOf(q.questions, drafts.valuesOf(q.question_id)),
          })),
        },
      }),
    onSuccess: (outcome) => {
      for (const q of read) drafts.drop(q.question_id)
      onDone(outcome)
    },
  })
  const submit = () => {
    const open = read.findIndex((q) => Object.keys(problemsFor(q)).length > 0)
    if (open < 0 || showing) return send.mutate()
    setShowing(true)
    place.current?.children[open]?.scrollIntoView({ block: 'start' })
  }
  return (
    <div className="grid gap-5">
      <ProgressBar
        label={t('campaigns:exam.answered')}
        value={done}
        max={read.length}
        detail={`${done} / ${read.length}`}
        tone="good"
      />
      <ol ref={place} className="grid gap-4">
        {read.map((q, i) => (
          <Card as="li" key={q.question_id} className="grid scroll-mt-20 gap-5">
            <div className="flex gap-3">
              <span className="cut grid size-7 shrink-0 place-items-center bg-stone text-sm font-semibold text-on-stone dark:bg-stone-line">
                {i + 1}
              </span>
              <Markdown text={q.prompt} {...(lang && { lang })} className="min-w-0 grow" />
            </div>
            <WorkForm
              questions={q.questions}
              values={drafts.valuesOf(q.question_id)}
              onChange={(key, value) => drafts.set(q.question_id, key, value)}
              problems={problemsFor(q)}
              showing={showing}
              data={{}}
              {...(lang && { lang })}
            />
          </Card>
        ))}
      </ol>
      {showing && done < read.length ? (
        <p className="text-sm text-ink-soft">{t('campaigns:exam.open_count', { count: read.length - done })}</p>
      ) : null}
      <ErrorLine error={send.error} />
      <Button size="large" busy={send.isPending} onClick={submit}>
        {t(showing && done < read.length ? 'campaigns:exam.send_anyway' : 'campaigns:exam.send')}
      </Button>
    </div>
  )
}
