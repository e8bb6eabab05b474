import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { learnScales } from '../../app/currencies.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge, Notice, type Tone } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { Claim } from './claim.tsx'
import { HeldPay, Insight } from './insight.tsx'
import { OnChain, type Standing, useSettlement } from './on-chain.tsx'

type Balances = Awaited<ReturnType<typeof client.earnings.balances>>
type Waiting = Awaited<ReturnType<typeof client.standing.mine>>['waiting'][number]
type Line = Awaited<ReturnType<typeof client.earnings.statement>>['items'][number]
type Payout = Awaited<ReturnType<typeof client.payouts.my_payouts>>['items'][number]
const PAYOUT_TONE: Record<Payout['state'], Tone> = {
  draft: 'info',
  sent: 'good',
  failed: 'bad',
  returned: 'bad',
  discarded: 'plain',
}

/** What one earned: by currency and state, what becomes free when, and every movement. */
export function EarningsPage() {
  const t = useT('earnings')
  return (
    <Page title={t('earnings:title')} lead={t('earnings:lead')}>
      <SignedIn>{() => <Earnings />}</SignedIn>
    </Page>
  )
}

function Earnings() {
  const t = useT('earnings')
  const balances = useQuery({
    queryKey: ['earnings'],
    queryFn: async () => {
      const answer = await client.earnings.balances()
      learnScales(answer.items.map((b) => ({ code: b.currency, scale: b.scale })))
      return answer
    },
  })
  // What may not go out yet is said beside it; without that answer the server still refuses in words.
  const standing = useQuery({ queryKey: ['my_standing'], queryFn: () => client.standing.mine() })
  const settlement = useSettlement()
  if (balances.error) return <ErrorState error={balances.error} onRetry={() => void balances.refetch()} />
  if (!balances.data) return <LoadingBlock lines={5} />
  if (balances.data.items.length === 0) {
    return (
      <div className="grid gap-6">
        <EmptyState
          icon="coins"
          title={t('earnings:none')}
          actions={<LinkButton to="/campaigns">{t('earnings:find')}</LinkButton>}
        >
          {t('earnings:none_why')}
        </EmptyState>
        <Insight />
      </div>
    )
  }
  return (
    <div className="grid gap-6">
      {balances.data.items.map((b) => (
        <CurrencyCard
          key={b.currency}
          balance={b}
          waiting={standing.data?.waiting.find((w) => w.currency === b.currency)}
          freezeDays={balances.data.freeze_days}
          onChain={settlement.data?.items.find((s) => s.currency === b.currency)}
          onClaimed={() => void Promise.all([balances.refetch(), standing.refetch()])}
        />
      ))}
      <HeldPay />
      <Insight />
      <Payouts />
      <Statement />
    </div>
  )
}

function CurrencyCard({
  balance: b,
  waiting,
  freezeDays,
  onChain,
  onClaimed,
}: {
  balance: Balances['items'][number]
  waiting: Waiting | undefined
  freezeDays: number
  onChain: Standing | undefined
  onClaimed: () => void
}) {
  const t = useT('earnings', 'onchain')
  const money = (amount_minor: string) => <Money amount_minor={amount_minor} currency={b.currency} />
  return (
    <Card className="grid gap-6">
      <SectionHead title={<bdi>{b.name}</bdi>} hint={b.currency} />
      <StatRow>
        <Stat label={t('earnings:held')} value={money(b.held_minor)} meaning={t('earnings:held_meaning')} />
        <Stat
          label={t('earnings:frozen')}
          value={money(b.frozen_minor)}
          note={
            b.next_claimable ? (
              <>
                {money(b.next_claimable.amount_minor)} <RelativeTime at={b.next_claimable.at} />
              </>
            ) : undefined
          }
          meaning={t('earnings:frozen_meaning', { count: freezeDays })}
        />
        <Stat
          label={t('earnings:claimable')}
          value={<span className="text-accent-ink">{money(b.claimable_minor)}</span>}
          meaning={t('earnings:claimable_meaning')}
        />
        <Stat
          label={t('earnings:claimed')}
          value={money(b.claimed_minor)}
          note={
            b.paying_minor === '0' ? undefined : (
              <>
                {t('earnings:paying')} {money(b.paying_minor)}
              </>
            )
          }
          meaning={t('earnings:claimed_meaning')}
        />
      </StatRow>
      {waiting && waiting.waits_minor !== '0' ? (
        <Notice tone="warn" title={t('earnings:waits')}>
          <Link to="/my-standing" className="link">
            {t('common:nav.standing')}
          </Link>
        </Notice>
      ) : null}
      {onChain ? <OnChain standing={onChain} /> : null}
      {onChain?.wallet || b.claimable_minor === '0' || waiting?.withdrawable_minor === '0' ? null : (
        <div className="grid gap-3">
          {onChain ? <p className="max-w-prose text-sm text-ink-soft">{t('onchain:without')}</p> : null}
          <Claim
            currency={b.currency}
            scale={b.scale}
            claimable={waiting?.withdrawable_minor ?? b.claimable_minor}
            onClaimed={onClaimed}
          />
        </div>
      )}
    </Card>
  )
}

