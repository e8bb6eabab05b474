import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { UserText } from '../../ui/user-text.tsx'
import { AnswerView } from '../../work-form/answer-view.tsx'
import type { Question } from '../../work-form/form.ts'
import type { Status } from './stages.ts'

/** The answers as sent; after the decision each with what was decided and the reviewers' reasons. */
export function Answers({
  questions,
  submission: s,
  lang,
}: {
  questions: readonly Question[]
  submission: Status
  lang?: string
}) {
  const t = useT('my_work')
  return (
    <ol className="grid gap-6">
      {questions.map((q) => {
        const outcome = s.questions.find((o) => o.key === q.key)
        return (
          <li key={q.key} className="grid gap-2">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
              <h3 className="text-sm font-normal text-ink-soft">
                <bdi lang={lang}>{q.title}</bdi>
              </h3>
              {outcome ? (
                <Badge tone={outcome.accepted ? 'good' : 'bad'} icon={outcome.accepted ? 'check' : 'cross'}>
                  {t(outcome.accepted ? 'my_work:question.accepted' : 'my_work:question.rejected')}
                </Badge>
              ) : null}
            </div>
            <AnswerView question={q} value={s.answer[q.key]} data={s.data ?? {}} {...(lang && { lang })} />
            {outcome ? <Reasons reasons={outcome.reasons} /> : null}
          </li>
        )
      })}
    </ol>
  )
}

/** Why reviewers disapproved of one question, without who. */
export function Reasons({ reasons }: { reasons: Status['questions'][number]['reasons'] }) {
  const t = useT('review')
  if (reasons.length === 0) return null
  return (
    <ul className="grid gap-2">
      {reasons.map((r, i) => (
        <li key={i} className="rounded-md border-s-3 border-bad bg-bad-soft px-3 py-2 text-sm text-bad-ink">
          <span className="font-semibold">{t(`review:reason.${r.reason}`)}</span>
          {r.comment ? <UserText text={r.comment} className="text-ink" /> : null}
        </li>
      ))}
    </ul>
  )
}
