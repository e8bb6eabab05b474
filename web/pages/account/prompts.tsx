import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { meQuery } from '../../app/session.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { TermsDialog } from '../identity/terms-dialog.tsx'

/** What this account should have next, most urgent first; one at a time, so that it is done rather than skipped. */
export function Prompts({ account }: { account: AccountView }) {
  const t = useT('account')
  const prompt = account.prompts[0]
  if (!prompt) return null
  if (prompt === 'accept_terms') return <NewTerms account={account} />
  const to = prompt === 'recovery_codes' ? 'codes' : 'passkeys'
  return (
    <Notice
      tone="warn"
      icon="key"
      title={t(`account:prompt.${prompt}`)}
      actions={
        <Button
          kind="secondary"
          size="small"
          onClick={() => {
            document.getElementById(to)?.scrollIntoView({ block: 'center' })
            document.getElementById(to)?.querySelector('button')?.focus({ preventScroll: true })
          }}
        >
          {t(`account:prompt_action.${to}`)}
        </Button>
      }
    >
      {t(`account:prompt_why.${prompt}`)}
    </Notice>
  )
}

function NewTerms({ account }: { account: AccountView }) {
  const t = useT('account')
  const [reading, setReading] = useState(false)
  const accept = useMutation({
    mutationFn: () => client.account.accept_terms({ body: { version: account.terms.current_version, adult: true } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
  })
  return (
    <Notice
      tone="warn"
      icon="info"
      title={t('account:prompt.accept_terms')}
      actions={
        <>
          <Button kind="secondary" size="small" onClick={() => setReading(true)}>
            {t('account:terms.read')}
          </Button>
          <Button size="small" busy={accept.isPending} onClick={() => accept.mutate()}>
            {t('account:terms.accept')}
          </Button>
        </>
      }
    >
      {t('account:prompt_why.accept_terms')}
      <ErrorLine error={accept.error} />
      <TermsDialog open={reading} onClose={() => setReading(false)} />
    </Notice>
  )
}
