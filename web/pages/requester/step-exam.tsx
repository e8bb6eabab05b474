import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { NumberInput } from '../../ui/inputs.tsx'
import { EmptyState, ErrorLine } from '../../ui/states.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Listing } from '../desk/listing.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { ExamQuestionDialog, type BankQuestion } from './exam-question.tsx'
import { examQuery, type ManagedView } from './queries.ts'

type Exam = NonNullable<Awaited<ReturnType<typeof client.exams.settings>>['exam']>
const FRESH: Exam = {
  draw_count: 5,
  pass_bps: 7000,
  reviewer_bps: 8500,
  cooldown_seconds: 86_400,
  time_limit_seconds: 1200,
}

/** Who may take part: a bank of questions, a random draw for each person, graded on the server. */
export function StepExam({ campaign }: { campaign: ManagedView }) {
  const t = useT('requester')
  const params = { campaign_id: campaign.campaign_id }
  const query = useQuery(examQuery(campaign.campaign_id))
  const changes = [
    ['requester', 'exam', campaign.campaign_id],
    ['requester', 'manage', campaign.campaign_id],
  ]
  const set = useAct((exam: Exam) => client.exams.set({ params, body: exam }), {
    changes,
    said: t('requester:exam.saved'),
  })
  const remove = useAct(() => client.exams.remove({ params }), { changes })
  return (
    <Loaded query={query}>
      {({ exam, questions }) => (
        <div className="grid gap-6">
          <Checkbox
            label={t('requester:exam.on')}
            help={t('requester:exam.on_help')}
            checked={exam !== null}
            disabled={set.isPending || remove.isPending || (exam !== null && campaign.status !== 'draft')}
            onChange={(on) => (on ? set.mutate(FRESH) : remove.mutate(undefined))}
          />
          <ErrorLine error={set.error ?? remove.error} />
          {exam ? (
            <>
              <ExamSettings
                key={JSON.stringify(exam)}
                exam={exam}
                busy={set.isPending}
                onSave={(next) => set.mutate(next)}
              />
              <Bank campaignId={campaign.campaign_id} drawn={exam.draw_count} count={questions} />
            </>
          ) : null}
        </div>
      )}
    </Loaded>
  )
}

function ExamSettings({ exam, busy, onSave }: { exam: Exam; busy: boolean; onSave: (exam: Exam) => void }) {
  const t = useT('requester')
  const [draw, setDraw] = useState(String(exam.draw_count))
  const [pass, setPass] = useState(String(exam.pass_bps / 100))
  const [reviewer, setReviewer] = useState(String(exam.reviewer_bps / 100))
  const [hours, setHours] = useState(String(exam.cooldown_seconds / 3600))
  const [minutes, setMinutes] = useState(String(exam.time_limit_seconds / 60))
  const next = {
    draw_count: numberOf(draw) ?? Number.NaN,
    pass_bps: Math.round((numberOf(pass) ?? Number.NaN) * 100),
    reviewer_bps: Math.round((numberOf(reviewer) ?? Number.NaN) * 100),
    cooldown_seconds: Math.round((numberOf(hours) ?? Number.NaN) * 3600),
    time_limit_seconds: Math.round((numberOf(minutes) ?? Number.NaN) * 60),
  }
  const fits =
    Object.values(next).every((n) => Number.isInteger(n) && n >= 0) &&
    next.draw_count >= 1 &&
    next.pass_bps <= 10_000 &&
    next.reviewer_bps <= 10_000 &&
    next.time_limit_seconds >= 60
  const changed =
    JSON.stringify(next) !==
    JSON.stringify({
      draw_count: exam.draw_count,
      pass_bps: exam.pass_bps,
      reviewer_bps: exam.reviewer_bps,
      cooldown_seconds: exam.cooldown_seconds,
      time_limit_seconds: exam.time_limit_seconds,
    })
  return (
    <Card className="grid gap-5">
      <SectionHead title={t('requester:exam.settings')} />
      <div className="grid items-start gap-5 sm:grid-cols-2 lg:grid-cols-3">
        <NumberInput
          label={t('requester:exam.draw')}
          help={t('requester:exam.draw_help')}
          value={draw}
          onChange={setDraw}
          inputMode="numeric"
        />
        <NumberInput
          label={t('requester:exam.pass')}
          help={t('requester:exam.pass_help')}
          value={pass}
          onChange={setPass}
          unit="%"
        />
        <NumberInput
          label={t('requester:exam.reviewer')}
          help={t('requester:exam.reviewer_help')}
          value={reviewer}
          onChange={setReviewer}
          unit="%"
        />
        <NumberInput
          label={t('requester:exam.cooldown')}
          help={t('requester:exam.cooldown_help')}
          value={hours}
          onChange={setHours}
          unit={t('requester:exam.hours')}
        />
        <NumberInput
          label={t('requester:exam.limit')}
          help={t('requester:exam.limit_help')}
          value={minutes}
          onChange={setMinutes}
          unit={t('requester:exam.minutes')}
        />
      </div>
      <Button className="justify-self-start" disabled={!fits || !changed} busy={busy} onClick={() => onSave(next)}>
        {t('requester:exam.save')}
      </Button>
    </Card>
  )
}

