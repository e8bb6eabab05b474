import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { deviceKey, forgetDeviceKey, letDeviceSign } from '../../app/device-key.ts'
import { useT } from '../../app/i18n.ts'
import { passkeysWork, wasCancelled } from '../../app/passkeys.ts'
import { type FoundWallet, useWallets } from '../../app/wallets.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'

/** Lets this device sign what one hands in, and stops it again. */
export function Signing({ account_id }: { account_id: string }) {
  const t = useT('proofs')
  const cache = useQueryClient()
  const wallets = useWallets()
  const queryKey = ['device_key', account_id]
  const found = useQuery({ queryKey, queryFn: async () => (await deviceKey(account_id)) ?? null })
  const done = () => cache.invalidateQueries({ queryKey })
  const start = useMutation({
    mutationFn: (by: 'passkey' | FoundWallet) => letDeviceSign(account_id, by),
    onSuccess: done,
  })
  const stop = useMutation({
    async mutationFn(delegation_id: string) {
      await forgetDeviceKey(account_id)
      await client.delegations.revoke({ params: { delegation_id }, body: {} })
    },
    onSettled: done,
  })
  const problem = start.error && !wasCancelled(start.error) ? start.error : stop.error
  return (
    <Card>
      <SectionHead title={t('proofs:signing.title')} hint={t('proofs:signing.hint')} />
      {found.data ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p>
            {t('proofs:signing.on')} <DateTime at={found.data.expires_at} dateOnly />.
          </p>
          <Button kind="secondary" disabled={stop.isPending} onClick={() => stop.mutate(found.data!.delegation_id)}>
            {t('proofs:signing.off')}
          </Button>
        </div>
      ) : (
        <div className="flex flex-wrap gap-2">
          {passkeysWork() ? (
            <Button disabled={start.isPending} onClick={() => start.mutate('passkey')}>
              {t('proofs:signing.by_passkey')}
            </Button>
          ) : null}
          {wallets.map((w) => (
            <Button key={w.id} kind="secondary" disabled={start.isPending} onClick={() => start.mutate(w)}>
              {t('proofs:signing.by_wallet', { name: w.name || t('proofs:signing.unnamed') })}
            </Button>
          ))}
        </div>
      )}
      {start.data === 'not_linked' ? <p role="alert">{t('proofs:signing.not_linked')}</p> : null}
      {problem ? <ErrorLine error={problem} /> : null}
    </Card>
  )
}
