import type { Form } from '../../src/domains/templates/contract.ts'
import { Markdown } from '../ui/markdown.tsx'
import { UserText } from '../ui/user-text.tsx'

type Field = NonNullable<Form['ui']['item']>[number]

/** An item's own data above the questions, as the form says; fields that a preference pair shows itself are left to it. */
export function fieldsToShow(form: Form, data: Readonly<Record<string, unknown>>): Field[] {
  if (form.ui.item)
    return form.ui.item.filter((f) => data[f.field] !== undefined && data[f.field] !== null && data[f.field] !== '')
  const paired = new Set(
    Object.values(form.ui.questions).flatMap((q) =>
      q.widget === 'preference' ? [q.a_field ?? 'a', q.b_field ?? 'b'] : [],
    ),
  )
  return Object.keys(data)
    .filter((field) => !paired.has(field))
    .map((field) => ({ field, title: field, as: 'text' as const }))
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2))

function FieldValue({ field, value, lang }: { field: Field; value: unknown; lang: string | undefined }) {
  const text = textOf(value)
  if (field.as === 'markdown') return <Markdown text={text} {...(lang && { lang })} />
  if (field.as === 'image')
    return (
      <img
        src={text}
        alt={field.title}
        loading="lazy"
        referrerPolicy="no-referrer"
        className="max-h-[60vh] max-w-full rounded-md border border-line"
      />
    )
  if (field.as === 'code') {
    return (
      <pre dir="ltr" tabIndex={0} className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm">
        {text}
      </pre>
    )
  }
  if (field.as === 'link' && /^https?:\/\//.test(text)) {
    return (
      <a
        className="link inline-block break-all"
        href={text}
        target="_blank"
        rel="noopener noreferrer nofollow"
        dir="ltr"
      >
        {text}
      </a>
    )
  }
  return <UserText text={text} lang={lang} />
}

/** What the questions are about. */
export function ItemView({ form, data, lang }: { form: Form; data: Readonly<Record<string, unknown>>; lang?: string }) {
  const fields = fieldsToShow(form, data)
  if (fields.length === 0) return null
  return (
    <dl className="grid gap-4">
      {fields.map((field) => (
        <div key={field.field} className="grid gap-1">
          <dt className="text-sm text-ink-soft">
            <bdi lang={lang}>{field.title}</bdi>
          </dt>
          <dd className="text-lg">
            <FieldValue field={field} value={data[field.field]} lang={lang} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
