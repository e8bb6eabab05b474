import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Money } from '../../ui/money.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { MoneyInput } from '../desk/money-input.tsx'
import { budgetQuery, type BudgetView } from './queries.ts'

/** What a campaign holds against what it can cost at most, and moving money into it. */
export function Funding({ campaignId, budget }: { campaignId: string; budget: readonly BudgetView[] }) {
  const t = useT('requester')
  useCurrencies()
  const mine = useQuery(budgetQuery)
  const [asking, setAsking] = useState<string | null>(null)
  const [amount, setAmount] = useState<string>()
  const fund = useAct(
    ({ currency, amount_minor }: { currency: string; amount_minor: string }) =>
      client.campaigns.fund({ params: { campaign_id: campaignId }, body: { currency, amount_minor } }),
    {
      changes: [['requester']],
      said: t('requester:fund.done'),
      after: () => setAsking(null),
    },
  )
  const freeOf = (currency: string) => mine.data?.items.find((b) => b.currency === currency)?.free_minor ?? '0'
  return (
    <ul className="grid gap-4">
      {budget.map((b) => {
        const free = freeOf(b.currency)
        const missing = BigInt(b.missing_minor)
        return (
          <li key={b.currency} className="grid gap-3 rounded-md border border-line p-4">
            <dl className="flex flex-wrap gap-x-8 gap-y-2 text-sm">
              {(['worst_case', 'funded', 'missing'] as const).map((key) => (
                <div key={key}>
                  <dt className="text-ink-soft">{t(`requester:fund.${key}`)}</dt>
                  <dd className="text-lg font-bold">
                    <Money amount_minor={b[`${key}_minor`]} currency={b.currency} />
                  </dd>
                </div>
              ))}
              <div>
                <dt className="text-ink-soft">{t('requester:budget.free')}</dt>
                <dd className="text-lg font-bold">
                  <Money amount_minor={free} currency={b.currency} />
                </dd>
              </div>
            </dl>
            {missing > 0n && BigInt(free) < missing ? (
              <Notice tone="warn">{t('requester:fund.too_little')}</Notice>
            ) : null}
            <div>
              <Button
                kind={missing > 0n ? 'primary' : 'secondary'}
                size="small"
                disabled={BigInt(free) === 0n}
                onClick={() => {
                  setAmount(missing > 0n && missing <= BigInt(free) ? b.missing_minor : free)
                  setAsking(b.currency)
                }}
              >
                {t('requester:fund.move')}
              </Button>
            </div>
          </li>
        )
      })}
      <ErrorLine error={mine.error} />
      <Ask
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={t('requester:fund.title')}
        action={t('requester:fund.move')}
        busy={fund.isPending}
        error={fund.error}
        disabled={!amount || amount === '0'}
        onGo={() => asking && amount && fund.mutate({ currency: asking, amount_minor: amount })}
      >
        <p className="text-sm text-ink-soft">{t('requester:fund.why')}</p>
        {asking ? (
          <MoneyInput label={t('requester:fund.amount')} currency={asking} value={amount} onChange={setAmount} />
        ) : null}
      </Ask>
    </ul>
  )
}
