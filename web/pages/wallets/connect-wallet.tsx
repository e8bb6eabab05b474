import { useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { wasCancelled } from '../../app/passkeys.ts'
import { type FoundWallet, openWallet, type OpenWallet, useWallets, WalletProblem } from '../../app/wallets.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button, type ButtonProps } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { ErrorLine } from '../../ui/states.tsx'

/**
 * A button that opens the choice of wallets in this browser. `run` has the chosen one sign and tells the server; while
 * it does, the choice stays open and says what is going on.
 */
export function ConnectWallet({
  label,
  run,
  means,
  ...look
}: { label: string; run: (wallet: OpenWallet) => Promise<unknown>; means?: readonly string[] } & Pick<
  ButtonProps,
  'kind' | 'size' | 'wide' | 'disabled'
>) {
  const [open, setOpen] = useState(false)
  const t = useT('wallets')
  return (
    <>
      <Button icon="key" onClick={() => setOpen(true)} {...look}>
        {label}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('wallets:choose.title')}>
        <WalletChoice run={run} means={means} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

/** The wallets that came forward, one tap each, and what signing means before anything is signed. */
export function WalletChoice({
  run,
  means,
  onDone,
}: {
  run: (wallet: OpenWallet) => Promise<unknown>
  /** What going on means, in lines; left out: signing in by a signature. */
  means?: readonly string[] | undefined
  onDone?: (() => void) | undefined
}) {
  const t = useT('wallets')
  const wallets = useWallets()
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const choose = async (wallet: FoundWallet) => {
    setBusy(wallet.id)
    setProblem(null)
    try {
      await run(await openWallet(wallet))
      onDone?.()
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(null)
    }
  }
  return (
    <div className="grid gap-4">
      <ul className="grid gap-1 text-sm text-ink-soft">
        {(means ?? (['free', 'no_access', 'only'] as const).map((line) => t(`wallets:means.${line}`))).map((line) => (
          <li key={line} className="flex gap-2">
            <Icon name="check" size={18} className="mt-0.5 text-good" />
            <span>{line}</span>
          </li>
        ))}
      </ul>
      {wallets.length === 0 ? (
        <Notice tone="info" title={t('wallets:choose.none')}>
          {t('wallets:choose.none_way')}
        </Notice>
      ) : (
        <ul className="grid gap-2">
          {wallets.map((w) => (
            <li key={w.id}>
              <button
                type="button"
                className="flex min-h-13 w-full items-center gap-3 rounded-md border border-line-strong bg-surface px-4 text-start font-semibold hover:border-ink hover:bg-page"
                aria-busy={busy === w.id || undefined}
                aria-disabled={busy !== null || undefined}
                onClick={() => (busy === null ? void choose(w) : undefined)}
              >
                {w.icon ? <img src={w.icon} alt="" className="size-7 rounded-sm" /> : <Icon name="key" size={24} />}
                <span className="min-w-0 grow truncate">
                  <bdi>{w.name || t('wallets:choose.unnamed')}</bdi>
                </span>
                {busy === w.id ? <Spinner /> : <Icon name="next" className="turns text-ink-faint" />}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div aria-live="polite">
        {busy === null ? null : <p className="text-sm text-ink-soft">{t('wallets:choose.go_on_there')}</p>}
      </div>
      <WalletError error={problem} />
    </div>
  )
}

function WalletError({ error }: { error: unknown }) {
  const t = useT('wallets')
  if (error && wasCancelled(error))
    return (
      <Notice tone="plain" role="status">
        {t('wallets:problem.closed')}
      </Notice>
    )
  if (error instanceof WalletProblem)
    return (
      <Notice tone="warn" role="alert">
        {t(`wallets:problem.${error.what}`)}
      </Notice>
    )
  return <ErrorLine error={error} />
}
