import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { languageName } from '../campaigns/language-name.ts'
import { Loaded } from './loaded.tsx'
import { useNumbers } from './numbers.ts'

/** How varied a campaign's newest accepted work is; nothing where no question is answered in text. */
export function VarietyPanel({ campaignId }: { campaignId: string }) {
  const t = useT('checks')
  const n = useNumbers()
  const { language: reader, locale } = useLanguage()
  const query = useQuery({
    queryKey: ['checks', campaignId, 'diversity'],
    queryFn: () => client.checks.diversity({ params: { campaign_id: campaignId } }),
  })
  if (query.data && (query.data.questions.length === 0 || query.data.measured === 0)) return null
  const share = (ppm: number | null) => (ppm === null ? '–' : n.percent(ppm / 1_000_000, 1))
  return (
    <Card>
      <SectionHead title={t('checks:variety.title')} hint={t('checks:variety.hint')} />
      <Loaded query={query}>
        {(d) => (
          <div className="grid gap-5">
            <StatRow>
              <Stat
                label={t('checks:variety.measured')}
                value={n.int(d.measured)}
                meaning={t('checks:variety.measured_means')}
              />
              <Stat
                label={t('checks:variety.avoided')}
                value={n.int(d.duplicates_avoided)}
                meaning={t('checks:variety.avoided_means')}
              />
              <Stat
                label={t('checks:variety.coverage')}
                value={d.coverage_bps === null ? '–' : n.percent(d.coverage_bps / 10_000, 1)}
                meaning={t('checks:variety.coverage_means')}
              />
            </StatRow>
            <DataTable
              caption={t('checks:variety.title')}
              rows={d.questions.filter((q) => q.texts > 0)}
              rowKey={(q) => q.question}
              columns={[
                {
                  key: 'question',
                  head: t('checks:variety.question'),
                  main: true,
                  cell: (q) => <bdi>{q.question}</bdi>,
                },
                { key: 'texts', head: t('checks:variety.texts'), numeric: true, cell: (q) => n.int(q.texts) },
                {
                  key: 'effective',
                  head: t('checks:variety.effective'),
                  numeric: true,
                  cell: (q) => <bdi>{q.effective_texts === null ? '–' : n.decimal(String(q.effective_texts), 1)}</bdi>,
                },
                { key: 'of', head: t('checks:variety.of'), numeric: true, cell: (q) => share(q.effective_ppm) },
                ...([1, 2, 3] as const).map((size) => ({
                  key: `distinct_${size}`,
                  head: t('checks:variety.distinct', { size }),
                  numeric: true,
                  cell: (q: (typeof d.questions)[number]) => share(q[`distinct_${size}_ppm`]),
                })),
              ]}
            />
            {d.languages.length > 0 ? (
              <p className="text-sm text-ink-soft">
                {t('checks:variety.languages', {
                  list: new Intl.ListFormat(locale, { type: 'unit' }).format(
                    d.languages.map(
                      (l) =>
                        `${l.language === 'und' ? t('checks:variety.und') : languageName(l.language, reader)} ${n.int(l.texts)}`,
                    ),
                  ),
                })}
              </p>
            ) : null}
          </div>
        )}
      </Loaded>
    </Card>
  )
}
