import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { LeasedItem } from '../../../src/domains/assignment/contract.ts'
import { useNow } from '../../app/clock.ts'
import { useT } from '../../app/i18n.ts'
import { handOver } from '../../app/outbox.ts'
import { draftName, useDrafts } from '../../drafts.ts'
import { BlurredContent } from '../../ui/blurred.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { Countdown } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import { answerOf, type Problem, problemsOf, questionsOf } from '../../work-form/form.ts'
import { fieldsToShow, ItemView } from '../../work-form/item-view.tsx'
import { WorkForm, type WorkFormHandle } from '../../work-form/work-form.tsx'
import { FlagDialog } from './flag-dialog.tsx'
import { giveBack } from './give-back.ts'
import type { WorkPageData } from './queries.ts'
import { useRenewal } from './use-renewal.ts'

/** Fetched when the page is drawn, and no part of what it needs to be: without it, as without a key, nothing is signed. */
const signing = () => import('../../app/device-key.ts')
type Sign = Awaited<ReturnType<typeof signing>>['signAnswers']
const signed = (...given: Parameters<Sign>): ReturnType<Sign> =>
  signing().then(
    ({ signAnswers }) => signAnswers(...given),
    () => [...given[1]],
  )

type Refused = Record<string, Record<string, string>>

