import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { EmptyState, ErrorLine, ErrorState } from '../../ui/states.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { useCurrencies } from '../desk/currencies.ts'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { AddToken } from './add-token.tsx'
import { OperatorPage } from './operator-page.tsx'

const EPOCH_TONES = { gathered: 'plain', built: 'plain', proposed: 'warn', active: 'good', revoked: 'bad' } as const
const SENT_TONES = { ready: 'plain', signed: 'info', mined: 'info', done: 'good', failed: 'bad' } as const
const LIVE = { refetchInterval: 10_000 }
const KEY = 'settlement'

/** What is paid on a chain: tokens, epochs under way, what could not be claimed, and both sides compared. */
export function SettlementPage() {
  const t = useT('operator', 'settlement')
  return (
    <OperatorPage place="settlement" title={t('settlement:title')} lead={t('settlement:lead')}>
      {() => <Settlement />}
    </OperatorPage>
  )
}

function Settlement() {
  const t = useT('settlement')
  useCurrencies()
  const tokens = useQuery({
    queryKey: ['operator', KEY, 'tokens'],
    queryFn: () => client.settlement.tokens(),
    ...LIVE,
  })
  if (tokens.error) return <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />
  if (!tokens.data) return <LoadingBlock lines={5} />
  const { chain, chain_id, keys, items } = tokens.data
  if (chain === 'none')
    return (
      <EmptyState icon="coins" title={t('settlement:off')}>
        {t('settlement:off_why')}
      </EmptyState>
    )
  return (
    <div className="grid gap-6">
      {chain_id === null ? <Notice tone="bad">{t('settlement:away')}</Notice> : null}
      <Differences />
      <Tokens items={items} />
      <Epochs />
      <Dropped />
      <Transactions />
      <Card className="grid gap-3">
        <SectionHead title={t('settlement:keys')} hint={t('settlement:keys_hint')} />
        <dl className="grid gap-2 text-sm">
          {keys.map((k) => (
            <div key={k.role} className="flex flex-wrap gap-x-4">
              <dt className="w-28 font-semibold">{t(`settlement:role.${k.role}`)}</dt>
              <dd dir="ltr" className="font-mono break-all">
                {k.address ?? t('settlement:no_key')}
              </dd>
            </div>
          ))}
        </dl>
      </Card>
    </div>
  )
}

/** Named differences stand first: nothing on this page matters more. */
function Differences() {
  const t = useT('settlement')
  const list = useList(['operator', KEY, 'compared'], () => client.settlement.reconciliation(), LIVE)
  return (
    <Card className="grid gap-3">
      <SectionHead title={t('settlement:compared')} hint={t('settlement:compared_hint')} />
      <Listing list={list} empty={<p className="text-ink-soft">{t('settlement:not_compared')}</p>}>
        {(items) => (
          <ul className="grid gap-3">
            {items.map((r) => (
              <li key={r.currency} className="grid gap-2">
                <p className="flex flex-wrap items-center gap-3">
                  <strong>{r.currency}</strong>
                  <Badge tone={r.differences.length === 0 ? 'good' : 'bad'}>
                    {r.differences.length === 0
                      ? t('settlement:agree')
                      : t('settlement:differ', { count: r.differences.length })}
                  </Badge>
                  <span className="text-sm text-ink-soft">
                    <RelativeTime at={r.compared_at} />
                  </span>
                </p>
                {r.differences.map((d) => (
                  <Notice key={d.code + d.message} tone="bad">
                    {d.message}
                  </Notice>
                ))}
                <details>
                  <summary className="cursor-pointer text-sm text-ink-soft">{t('settlement:figures')}</summary>
                  <dl className="mt-2 grid gap-1 text-sm" dir="ltr">
                    {Object.entries(r.figures).map(([name, units]) => (
                      <div key={name} className="flex flex-wrap justify-between gap-x-4">
                        <dt>{name.replaceAll('_', ' ')}</dt>
                        <dd className="font-mono break-all">{units}</dd>
                      </div>
                    ))}
                  </dl>
                </details>
              </li>
            ))}
          </ul>
        )}
      </Listing>
    </Card>
  )
}

