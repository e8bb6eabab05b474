import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { percent } from '../campaigns/figures.ts'

type Window = Awaited<ReturnType<typeof client.earnings.insight>>['items'][number]
const TONE: Record<Window['state'], Tone> = { running: 'info', grading: 'warn', carried: 'plain', settled: 'good' }

/** How one's reviews are paid where a bonus comes by windows: the rule in plain words, with one's own numbers. */
export function Insight() {
  const t = useT('earnings')
  const list = useQuery({ queryKey: ['insight'], queryFn: () => client.earnings.insight() })
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  if (!list.data || list.data.items.length === 0) return null
  return (
    <Card className="grid gap-6">
      <SectionHead title={t('earnings:insight.title')} hint={t('earnings:insight.hint')} />
      <ol className="grid gap-2 ps-5 list-decimal text-ink-soft">
        <li>{t('earnings:insight.rule_base')}</li>
        <li>{t('earnings:insight.rule_audits')}</li>
        <li>{t('earnings:insight.rule_others')}</li>
        <li>{t('earnings:insight.rule_few')}</li>
      </ol>
      {list.data.items.map((w) => (
        <WindowCard key={`${w.campaign_id}.${w.window}`} window={w} />
      ))}
    </Card>
  )
}

function WindowCard({ window: w }: { window: Window }) {
  const t = useT('earnings')
  const { locale } = useLanguage()
  const share = (bps: number) => percent(bps, locale)
  return (
    <section className="grid gap-4 border-t border-line pt-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold">
          <Link to="/campaigns/$campaignId" params={{ campaignId: w.campaign_id }} className="link">
            <bdi>{w.title}</bdi>
          </Link>
        </h3>
        <Badge tone={TONE[w.state]}>{t(`earnings:insight.state.${w.state}`)}</Badge>
        <span className="text-ink-soft">
          <DateTime at={w.starts_at} /> – <DateTime at={w.ends_at} />
        </span>
      </div>
      {w.score ? (
        <StatRow>
          <Stat
            label={t('earnings:insight.audits')}
            value={share(w.score.audits_bps)}
            meaning={t('earnings:insight.audits_meaning', { count: w.audited ?? 0 })}
          />
          <Stat
            label={t('earnings:insight.others')}
            value={share(Math.min(w.score.others_bps, w.score.cap_bps))}
            meaning={t('earnings:insight.others_meaning', { cap: share(w.score.cap_bps) })}
          />
          <Stat
            label={t('earnings:insight.insight')}
            value={share(w.score.insight_bps)}
            meaning={t('earnings:insight.insight_meaning')}
          />
          <Stat
            label={t('earnings:insight.pays')}
            value={share(w.score.pays_bps)}
            note={w.paid.map((p) => (
              <Money key={p.currency} amount_minor={p.amount_minor} currency={p.currency} />
            ))}
            meaning={t('earnings:insight.pays_meaning', { count: w.reviews })}
          />
        </StatRow>
      ) : (
        <p className="text-ink-soft">
          {t(`earnings:insight.no_score.${w.state}`, { count: w.reviews })}
          {w.settles_by ? (
            <>
              {' '}
              {t('earnings:insight.settles_by')} <DateTime at={w.settles_by} />
            </>
          ) : null}
        </p>
      )}
    </section>
  )
}

/** What is held, and when it goes on. */
export function HeldPay() {
  const t = useT('earnings')
  const list = useQuery({ queryKey: ['held'], queryFn: () => client.earnings.held() })
  if (!list.data || list.data.items.length === 0) return null
  return (
    <Card>
      <SectionHead title={t('earnings:held_pay.title')} hint={t('earnings:held_pay.hint')} />
      <DataTable
        caption={t('earnings:held_pay.title')}
        rows={list.data.items}
        rowKey={(h) => `${h.campaign_id}.${h.currency}.${h.release_at}.${h.kept}`}
        columns={[
          {
            key: 'what',
            head: t('earnings:col.what'),
            main: true,
            cell: (h) => (
              <>
                <bdi>{h.title}</bdi>
                <span className="block font-normal text-ink-soft">
                  {t('earnings:held_pay.pieces', { count: h.pieces })}
                </span>
              </>
            ),
          },
          {
            key: 'when',
            head: t('earnings:held_pay.until'),
            cell: (h) =>
              h.kept ? <Badge tone="warn">{t('earnings:held_pay.kept')}</Badge> : <DateTime at={h.release_at} />,
          },
          {
            key: 'amount',
            head: t('earnings:col.amount'),
            numeric: true,
            cell: (h) => <Money amount_minor={h.amount_minor} currency={h.currency} />,
          },
        ]}
      />
    </Card>
  )
}
