import { type ReactNode, useRef, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { passkeysWork, usePasskey, wasCancelled } from '../../app/passkeys.ts'
import { refusalCode } from '../../app/problem.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useMe } from '../../app/session.ts'
import { useWays } from '../identity/create-account.tsx'
import { WalletChoice } from '../wallets/connect-wallet.tsx'
import { signMine } from '../wallets/use-wallet.ts'

type Asked = { resolve: () => void; reject: (reason: unknown) => void }

/**
 * Runs what needs a fresh sign-in: when the server asks for one, the person confirms with a passkey or a recovery code
 * and the same thing runs again. Put `dialog` somewhere on the page.
 */
export function useFresh(): { ask: <T>(run: () => Promise<T>) => Promise<T>; dialog: ReactNode } {
  const asked = useRef<Asked | null>(null)
  const [open, setOpen] = useState(false)
  const ask = async <T,>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      if (refusalCode(error) !== 'fresh_sign_in_needed') throw error
      await new Promise<void>((resolve, reject) => {
        asked.current = { resolve, reject }
        setOpen(true)
      })
      return run()
    }
  }
  const end = (with_: 'resolve' | 'reject') => {
    const waiting = asked.current
    asked.current = null
    setOpen(false)
    if (with_ === 'resolve') waiting?.resolve()
    else waiting?.reject(new DOMException('closed', 'AbortError'))
  }
  return { ask, dialog: <FreshDialog open={open} onDone={() => end('resolve')} onClose={() => end('reject')} /> }
}

function FreshDialog({ open, onDone, onClose }: { open: boolean; onDone: () => void; onClose: () => void }) {
  const t = useT('account', 'wallets')
  const me = useMe()
  const ways = useWays()
  const [byWallet, setByWallet] = useState(false)
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const confirm = async (run: () => Promise<unknown>) => {
    setBusy(true)
    setProblem(null)
    try {
      await run()
      setCode('')
      onDone()
    } catch (error) {
      if (!wasCancelled(error)) setProblem(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open={open} onClose={() => open && !busy && onClose()} title={t('account:fresh.title')}>
      <div className="grid gap-5">
        <p className="text-ink-soft">{t('account:fresh.why')}</p>
        {me?.wallets && !byWallet ? (
          <Button kind={me.passkeys > 0 ? 'secondary' : 'primary'} icon="key" onClick={() => setByWallet(true)}>
            {t('wallets:fresh')}
          </Button>
        ) : null}
        {byWallet ? (
          <WalletChoice
            run={async (wallet) => client.account.fresh({ body: await signMine(wallet, 'fresh', ways.data) })}
            onDone={() => {
              setByWallet(false)
              onDone()
            }}
          />
        ) : null}
        {passkeysWork() && me?.passkeys !== 0 ? (
          <Button
            icon="passkey"
            busy={busy}
            onClick={() =>
              void confirm(async () => {
                const { options } = await client.account.fresh_options({ body: {} })
                await client.account.fresh({ body: { response: await usePasskey(options) } })
              })
            }
          >
            {t('account:fresh.passkey')}
          </Button>
        ) : null}
        <div className="grid gap-3">
          <TextInput
            label={t('account:fresh.code')}
            value={code}
            onChange={setCode}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            dir="ltr"
          />
          <Button
            kind="secondary"
            busy={busy}
            disabled={code.trim().length < 8}
            onClick={() => void confirm(() => client.account.fresh({ body: { code: code.trim() } }))}
          >
            {t('account:fresh.use_code')}
          </Button>
        </div>
        <ErrorLine error={problem} />
      </div>
    </Dialog>
  )
}
