import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Fact } from '../../ui/fact.tsx'
import { Icon } from '../../ui/icon.tsx'
import { decimalOf } from '../../ui/money.tsx'
import { Loaded } from '../desk/loaded.tsx'
import type { Standing } from './on-chain.tsx'

/** The proof that the newest epoch that counts holds one's money: all that is needed to claim it without us. */
export function Proof({ standing }: { standing: Standing }) {
  const t = useT('onchain')
  const [open, setOpen] = useState(false)
  if (!standing.epoch || (standing.on_chain_minor === '0' && standing.claimed_minor === '0')) return null
  return (
    <div>
      <Button kind="quiet" size="small" icon="shield" onClick={() => setOpen(true)}>
        {t('onchain:proof.open')}
      </Button>
      <Dialog wide open={open} onClose={() => setOpen(false)} title={t('onchain:proof.title')}>
        <ProofBody standing={standing} />
      </Dialog>
    </div>
  )
}

function ProofBody({ standing: s }: { standing: Standing }) {
  const t = useT('onchain', 'desk')
  const query = useQuery({
    queryKey: ['proof', s.currency, s.epoch?.epoch_id],
    queryFn: () => client.settlement.proof({ params: { currency: s.currency } }),
  })
  return (
    <Loaded query={query} lines={6}>
      {(p) => (
        <div className="grid gap-5">
          <p className="max-w-prose text-sm text-ink-soft">{t('onchain:proof.means')}</p>
          <dl className="grid gap-3 text-sm">
            <Fact label={t('onchain:proof.epoch')} copy={String(p.epoch.number)} />
            <Fact label={t('onchain:proof.chain')} copy={String(p.epoch.chain_id)} />
            <Fact label={t('onchain:proof.contract')} copy={p.epoch.distributor} />
            <Fact label={t('onchain:proof.token')} copy={p.epoch.token} />
            <Fact label={t('onchain:proof.root')} copy={p.epoch.root ?? ''} />
            <Fact label={t('onchain:proof.wallet')} copy={p.account} />
            <Fact label={t('onchain:proof.cumulative')} copy={decimalOf(p.cumulative_units, s.decimals)} />
            <Fact label={t('onchain:proof.so_far')} copy={decimalOf(p.claimed_units, s.decimals)} />
            <Fact label={t('onchain:proof.words')} copy={p.proof.join('\n')} />
            <Fact label={t('onchain:proof.call')} copy={p.call_data} />
          </dl>
          <div className="flex flex-wrap gap-2">
            <CopyButton text={JSON.stringify(p, null, 2)} label={t('onchain:proof.copy_all')} />
            <a className={buttonClass('secondary', 'small')} href={p.claims_path} download>
              <Icon name="download" />
              {t('onchain:proof.file')}
            </a>
          </div>
          <p className="text-sm text-ink-soft">
            {t('onchain:proof.check')}{' '}
            <code dir="ltr" className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-xs break-all">
              assay verify-epoch claims.jsonl --rpc …
            </code>
          </p>
        </div>
      )}
    </Loaded>
  )
}
