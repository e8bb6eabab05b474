import { useLanguage, useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import type { Status } from './stages.ts'

/** Why automated checks rejected this work, before anybody read it. */
export function CheckReasons({ submission: s }: { submission: Status }) {
  const t = useT('checks')
  const { language } = useLanguage()
  if (s.checks.length === 0) return null
  const titleOf = (key: string | null) => s.questions.find((q) => q.key === key)?.title
  return (
    <Card>
      <SectionHead title={t('checks:reasons.title')} hint={t('checks:reasons.hint')} />
      <ul className="grid gap-2">
        {s.checks.map((r) => {
          const title = titleOf(r.question)
          return (
            <li
              key={`${r.kind}/${r.question}`}
              className="rounded-md border-s-3 border-bad bg-bad-soft px-3 py-2 text-sm text-bad-ink"
            >
              {title ? <bdi className="block font-semibold">{title}</bdi> : null}
              {language === 'en' ? r.message : t(`checks:code.${r.code}`, { ...r.detail, defaultValue: r.message })}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
