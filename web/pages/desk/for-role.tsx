import type { ReactNode } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'

export type DeskRole = 'requester' | 'qa' | 'operator'

/** A desk for those who have its role. Others read whose desk it is and how one gets there; the server refuses them anyway. */
export function ForRole({
  desk,
  title,
  children,
}: {
  desk: DeskRole
  title: string
  children: (account: AccountView) => ReactNode
}) {
  return (
    <SignedIn>
      {(account) =>
        account.access[desk] || account.access.operator ? children(account) : <NotYours desk={desk} title={title} />
      }
    </SignedIn>
  )
}

function NotYours({ desk, title }: { desk: DeskRole; title: string }) {
  const t = useT('desk')
  return (
    <Page title={title} width="narrow">
      <EmptyState
        icon="lock"
        title={t(`desk:not_yours.${desk}.title`)}
        actions={<LinkButton to="/campaigns">{t('desk:not_yours.go')}</LinkButton>}
      >
        {t(`desk:not_yours.${desk}.way`)}
      </EmptyState>
    </Page>
  )
}
