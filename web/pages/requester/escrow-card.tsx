import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { type OpenWallet, shortAddress, WalletProblem } from '../../app/wallets.ts'
import { Notice } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Fact } from '../../ui/fact.tsx'
import { formatMoney, Money } from '../../ui/money.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DateTime } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { ConnectWallet } from '../wallets/connect-wallet.tsx'

type Escrow = Awaited<ReturnType<typeof client.escrow.of_campaign>>['items'][number]
type Opened = Escrow['opened'][number]
const PARTS = ['available', 'reserved', 'released', 'refunded'] as const

/** The budget in a contract instead of with the operator: what lies there, and paying it in. Nothing where there is no escrow. */
export function EscrowCard({ campaignId }: { campaignId: string }) {
  const t = useT('onchain')
  useCurrencies()
  const key = ['requester', 'escrow', campaignId]
  const list = useQuery({
    queryKey: key,
    queryFn: () => client.escrow.of_campaign({ params: { campaign_id: campaignId } }),
    retry: false,
    refetchInterval: 20_000,
  })
  const shown = list.data?.items.filter((e) => e.missing_units !== '0' || e.opened.length > 0) ?? []
  if (shown.length === 0) return null
  const pay = async (e: Escrow, wallet: OpenWallet) => {
    if (wallet.chain_id !== e.chain_id) throw new WalletProblem('other_chain')
    for (const call of e.calls) await wallet.send(call)
    say(t('onchain:escrow.sent'))
    await queryClient.invalidateQueries({ queryKey: ['requester'] })
  }
  return (
    <Card className="grid gap-6">
      <SectionHead title={t('onchain:escrow.title')} hint={t('onchain:escrow.hint')} />
      {shown.map((e) => (
        <section key={e.currency} className="grid gap-4 border-t border-line pt-4" aria-label={e.currency}>
          <dl className="grid gap-2 text-sm">
            <Fact label={t('onchain:escrow.chain')}>{String(e.chain_id)}</Fact>
            <Fact label={t('onchain:escrow.contract')} copy={e.escrow} />
          </dl>
          {e.opened.map((o) => (
            <InEscrow key={o.escrow_id} escrow={e} opened={o} />
          ))}
          {e.missing_units === '0' ? null : e.calls.length === 0 ? (
            <Notice
              tone="info"
              actions={
                <LinkButton kind="secondary" size="small" icon="key" to="/account" hash="wallets">
                  {t('onchain:escrow.link')}
                </LinkButton>
              }
            >
              {t('onchain:escrow.no_wallet')}
            </Notice>
          ) : (
            <div>
              <ConnectWallet
                size="small"
                label={t('onchain:escrow.pay', { amount: formatMoney(minorIn(e, e.missing_units), e.currency) })}
                means={(['two', 'gas', 'back'] as const).map((line) => t(`onchain:escrow.means_${line}`))}
                run={(wallet) => pay(e, wallet)}
              />
            </div>
          )}
        </section>
      ))}
    </Card>
  )
}

/** Units of the token as the currency's minor units; what is less than one is not shown. */
const minorIn = (e: Escrow, units: string): string => (BigInt(units) / BigInt(e.units_per_minor)).toString()

function InEscrow({ escrow: e, opened: o }: { escrow: Escrow; opened: Opened }) {
  const t = useT('onchain')
  if (o.refused)
    return (
      <Notice tone="warn" title={shortAddress(o.requester)}>
        {t(`onchain:escrow.refused.${o.refused}`)}
      </Notice>
    )
  return (
    <div className="grid gap-3">
      <StatRow>
        {PARTS.map((part) => (
          <Stat
            key={part}
            label={t(`onchain:escrow.${part}`)}
            value={<Money amount_minor={minorIn(e, o[`${part}_units`])} currency={e.currency} />}
          />
        ))}
      </StatRow>
      <p className="text-sm text-ink-soft">
        {t('onchain:escrow.refunds_from')} <DateTime at={o.refunds_from} dateOnly />
      </p>
    </div>
  )
}
