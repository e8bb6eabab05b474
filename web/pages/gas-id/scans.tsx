import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { useNumbers } from '../desk/numbers.ts'
import { shortAddress } from './ether.ts'
import type { Overview } from './queries.ts'

type Scan = Overview['scans'][number]

/** One's wallets and how far looking them up is. */
export function Scans({ mine }: { mine: Overview }) {
  const t = useT('gas')
  const look = useAct(() => client.gasId.scan({ body: {} }), { changes: [['gas_id']] })
  const isBusy = mine.scans.some((s) => s.ended_at === null)
  const eoas = mine.wallets.filter((w) => w.kind === 'eoa')
  return (
    <Card>
      <SectionHead
        title={t('gas:scan.title')}
        hint={mine.histories.length === 0 ? t('gas:scan.first') : t('gas:scan.hint')}
        actions={
          <Button
            kind={mine.histories.length === 0 ? 'primary' : 'secondary'}
            icon="refresh"
            busy={look.isPending}
            disabled={isBusy || eoas.length === 0}
            onClick={() => look.mutate(undefined)}
          >
            {mine.scans.length === 0 ? t('gas:scan.start') : t('gas:scan.again')}
          </Button>
        }
      />
      <ErrorLine error={look.error} />
      <ul className="grid gap-5" aria-live="polite">
        {mine.wallets.map((w) => (
          <li key={w.wallet_id} className="grid gap-2 border-t border-line pt-4">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <bdi className="font-semibold" title={w.address}>
                {shortAddress(w.address)}
              </bdi>
              {w.kind === 'contract' ? <Badge>{t('gas:scan.contract')}</Badge> : null}
            </div>
            {w.kind === 'contract' ? <p className="text-sm text-ink-soft">{t('gas:scan.contract_why')}</p> : null}
            {mine.scans
              .filter((s) => s.wallet_id === w.wallet_id)
              .map((s) => (
                <Progress
                  key={s.chain_id}
                  scan={s}
                  chain={mine.chains.find((c) => c.chain_id === s.chain_id)?.name ?? String(s.chain_id)}
                />
              ))}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Progress({ scan, chain }: { scan: Scan; chain: string }) {
  const t = useT('gas')
  const n = useNumbers()
  if (scan.state === 'done')
    return (
      <p className="text-sm text-ink-soft">
        <bdi>{chain}</bdi> · {t('gas:scan.done')} <DateTime at={scan.ended_at!} />
      </p>
    )
  if (scan.ended_at)
    return (
      <p className="text-sm">
        <bdi>{chain}</bdi> · <span className="text-bad">{t('gas:scan.failed')}</span>{' '}
        {scan.why ? t(`gas:why.${scan.why}`) : t('gas:why.stopped')}
      </p>
    )
  return (
    <div className="grid gap-1">
      <ProgressBar
        value={scan.done_ppm}
        max={1_000_000}
        label={`${chain}: ${t('gas:scan.found', { count: scan.found })}`}
        {...(scan.done_ppm > 0 ? { detail: n.percent(scan.done_ppm / 1_000_000, 0) } : {})}
      />
      {scan.why && scan.next_at ? (
        <p className="text-sm text-ink-soft">
          {t(`gas:why.${scan.why}`)} {t('gas:scan.retry')} <RelativeTime at={scan.next_at} />.
        </p>
      ) : null}
    </div>
  )
}
