import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useDeferredValue } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { useNumbers } from '../desk/numbers.ts'
import { ChecksCard } from './checks-card.tsx'
import { type Draft, withWorth } from './draft.ts'
import { GroupQuotas } from './group-quotas.tsx'
import { ModelVotesCard } from './model-votes-card.tsx'
import { PayCard } from './pay-card.tsx'
import { RedTeamCard } from './red-team-card.tsx'
import { RoutingCard } from './routing-card.tsx'
import { Votes } from './votes.tsx'

const SettingsForm = lazy(() => import('./rjsf/settings-form.tsx').then((m) => ({ default: m.SettingsForm })))

/** Pay, reviews, times and limits, beside what they can cost at most. */
export function StepPay({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const t = useT('requester')
  const currencies = useCurrencies()
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0">
        <Suspense fallback={<LoadingBlock lines={8} />}>
          <SettingsForm
            key={draft.mode}
            settings={draft.settings}
            mode={draft.mode}
            currencies={currencies.map((c) => c.code)}
            afterPrices={
              <>
                <Votes mode={draft.mode} settings={draft.settings} onChange={(settings) => change({ settings })} />
                {draft.mode === 'review' ? (
                  <>
                    <PayCard settings={draft.settings} onChange={(settings) => change({ settings })} />
                    <ModelVotesCard settings={draft.settings} onChange={(settings) => change({ settings })} />
                    <ChecksCard draft={draft} onChange={(settings) => change({ settings })} />
                    {draft.task_class === 'adversarial' ? (
                      <RedTeamCard draft={draft} onChange={(settings) => change({ settings })} />
                    ) : null}
                  </>
                ) : null}
                <RoutingCard settings={draft.settings} onChange={(settings) => change({ settings })} />
                <GroupQuotas settings={draft.settings} onChange={(settings) => change({ settings })} />
              </>
            }
            onChange={(settings) => change({ settings: withWorth(draft.settings, settings) })}
          />
        </Suspense>
      </div>
      <Card as="div" className="xl:sticky xl:top-20">
        <SectionHead title={t('requester:cost.title')} hint={t('requester:cost.hint')} />
        <WorstCase draft={draft} />
      </Card>
    </div>
  )
}

/** The most that the campaign can cost, asked of the server whenever something changes. */
export function WorstCase({ draft }: { draft: Draft }) {
  const t = useT('requester')
  const n = useNumbers()
  const asked = useDeferredValue(draft)
  const query = useQuery({
    queryKey: ['requester', 'estimate', asked.settings, asked.mode, asked.quota],
    queryFn: () =>
      client.campaigns.estimate({ body: { settings: asked.settings, mode: asked.mode, quota: asked.quota } }),
    enabled: asked.quota >= 1,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  if (query.error) return <ErrorLine error={query.error} />
  return (
    <div aria-live="polite" className="grid gap-4">
      {query.data ? (
        query.data.worst_case.map((m, i) => (
          <div key={m.currency}>
            <p className="text-3xl font-bold tracking-tight">
              <Money {...m} />
            </p>
            <p className="text-sm text-ink-soft">
              {t('requester:cost.per_item', { count: draft.quota, quota: n.int(draft.quota) })}{' '}
              <Money
                amount_minor={query.data.per_item[i]?.amount_minor ?? '0'}
                currency={m.currency}
                className="font-semibold"
              />
            </p>
          </div>
        ))
      ) : (
        <LoadingBlock lines={1} />
      )}
      <p className="text-sm text-ink-soft">
        {t(`requester:cost.why_${draft.mode}`, {
          attempts: draft.settings.attempts_per_item,
          max: draft.settings.reviews.max,
          answers: draft.settings.redundancy.max,
        })}
      </p>
    </div>
  )
}
