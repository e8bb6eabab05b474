import { useQuery } from '@tanstack/react-query'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { BeansCard, Quests, Trust } from './beans.tsx'
import { Cards } from './cards.tsx'
import { HistoryCard } from './history.tsx'
import { LevelCard } from './level.tsx'
import { gasIdQuery, type Overview } from './queries.ts'
import { Scans } from './scans.tsx'

/** A person's gas: what their wallets paid, the level that makes, Beans, and a card to share. */
export function GasIdPage() {
  const t = useT('gas')
  return (
    <Page title={t('gas:title')} lead={t('gas:lead')}>
      <SignedIn>{() => <GasId />}</SignedIn>
    </Page>
  )
}

function GasId() {
  const query = useQuery(gasIdQuery)
  return <Loaded query={query}>{(mine) => <Mine mine={mine} />}</Loaded>
}

function Mine({ mine }: { mine: Overview }) {
  const t = useT('gas')
  if (mine.chains.length === 0)
    return (
      <EmptyState icon="info" title={t('gas:off.title')}>
        {t('gas:off.why')}
      </EmptyState>
    )
  if (mine.wallets.length === 0)
    return (
      <EmptyState
        icon="link"
        title={t('gas:no_wallet.title')}
        actions={<LinkButton to="/account">{t('gas:no_wallet.link')}</LinkButton>}
      >
        {t('gas:no_wallet.why')}
      </EmptyState>
    )
  const known = mine.histories.length > 0
  return (
    <div className="grid gap-6">
      {known ? <LevelCard mine={mine} /> : null}
      <Scans mine={mine} />
      {known ? <Cards mine={mine} /> : null}
      {mine.histories.map((h) => (
        <HistoryCard
          key={`${h.wallet_id}.${h.chain_id}`}
          history={h}
          address={mine.wallets.find((w) => w.wallet_id === h.wallet_id)?.address ?? ''}
        />
      ))}
      <BeansCard mine={mine} />
      <Quests mine={mine} />
      {known ? <Trust mine={mine} /> : null}
    </div>
  )
}
