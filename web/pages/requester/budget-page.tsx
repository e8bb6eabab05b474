import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Card } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { Listing } from '../desk/listing.tsx'
import { useList } from '../desk/use-list.ts'

/** Every movement of a requester's money: paid in, into and back from campaigns, paid back. */
export function BudgetPage() {
  const t = useT('requester')
  return (
    <SignedIn>
      {() => (
        <Page
          title={t('requester:budget.title')}
          lead={t('requester:budget.hint')}
          back={{ to: '/requests', label: t('requester:mine.title') }}
        >
          <Movements />
        </Page>
      )}
    </SignedIn>
  )
}

function Movements() {
  const t = useT('requester')
  useCurrencies()
  const list = useList(['requester', 'movements'], (after) =>
    client.ledger.movements({ query: { limit: 50, ...(after && { after }) } }),
  )
  return (
    <Card>
      <Listing
        list={list}
        empty={
          <EmptyState icon="coins" title={t('requester:budget.none')}>
            {t('requester:budget.empty')}
          </EmptyState>
        }
      >
        {(items) => (
          <DataTable
            caption={t('requester:budget.movements')}
            rows={items}
            rowKey={(m) => m.transfer_id}
            columns={[
              {
                key: 'kind',
                head: t('requester:budget.what'),
                main: true,
                cell: (m) => t(`requester:movement.${m.kind}`, { defaultValue: m.kind }),
              },
              {
                key: 'campaign',
                head: t('requester:budget.campaign'),
                cell: (m) =>
                  m.campaign_id && m.title ? (
                    <Link className="link" to={`/requests/${m.campaign_id}`}>
                      <bdi>{m.title}</bdi>
                    </Link>
                  ) : (
                    <bdi className="font-mono text-sm">{m.reference ?? '–'}</bdi>
                  ),
              },
              { key: 'at', head: t('requester:budget.when'), cell: (m) => <RelativeTime at={m.at} /> },
              {
                key: 'amount',
                head: t('requester:budget.amount'),
                numeric: true,
                cell: (m) => <Money amount_minor={m.amount_minor} currency={m.currency} />,
              },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}
