import { useCallback } from 'react'
import { cx } from '../../ui/cx.ts'
import { FieldSet } from '../../ui/field.tsx'
import { QuestionHelp, QuestionTitle } from '../question-title.tsx'
import { useDigitKeys } from '../quick-keys.ts'
import type { WidgetProps } from '../widget.ts'

/** A step on a scale, its ends named. Long scales wrap rather than shrink below a fingertip. */
export function ScaleWidget({ question, value, onChange, error, id, lang, quick, disabled }: WidgetProps) {
  const from = question.min ?? 1
  const steps = Array.from({ length: Math.min(21, Math.max(0, (question.max ?? 5) - from + 1)) }, (_, i) => from + i)
  useDigitKeys(
    quick && !disabled,
    useCallback(
      (index) => index + 1 >= from && index + 1 <= (question.max ?? 5) && onChange(index + 1),
      [from, question.max, onChange],
    ),
  )
  const end = (step: number) =>
    step === steps[0] ? question.minLabel : step === steps.at(-1) ? question.maxLabel : undefined
  return (
    <FieldSet
      id={id}
      legend={<QuestionTitle question={question} lang={lang} />}
      help={question.help ? <QuestionHelp text={question.help} lang={lang} /> : undefined}
      error={error}
      optional={!question.required}
    >
      <div className="grid gap-1.5">
        <div className="flex flex-wrap gap-2">
          {steps.map((step) => (
            <label
              key={step}
              className={cx(
                'grid min-h-touch min-w-touch grow cursor-pointer place-items-center rounded-md border px-2 font-semibold has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
                value === step
                  ? 'border-accent bg-accent text-on-accent'
                  : 'border-line-strong bg-surface hover:border-ink-soft',
              )}
            >
              <input
                type="radio"
                name={id}
                value={step}
                checked={value === step}
                disabled={disabled}
                onChange={() => onChange(step)}
                className="sr-only"
                aria-label={end(step) ? `${step}, ${end(step)}` : String(step)}
              />
              <span aria-hidden="true">{step}</span>
            </label>
          ))}
        </div>
        {question.minLabel || question.maxLabel ? (
          <div aria-hidden="true" className="flex justify-between gap-6 text-sm text-ink-soft" lang={lang}>
            <bdi>{question.minLabel}</bdi>
            <bdi className="text-end">{question.maxLabel}</bdi>
          </div>
        ) : null}
      </div>
    </FieldSet>
  )
}