function Bank({ campaignId, drawn, count }: { campaignId: string; drawn: number; count: number }) {
  const t = useT('requester')
  const n = useNumbers()
  const params = { campaign_id: campaignId }
  const [editing, setEditing] = useState<{ question_id?: string; question?: BankQuestion } | null>(null)
  const list = useList(['requester', 'exam', campaignId, 'bank'], (after) =>
    client.exams.questions({ params, query: { limit: 50, retired: false, ...(after && { after }) } }),
  )
  const retire = useAct((question_id: string) => client.exams.retire({ params: { ...params, question_id } }), {
    changes: [['requester', 'exam', campaignId]],
    said: t('requester:exam.retired'),
  })
  return (
    <Card>
      <SectionHead
        title={t('requester:exam.bank')}
        hint={t('requester:exam.bank_hint')}
        actions={
          <>
            <Badge tone={count >= drawn ? 'good' : 'warn'}>{t('requester:exam.in_bank', { count, draw: drawn })}</Badge>
            <Button size="small" icon="plus" onClick={() => setEditing({})}>
              {t('requester:exam.add')}
            </Button>
          </>
        }
      />
      <ErrorLine error={retire.error} />
      <Listing
        list={list}
        empty={
          <EmptyState
            icon="question"
            title={t('requester:exam.empty')}
            actions={<Button onClick={() => setEditing({})}>{t('requester:exam.add')}</Button>}
          >
            {t('requester:exam.empty_why')}
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="grid gap-3">
            {items.map((q) => (
              <li
                key={q.question_id}
                className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-line p-3"
              >
                <div className="min-w-0 grow basis-64">
                  <p dir="auto" className="font-semibold">
                    {q.prompt}
                  </p>
                  <p className="text-sm text-ink-soft">
                    {q.asked > 0
                      ? t('requester:exam.right_share', { share: n.percent(q.right / q.asked), count: q.asked })
                      : t('requester:exam.not_asked')}
                  </p>
                </div>
                <span className="flex gap-1">
                  <Button
                    kind="quiet"
                    size="small"
                    onClick={() => setEditing({ question_id: q.question_id, question: q })}
                  >
                    {t('requester:exam.edit')}
                  </Button>
                  <Button
                    kind="quiet"
                    size="small"
                    busy={retire.isPending && retire.variables === q.question_id}
                    onClick={() => retire.mutate(q.question_id)}
                  >
                    {t('requester:exam.retire')}
                  </Button>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Listing>
      {editing ? <ExamQuestionDialog campaignId={campaignId} onClose={() => setEditing(null)} {...editing} /> : null}
    </Card>
  )
}
