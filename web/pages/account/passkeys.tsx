import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { makePasskey, passkeysWork, wasCancelled } from '../../app/passkeys.ts'
import { queryClient } from '../../app/query.ts'
import { meQuery, useMe } from '../../app/session.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { useFresh } from './fresh.tsx'
import { passkeysQuery } from './queries.ts'

type Passkey = Awaited<ReturnType<typeof client.account.passkeys>>['items'][number]
const changed = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
  ])

/** The passkeys of this account: add, name, remove. */
export function Passkeys() {
  const t = useT('account')
  const { ask, dialog } = useFresh()
  const me = useMe()
  const list = useQuery(passkeysQuery)
  const [naming, setNaming] = useState<Passkey | null>(null)
  const add = useMutation({
    mutationFn: () =>
      ask(async () => {
        const { options } = await client.account.passkey_options({ body: {} })
        return client.account.add_passkey({ body: { response: await makePasskey(options) } })
      }),
    onSuccess: changed,
  })
  const remove = useMutation({
    mutationFn: (passkey_id: string) => ask(() => client.account.remove_passkey({ params: { passkey_id } })),
    onSuccess: changed,
  })
  const problem = [add.error, remove.error].find((e) => e && !wasCancelled(e))
  return (
    <Card id="passkeys">
      <SectionHead
        title={t('account:passkeys.title')}
        hint={t('account:passkeys.hint')}
        actions={
          passkeysWork() ? (
            <Button kind="secondary" size="small" icon="plus" busy={add.isPending} onClick={() => add.mutate()}>
              {t('account:passkeys.add')}
            </Button>
          ) : undefined
        }
      />
      <ErrorLine error={problem} />
      {list.error ? <ErrorState error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending ? <LoadingBlock lines={2} /> : null}
      {list.data?.items.length === 0 ? (
        <p className="text-ink-soft">{t(me?.wallets ? 'account:passkeys.none_but_wallet' : 'account:passkeys.none')}</p>
      ) : null}
      <ul className="divide-y divide-line">
        {list.data?.items.map((p) => (
          <li key={p.passkey_id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
            <Icon name="passkey" size={24} className="text-ink-soft" />
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-center gap-2 font-semibold">
                <bdi>{p.name}</bdi>
                {p.synced ? <Badge tone="good">{t('account:passkeys.synced')}</Badge> : null}
              </p>
              <p className="text-sm text-ink-soft">
                {t('account:since')} <DateTime at={p.created_at} dateOnly />
                {p.last_used_at ? (
                  <>
                    {' · '}
                    {t('account:used')} <RelativeTime at={p.last_used_at} />
                  </>
                ) : null}
              </p>
            </div>
            <div className="flex">
              <Button kind="quiet" size="small" onClick={() => setNaming(p)}>
                {t('account:passkeys.rename')}
              </Button>
              <Button
                kind="quiet"
                size="small"
                aria-label={t('account:passkeys.remove_one', { name: p.name })}
                busy={remove.isPending && remove.variables === p.passkey_id}
                onClick={() => remove.mutate(p.passkey_id)}
              >
                {t('account:passkeys.remove')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {naming ? <Rename passkey={naming} onClose={() => setNaming(null)} /> : null}
      {dialog}
    </Card>
  )
}

function Rename({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const t = useT('account')
  const [name, setName] = useState(passkey.name)
  const save = useMutation({
    mutationFn: () =>
      client.account.rename_passkey({ params: { passkey_id: passkey.passkey_id }, body: { name: name.trim() } }),
    onSuccess: async () => {
      await changed()
      onClose()
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('account:passkeys.rename_title')}
      actions={
        <Button busy={save.isPending} disabled={name.trim() === ''} onClick={() => save.mutate()}>
          {t('common:action.save')}
        </Button>
      }
    >
      <TextInput label={t('account:passkeys.name')} value={name} onChange={setName} max={60} dir="auto" />
      <ErrorLine error={save.error} />
    </Dialog>
  )
}