function Payouts() {
  const t = useT('earnings')
  const list = useQuery({
    queryKey: ['my_payouts'],
    queryFn: () => client.payouts.my_payouts({ query: { limit: 50 } }),
  })
  if (!list.data || list.data.items.length === 0) return null
  return (
    <Card>
      <SectionHead title={t('earnings:payouts')} />
      <DataTable
        caption={t('earnings:payouts')}
        rows={list.data.items}
        rowKey={(p) => `${p.batch_id}.${p.currency}`}
        columns={[
          { key: 'at', head: t('earnings:col.when'), main: true, cell: (p) => <DateTime at={p.changed_at} /> },
          { key: 'to', head: t('earnings:col.to'), cell: (p) => <bdi>{p.destination}</bdi> },
          {
            key: 'state',
            head: t('earnings:col.state'),
            cell: (p) => (
              <>
                <Badge tone={PAYOUT_TONE[p.state]}>{t(`earnings:payout.${p.state}`)}</Badge>
                {p.note ? <span className="block text-ink-soft">{p.note}</span> : null}
              </>
            ),
          },
          {
            key: 'amount',
            head: t('earnings:col.amount'),
            numeric: true,
            cell: (p) => <Money amount_minor={p.amount_minor} currency={p.currency} />,
          },
        ]}
      />
    </Card>
  )
}

function Statement() {
  const t = useT('earnings')
  const list = useInfiniteQuery({
    queryKey: ['statement'],
    queryFn: ({ pageParam }) =>
      client.earnings.statement({ query: { limit: 50, ...(pageParam && { after: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const lines = list.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <Card>
      <SectionHead title={t('earnings:statement')} hint={t('earnings:statement_hint')} />
      {list.error ? <ErrorState error={list.error} onRetry={() => void list.refetch()} /> : null}
      <DataTable
        caption={t('earnings:statement')}
        rows={lines}
        rowKey={(l) => l.transfer_id}
        empty={list.isPending ? <LoadingBlock /> : <p className="text-ink-soft">{t('earnings:statement_none')}</p>}
        columns={[
          {
            key: 'what',
            head: t('earnings:col.what'),
            main: true,
            cell: (l) => (
              <>
                {t(`earnings:kind.${l.kind}`, { defaultValue: l.kind })}
                {l.title ? <bdi className="block font-normal text-ink-soft">{l.title}</bdi> : null}
              </>
            ),
          },
          { key: 'at', head: t('earnings:col.when'), cell: (l) => <DateTime at={l.at} /> },
          { key: 'way', head: t('earnings:col.now'), cell: (l) => stateWords(l, t) },
          {
            key: 'amount',
            head: t('earnings:col.amount'),
            numeric: true,
            cell: (l) => <Money amount_minor={l.amount_minor} currency={l.currency} />,
          },
        ]}
      />
      {list.hasNextPage ? (
        <Button
          kind="secondary"
          className="mt-4"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('common:action.load_more')}
        </Button>
      ) : null}
    </Card>
  )
}

const stateWords = (l: Line, t: ReturnType<typeof useT>) => t(`earnings:account.${l.to}`, { defaultValue: l.to })
