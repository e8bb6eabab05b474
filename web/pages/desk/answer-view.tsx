import { Markdown } from '../../ui/markdown.tsx'
import type { Question } from '../../work-form/form.ts'

type Row = Readonly<Record<string, unknown>>

/** One answer as its author gave it, in the words of the form. Text keeps its own direction. */
export function AnswerView({
  question,
  answer,
  data,
  lang,
}: {
  question: Question
  answer: Row
  data: Row
  lang: string
}) {
  const value = answer[question.key]
  const labelOf = (v: unknown) => question.options.find((o) => o.value === v)?.label ?? String(v)
  if (value === undefined || value === null || value === '') return <p className="text-ink-faint">–</p>
  if (question.widget === 'link') {
    return (
      <a
        className="link text-lg break-all"
        href={String(value)}
        target="_blank"
        rel="noopener noreferrer nofollow"
        dir="ltr"
      >
        {String(value)}
      </a>
    )
  }
  if (Array.isArray(value)) {
    const List = question.widget === 'ranking' ? 'ol' : 'ul'
    return (
      <List
        dir="auto"
        lang={lang}
        className={`grid gap-1 ps-6 text-lg ${question.widget === 'ranking' ? 'list-decimal' : 'list-disc'}`}
      >
        {value.map((v, i) => (
          <li key={i}>{labelOf(v)}</li>
        ))}
      </List>
    )
  }
  if (question.widget === 'long_text') return <Markdown text={String(value)} lang={lang} className="text-lg" />
  const side =
    question.widget === 'preference'
      ? data[(value === 'a' ? question.aField : question.bField) ?? String(value)]
      : undefined
  return (
    <p dir="auto" lang={lang} className="max-w-prose text-lg font-semibold whitespace-pre-line">
      {question.options.length > 0 ? labelOf(value) : String(value)}
      {typeof side === 'string' ? <span className="mt-1 block text-base font-normal">{side}</span> : null}
    </p>
  )
}