type Token = Awaited<ReturnType<typeof client.settlement.tokens>>['items'][number]

function Tokens({ items }: { items: readonly Token[] }) {
  const t = useT('settlement')
  const start = useAct((currency: string) => client.settlement.start_epoch({ body: { currency } }), {
    changes: [['operator', KEY]],
    said: t('settlement:started'),
  })
  return (
    <Card className="grid gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <SectionHead title={t('settlement:tokens')} hint={t('settlement:tokens_hint')} />
        <AddToken />
      </div>
      <ErrorLine error={start.error} />
      {items.length === 0 ? <p className="text-ink-soft">{t('settlement:no_tokens')}</p> : null}
      <ul className="grid gap-3">
        {items.map((token) => (
          <li key={token.currency} className="grid gap-3 rounded-md border border-line p-3">
            <div className="flex flex-wrap items-center justify-between gap-4">
              <div>
                <p className="text-xl font-bold">
                  <Money amount_minor={token.waiting_minor} currency={token.currency} />
                </p>
                <p className="text-sm text-ink-soft">{t('settlement:waiting', { count: token.waiting_people })}</p>
              </div>
              <Button
                busy={start.isPending}
                disabled={token.waiting_people === 0}
                onClick={() => start.mutate(token.currency)}
              >
                {t('settlement:start')}
              </Button>
            </div>
            <dl className="grid gap-1 text-sm">
              <div className="flex flex-wrap gap-x-3">
                <dt className="text-ink-soft">{t('settlement:token')}</dt>
                <dd dir="ltr" className="font-mono break-all">
                  {token.token}
                </dd>
              </div>
              <div className="flex flex-wrap gap-x-3">
                <dt className="text-ink-soft">{t('settlement:distributor')}</dt>
                <dd dir="ltr" className="font-mono break-all">
                  {token.distributor}
                </dd>
              </div>
              <div className="flex flex-wrap gap-x-3">
                <dt className="text-ink-soft">{t('settlement:step')}</dt>
                <dd>
                  <Money amount_minor={token.step_minor} currency={token.currency} />
                  {token.is_ladder ? ` · ${t('settlement:ladder')}` : ''}
                </dd>
              </div>
            </dl>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Epochs() {
  const t = useT('settlement')
  const n = useNumbers()
  const list = useList(
    ['operator', KEY, 'epochs'],
    (after) => client.settlement.epochs({ query: { limit: 20, ...(after && { after }) } }),
    LIVE,
  )
  const revoke = useAct((epoch_id: string) => client.settlement.revoke_epoch({ params: { epoch_id }, body: {} }), {
    changes: [['operator', KEY]],
    said: t('settlement:revoked'),
  })
  return (
    <Card className="grid gap-3">
      <SectionHead title={t('settlement:epochs')} hint={t('settlement:epochs_hint')} />
      <ErrorLine error={revoke.error} />
      <Listing list={list} empty={<p className="text-ink-soft">{t('settlement:no_epochs')}</p>}>
        {(items) => (
          <DataTable
            caption={t('settlement:epochs')}
            rows={items}
            rowKey={(e) => e.epoch_id}
            columns={[
              { key: 'number', head: t('settlement:epoch'), main: true, cell: (e) => `${e.currency} ${e.number}` },
              {
                key: 'state',
                head: t('settlement:state'),
                cell: (e) => <Badge tone={EPOCH_TONES[e.state]}>{t(`settlement:epoch_state.${e.state}`)}</Badge>,
              },
              {
                key: 'when',
                head: t('settlement:counts_from'),
                cell: (e) =>
                  e.state === 'proposed' && e.valid_at ? (
                    <RelativeTime at={e.valid_at} />
                  ) : (
                    <RelativeTime at={e.ended_at ?? e.gathered_at} />
                  ),
              },
              {
                key: 'rows',
                head: t('settlement:wallets'),
                numeric: true,
                cell: (e) => (e.rows === null ? '–' : n.int(e.rows)),
              },
              {
                key: 'file',
                head: t('settlement:file'),
                cell: (e) =>
                  e.built_at === null ? (
                    '–'
                  ) : (
                    <a className="link" href={`/v1/settlement/epochs/${e.epoch_id}/claims.jsonl`}>
                      {t('settlement:download')}
                    </a>
                  ),
              },
              {
                key: 'act',
                head: '',
                cell: (e) =>
                  e.state === 'active' || e.state === 'revoked' ? null : (
                    <Button kind="secondary" busy={revoke.isPending} onClick={() => revoke.mutate(e.epoch_id)}>
                      {t('settlement:revoke')}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}

function Dropped() {
  const t = useT('settlement')
  const n = useNumbers()
  const list = useList(
    ['operator', KEY, 'dropped'],
    (after) => client.settlement.dropped({ query: { limit: 20, ...(after && { after }) } }),
    LIVE,
  )
  return (
    <Card className="grid gap-3">
      <SectionHead title={t('settlement:dropped')} hint={t('settlement:dropped_hint')} />
      <Listing list={list} empty={<p className="text-ink-soft">{t('settlement:none_dropped')}</p>}>
        {(items) => (
          <DataTable
            caption={t('settlement:dropped')}
            rows={items}
            rowKey={(d) => d.currency + d.address}
            columns={[
              {
                key: 'address',
                head: t('settlement:wallet'),
                main: true,
                cell: (d) => (
                  <span dir="ltr" className="font-mono break-all">
                    {d.address}
                  </span>
                ),
              },
              { key: 'currency', head: t('settlement:currency'), cell: (d) => d.currency },
              { key: 'reason', head: t('settlement:reason'), cell: (d) => <span dir="auto">{d.reason}</span> },
              { key: 'tries', head: t('settlement:tries'), numeric: true, cell: (d) => n.int(d.tries) },
              { key: 'retry', head: t('settlement:again'), cell: (d) => <RelativeTime at={d.retry_at} /> },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}

function Transactions() {
  const t = useT('settlement')
  const n = useNumbers()
  const list = useList(
    ['operator', KEY, 'sent'],
    (after) => client.settlement.transactions({ query: { limit: 20, ...(after && { after }) } }),
    LIVE,
  )
  return (
    <Card className="grid gap-3">
      <SectionHead title={t('settlement:sent')} hint={t('settlement:sent_hint')} />
      <Listing list={list} empty={<p className="text-ink-soft">{t('settlement:none_sent')}</p>}>
        {(items) => (
          <DataTable
            caption={t('settlement:sent')}
            rows={items}
            rowKey={(x) => x.transaction_id}
            columns={[
              {
                key: 'what',
                head: t('settlement:what'),
                main: true,
                cell: (x) => t(`settlement:purpose.${x.purpose.split(':')[0]}`, { defaultValue: x.purpose }),
              },
              {
                key: 'state',
                head: t('settlement:state'),
                cell: (x) => (
                  <span className="grid gap-1">
                    <Badge tone={SENT_TONES[x.state]}>{t(`settlement:sent_state.${x.state}`)}</Badge>
                    {x.error ? <span dir="auto">{x.error}</span> : null}
                  </span>
                ),
              },
              { key: 'rows', head: t('settlement:claims'), numeric: true, cell: (x) => n.int(x.rows) },
              {
                key: 'gas',
                head: t('settlement:gas'),
                numeric: true,
                cell: (x) => (x.gas_used === null ? '–' : n.int(Number(x.gas_used))),
              },
              { key: 'at', head: t('settlement:when'), cell: (x) => <RelativeTime at={x.made_at} /> },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}
