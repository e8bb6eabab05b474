import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { meQuery } from '../../app/session.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'

/** The name others may see on a leaderboard; reviewers never do. */
export function Handle({ account }: { account: AccountView }) {
  const t = useT('account')
  const [handle, setHandle] = useState(account.handle)
  const change = useMutation({
    mutationFn: () => client.account.change({ body: { handle: handle.trim() } }),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me)
      say(t('account:handle_saved'), 'good')
    },
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <form onSubmit={send} className="grid gap-4">
      <TextInput
        label={t('account:create.handle')}
        help={t('account:create.handle_help')}
        value={handle}
        onChange={(v) => setHandle(v.toLowerCase())}
        autoCapitalize="none"
        autoComplete="username"
        spellCheck={false}
        dir="ltr"
        maxLength={32}
      />
      <ErrorLine error={change.error} />
      <Button
        type="submit"
        kind="secondary"
        className="justify-self-start"
        busy={change.isPending}
        disabled={handle.trim() === account.handle || handle.trim().length < 3}
      >
        {t('common:action.save')}
      </Button>
    </form>
  )
}