/** A batch of held items: one on screen at a time, all handed in together. */
export function Batch({
  accountId,
  page,
  items,
  refused,
  onHandedOver,
  onSkipped,
}: {
  accountId: string
  page: WorkPageData
  items: readonly LeasedItem[]
  /** What the server said about answers it sent back, by item and question. */
  refused: Refused
  onHandedOver: (parcel: string) => void
  onSkipped: (itemId: string) => void
}) {
  const t = useT('work', 'forms')
  const campaignId = page.campaign_id
  const [at, setAt] = useState(0)
  const [showing, setShowing] = useState<ReadonlySet<string>>(new Set())
  const [flagging, setFlagging] = useState(false)
  const [skipping, setSkipping] = useState(false)
  const form = useRef<WorkFormHandle>(null)
  const top = useRef<HTMLDivElement>(null)
  const drafts = useDrafts({ account_id: accountId, campaign_id: campaignId, version: page.version })
  const { touch, renewed } = useRenewal(
    campaignId,
    useMemo(() => items.map((i) => i.item_id), [items]),
    page.lease_seconds,
  )
  const questions = useMemo(() => questionsOf(page.form), [page.form])

  const index = Math.min(at, items.length - 1)
  const item = items[index]!
  const data = item.data ?? {}
  const values = drafts.valuesOf(item.item_id)
  const expires = renewed[item.item_id] ?? item.expires_at
  const ready = Math.max(...items.map((i) => Date.parse(i.leased_at))) + page.min_seconds * 1000
  const wait = Math.max(0, Math.ceil((ready - useNow(1000)) / 1000))
  const last = index === items.length - 1
  const problemsFor = (itemId: string) => problemsOf(questions, drafts.valuesOf(itemId))
  const done = items.filter((i) => Object.keys(problemsFor(i.item_id)).length === 0).length
  const problems: Record<string, Problem | string> = { ...refused[item.item_id], ...problemsFor(item.item_id) }

  const go = (to: number) => {
    setAt(to)
    requestAnimationFrame(() => {
      top.current?.focus({ preventScroll: true })
      scrollTo({ top: 0 })
    })
  }
  const reveal = (itemIds: string[]) => {
    setShowing((shown) => new Set([...shown, ...itemIds]))
    form.current?.showProblems()
  }
  const forward = () => {
    if (!last) {
      if (Object.keys(problemsFor(item.item_id)).length > 0) reveal([item.item_id])
      else go(index + 1)
      return
    }
    const open = items.filter((i) => Object.keys(problemsFor(i.item_id)).length > 0)
    if (open.length > 0) {
      setAt(items.indexOf(open[0]!))
      reveal(open.map((i) => i.item_id))
      return
    }
    if (wait > 0) return say(t('work:min_time', { count: wait }))
    const answers = items.map((i) => ({
      item_id: i.item_id,
      answer: answerOf(questions, drafts.valuesOf(i.item_id)),
    }))
    const at = { account_id: accountId, campaign_id: campaignId, version: page.version }
    // Signed once, before it waits: every try of a parcel must be the same bytes.
    void signed(at, answers).then((submissions) =>
      onHandedOver(
        handOver({
          account_id: accountId,
          campaign_id: campaignId,
          kind: 'submissions',
          body: { submissions },
          drafts: items.map((i) => draftName({ ...at, item_id: i.item_id })),
        }),
      ),
    )
  }
  const skip = async () => {
    setSkipping(true)
    try {
      await giveBack(campaignId, item.item_id)
      drafts.drop(item.item_id)
      onSkipped(item.item_id)
      say(t('work:skipped'))
    } catch {
      say(t('work:not_skipped'), 'bad')
    } finally {
      setSkipping(false)
    }
  }
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || document.querySelector('dialog[open]')) return
    event.preventDefault()
    forward()
  })
  useEffect(() => {
    const key = (event: KeyboardEvent) => onKey(event)
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [])

  const change = useCallback(
    (question: string, value: unknown) => {
      drafts.set(item.item_id, question, value)
      touch()
    },
    [drafts, item.item_id, touch],
  )
  const shows = fieldsToShow(page.form, data).length > 0
  const view = <ItemView form={page.form} data={data} lang={page.language} />
  return (
    <div className="grid gap-4">
      <Card as="div" className="grid gap-6">
        <div
          ref={top}
          tabIndex={-1}
          className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 outline-none"
        >
          <h2 className="text-base">
            {items.length > 1 ? t('work:item_of', { at: index + 1, of: items.length }) : t('work:one_item')}
          </h2>
          <p className="flex items-center gap-1.5 text-sm text-ink-soft">
            <Icon name="clock" size={18} />
            {t('work:time_left')} <Countdown key={expires} until={expires} onEnd={t('work:time_over')} />
          </p>
          {items.length > 1 ? (
            <div className="w-full">
              <ProgressBar
                showLabel={false}
                value={done}
                max={items.length}
                tone="good"
                label={t('work:batch_progress')}
                detail={t('work:batch_done', { done, of: items.length })}
              />
            </div>
          ) : null}
        </div>
        {shows ? page.restricted ? <BlurredContent key={item.item_id}>{view}</BlurredContent> : view : null}
        <WorkForm
          key={item.item_id}
          ref={form}
          questions={questions}
          values={values}
          onChange={change}
          problems={problems}
          showing={showing.has(item.item_id) || refused[item.item_id] !== undefined}
          data={data}
          lang={page.language}
          quickKeys
        />
        <div className="-mx-2 flex flex-wrap gap-1 border-t border-line pt-3">
          <Button kind="quiet" size="small" icon="skip" busy={skipping} onClick={() => void skip()}>
            {t('work:skip')}
          </Button>
          <Button kind="quiet" size="small" icon="flag" onClick={() => setFlagging(true)}>
            {t('work:flag')}
          </Button>
          <p role="status" className="ms-auto flex min-h-touch items-center gap-1.5 px-2 text-sm text-ink-faint">
            {drafts.kept === 'device' ? <Icon name="check" size={16} /> : null}
            {drafts.kept === 'empty' ? '' : t(`work:kept.${drafts.kept}`)}
          </p>
        </div>
      </Card>
      <div className="sticky bottom-0 z-10 -mx-gutter border-t border-line bg-surface px-gutter py-3 sm:static sm:mx-0 sm:border-0 sm:bg-transparent sm:p-0">
        <div className="flex items-center justify-end gap-2">
          {index > 0 ? (
            <Button kind="secondary" icon="back" onClick={() => go(index - 1)}>
              {t('work:previous')}
            </Button>
          ) : null}
          <Button
            size="large"
            className="grow sm:grow-0"
            onClick={forward}
            {...(last ? {} : { iconEnd: 'next' as const })}
          >
            {last
              ? wait > 0 && done === items.length
                ? t('work:submit_in', { count: wait })
                : t('work:submit', { count: items.length })
              : t('work:next')}
            <Kbd onAccent>Ctrl ↵</Kbd>
          </Button>
        </div>
      </div>
      <FlagDialog open={flagging} onClose={() => setFlagging(false)} campaignId={campaignId} targetId={item.item_id} />
    </div>
  )
}
