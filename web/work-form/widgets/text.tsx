import { NumberInput, TextArea, TextInput } from '../../ui/inputs.tsx'
import { QuestionHelp, QuestionTitle } from '../question-title.tsx'
import type { WidgetProps } from '../widget.ts'

const common = ({ question, id, error, disabled, lang, onChange, value }: WidgetProps) => ({
  id,
  error,
  disabled,
  lang,
  label: <QuestionTitle question={question} lang={lang} />,
  help: question.help ? <QuestionHelp text={question.help} lang={lang} /> : undefined,
  optional: !question.required,
  required: question.required,
  placeholder: question.placeholder,
  value: typeof value === 'string' || typeof value === 'number' ? String(value) : '',
  onChange,
  dir: 'auto' as const,
})

/** One line of text. */
export function ShortTextWidget(props: WidgetProps) {
  return (
    <TextInput
      {...common(props)}
      {...(props.question.max !== undefined && { max: props.question.max })}
      autoComplete="off"
    />
  )
}

/** A passage of text with its limits in view. */
export function LongTextWidget(props: WidgetProps) {
  return <TextArea {...common(props)} {...(props.question.max !== undefined && { max: props.question.max })} rows={5} />
}

/** A number in whatever digits the keyboard offers. */
export function NumberWidget(props: WidgetProps) {
  return <NumberInput {...common(props)} inputMode={props.question.integer ? 'numeric' : 'decimal'} dir="ltr" />
}

/** A web address. */
export function LinkWidget(props: WidgetProps) {
  return (
    <TextInput
      {...common(props)}
      type="url"
      inputMode="url"
      autoComplete="off"
      placeholder={props.question.placeholder ?? 'https://'}
      dir="ltr"
    />
  )
}
