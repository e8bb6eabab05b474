import { useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { passkeysWork, usePasskey, wasCancelled } from '../../app/passkeys.ts'
import { becomeAccount, useMe } from '../../app/session.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Page } from '../../ui/page.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { ConnectWallet } from '../wallets/connect-wallet.tsx'
import { signFor } from '../wallets/use-wallet.ts'
import { CreateAccount, useWays } from './create-account.tsx'
import { ownPath } from './own-path.ts'

/** Ways in: a passkey, a new account, a recovery code, or a one-time code from another browser. */
export function SignInPage() {
  const t = useT('account')
  const navigate = useNavigate()
  const back = ownPath((useSearch({ strict: false }) as { back?: unknown }).back)
  const me = useMe()
  const arrive = () => void navigate({ href: back, replace: true })
  const [token] = useState(() => location.hash.replace(/^#(token=)?/, ''))
  const arrived = useEffectEvent(arrive)
  useEffect(() => {
    if (me && !token) arrived()
  }, [me, token])
  if (token) return <ByLink token={token} onDone={arrive} />
  return (
    <Page title={t('account:sign_in.title')} width="narrow" lead={t('account:sign_in.lead')}>
      <Card className="grid gap-4">
        <h2 className="text-lg">{t('account:sign_in.new')}</h2>
        <CreateAccount onDone={arrive} />
      </Card>
      <Card className="grid gap-4">
        <h2 className="text-lg">{t('account:sign_in.known')}</h2>
        <ByPasskey onDone={arrive} />
        <ByWallet onDone={arrive} />
        <More title={t('account:sign_in.by_code')}>
          <ByCode onDone={arrive} />
        </More>
        <More title={t('account:sign_in.by_link')}>
          <ByTypedLink onDone={arrive} />
        </More>
      </Card>
    </Page>
  )
}

function More({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <details className="group rounded-md border border-line">
      <summary className="flex min-h-touch list-none items-center gap-2 rounded-md px-4 py-2 font-semibold">
        <span className="grow">{title}</span>
        <Icon name="down" className="transition-transform group-open:rotate-180" />
      </summary>
      <div className="grid gap-4 border-t border-line p-4">{children}</div>
    </details>
  )
}

type Done = { onDone: () => void }

function ByPasskey({ onDone }: Done) {
  const t = useT('account')
  const ways = useWays()
  const signIn = useMutation({
    mutationFn: async () => {
      const { options } = await client.identity.sign_in_options({ body: {} })
      return client.identity.sign_in({ body: { response: await usePasskey(options) } })
    },
    onSuccess: ({ account }) => {
      becomeAccount(account)
      onDone()
    },
  })
  if (ways.data && (!ways.data.passkeys || !passkeysWork()))
    return <p className="text-sm text-ink-soft">{t('account:sign_in.no_passkeys_here')}</p>
  return (
    <>
      <Button kind="secondary" size="large" wide icon="passkey" busy={signIn.isPending} onClick={() => signIn.mutate()}>
        {t('account:sign_in.passkey')}
      </Button>
      <ErrorLine error={signIn.error && !wasCancelled(signIn.error) ? signIn.error : null} />
    </>
  )
}

/** Works in any browser that has a wallet; whoever has none misses nothing. */
function ByWallet({ onDone }: Done) {
  const t = useT('wallets')
  const ways = useWays()
  if (!ways.data?.wallet) return null
  return (
    <ConnectWallet
      kind="secondary"
      size="large"
      wide
      label={t('wallets:sign_in')}
      run={async (wallet) => {
        const { account } = await client.wallets.sign_in({ body: await signFor(wallet, 'sign_in', ways.data) })
        becomeAccount(account)
        onDone()
      }}
    />
  )
}

function ByCode({ onDone }: Done) {
  const t = useT('account')
  const [handle, setHandle] = useState('')
  const [code, setCode] = useState('')
  const signIn = useMutation({
    mutationFn: () =>
      client.identity.sign_in_with_code({ body: { handle: handle.trim().toLowerCase(), code: code.trim() } }),
    onSuccess: ({ account }) => {
      becomeAccount(account)
      onDone()
    },
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <form className="grid gap-4" onSubmit={send}>
      <TextInput
        label={t('account:create.handle')}
        value={handle}
        onChange={setHandle}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        dir="ltr"
        required
      />
      <TextInput
        label={t('account:sign_in.code')}
        help={t('account:sign_in.code_help')}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        dir="ltr"
        required
      />
      <Button
        type="submit"
        kind="secondary"
        busy={signIn.isPending}
        disabled={!handle.trim() || code.trim().length < 8}
      >
        {t('common:nav.sign_in')}
      </Button>
      <ErrorLine error={signIn.error} />
    </form>
  )
}

function ByTypedLink({ onDone }: Done) {
  const t = useT('account')
  const [typed, setTyped] = useState('')
  const signIn = useLinkSignIn(onDone)
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        signIn.mutate(typed.trim().split('#').at(-1) ?? '')
      }}
    >
      <TextInput
        label={t('account:sign_in.link_code')}
        help={t('account:sign_in.link_help')}
        value={typed}
        onChange={setTyped}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
        required
      />
      <Button type="submit" kind="secondary" busy={signIn.isPending} disabled={typed.trim().length < 8}>
        {t('common:nav.sign_in')}
      </Button>
      <ErrorLine error={signIn.error} />
    </form>
  )
}

function useLinkSignIn(onDone: () => void) {
  return useMutation({
    mutationFn: (token: string) => client.identity.sign_in_with_link({ body: { token } }),
    onSuccess: ({ account }) => {
      becomeAccount(account)
      onDone()
    },
  })
}

/** A one-time link was opened: it is used up at once, and its secret leaves the address bar. */
function ByLink({ token, onDone }: Done & { token: string }) {
  const t = useT('account')
  const signIn = useLinkSignIn(onDone)
  const begun = useRef(false)
  const { mutate } = signIn
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    history.replaceState(history.state, '', location.pathname + location.search)
    mutate(token)
  }, [mutate, token])
  return (
    <Page title={t('account:sign_in.title')} width="narrow">
      {signIn.error ? (
        <div className="grid gap-4">
          <ErrorLine error={signIn.error} />
          <Button kind="secondary" className="justify-self-start" onClick={() => location.assign('/sign-in')}>
            {t('account:sign_in.other_way')}
          </Button>
        </div>
      ) : (
        <p role="status" className="flex items-center gap-3 text-ink-soft">
          <Mark size={36} />
          <Spinner />
          {t('account:sign_in.signing_in')}
        </p>
      )}
    </Page>
  )
}
