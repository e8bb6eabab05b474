import { useCallback } from 'react'
import { Radio } from '../../ui/choices.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { QuestionHelp, QuestionTitle } from '../question-title.tsx'
import { useDigitKeys } from '../quick-keys.ts'
import type { WidgetProps } from '../widget.ts'

/** One answer of several. */
export function ChoiceWidget({ question, value, onChange, error, id, lang, quick, disabled }: WidgetProps) {
  useDigitKeys(
    quick && !disabled,
    useCallback((index) => question.options[index] && onChange(question.options[index].value), [question, onChange]),
  )
  const columns = question.options.length > 2 && question.options.every((o) => o.label.length <= 24)
  return (
    <FieldSet
      id={id}
      legend={<QuestionTitle question={question} lang={lang} />}
      help={question.help ? <QuestionHelp text={question.help} lang={lang} /> : undefined}
      error={error}
      optional={!question.required}
    >
      <div className={columns ? 'grid gap-2 sm:grid-cols-2' : 'grid gap-2'}>
        {question.options.map((option, i) => (
          <Radio
            key={option.value}
            name={id}
            value={option.value}
            checked={value === option.value}
            disabled={disabled}
            onChange={() => onChange(option.value)}
            label={<bdi lang={lang}>{option.label}</bdi>}
            hint={quick && i < 9 ? <Kbd>{String(i + 1)}</Kbd> : null}
          />
        ))}
      </div>
    </FieldSet>
  )
}
