import { useT } from '../../app/i18n.ts'
import { Checkbox } from '../../ui/choices.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { QuestionHelp, QuestionTitle } from '../question-title.tsx'
import type { WidgetProps } from '../widget.ts'

/** Any of several, within the limits the form gives. The answer keeps the form's order, not the order of ticking. */
export function ChoicesWidget({ question, value, onChange, error, id, lang, disabled }: WidgetProps) {
  const t = useT('forms')
  const ticked = Array.isArray(value) ? (value as string[]) : []
  const full = question.max !== undefined && ticked.length >= question.max
  const limits =
    question.min && question.max
      ? question.min === question.max
        ? t('forms:choices.exactly', { count: question.min })
        : t('forms:choices.between', { min: question.min, max: question.max })
      : question.max
        ? t('forms:choices.at_most', { count: question.max })
        : question.min && question.min > 1
          ? t('forms:choices.at_least', { count: question.min })
          : undefined
  return (
    <FieldSet
      id={id}
      legend={<QuestionTitle question={question} lang={lang} />}
      help={
        question.help || limits ? (
          <>
            <QuestionHelp text={question.help} lang={lang} /> {limits}
          </>
        ) : undefined
      }
      error={error}
      optional={!question.required}
    >
      <div className="grid gap-2">
        {question.options.map((option) => {
          const on = ticked.includes(option.value)
          return (
            <Checkbox
              key={option.value}
              checked={on}
              disabled={disabled || (!on && full)}
              onChange={(checked) =>
                onChange(
                  question.options
                    .map((o) => o.value)
                    .filter((v) => (v === option.value ? checked : ticked.includes(v))),
                )
              }
              label={<bdi lang={lang}>{option.label}</bdi>}
            />
          )
        })}
      </div>
    </FieldSet>
  )
}
