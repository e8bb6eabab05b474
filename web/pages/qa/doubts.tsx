import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'

/** Decided work whose evidence stands nearest to the line. Its verdict is not told: whoever reads this may grade it later. */
export function Doubts({ campaignId }: { campaignId: string }) {
  const t = useT('quality')
  const n = useNumbers()
  const query = useQuery({
    queryKey: ['qa', 'doubts', campaignId],
    queryFn: () => client.reliability.doubts({ params: { campaign_id: campaignId } }),
  })
  return (
    <Card>
      <SectionHead title={t('quality:doubts.title')} hint={t('quality:doubts.hint')} />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-ink-soft">{t('quality:doubts.none')}</p>
          ) : (
            <ol className="grid gap-3 lg:grid-cols-2">
              {items.map((d) => (
                <li
                  key={`${d.submission_id}.${d.question}`}
                  className="grid content-start gap-2 rounded-md border border-line p-4"
                >
                  <p className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm text-ink-soft">
                    <bdi className="font-mono">{d.submission_id}</bdi>
                    <span>{t('quality:doubts.reviews', { count: d.reviews })}</span>
                  </p>
                  <ProgressBar
                    value={d.doubt_bps}
                    max={10_000}
                    tone="warn"
                    label={t('quality:doubts.doubt')}
                    detail={n.percent(d.doubt_bps / 10_000, 0)}
                  />
                  <p className="font-semibold">
                    <bdi>{d.title}</bdi>
                  </p>
                  {d.answer ? (
                    <p dir="auto" className="wrap-anywhere whitespace-pre-line">
                      {wordsOf(d.answer[d.question])}
                    </p>
                  ) : (
                    <p className="text-sm text-ink-soft">{t('quality:doubts.hidden')}</p>
                  )}
                  {d.data ? (
                    <dl className="grid gap-1 border-t border-line pt-2 text-sm text-ink-soft">
                      {Object.entries(d.data).map(([field, value]) => (
                        <div key={field} className="flex gap-2">
                          <dt className="shrink-0 font-mono">
                            <bdi>{field}</bdi>
                          </dt>
                          <dd dir="auto" className="min-w-0 grow wrap-anywhere">
                            {wordsOf(value)}
                          </dd>
                        </div>
                      ))}
                    </dl>
                  ) : null}
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Card>
  )
}

const LONGEST = 400
/** A value as text, shortened: this is a list to choose from, not the place to judge. */
function wordsOf(value: unknown): string {
  const text = value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)
  return [...text].length <= LONGEST ? text : `${[...text].slice(0, LONGEST).join('')}…`
}
