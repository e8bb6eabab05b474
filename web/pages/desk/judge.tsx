import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { recall, remember } from '../../app/memory.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { choiceClass } from '../../ui/choices.tsx'
import { cx } from '../../ui/cx.ts'
import { Icon } from '../../ui/icon.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { questionsOf } from '../../work-form/form.ts'
import { ItemView } from '../../work-form/item-view.tsx'
import { isTyping } from '../../work-form/quick-keys.ts'
import type { WorkPageData } from '../work/queries.ts'
import { AnswerView } from './answer-view.tsx'

export const JUDGE_REASONS = [
  'wrong',
  'incomplete',
  'off_topic',
  'unclear',
  'link_broken',
  'duplicate',
  'unsafe',
  'machine_written',
  'other',
] as const
export type JudgeReason = (typeof JUDGE_REASONS)[number]
export type Judgement = { ok: boolean; reason?: JudgeReason; comment?: string }
export type Judgements = Record<string, Judgement>

function readKept(name: string): Judgements {
  try {
    const kept: unknown = JSON.parse(recall(name) ?? '{}')
    return kept !== null && typeof kept === 'object' ? (kept as Judgements) : {}
  } catch {
    return {}
  }
}

/** One piece of work to judge, question by question, with no trace of whose it is: built for the keyboard, usable by thumb. */
export function Judge({
  page,
  work,
  kept,
  busy,
  error,
  onSend,
  onSkip,
  onTouch,
  head,
}: {
  page: WorkPageData
  work: { submission_id: string; data: Record<string, unknown> | null; answer: Record<string, unknown> }
  /** Under what name a half-made judgement is kept on this device. */
  kept: string
  busy: boolean
  error: unknown
  onSend: (judgements: Judgements) => void
  onSkip?: () => void
  onTouch?: () => void
  head?: ReactNode
}) {
  const t = useT('desk')
  const questions = useMemo(() => questionsOf(page.form), [page.form])
  const asked = useMemo(() => questions.filter((q) => q.required), [questions])
  const store = `${kept}.${work.submission_id}`
  const [judgements, setJudgements] = useState<Judgements>(() => readKept(store))
  const [at, setAt] = useState(0)
  const [showing, setShowing] = useState(false)
  const cards = useRef<(HTMLElement | null)[]>([])
  const data = work.data ?? {}
  const missing = asked.filter((q) => {
    const j = judgements[q.key]
    return !j || (!j.ok && !j.reason)
  })
  const judge = (key: string, change: Judgement) => {
    onTouch?.()
    setJudgements((all) => {
      const next = { ...all, [key]: change }
      remember(store, JSON.stringify(next))
      return next
    })
  }
  const go = (to: number) => {
    const next = Math.min(asked.length - 1, Math.max(0, to))
    setAt(next)
    cards.current[next]?.focus()
    cards.current[next]?.scrollIntoView({ block: 'nearest' })
  }
  const send = () => {
    if (busy) return
    if (missing.length > 0) {
      setShowing(true)
      return go(asked.indexOf(missing[0]!))
    }
    onSend(judgements)
  }
  const keys = (event: KeyboardEvent) => {
    if (document.querySelector('dialog[open]')) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      return send()
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const now = asked[at]
    if (!now) return
    const pressed = event.key.toLowerCase()
    if (pressed === 'a') {
      judge(now.key, { ok: true })
      if (at < asked.length - 1) go(at + 1)
    } else if (pressed === 'd') judge(now.key, { ...judgements[now.key], ok: false })
    else if (pressed === 'j') go(at + 1)
    else if (pressed === 'k') go(at - 1)
    else if (/^[1-9]$/.test(pressed) && judgements[now.key]?.ok === false)
      judge(now.key, { ...judgements[now.key], ok: false, reason: JUDGE_REASONS[Number(pressed) - 1]! })
  }
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event)
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])

  return (
    <div className="grid gap-4">
      <Card as="div" className="grid gap-5">
        {head}
        <ItemView form={page.form} data={data} lang={page.language} />
        {questions
          .filter((q) => !q.required)
          .map((q) => (
            <div key={q.key} className="grid gap-1">
              <p className="flex flex-wrap items-center gap-2 text-sm text-ink-soft">
                <bdi lang={page.language}>{q.title}</bdi>
                <Badge>{t('desk:judge.not_judged')}</Badge>
              </p>
              <AnswerView question={q} answer={work.answer} data={data} lang={page.language} />
            </div>
          ))}
      </Card>
      {asked.map((q, i) => {
        const j = judgements[q.key]
        const open = showing && missing.includes(q)
        const name = `${store}.${q.key}`
        return (
          <section
            key={q.key}
            ref={(el) => {
              cards.current[i] = el
            }}
            tabIndex={-1}
            aria-labelledby={`q-${q.key}`}
            onFocusCapture={() => setAt(i)}
            className={cx(
              'grid gap-4 rounded-lg border bg-surface p-4 shadow-1 sm:p-6',
              i === at ? 'border-accent' : 'border-line',
            )}
          >
            <div className="grid gap-1.5">
              <h2 id={`q-${q.key}`} className="text-base" dir="auto" lang={page.language}>
                {q.title}
              </h2>
              <AnswerView question={q} answer={work.answer} data={data} lang={page.language} />
            </div>
            <div role="radiogroup" aria-labelledby={`q-${q.key}`} className="grid grid-cols-2 gap-2">
              <Verdict
                name={name}
                on={j?.ok === true}
                tone="good"
                sign="A"
                label={t('desk:judge.right')}
                onPick={() => judge(q.key, { ok: true })}
              />
              <Verdict
                name={name}
                on={j?.ok === false}
                tone="bad"
                sign="D"
                label={t('desk:judge.wrong')}
                onPick={() => judge(q.key, { ...j, ok: false })}
              />
            </div>
            {j?.ok === false ? (
              <div className="grid gap-3">
                <p id={`r-${q.key}`} className="text-sm font-semibold">
                  {t('desk:judge.why')}
                </p>
                <div role="radiogroup" aria-labelledby={`r-${q.key}`} className="grid gap-2 sm:grid-cols-3">
                  {JUDGE_REASONS.map((reason, r) => (
                    <label key={reason} className={cx(choiceClass(j.reason === reason, true), 'items-center text-sm')}>
                      <input
                        type="radio"
                        name={`${name}.why`}
                        className="sr-only"
                        checked={j.reason === reason}
                        onChange={() => judge(q.key, { ...j, reason })}
                      />
                      <Kbd>{String(r + 1)}</Kbd>
                      {t(`desk:reason.${reason}`)}
                    </label>
                  ))}
                </div>
                <TextArea
                  label={t('desk:judge.comment')}
                  optional
                  rows={2}
                  max={2000}
                  value={j.comment ?? ''}
                  onChange={(comment) => judge(q.key, { ...j, comment })}
                />
              </div>
            ) : null}
            {open ? (
              <Notice tone="bad" role="alert">
                {j ? t('desk:judge.reason_missing') : t('desk:judge.missing')}
              </Notice>
            ) : null}
          </section>
        )
      })}
      <ErrorLine error={error} />
      <div className="sticky bottom-15 z-10 -mx-gutter flex flex-wrap items-center gap-2 border-t border-line bg-surface px-gutter py-3 sm:static sm:mx-0 sm:border-0 sm:bg-transparent sm:p-0 md:bottom-0">
        {onSkip ? (
          <Button kind="quiet" icon="skip" onClick={onSkip}>
            {t('desk:judge.skip')}
          </Button>
        ) : null}
        <p className="ms-auto hidden text-sm text-ink-faint pointer-fine:block">{t('desk:judge.keys')}</p>
        <Button size="large" busy={busy} onClick={send} className="grow sm:grow-0">
          {t('desk:judge.send')}
          <Kbd className="border-current! bg-transparent! text-current!">Ctrl ↵</Kbd>
        </Button>
      </div>
    </div>
  )
}

function Verdict({
  name,
  on,
  tone,
  sign,
  label,
  onPick,
}: {
  name: string
  on: boolean
  tone: 'good' | 'bad'
  sign: string
  label: string
  onPick: () => void
}) {
  return (
    <label
      className={cx(
        'flex min-h-13 items-center justify-center gap-2 rounded-md border px-3 font-semibold has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
        on
          ? tone === 'good'
            ? 'border-good bg-good-soft text-good-ink'
            : 'border-bad bg-bad-soft text-bad-ink'
          : 'border-line-strong bg-surface hover:border-ink-soft',
      )}
    >
      <input type="radio" name={name} className="sr-only" checked={on} onChange={onPick} />
      <Icon name={tone === 'good' ? 'check' : 'cross'} />
      {label}
      <Kbd>{sign}</Kbd>
    </label>
  )
}

/** Forgets what was kept of a judgement once the server has it. */
export const forgetJudgement = (kept: string, submissionId: string): void => remember(`${kept}.${submissionId}`, null)
