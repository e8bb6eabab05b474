import { useT } from '../../app/i18n.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { ShareBars } from '../../ui/share-bars.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { ether, partOf, shortAddress } from './ether.ts'
import type { History } from './queries.ts'

const TONE: Record<History['completeness'], Tone> = { proved: 'good', contiguous: 'info', gaps: 'warn' }

/** What one wallet paid on one chain: by year, by part, and where it went; and how sure we are that nothing is missing. */
export function HistoryCard({ history: h, address }: { history: History; address: string }) {
  const t = useT('gas')
  const n = useNumbers()
  return (
    <Card className="grid gap-6">
      <SectionHead
        title={
          <>
            <bdi>{h.name}</bdi> · <bdi title={address}>{shortAddress(address)}</bdi>
          </>
        }
        hint={h.layer === 'l2' ? t('gas:history.l2') : undefined}
        actions={<Badge tone={TONE[h.completeness]}>{t(`gas:complete.${h.completeness}`)}</Badge>}
      />
      {h.transactions === 0 ? (
        <EmptyState icon="info" title={t('gas:history.none')}>
          {t('gas:history.none_why')}
        </EmptyState>
      ) : (
        <>
          <StatRow>
            <Stat label={t('gas:history.paid')} value={<bdi>{ether(h.wei, n.locale)}</bdi>} />
            <Stat label={t('gas:history.transactions')} value={n.int(h.transactions)} />
            <Stat
              label={t('gas:history.failed')}
              value={n.percent(h.failed / h.transactions, 1)}
              note={t('gas:history.failed_cost', { count: h.failed, amount: ether(h.failed_wei, n.locale) })}
              meaning={t('gas:history.failed_means')}
            />
          </StatRow>
          <Years history={h} />
          <Parts history={h} />
          <Contracts history={h} />
        </>
      )}
      <Completeness history={h} />
    </Card>
  )
}

function Years({ history: h }: { history: History }) {
  const t = useT('gas')
  const n = useNumbers()
  const most = h.years.reduce((top, y) => (BigInt(y.wei) > BigInt(top) ? y.wei : top), '1')
  return (
    <section aria-label={t('gas:history.by_year')}>
      <h3 className="mb-3 text-base">{t('gas:history.by_year')}</h3>
      <ol className="grid gap-2">
        {h.years.map((y) => (
          <li key={y.year} className="grid grid-cols-[3.25rem_1fr] items-center gap-3 text-sm">
            <span className="tabular-nums">{y.year}</span>
            <div className="grid min-w-0 gap-0.5">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <bdi className="font-semibold">{ether(y.wei, n.locale)}</bdi>
                <span className="text-ink-soft">
                  {t('gas:history.year_count', { count: y.transactions })}
                  {y.failed > 0 ? ` · ${t('gas:history.year_failed', { count: y.failed })}` : ''}
                </span>
              </div>
              <div aria-hidden="true" className="h-3 overflow-hidden rounded-sm bg-sunken forced-colors:border">
                <div className="h-full rounded-sm bg-chart-2" style={{ width: `${partOf(y.wei, most) * 100}%` }} />
              </div>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Parts({ history: h }: { history: History }) {
  const t = useT('gas')
  const n = useNumbers()
  const parts = (['burned', 'tip', 'blob', 'l1'] as const).filter(
    (p) => (p !== 'blob' && p !== 'l1') || h[`${p}_wei`] !== '0',
  )
  return (
    <section>
      <h3 className="mb-3 text-base">{t('gas:history.parts')}</h3>
      <ShareBars
        label={t('gas:history.parts')}
        bars={parts.map((part) => {
          const wei = h[`${part}_wei`]
          return {
            key: part,
            label: t(`gas:part.${part}`),
            detail: wei === null ? undefined : <bdi>{ether(wei, n.locale)}</bdi>,
            share: wei === null ? null : partOf(wei, h.wei),
            value: wei === null ? t('gas:history.unknown') : n.percent(partOf(wei, h.wei), 1),
            rest: t(`gas:part_means.${part}`),
          }
        })}
      />
    </section>
  )
}

function Contracts({ history: h }: { history: History }) {
  const t = useT('gas')
  const n = useNumbers()
  return (
    <section>
      <h3 className="mb-3 text-base">{t('gas:history.contracts')}</h3>
      <DataTable
        caption={t('gas:history.contracts')}
        rows={h.contracts}
        rowKey={(c) => c.address ?? 'none'}
        columns={[
          {
            key: 'address',
            head: t('gas:history.address'),
            main: true,
            cell: (c) =>
              c.address === null ? (
                t('gas:history.no_address')
              ) : (
                <bdi title={c.address} className="font-mono text-sm">
                  {shortAddress(c.address)}
                </bdi>
              ),
          },
          { key: 'count', head: t('gas:history.times'), numeric: true, cell: (c) => n.int(c.transactions) },
          { key: 'wei', head: t('gas:history.gas'), numeric: true, cell: (c) => <bdi>{ether(c.wei, n.locale)}</bdi> },
          {
            key: 'share',
            head: t('gas:history.share'),
            numeric: true,
            cell: (c) => n.percent(partOf(c.wei, h.wei), 1),
          },
        ]}
      />
      {h.other_contracts > 0 ? (
        <p className="mt-2 text-sm text-ink-soft">{t('gas:history.others', { count: h.other_contracts })}</p>
      ) : null}
    </section>
  )
}

function Completeness({ history: h }: { history: History }) {
  const t = useT('gas')
  const n = useNumbers()
  return (
    <section className="grid gap-1 border-t border-line pt-4 text-sm text-ink-soft">
      <h3 className="text-base text-ink">{t('gas:complete.title')}</h3>
      <p className="max-w-prose">
        {t(`gas:complete_means.${h.completeness}`, { count: h.completeness === 'gaps' ? h.missing : h.transactions })}
      </p>
      {h.authorisations > 0 ? (
        <p className="max-w-prose">{t('gas:complete.used', { count: h.authorisations })}</p>
      ) : null}
      <p>
        {t('gas:complete.as_of', { block: n.int(h.block) })} <DateTime at={h.block_at} /> ·{' '}
        {t(`gas:provider.${h.provider}`)}
      </p>
      <p className="font-mono text-2xs break-all">
        <bdi>{h.block_hash}</bdi>
      </p>
    </section>
  )
}
