import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { CertificateOf } from '../certificate/certificate-view.tsx'
import { useNumbers } from '../desk/numbers.ts'

type Epoch = Awaited<ReturnType<typeof client.settlement.epochs>>['items'][number]
const EPOCH_TONE: Record<Epoch['state'], Tone> = {
  gathered: 'plain',
  built: 'plain',
  proposed: 'info',
  active: 'good',
  revoked: 'warn',
}

/** Datasets of the season's campaigns, each with its certificate where it has one. */
export function SeasonReleases({ season_id }: { season_id: string }) {
  const t = useT('season', 'report')
  const n = useNumbers()
  const list = useQuery({
    queryKey: ['public', 'datasets', season_id],
    queryFn: () => client.releases.published({ query: { season_id, limit: 50 } }),
  })
  if (!list.data || list.data.items.length === 0) return null
  return (
    <Card>
      <SectionHead title={t('season:releases')} hint={t('season:releases_hint')} />
      <ul className="divide-y divide-line">
        {list.data.items.map((r) => (
          <li key={r.release_id} className="grid gap-3 py-3">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <Link className="link font-semibold" to={`/datasets/${r.campaign_id}/${r.number}`}>
                <bdi>{t('report:release.name', { title: r.title, number: r.number })}</bdi>
              </Link>
              <span className="text-sm text-ink-soft">
                {t('season:datapoints', { count: r.counts.datapoints, shown: n.int(r.counts.datapoints) })} ·{' '}
                <DateTime at={r.published_at} dateOnly />
              </span>
            </p>
            <details className="text-sm">
              <summary className="min-h-8 cursor-pointer text-ink-soft hover:text-ink">
                {t('season:certificate')}
              </summary>
              <div className="pt-3">
                <CertificateOf campaign_id={r.campaign_id} release_id={r.release_id} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What was paid to wallets: every epoch's claims file, by address alone. */
export function Epochs() {
  const t = useT('season')
  const n = useNumbers()
  const list = useQuery({
    queryKey: ['public', 'epochs'],
    queryFn: () => client.settlement.epochs({ query: { limit: 50 } }),
  })
  const built = list.data?.items.filter((e) => e.root !== null) ?? []
  if (built.length === 0) return null
  return (
    <Card>
      <SectionHead title={t('season:epochs.title')} hint={t('season:epochs.hint')} />
      <DataTable
        caption={t('season:epochs.title')}
        rows={built}
        rowKey={(e) => e.epoch_id}
        columns={[
          {
            key: 'number',
            head: t('season:epochs.number'),
            main: true,
            cell: (e) => (
              <>
                <bdi>{e.currency}</bdi> {n.int(e.number)}
              </>
            ),
          },
          {
            key: 'state',
            head: t('season:epochs.state'),
            cell: (e) => (
              <>
                <Badge tone={EPOCH_TONE[e.state]}>{t(`season:epochs.is.${e.state}`)}</Badge>{' '}
                {e.valid_at ? <DateTime at={e.valid_at} /> : null}
              </>
            ),
          },
          { key: 'rows', head: t('season:epochs.rows'), numeric: true, cell: (e) => n.int(e.rows ?? 0) },
          {
            key: 'root',
            head: t('season:epochs.root'),
            cell: (e) => (
              <span className="flex flex-wrap items-center gap-2">
                <code dir="ltr" className="font-mono text-xs" title={e.root ?? ''}>
                  {e.root?.slice(0, 10)}…
                </code>
                <CopyButton kind="quiet" text={e.root ?? ''} />
              </span>
            ),
          },
          {
            key: 'file',
            head: t('season:epochs.file'),
            cell: (e) => (
              <a className="link" href={`/v1/settlement/epochs/${e.epoch_id}/claims.jsonl`} download>
                {t('season:epochs.download', { number: e.number })}
              </a>
            ),
          },
        ]}
      />
      <p className="mt-4 text-sm text-ink-soft">
        {t('season:epochs.check')}{' '}
        <code dir="ltr" className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-xs break-all">
          assay verify-epoch claims.jsonl
        </code>
      </p>
    </Card>
  )
}
