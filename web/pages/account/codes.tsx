import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { wasCancelled } from '../../app/passkeys.ts'
import { queryClient } from '../../app/query.ts'
import { meQuery } from '../../app/session.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { RecoveryCodes } from '../identity/recovery-codes.tsx'
import { useFresh } from './fresh.tsx'

/** Recovery codes: how many are left, and ten new ones. */
export function Codes({ account }: { account: AccountView }) {
  const t = useT('account')
  const { ask, dialog } = useFresh()
  const [codes, setCodes] = useState<string[] | null>(null)
  const make = useMutation({
    mutationFn: () => ask(() => client.account.recovery_codes({ body: {} })),
    onSuccess: ({ recovery_codes }) => setCodes(recovery_codes),
  })
  const done = () => {
    setCodes(null)
    void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
  }
  return (
    <Card id="codes" className="grid gap-3">
      <SectionHead title={t('account:codes.title')} hint={t('account:codes.hint')} />
      <p>{t('account:codes.left', { count: account.recovery_codes_left })}</p>
      <Button kind="secondary" className="justify-self-start" busy={make.isPending} onClick={() => make.mutate()}>
        {t(account.recovery_codes_left > 0 ? 'account:codes.again' : 'account:codes.make')}
      </Button>
      <ErrorLine error={wasCancelled(make.error) ? null : make.error} />
      <Dialog open={codes !== null} onClose={done} title={t('account:codes.title')}>
        {codes ? <RecoveryCodes codes={codes} handle={account.handle} onDone={done} /> : null}
      </Dialog>
      {dialog}
    </Card>
  )
}
