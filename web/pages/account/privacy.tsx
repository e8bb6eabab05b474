import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { buttonClass, Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import { Erase } from './erase.tsx'
import { keptQuery } from './queries.ts'

/** Everything that is kept about a person: to see, to take along, to erase. */
export function Privacy({ account }: { account: AccountView }) {
  const t = useT('account')
  const [shown, setShown] = useState(false)
  const [erasing, setErasing] = useState(false)
  const kept = useQuery({ ...keptQuery, enabled: shown })
  return (
    <Card className="grid gap-5">
      <SectionHead title={t('account:privacy.title')} hint={t('account:privacy.hint')} />
      <div className="flex flex-wrap gap-2">
        <Button kind="secondary" icon="eye" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {t('account:privacy.see')}
        </Button>
        <a className={buttonClass('secondary')} href="/v1/me/export" download>
          <Icon name="download" />
          {t('account:privacy.export')}
        </a>
        <Button kind="danger" onClick={() => setErasing(true)}>
          {t('account:erase.action')}
        </Button>
      </div>
      {shown ? (
        kept.error ? (
          <ErrorState error={kept.error} onRetry={() => void kept.refetch()} />
        ) : !kept.data ? (
          <LoadingBlock />
        ) : (
          <ul className="grid gap-2">
            {kept.data.items.map((k) => (
              <li key={k.kind}>
                <details className="group rounded-md border border-line">
                  <summary className="flex min-h-touch list-none items-center gap-3 rounded-md px-4 py-2">
                    <span className="grow font-semibold">{t(`account:kept.${k.kind}`, { defaultValue: k.title })}</span>
                    <bdi className="text-sm text-ink-soft">{k.count}</bdi>
                    <Icon name="down" className="transition-transform group-open:rotate-180" />
                  </summary>
                  <div className="grid gap-2 border-t border-line px-4 py-3 text-sm text-ink-soft">
                    <p dir="auto">{k.why}</p>
                    <p>
                      <span className="font-semibold text-ink">{t('account:privacy.on_erasure')}</span>{' '}
                      {t(`account:erasure.${k.on_erasure}`)}
                    </p>
                    <ul className="grid gap-1">
                      {k.newest.map((n, i) => (
                        <li key={i} className="flex flex-wrap gap-x-3">
                          {n.at ? <DateTime at={n.at} /> : null}
                          <bdi>{n.text}</bdi>
                        </li>
                      ))}
                    </ul>
                  </div>
                </details>
              </li>
            ))}
          </ul>
        )
      ) : null}
      <ClaimCode />
      {erasing ? <Erase handle={account.handle} onClose={() => setErasing(false)} /> : null}
    </Card>
  )
}

/** Money of an erased account waits behind a code. */
function ClaimCode() {
  const t = useT('account')
  const [code, setCode] = useState('')
  const take = useMutation({
    mutationFn: () => client.privacy.take_up_money({ body: { code: code.trim() } }),
    onSuccess: () => {
      setCode('')
      say(t('account:claim_code.done'), 'good')
    },
  })
  return (
    <details className="group border-t border-line pt-3">
      <summary className="inline-flex min-h-touch list-none items-center gap-2 rounded-sm text-sm text-ink-soft hover:text-ink">
        <Icon name="next" size={16} className="transition-transform group-open:rotate-90" />
        {t('account:claim_code.title')}
      </summary>
      <div className="mt-3 grid max-w-md gap-3">
        <TextInput
          label={t('account:claim_code.code')}
          value={code}
          onChange={setCode}
          autoCapitalize="none"
          spellCheck={false}
          autoComplete="off"
          dir="ltr"
        />
        <Button
          kind="secondary"
          className="justify-self-start"
          busy={take.isPending}
          disabled={code.trim().length < 8}
          onClick={() => take.mutate()}
        >
          {t('account:claim_code.take')}
        </Button>
        <ErrorLine error={take.error} />
      </div>
    </details>
  )
}
