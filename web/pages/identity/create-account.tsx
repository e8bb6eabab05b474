import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { insideApp, makePasskey, passkeysWork, wasCancelled } from '../../app/passkeys.ts'
import { becomeAccount } from '../../app/session.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { ConnectWallet } from '../wallets/connect-wallet.tsx'
import { signFor } from '../wallets/use-wallet.ts'
import { RecoveryCodes } from './recovery-codes.tsx'
import { TermsDialog } from './terms-dialog.tsx'

/** How one can sign in at this address; asked once. */
export const useWays = () =>
  useQuery({ queryKey: ['public', 'ways'], queryFn: () => client.identity.ways(), staleTime: Number.POSITIVE_INFINITY })

const FRESH_MS = 4 * 60_000

/**
 * A new account in one tap and the device's own confirmation. The challenge is fetched while the person reads, because
 * some browsers only open the passkey sheet in the same breath as the tap.
 */
export function CreateAccount({ invitation, onDone }: { invitation?: string; onDone: (account: AccountView) => void }) {
  const t = useT('account', 'wallets')
  const { language } = useLanguage()
  const ways = useWays()
  const passkeys = ways.data?.passkeys === true && passkeysWork()
  const [handle, setHandle] = useState<string | null>(null)
  const [naming, setNaming] = useState(false)
  const [terms, setTerms] = useState(false)
  const [codes, setCodes] = useState<{ account: AccountView; codes: string[] } | null>(null)
  const wanted = handle?.trim() || undefined
  const options = useQuery({
    queryKey: ['public', 'create_options', language],
    queryFn: () => client.identity.create_options({ body: { language } }),
    enabled: passkeys,
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
    retry: 1,
  })
  const common = () => ({
    terms_version: ways.data!.terms_version,
    adult: true as const,
    ...(invitation && { invitation }),
  })
  const done = (account: AccountView) => {
    becomeAccount(account)
    onDone(account)
  }
  const withPasskey = useMutation({
    mutationFn: async () => {
      const begun =
        wanted && wanted !== options.data?.handle
          ? await client.identity.create_options({ body: { language, handle: wanted } })
          : (options.data ?? (await client.identity.create_options({ body: { language } })))
      const response = await makePasskey(begun.options)
      return client.identity.create({ body: { response, ...common() } })
    },
    onSuccess: ({ account }) => done(account),
    onError: () => void options.refetch(),
  })
  const withCodes = useMutation({
    mutationFn: () =>
      client.identity.create_with_codes({ body: { ...(wanted && { handle: wanted }), language, ...common() } }),
    onSuccess: ({ account, recovery_codes }) => setCodes({ account, codes: recovery_codes }),
  })
  if (ways.error) return <ErrorState error={ways.error} onRetry={() => void ways.refetch()} />
  if (!ways.data) return <LoadingBlock />
  if (codes) {
    return (
      <div className="grid gap-3">
        <h2 className="text-lg">{t('account:codes.title')}</h2>
        <RecoveryCodes codes={codes.codes} handle={codes.account.handle} onDone={() => done(codes.account)} />
      </div>
    )
  }
  const problem = withPasskey.error && !wasCancelled(withPasskey.error) ? withPasskey.error : withCodes.error
  const name = handle ?? options.data?.handle ?? ''
  return (
    <div className="grid gap-4">
      {naming ? (
        <TextInput
          label={t('account:create.handle')}
          help={t('account:create.handle_help')}
          value={name}
          onChange={(v) => setHandle(v.toLowerCase())}
          autoCapitalize="none"
          autoComplete="username"
          spellCheck={false}
          dir="ltr"
          maxLength={32}
        />
      ) : (
        <p className="text-sm text-ink-soft">
          {t('account:create.as')} <bdi className="font-semibold text-ink">{name || t('account:create.random')}</bdi>.{' '}
          <button type="button" className="link" onClick={() => setNaming(true)}>
            {t('account:create.other_name')}
          </button>
        </p>
      )}
      <p className="text-sm text-ink-soft">
        {t('account:create.agree')}{' '}
        <button type="button" className="link" onClick={() => setTerms(true)}>
          {t('account:create.terms')}
        </button>
      </p>
      {passkeys ? (
        <>
          <Button size="large" wide icon="passkey" busy={withPasskey.isPending} onClick={() => withPasskey.mutate()}>
            {t('account:create.passkey')}
          </Button>
          <p className="text-sm text-ink-soft">{t('account:create.passkey_why')}</p>
          {withPasskey.error && wasCancelled(withPasskey.error) ? (
            <Notice tone="plain" role="status">
              {t('account:create.cancelled')}
            </Notice>
          ) : null}
          <Button kind="quiet" size="small" busy={withCodes.isPending} onClick={() => withCodes.mutate()}>
            {t('account:create.without')}
          </Button>
        </>
      ) : (
        <>
          <Notice
            tone="info"
            title={t(insideApp() ? 'account:create.in_app_title' : 'account:create.no_passkey_title')}
          >
            {t(insideApp() ? 'account:create.in_app' : 'account:create.no_passkey')}{' '}
            {ways.data.passkeys_at ? (
              <a className="font-semibold underline" href={ways.data.passkeys_at + location.pathname}>
                {t('account:create.open_at')}
              </a>
            ) : null}
          </Notice>
          <Button size="large" wide busy={withCodes.isPending} onClick={() => withCodes.mutate()}>
            {t('account:create.now')}
          </Button>
        </>
      )}
      {ways.data.wallet ? (
        <ConnectWallet
          kind="quiet"
          size="small"
          label={t('wallets:create')}
          run={async (wallet) => {
            const signed = await signFor(wallet, 'create', ways.data)
            const body = { ...signed, ...common(), ...(wanted && { handle: wanted }), language }
            done((await client.wallets.create({ body })).account)
          }}
        />
      ) : null}
      <ErrorLine error={problem} />
      <TermsDialog open={terms} onClose={() => setTerms(false)} />
    </div>
  )
}
