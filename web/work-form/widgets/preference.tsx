import { useCallback } from 'react'
import { useT } from '../../app/i18n.ts'
import { choiceClass } from '../../ui/choices.tsx'
import { cx } from '../../ui/cx.ts'
import { FieldSet } from '../../ui/field.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { QuestionHelp, QuestionTitle } from '../question-title.tsx'
import { useDigitKeys } from '../quick-keys.ts'
import type { WidgetProps } from '../widget.ts'

/** Which of two is better: side by side where there is room, one above the other on phones; keys 1, 2 and 3. */
export function PreferenceWidget({ question, value, onChange, error, id, lang, quick, data, disabled }: WidgetProps) {
  const t = useT('forms')
  useDigitKeys(
    quick && !disabled,
    useCallback((index) => question.options[index] && onChange(question.options[index].value), [question, onChange]),
  )
  const fields: Record<string, string | undefined> = { a: question.aField ?? 'a', b: question.bField ?? 'b' }
  const name = (option: { value: string; label: string }) =>
    option.label !== option.value
      ? option.label
      : t(
          option.value === 'a'
            ? 'forms:preference.a'
            : option.value === 'b'
              ? 'forms:preference.b'
              : 'forms:preference.tie',
        )
  return (
    <FieldSet
      id={id}
      legend={<QuestionTitle question={question} lang={lang} />}
      help={question.help ? <QuestionHelp text={question.help} lang={lang} /> : undefined}
      error={error}
      optional={!question.required}
    >
      <div className="grid gap-3 md:grid-cols-2">
        {question.options.map((option, i) => {
          const field = fields[option.value]
          const side = field !== undefined
          const chosen = value === option.value
          return (
            <label
              key={option.value}
              className={cx(choiceClass(chosen), 'flex-col', !side && 'md:col-span-2 md:items-center')}
            >
              <span className="flex w-full items-center gap-3">
                <input
                  type="radio"
                  name={id}
                  value={option.value}
                  checked={chosen}
                  disabled={disabled}
                  onChange={() => onChange(option.value)}
                  className="size-4.5 shrink-0 appearance-none rounded-full border-2 border-line-strong bg-surface outline-none checked:border-[5.5px] checked:border-accent"
                />
                <span className="grow font-semibold" lang={lang}>
                  {name(option)}
                </span>
                {quick ? <Kbd>{String(i + 1)}</Kbd> : null}
              </span>
              {side ? (
                <span className="block w-full border-t border-line pt-3">
                  <Markdown text={String(data[field] ?? '')} {...(lang && { lang })} />
                </span>
              ) : null}
            </label>
          )
        })}
      </div>
    </FieldSet>
  )
}
