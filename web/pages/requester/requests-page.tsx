import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { STATE_TONES } from '../desk/campaign-state.ts'
import { useCurrencies } from '../desk/currencies.ts'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { keptDraft } from './draft.ts'
import { budgetQuery } from './queries.ts'

/** My campaigns, and the money that is free for the next one. */
export function RequestsPage() {
  const t = useT('requester', 'desk')
  return (
    <SignedIn>
      {(account) => (
        <Page
          title={t('requester:mine.title')}
          lead={t('requester:mine.lead')}
          actions={
            <LinkButton icon="plus" to="/requests/new">
              {keptDraft(account.account_id, 'new') ? t('requester:mine.go_on') : t('requester:mine.new')}
            </LinkButton>
          }
        >
          <Mine />
          <Budget />
        </Page>
      )}
    </SignedIn>
  )
}

function Mine() {
  const t = useT('requester', 'desk')
  const n = useNumbers()
  const list = useList(['requester', 'mine'], (after) =>
    client.campaigns.mine({ query: { limit: 24, ...(after && { after }) } }),
  )
  return (
    <Listing
      list={list}
      empty={
        <EmptyState
          icon="desk"
          title={t('requester:mine.empty')}
          actions={<LinkButton to="/requests/new">{t('requester:mine.new')}</LinkButton>}
        >
          <ol className="mx-auto grid w-fit list-decimal gap-1 ps-5 text-start">
            <li>{t('requester:mine.step_1')}</li>
            <li>{t('requester:mine.step_2')}</li>
            <li>{t('requester:mine.step_3')}</li>
          </ol>
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="grid gap-4 md:grid-cols-2">
          {items.map((c) => (
            <Card key={c.campaign_id} as="li" className="relative grid content-start gap-3 hover:border-ink-soft">
              <div className="flex flex-wrap items-center gap-2">
                <Badge tone={STATE_TONES[c.status]}>{t(`desk:campaign_state.${c.status}`)}</Badge>
                <Badge>{t(`desk:task_class.${c.task_class}`)}</Badge>
                {c.open_flags > 0 ? (
                  <Badge tone="warn" icon="flag">
                    {t('requester:mine.flags', { count: c.open_flags })}
                  </Badge>
                ) : null}
              </div>
              <h2 className="text-lg" dir="auto">
                <Link
                  to={c.status === 'draft' ? `/requests/${c.campaign_id}/edit` : `/requests/${c.campaign_id}`}
                  className="after:absolute after:inset-0 after:rounded-lg hover:underline focus-visible:outline-none focus-visible:after:outline-3 focus-visible:after:outline-focus"
                >
                  {c.title}
                </Link>
              </h2>
              {c.status === 'draft' ? (
                <p className="text-sm text-ink-soft">{t('requester:mine.draft_hint')}</p>
              ) : (
                <ProgressBar
                  value={c.accepted}
                  max={c.quota}
                  tone="good"
                  label={t('requester:mine.accepted')}
                  detail={`${n.int(c.accepted)} / ${n.int(c.quota)}`}
                />
              )}
            </Card>
          ))}
        </ul>
      )}
    </Listing>
  )
}

function Budget() {
  const t = useT('requester')
  useCurrencies()
  const query = useQuery(budgetQuery)
  if (!query.data) return null
  return (
    <Card>
      <SectionHead
        title={t('requester:budget.title')}
        hint={t('requester:budget.hint')}
        actions={
          <LinkButton kind="quiet" size="small" to="/requests/budget" iconEnd="next">
            {t('requester:budget.movements')}
          </LinkButton>
        }
      />
      {query.data.items.length === 0 ? (
        <p className="text-ink-soft">{t('requester:budget.empty')}</p>
      ) : (
        <ul className="grid gap-4">
          {query.data.items.map((b) => (
            <li key={b.currency} className="flex flex-wrap items-end justify-between gap-x-8 gap-y-2">
              <div>
                <p className="text-sm text-ink-soft">{t('requester:budget.free')}</p>
                <p className="text-2xl font-bold">
                  <Money amount_minor={b.free_minor} currency={b.currency} />
                </p>
              </div>
              <p className="text-sm text-ink-soft">
                {t('requester:budget.in_campaigns')} <Money amount_minor={b.in_campaigns_minor} currency={b.currency} />{' '}
                · {t('requester:budget.spent')} <Money amount_minor={b.spent_minor} currency={b.currency} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
