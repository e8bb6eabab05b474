import { type DragEvent, useRef, useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { FieldSet } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { moved } from '../ranking.ts'
import { QuestionHelp, QuestionTitle } from '../question-title.tsx'
import type { WidgetProps } from '../widget.ts'

/**
 * Best first. Buttons, arrow keys on the buttons, or dragging. The order shown at the start is nobody's answer: it
 * counts only once something was moved or the person says that it is right as it is.
 */
export function RankingWidget({ question, value, onChange, error, id, lang, disabled }: WidgetProps) {
  const t = useT('forms')
  const [said, setSaid] = useState('')
  const [dragged, setDragged] = useState<number | null>(null)
  const list = useRef<HTMLOListElement>(null)
  const answered = Array.isArray(value) && value.length > 0
  const order = answered ? (value as string[]) : question.options.map((o) => o.value)
  const labelOf = (v: string) => question.options.find((o) => o.value === v)?.label ?? v

  const move = (from: number, to: number) => {
    const next = moved(order, from, to)
    const what = order[from]
    if (next === order || what === undefined) return
    onChange(next)
    setSaid(t('forms:ranking.moved', { what: labelOf(what), place: to + 1, of: order.length }))
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-at="${to}"] button:not(:disabled)`)?.focus(),
    )
  }
  const drop = (event: DragEvent, to: number) => {
    event.preventDefault()
    if (dragged !== null) move(dragged, to)
    setDragged(null)
  }
  return (
    <FieldSet
      id={id}
      legend={<QuestionTitle question={question} lang={lang} />}
      help={question.help ? <QuestionHelp text={question.help} lang={lang} /> : t('forms:ranking.how')}
      error={error}
      optional={!question.required}
    >
      <ol ref={list} className="grid gap-2">
        {order.map((v, i) => (
          <li
            key={v}
            data-at={i}
            draggable={!disabled}
            onDragStart={(e) => {
              e.dataTransfer.effectAllowed = 'move'
              setDragged(i)
            }}
            onDragEnd={() => setDragged(null)}
            onDragOver={(e) => e.preventDefault()}
            onDrop={(e) => drop(e, i)}
            className={cx(
              'flex items-center gap-2 rounded-md border bg-surface ps-2 pe-1',
              answered ? 'border-accent' : 'border-line-strong',
              dragged === i && 'opacity-50',
            )}
          >
            <Icon name="grip" size={18} className="hidden cursor-grab text-ink-faint pointer-fine:block" />
            <span
              className={cx(
                'cut grid size-7 shrink-0 place-items-center text-sm font-bold',
                answered ? 'bg-accent text-on-accent' : 'bg-sunken text-ink-soft',
              )}
            >
              {answered ? i + 1 : '·'}
            </span>
            <bdi lang={lang} className="grow py-2">
              {labelOf(v)}
            </bdi>
            <IconButton
              icon="up"
              label={t('forms:ranking.up', { what: labelOf(v) })}
              disabled={disabled || i === 0}
              onClick={() => move(i, i - 1)}
            />
            <IconButton
              icon="down"
              label={t('forms:ranking.down', { what: labelOf(v) })}
              disabled={disabled || i === order.length - 1}
              onClick={() => move(i, i + 1)}
            />
          </li>
        ))}
      </ol>
      {answered || disabled ? null : (
        <Button kind="secondary" size="small" className="justify-self-start" onClick={() => onChange([...order])}>
          {t('forms:ranking.keep')}
        </Button>
      )}
      <span className="sr-only" aria-live="polite">
        {said}
      </span>
    </FieldSet>
  )
}
