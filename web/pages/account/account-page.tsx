import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { useT } from '../../app/i18n.ts'
import { DisplaySwitches } from '../../shell/display-menu.tsx'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { ApiKeys } from './api-keys.tsx'
import { Handle } from './handle.tsx'
import { HandOver } from './hand-over.tsx'
import { Passkeys } from './passkeys.tsx'
import { Privacy } from './privacy.tsx'
import { Prompts } from './prompts.tsx'
import { Codes } from './codes.tsx'
import { Sessions } from './sessions.tsx'
import { ContentChoice } from './content-choice.tsx'
import { Traits } from './traits.tsx'
import { Wallets } from './wallets.tsx'

/** One's account: ways in, sessions, keys, what is kept, and how to leave. */
export function AccountPage() {
  const t = useT('account')
  return (
    <Page title={t('account:title')}>
      <SignedIn>{(account) => <Sections account={account} />}</SignedIn>
    </Page>
  )
}

function Sections({ account }: { account: AccountView }) {
  const t = useT('account')
  return (
    <div className="grid gap-6">
      <Prompts account={account} />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Card>
          <SectionHead title={t('account:profile')} />
          <Handle account={account} />
        </Card>
        <Card>
          <SectionHead title={t('common:display.title')} hint={t('account:display_hint')} />
          <DisplaySwitches />
        </Card>
      </div>
      <Passkeys />
      <Wallets />
      <Traits />
      <ContentChoice />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Codes account={account} />
        <HandOver />
      </div>
      <Sessions />
      <ApiKeys account={account} />
      <Privacy account={account} />
    </div>
  )
}
