import { useT } from '../app/i18n.ts'
import { cx } from '../ui/cx.ts'
import { Icon } from '../ui/icon.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { UserText } from '../ui/user-text.tsx'
import { isEmpty, type Question } from './form.ts'

/** One answer as others read it: in the words of the form, in the direction of its own text. */
export function AnswerView({
  question: q,
  value,
  data,
  lang,
}: {
  question: Question
  value: unknown
  data: Readonly<Record<string, unknown>>
  lang?: string
}) {
  const t = useT('forms')
  const labelOf = (v: unknown) => q.options.find((o) => o.value === v)?.label ?? String(v)
  if (isEmpty(value)) return <p className="text-ink-faint">{t('forms:answer.none')}</p>
  if (q.widget === 'preference') {
    const fields: Record<string, string> = { a: q.aField ?? 'a', b: q.bField ?? 'b' }
    return (
      <div className="grid gap-3 md:grid-cols-2">
        {q.options.map((o) => {
          const field = fields[o.value]
          const chosen = o.value === value
          if (!field && !chosen) return null
          return (
            <div
              key={o.value}
              className={cx(
                'rounded-md border p-3',
                field ? '' : 'md:col-span-2',
                chosen ? 'border-accent bg-accent-soft' : 'border-line bg-surface',
              )}
            >
              <p className="mb-1 flex items-center gap-2 text-sm font-semibold">
                {chosen ? <Icon name="check" size={18} className="text-accent-ink" /> : null}
                {chosen ? t('forms:answer.chosen') : t('forms:answer.not_chosen')}
              </p>
              {field ? (
                <Markdown text={String(data[field] ?? '')} {...(lang && { lang })} />
              ) : (
                <p lang={lang}>{o.label === o.value ? t('forms:preference.tie') : o.label}</p>
              )}
            </div>
          )
        })}
      </div>
    )
  }
  if (Array.isArray(value)) {
    const List = q.widget === 'ranking' ? 'ol' : 'ul'
    return (
      <List
        lang={lang}
        dir="auto"
        className={cx(
          'grid gap-1 ps-5 text-lg marker:text-ink-faint',
          q.widget === 'ranking' ? 'list-decimal' : 'list-disc',
        )}
      >
        {value.map((v) => (
          <li key={String(v)}>{labelOf(v)}</li>
        ))}
      </List>
    )
  }
  if (q.widget === 'link' && /^https?:\/\//.test(String(value))) {
    return (
      <a
        href={String(value)}
        target="_blank"
        rel="noopener noreferrer nofollow"
        dir="ltr"
        className="link inline-flex min-h-touch w-fit items-center gap-2 justify-self-start break-all text-lg"
      >
        <Icon name="link" />
        {String(value)}
      </a>
    )
  }
  if (q.widget === 'scale') {
    return (
      <p className="text-lg">
        <bdi className="font-semibold">{String(value)}</bdi>
        <span className="ms-2 text-sm text-ink-soft">
          {t('forms:answer.on_scale', { min: q.min ?? 1, max: q.max ?? 5 })}
        </span>
      </p>
    )
  }
  return <UserText text={q.options.length > 0 ? labelOf(value) : String(value)} lang={lang} className="text-lg" />
}
