import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { wasCancelled } from '../../app/passkeys.ts'
import { queryClient } from '../../app/query.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { Select, TextInput } from '../../ui/inputs.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import { useFresh } from './fresh.tsx'
import { keysQuery } from './queries.ts'

type Scope = AccountView['scopes'][number]
const changed = () => queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })

/** API keys: what each may do, when it was used, and a new one, whose secret is shown once. */
export function ApiKeys({ account }: { account: AccountView }) {
  const t = useT('account')
  const list = useQuery(keysQuery)
  const [making, setMaking] = useState(false)
  const revoke = useMutation({
    mutationFn: (key_id: string) => client.account.revoke_key({ params: { key_id } }),
    onSuccess: changed,
  })
  return (
    <Card>
      <SectionHead
        title={t('account:keys.title')}
        hint={t('account:keys.hint')}
        actions={
          <Button kind="secondary" size="small" icon="plus" onClick={() => setMaking(true)}>
            {t('account:keys.new')}
          </Button>
        }
      />
      <ErrorLine error={revoke.error} />
      {list.error ? <ErrorState error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending ? <LoadingBlock lines={2} /> : null}
      {list.data?.items.length === 0 ? <p className="text-ink-soft">{t('account:keys.none')}</p> : null}
      <ul className="divide-y divide-line">
        {list.data?.items.map((k) => (
          <li key={k.key_id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-center gap-2 font-semibold">
                <bdi>{k.name}</bdi>
                <code className="font-mono text-sm font-normal text-ink-soft" dir="ltr">
                  {k.prefix}…
                </code>
                {k.revoked_at ? <Badge tone="bad">{t('account:keys.revoked')}</Badge> : null}
              </p>
              <p className="text-sm text-ink-soft">
                {k.scopes.map((s) => t(`account:scope.${s}`)).join(', ')} · {t('account:since')}{' '}
                <DateTime at={k.created_at} dateOnly />
                {k.last_used_at ? (
                  <>
                    {' · '}
                    {t('account:used')} <RelativeTime at={k.last_used_at} />
                  </>
                ) : null}
                {k.expires_at ? (
                  <>
                    {' · '}
                    {t('account:keys.expires')} <RelativeTime at={k.expires_at} />
                  </>
                ) : null}
              </p>
            </div>
            {k.revoked_at ? null : (
              <Button
                kind="quiet"
                size="small"
                aria-label={t('account:keys.revoke_one', { name: k.name })}
                busy={revoke.isPending && revoke.variables === k.key_id}
                onClick={() => revoke.mutate(k.key_id)}
              >
                {t('account:keys.revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {making ? <NewKey scopes={account.scopes} onClose={() => setMaking(false)} /> : null}
    </Card>
  )
}

function NewKey({ scopes, onClose }: { scopes: readonly Scope[]; onClose: () => void }) {
  const t = useT('account')
  const { ask, dialog } = useFresh()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly Scope[]>(['read'])
  const [days, setDays] = useState('90')
  const make = useMutation({
    mutationFn: () =>
      ask(() =>
        client.account.create_key({
          body: { name: name.trim(), scopes: [...chosen], ...(days && { expires_in_days: Number(days) }) },
        }),
      ),
    onSuccess: changed,
  })
  const secret = make.data?.api_key
  return (
    <>
      <Dialog
        open
        onClose={onClose}
        title={t(secret ? 'account:keys.made' : 'account:keys.new')}
        actions={
          secret ? (
            <Button onClick={onClose}>{t('account:keys.kept')}</Button>
          ) : (
            <Button
              busy={make.isPending}
              disabled={name.trim() === '' || chosen.length === 0}
              onClick={() => make.mutate()}
            >
              {t('account:keys.make')}
            </Button>
          )
        }
      >
        {secret ? (
          <div className="grid gap-3">
            <p className="text-ink-soft">{t('account:keys.once')}</p>
            <p className="rounded-md bg-sunken p-3 font-mono break-all select-all" dir="ltr">
              {secret}
            </p>
            <Button
              kind="secondary"
              size="small"
              icon="copy"
              className="justify-self-start"
              onClick={() =>
                void navigator.clipboard.writeText(secret).then(() => say(t('common:action.copied'), 'good'))
              }
            >
              {t('common:action.copy')}
            </Button>
          </div>
        ) : (
          <div className="grid gap-5">
            <TextInput
              label={t('account:keys.name')}
              help={t('account:keys.name_help')}
              value={name}
              onChange={setName}
              max={60}
              required
              dir="auto"
            />
            <FieldSet legend={t('account:keys.scopes')} help={t('account:keys.scopes_help')}>
              <div className="grid gap-2 sm:grid-cols-2">
                {scopes.map((s) => (
                  <Checkbox
                    key={s}
                    label={t(`account:scope.${s}`)}
                    checked={chosen.includes(s)}
                    onChange={(on) => setChosen(on ? [...chosen, s] : chosen.filter((x) => x !== s))}
                  />
                ))}
              </div>
            </FieldSet>
            <Select
              label={t('account:keys.lasts')}
              value={days}
              onChange={setDays}
              options={[30, 90, 365]
                .map((d) => ({ value: String(d), label: t('account:keys.days', { count: d }) }))
                .concat({ value: '', label: t('account:keys.for_ever') })}
            />
            <ErrorLine error={wasCancelled(make.error) ? null : make.error} />
          </div>
        )}
      </Dialog>
      {dialog}
    </>
  )
}
