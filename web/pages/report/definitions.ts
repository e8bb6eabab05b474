import { useLanguage, useT } from '../../app/i18n.ts'
import type { ReportView } from './queries.ts'

/** What a figure means: the report's own words where it has them in the reader's language, else the catalogue's. */
export function useDefinition(report: ReportView): (key: string) => string {
  const t = useT('report')
  const { language } = useLanguage()
  return (key) =>
    (language === 'en' ? report.definitions[key] : undefined) ??
    t(`report:definition.${key}`, { defaultValue: report.definitions[key] ?? '' })
}
