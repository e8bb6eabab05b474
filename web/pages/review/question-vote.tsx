import type { ReactNode, Ref } from 'react'
import { useT } from '../../app/i18n.ts'
import { cx } from '../../ui/cx.ts'
import { FieldError } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import type { Question } from '../../work-form/form.ts'
import { missingOf, type OpenVote, REASON_ORDER } from './votes.ts'

const voteClass = (on: boolean, good: boolean) =>
  cx(
    'inline-flex min-h-touch grow items-center justify-center gap-2 rounded-md border px-4 font-semibold sm:grow-0',
    on
      ? good
        ? 'border-good bg-good text-surface'
        : 'border-bad bg-bad text-surface'
      : 'border-line-strong bg-surface hover:border-ink',
  )

/** One required question: the answer, a yes or a no, and with a no its reason. */
export function QuestionVote({
  question,
  answer,
  vote,
  active,
  showing,
  onVote,
  onActivate,
  lang,
  ref,
}: {
  question: Question
  answer: ReactNode
  vote: OpenVote | undefined
  active: boolean
  showing: boolean
  onVote: (vote: OpenVote) => void
  onActivate: () => void
  lang?: string
  ref?: Ref<HTMLElement>
}) {
  const t = useT('review')
  const missing = showing ? missingOf(vote) : undefined
  const id = `vote-${question.key}`
  return (
    <section
      ref={ref}
      tabIndex={-1}
      aria-labelledby={id}
      onFocus={onActivate}
      onPointerDown={onActivate}
      className={cx(
        'grid scroll-mt-24 gap-4 rounded-lg border bg-surface p-4 outline-none sm:p-5',
        active
          ? 'border-accent shadow-[inset_3px_0_0_var(--accent)] rtl:shadow-[inset_-3px_0_0_var(--accent)]'
          : 'border-line',
      )}
    >
      <h3 id={id} className="text-base font-normal text-ink-soft">
        <bdi lang={lang}>{question.title}</bdi>
      </h3>
      {answer}
      <div role="group" aria-label={t('review:your_vote')} className="flex flex-wrap gap-2">
        <button
          type="button"
          data-vote
          aria-pressed={vote?.approve === true}
          className={voteClass(vote?.approve === true, true)}
          onClick={() => onVote({ approve: true })}
        >
          <Icon name="check" />
          {t('review:approve')}
          {active ? <Kbd>A</Kbd> : null}
        </button>
        <button
          type="button"
          data-vote
          aria-pressed={vote?.approve === false}
          className={voteClass(vote?.approve === false, false)}
          onClick={() => onVote({ ...vote, approve: false })}
        >
          <Icon name="cross" />
          {t('review:disapprove')}
          {active ? <Kbd>D</Kbd> : null}
        </button>
      </div>
      {vote?.approve === false ? (
        <div className="grid gap-4">
          <fieldset>
            <legend className="mb-2 text-sm font-semibold">{t('review:why')}</legend>
            <div className="flex flex-wrap gap-2">
              {REASON_ORDER.map((reason, i) => (
                <label
                  key={reason}
                  className={cx(
                    'inline-flex min-h-touch cursor-pointer items-center gap-2 rounded-md border px-3 text-sm has-focus-visible:outline-3 has-focus-visible:outline-focus',
                    vote.reason === reason
                      ? 'border-bad bg-bad-soft font-semibold text-bad-ink'
                      : 'border-line-strong bg-surface hover:border-ink',
                  )}
                >
                  <input
                    type="radio"
                    name={`${id}-reason`}
                    className="sr-only"
                    checked={vote.reason === reason}
                    onChange={() => onVote({ ...vote, reason })}
                  />
                  {t(`review:reason.${reason}`)}
                  {active ? <Kbd>{String(i + 1)}</Kbd> : null}
                </label>
              ))}
            </div>
          </fieldset>
          <TextArea
            id={`${id}-comment`}
            label={t('review:comment')}
            help={t('review:comment_help')}
            optional
            rows={2}
            max={2000}
            value={vote.comment ?? ''}
            onChange={(comment) => onVote({ ...vote, comment })}
            dir="auto"
          />
        </div>
      ) : null}
      <FieldError error={missing ? t(`review:missing.${missing}`) : undefined} />
    </section>
  )
}
