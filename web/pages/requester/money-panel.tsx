import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Money } from '../../ui/money.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Listing } from '../desk/listing.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { EscrowCard } from './escrow-card.tsx'
import { Funding } from './funding.tsx'
import type { ManagedView } from './queries.ts'

const LINES = ['reserved', 'contributors', 'bonus', 'reviewers', 'returned', 'remainder', 'left'] as const

/** A campaign's money: what it holds, on what it went, and every movement. */
export function MoneyPanel({ campaign }: { campaign: ManagedView }) {
  const t = useT('requester')
  const n = useNumbers()
  const params = { campaign_id: campaign.campaign_id }
  const totals = useQuery({
    queryKey: ['requester', 'totals', campaign.campaign_id],
    queryFn: () => client.ledger.campaign_totals({ params }),
    refetchInterval: 10_000,
  })
  const list = useList(['requester', 'statement', campaign.campaign_id], (after) =>
    client.ledger.campaign_statement({ params, query: { limit: 30, ...(after && { after }) } }),
  )
  return (
    <div className="grid gap-6">
      <Card>
        <SectionHead title={t('requester:fund.heading')} hint={t('requester:fund.hint')} />
        <Funding campaignId={campaign.campaign_id} budget={campaign.budget} />
      </Card>
      <EscrowCard campaignId={campaign.campaign_id} />
      <Card>
        <SectionHead title={t('requester:money.totals')} />
        <Loaded query={totals}>
          {({ items }) => (
            <div className="grid gap-6 sm:grid-cols-2">
              {items.map((b) => (
                <dl key={b.currency} className="grid gap-1 text-sm">
                  {LINES.map((line) => (
                    <div
                      key={line}
                      className={`flex justify-between gap-4 border-b border-line py-1.5 ${line === 'reserved' || line === 'left' ? 'font-bold' : ''}`}
                    >
                      <dt className={line === 'reserved' || line === 'left' ? '' : 'text-ink-soft'}>
                        {t(`requester:money.line.${line}`)}
                      </dt>
                      <dd>
                        <Money amount_minor={b[`${line}_minor`]} currency={b.currency} />
                      </dd>
                    </div>
                  ))}
                </dl>
              ))}
            </div>
          )}
        </Loaded>
      </Card>
      <Card>
        <SectionHead
          title={t('requester:money.statement')}
          hint={t('requester:money.statement_hint')}
          actions={
            <a
              className={buttonClass('secondary', 'small')}
              href={`/v1/campaigns/${campaign.campaign_id}/statement.csv`}
              download
            >
              <Icon name="download" />
              CSV
            </a>
          }
        />
        <Listing list={list} empty={<p className="text-ink-soft">{t('requester:money.none')}</p>}>
          {(items) => (
            <DataTable
              caption={t('requester:money.statement')}
              rows={items}
              rowKey={(m) => m.day + m.purpose + m.currency}
              columns={[
                {
                  key: 'purpose',
                  head: t('requester:budget.what'),
                  main: true,
                  cell: (m) => t(`requester:money.line.${m.purpose}`),
                },
                {
                  key: 'day',
                  head: t('requester:budget.when'),
                  cell: (m) => <DateTime at={`${m.day.slice(0, 10)}T12:00:00Z`} dateOnly />,
                },
                {
                  key: 'movements',
                  head: t('requester:money.movements'),
                  numeric: true,
                  cell: (m) => n.int(m.movements),
                },
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
    </div>
  )
}
