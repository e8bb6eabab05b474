import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useT } from '../../app/i18n.ts'
import { useMe } from '../../app/session.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { useTitle } from '../../ui/page.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { CampaignCard } from '../campaigns/campaign-card.tsx'
import { campaignsQuery } from '../campaigns/queries.ts'
import { Touchstone } from './touchstone.tsx'

const WAY: [key: string, icon: IconName][] = [
  ['qualify', 'key'],
  ['work', 'work'],
  ['review', 'balance'],
  ['decide', 'check'],
  ['pay', 'coins'],
]

/** What Assay is, and what one can do here at once. */
export function HomePage() {
  const t = useT('home', 'campaigns')
  const me = useMe()
  const list = useInfiniteQuery(campaignsQuery({}))
  const campaigns = list.data?.pages[0]?.items ?? []
  useTitle('Assay')
  return (
    <>
      <section className="relative overflow-hidden bg-stone text-on-stone">
        <div className="mx-auto grid max-w-7xl items-center gap-10 px-gutter py-12 sm:py-20 lg:grid-cols-[1.15fr_1fr]">
          <div>
            <p className="mb-4 text-sm font-semibold text-molten">{t('home:kicker')}</p>
            <h1 className="max-w-[18ch] text-4xl">{t('home:title')}</h1>
            <p className="mt-5 max-w-[52ch] text-lg text-on-stone-soft">{t('home:lead')}</p>
            <div className="mt-8 flex flex-wrap gap-3">
              {me ? (
                <LinkButton
                  to="/campaigns"
                  size="large"
                  iconEnd="arrow"
                  className="bg-molten text-stone hover:bg-on-stone"
                >
                  {t('home:find_work')}
                </LinkButton>
              ) : (
                <LinkButton
                  to="/sign-in"
                  size="large"
                  iconEnd="arrow"
                  className="bg-molten text-stone hover:bg-on-stone"
                >
                  {t('home:start')}
                </LinkButton>
              )}
              <LinkButton
                to="/reports"
                kind="quiet"
                size="large"
                className="text-on-stone hover:bg-stone-2 hover:text-on-stone"
              >
                {t('home:see_reports')}
              </LinkButton>
            </div>
            {me ? null : <p className="mt-4 text-sm text-on-stone-soft">{t('home:no_wallet')}</p>}
          </div>
          <Touchstone />
        </div>
      </section>
      <div className="mx-auto grid max-w-7xl gap-14 px-gutter py-12 sm:py-16">
        <section aria-labelledby="open-campaigns">
          <div className="mb-5 flex flex-wrap items-end justify-between gap-3">
            <h2 id="open-campaigns" className="text-2xl">
              {t('home:open')}
            </h2>
            <Link to="/campaigns" className="link inline-flex min-h-touch items-center font-semibold">
              {t('home:all')}
            </Link>
          </div>
          {list.error ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : list.isPending ? (
            <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
              <Skeleton className="h-64 rounded-lg" />
              <Skeleton className="hidden h-64 rounded-lg sm:block" />
            </div>
          ) : campaigns.length === 0 ? (
            <EmptyState
              icon="campaigns"
              title={t('campaigns:none.title')}
              actions={<LinkButton to="/requests">{t('home:ask')}</LinkButton>}
            >
              {t('campaigns:none.why')}
            </EmptyState>
          ) : (
            <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
              {campaigns.slice(0, 6).map((c) => (
                <CampaignCard key={c.campaign_id} campaign={c} level={3} />
              ))}
            </div>
          )}
        </section>
        <section aria-labelledby="the-way">
          <h2 id="the-way" className="mb-5 text-2xl">
            {t('home:way.title')}
          </h2>
          <ol className="grid gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-2 lg:grid-cols-5">
            {WAY.map(([key, icon], i) => (
              <li key={key} className="grid content-start gap-2 bg-surface p-5">
                <span className="flex items-center gap-3">
                  <span className="cut grid size-9 place-items-center bg-accent-soft text-accent-ink">
                    <Icon name={icon} />
                  </span>
                  <span className="text-sm font-semibold text-ink-faint">{i + 1}</span>
                </span>
                <h3 className="text-base">{t(`home:way.${key}`)}</h3>
                <p className="text-sm text-ink-soft">{t(`home:way.${key}_text`)}</p>
              </li>
            ))}
          </ol>
        </section>
        <section aria-labelledby="promises" className="grid gap-5 lg:grid-cols-[1fr_2fr]">
          <h2 id="promises" className="text-2xl">
            {t('home:promise.title')}
          </h2>
          <ul className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
            {['reasons', 'appeal', 'money', 'blind'].map((key) => (
              <li key={key} className="border-s-3 border-molten ps-4">
                <p className="font-semibold">{t(`home:promise.${key}`)}</p>
                <p className="text-sm text-ink-soft">{t(`home:promise.${key}_text`)}</p>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  )
}
