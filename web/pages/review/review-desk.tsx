import { useEffect, useMemo, useRef, useState } from 'react'
import type { LeasedReview } from '../../../src/domains/assignment/contract.ts'
import { useNow } from '../../app/clock.ts'
import { useT } from '../../app/i18n.ts'
import { handOver } from '../../app/outbox.ts'
import { type DraftKey, draftName, useDrafts } from '../../drafts.ts'
import { BlurredContent } from '../../ui/blurred.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Countdown } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import { AnswerView } from '../../work-form/answer-view.tsx'
import { questionsOf } from '../../work-form/form.ts'
import { fieldsToShow, ItemView } from '../../work-form/item-view.tsx'
import { FlagDialog } from '../work/flag-dialog.tsx'
import { giveBack } from '../work/give-back.ts'
import type { WorkPageData } from '../work/queries.ts'
import { useRenewal } from '../work/use-renewal.ts'
import { QuestionVote } from './question-vote.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { useReviewKeys } from './use-review-keys.ts'
import { type OpenVote, type OpenVotes, REASON_ORDER, unfinished, votesOf } from './votes.ts'

/** One submission under review: the work, a vote per required question, and nothing about who did it or what others said. */
export function ReviewDesk({
  accountId,
  page,
  held,
  onHandedOver,
  onSkipped,
}: {
  accountId: string
  page: WorkPageData
  held: LeasedReview
  onHandedOver: () => void
  onSkipped: () => void
}) {
  const t = useT('review', 'work')
  const campaignId = page.campaign_id
  const id = held.submission_id
  const draftKey = (item_id: string): DraftKey => ({
    account_id: accountId,
    campaign_id: `review-${campaignId}`,
    item_id,
    version: held.version,
  })
  const drafts = useDrafts({ account_id: accountId, campaign_id: `review-${campaignId}`, version: held.version })
  const { touch, renewed } = useRenewal(
    campaignId,
    useMemo(() => [id], [id]),
    page.lease_seconds,
  )
  const questions = useMemo(() => questionsOf(page.form), [page.form])
  const required = useMemo(() => questions.filter((q) => q.required), [questions])
  const keys = useMemo(() => required.map((q) => q.key), [required])
  const [active, setActive] = useState(0)
  const [showing, setShowing] = useState(false)
  const [flagging, setFlagging] = useState(false)
  const [help, setHelp] = useState(false)
  const sections = useRef<(HTMLElement | null)[]>([])
  const votes = drafts.valuesOf(id) as OpenVotes
  const data = held.data ?? {}
  const wait = Math.max(
    0,
    Math.ceil((Date.parse(held.leased_at) + page.review_min_seconds * 1000 - useNow(1000)) / 1000),
  )
  const left = unfinished(keys, votes)
  const expires = renewed[id] ?? held.expires_at

  const focus = (index: number) => {
    setActive(index)
    sections.current[index]?.focus({ preventScroll: true })
    sections.current[index]?.scrollIntoView({ block: 'nearest' })
  }
  const vote = (index: number, next: OpenVote) => {
    const key = keys[index]
    if (key === undefined) return
    drafts.set(id, key, next)
    setActive(index)
    touch()
    // An approval is complete: the eyes go on to the next open question.
    if (next.approve) {
      const open = keys.findIndex((k, i) => i > index && votes[k] === undefined)
      if (open > 0) focus(open)
    }
  }
  const submit = () => {
    if (left.length > 0) {
      setShowing(true)
      return focus(keys.indexOf(left[0]!))
    }
    if (wait > 0) return say(t('work:min_time', { count: wait }))
    handOver({
      account_id: accountId,
      campaign_id: campaignId,
      kind: 'reviews',
      body: { reviews: [{ submission_id: id, votes: votesOf(keys, votes) }] },
      drafts: [draftName(draftKey(id))],
    })
    onHandedOver()
  }
  const skip = async () => {
    try {
      await giveBack(campaignId, id)
      drafts.drop(id)
      onSkipped()
      say(t('work:skipped'))
    } catch {
      say(t('work:not_skipped'), 'bad')
    }
  }
  useReviewKeys({
    move: (by) => focus(Math.min(keys.length - 1, Math.max(0, active + by))),
    approve: () => vote(active, { approve: true }),
    disapprove: () => vote(active, { ...votes[keys[active] ?? ''], approve: false }),
    reason: (index) => {
      const current = votes[keys[active] ?? '']
      const reason = REASON_ORDER[index]
      if (current?.approve === false && reason) vote(active, { ...current, reason })
    },
    comment: () => document.getElementById(`vote-${keys[active]}-comment`)?.focus(),
    submit,
    skip: () => void skip(),
    help: () => setHelp((h) => !h),
  })
  useEffect(() => {
    sections.current[0]?.focus({ preventScroll: true })
    scrollTo({ top: 0 })
  }, [])

  const item =
    fieldsToShow(page.form, data).length > 0 ? <ItemView form={page.form} data={data} lang={page.language} /> : null
  const optional = questions.filter((q) => !q.required && held.answer[q.key] !== undefined)
  const guard = (content: React.ReactNode, key: string) =>
    page.restricted ? <BlurredContent key={key}>{content}</BlurredContent> : content
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 text-sm text-ink-soft">
        <p className="flex items-center gap-1.5">
          <Icon name="clock" size={18} />
          {t('work:time_left')} <Countdown key={expires} until={expires} onEnd={t('work:time_over')} />
        </p>
        <Button
          kind="quiet"
          size="small"
          icon="question"
          aria-expanded={help}
          onClick={() => setHelp(!help)}
          className="hidden pointer-fine:inline-flex"
        >
          {t('review:keys.title')} <Kbd>?</Kbd>
        </Button>
      </div>
      {help ? <Shortcuts /> : null}
      {item ? (
        <section aria-label={t('review:item')} className="rounded-lg border border-line bg-surface p-4 sm:p-5">
          <h2 className="mb-3 text-sm font-normal text-ink-soft">{t('review:item')}</h2>
          {guard(item, `item-${id}`)}
        </section>
      ) : null}
      <h2 className="text-base">{t('review:answers')}</h2>
      {required.map((q, i) => (
        <QuestionVote
          key={q.key}
          ref={(element) => {
            sections.current[i] = element
          }}
          question={q}
          answer={guard(
            <AnswerView question={q} value={held.answer[q.key]} data={data} lang={page.language} />,
            `answer-${id}`,
          )}
          vote={votes[q.key]}
          active={i === active}
          showing={showing}
          onVote={(next) => vote(i, next)}
          onActivate={() => setActive(i)}
          lang={page.language}
        />
      ))}
      {optional.length > 0 ? (
        <section className="grid gap-4 rounded-lg border border-dashed border-line-strong p-4 sm:p-5">
          <h3 className="text-sm font-normal text-ink-soft">{t('review:not_judged')}</h3>
          {optional.map((q) => (
            <div key={q.key} className="grid gap-1">
              <p className="text-sm text-ink-soft">
                <bdi lang={page.language}>{q.title}</bdi>
              </p>
              {guard(
                <AnswerView question={q} value={held.answer[q.key]} data={data} lang={page.language} />,
                `answer-${id}`,
              )}
            </div>
          ))}
        </section>
      ) : null}
      <div className="sticky bottom-0 z-10 -mx-gutter flex flex-wrap items-center gap-1 border-t border-line bg-surface px-gutter py-3 sm:mx-0 sm:rounded-lg sm:border sm:px-3">
        <Button kind="quiet" size="small" icon="skip" onClick={() => void skip()}>
          {t('work:skip')} <Kbd>S</Kbd>
        </Button>
        <Button kind="quiet" size="small" icon="flag" onClick={() => setFlagging(true)} className="max-sm:hidden">
          {t('work:flag')}
        </Button>
        <Button size="large" className="ms-auto grow sm:grow-0" onClick={submit}>
          {left.length > 0
            ? t('review:left', { count: left.length })
            : wait > 0
              ? t('work:submit_in', { count: wait })
              : t('review:submit')}
          <Kbd onAccent>↵</Kbd>
        </Button>
      </div>
      <FlagDialog open={flagging} onClose={() => setFlagging(false)} campaignId={campaignId} targetId={id} />
    </div>
  )
}
