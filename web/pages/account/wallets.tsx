import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { wasCancelled } from '../../app/passkeys.ts'
import { queryClient } from '../../app/query.ts'
import { meQuery } from '../../app/session.ts'
import { shortAddress } from '../../app/wallets.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { useWays } from '../identity/create-account.tsx'
import { ConnectWallet } from '../wallets/connect-wallet.tsx'
import { signMine } from '../wallets/use-wallet.ts'
import { useFresh } from './fresh.tsx'
import { walletsQuery } from './queries.ts'

type Wallet = Awaited<ReturnType<typeof client.wallets.list>>['items'][number]
const changed = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: walletsQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: ['my_settlement'] }),
    queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
  ])

/** The wallets of this account: link by signature, name for oneself, take off. Nobody needs one. */
export function Wallets() {
  const t = useT('wallets', 'account')
  const { ask, dialog } = useFresh()
  const ways = useWays()
  const list = useQuery(walletsQuery)
  const [naming, setNaming] = useState<Wallet | null>(null)
  const unlink = useMutation({
    mutationFn: (wallet_id: string) => ask(() => client.wallets.unlink({ params: { wallet_id } })),
    onSuccess: changed,
  })
  if (ways.data && !ways.data.wallet && list.data?.items.length === 0) return null
  return (
    <Card id="wallets">
      <SectionHead
        title={t('wallets:title')}
        hint={t('wallets:hint')}
        actions={
          <ConnectWallet
            kind="secondary"
            size="small"
            label={t('wallets:link')}
            run={async (wallet) => {
              const signed = await ask(() => signMine(wallet, 'link', ways.data))
              await client.wallets.link({ body: signed })
              await changed()
            }}
          />
        }
      />
      <ErrorLine error={unlink.error && !wasCancelled(unlink.error) ? unlink.error : null} />
      {list.error ? <ErrorState error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending ? <LoadingBlock lines={2} /> : null}
      {list.data?.items.length === 0 ? <p className="text-ink-soft">{t('wallets:none')}</p> : null}
      <ul className="divide-y divide-line">
        {list.data?.items.map((w) => (
          <li key={w.wallet_id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
            <Icon name="key" size={24} className="text-ink-soft" />
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-center gap-2 font-semibold">
                {w.label ? <bdi>{w.label}</bdi> : null}
                <bdi dir="ltr" className="font-mono text-sm" title={w.address}>
                  {shortAddress(w.address)}
                </bdi>
                {w.kind === 'contract' ? (
                  <Badge tone="info">{t('wallets:contract_on', { chain: w.chain_id ?? 0 })}</Badge>
                ) : null}
              </p>
              <p className="text-sm text-ink-soft">
                {t('account:since')} <DateTime at={w.linked_at} dateOnly />
                {' · '}
                {t('account:used')} <RelativeTime at={w.last_used_at} />
              </p>
            </div>
            <div className="flex flex-wrap">
              <CopyButton kind="quiet" text={w.address} label={t('wallets:copy_address')} />
              <Button kind="quiet" size="small" onClick={() => setNaming(w)}>
                {t('wallets:name_it')}
              </Button>
              <Button
                kind="quiet"
                size="small"
                aria-label={t('wallets:unlink_one', { name: w.label || shortAddress(w.address) })}
                busy={unlink.isPending && unlink.variables === w.wallet_id}
                onClick={() => unlink.mutate(w.wallet_id)}
              >
                {t('wallets:unlink')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {naming ? <Naming wallet={naming} onClose={() => setNaming(null)} /> : null}
      {dialog}
    </Card>
  )
}

function Naming({ wallet, onClose }: { wallet: Wallet; onClose: () => void }) {
  const t = useT('wallets')
  const [label, setLabel] = useState(wallet.label)
  const save = useMutation({
    mutationFn: () => client.wallets.label({ params: { wallet_id: wallet.wallet_id }, body: { label: label.trim() } }),
    onSuccess: async () => {
      await changed()
      onClose()
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('wallets:name_title')}
      actions={
        <Button busy={save.isPending} onClick={() => save.mutate()}>
          {t('common:action.save')}
        </Button>
      }
    >
      <TextInput
        label={t('wallets:name')}
        help={t('wallets:name_help')}
        value={label}
        onChange={setLabel}
        max={60}
        dir="auto"
      />
      <ErrorLine error={save.error} />
    </Dialog>
  )
}
