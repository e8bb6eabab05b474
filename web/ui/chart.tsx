import type { EChartsCoreOption } from 'echarts/core'
import { lazy, type ReactNode, Suspense, useId, useMemo } from 'react'
import { useLanguage, useT } from '../app/i18n.ts'
import { useTheme } from '../app/theme.ts'
import { Skeleton } from './skeleton.tsx'

const ChartCanvas = lazy(() => import('./chart-canvas.tsx').then((m) => ({ default: m.ChartCanvas })))

/** What an option builder draws with: the identity's colours in the theme shown, and the reading direction. */
export type ChartLook = {
  palette: string[]
  ink: string
  inkSoft: string
  line: string
  surface: string
  theme: 'light' | 'dark'
  rtl: boolean
  locale: string
  font: string
}

/** Reads the tokens as the document shows them; `theme` is named so that a change of theme reads them again. */
function look(theme: 'light' | 'dark', rtl: boolean, locale: string): ChartLook {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return {
    palette: [1, 2, 3, 4, 5, 6].map((i) => of(`--chart-${i}`)),
    ink: of('--ink'),
    inkSoft: of('--ink-soft'),
    line: of('--line'),
    surface: of('--surface'),
    theme,
    rtl,
    locale,
    font: style.fontFamily,
  }
}

export type ChartTable = { head: ReactNode[]; rows: ReactNode[][] }

/** A chart and the same figures as a table: the drawing is for eyes, the table for everyone. */
export function Chart({
  label,
  option,
  table,
  height = 280,
  note,
}: {
  label: string
  option: (look: ChartLook) => EChartsCoreOption
  table: ChartTable
  height?: number
  note?: ReactNode
}) {
  const t = useT()
  const { shown } = useTheme()
  const { dir, locale } = useLanguage()
  const captionId = useId()
  const drawn = useMemo(() => option(look(shown, dir === 'rtl', locale)), [option, shown, dir, locale])
  return (
    <figure aria-labelledby={captionId} className="grid min-w-0 gap-3">
      <figcaption id={captionId} className="font-semibold">
        {label}
        {note ? <span className="block text-sm font-normal text-ink-soft">{note}</span> : null}
      </figcaption>
      <div aria-hidden="true" dir="ltr" style={{ height }}>
        <Suspense fallback={<Skeleton className="h-full" />}>
          <ChartCanvas option={drawn} />
        </Suspense>
      </div>
      <details className="text-sm">
        <summary className="inline-flex min-h-8 items-center rounded-sm text-ink-faint underline underline-offset-2 hover:text-ink">
          {t('common:chart.as_table')}
        </summary>
        <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
          <table className="border-collapse">
            <caption className="sr-only">{label}</caption>
            <thead>
              <tr>
                {table.head.map((cell, i) => (
                  <th key={i} scope="col" className="border-b border-line-strong py-1.5 pe-6 text-start text-ink-soft">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row, i) => (
                <tr key={i}>
                  {row.map((cell, j) => (
                    <td key={j} className="border-b border-line py-1.5 pe-6">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
