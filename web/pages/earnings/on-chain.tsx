import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { wasCancelled } from '../../app/passkeys.ts'
import { queryClient } from '../../app/query.ts'
import { uuid } from '../../app/uuid.ts'
import { shortAddress } from '../../app/wallets.ts'
import { Badge, Notice, type Tone } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Select } from '../../ui/inputs.tsx'
import { Money } from '../../ui/money.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import { useFresh } from '../account/fresh.tsx'
import { walletsQuery } from '../account/queries.ts'
import { Proof } from './proof.tsx'

export type Standing = Awaited<ReturnType<typeof client.settlement.mine>>['items'][number]
type Withdrawal = Awaited<ReturnType<typeof client.settlement.withdrawals>>['items'][number]
const STATE_TONE: Record<Withdrawal['state'], Tone> = {
  waiting: 'info',
  in_epoch: 'accent',
  claimed: 'good',
  cancelled: 'plain',
}

/** Where one's money stands between the books and the chain; asked for again while something is on its way. */
export const useSettlement = () =>
  useQuery({
    queryKey: ['my_settlement'],
    queryFn: () => client.settlement.mine(),
    refetchInterval: ({ state }) =>
      state.data?.items.some((s) => [s.waiting_minor, s.proposed_minor, s.on_chain_minor].some((m) => m !== '0'))
        ? 10_000
        : false,
  })

const changed = () =>
  Promise.all(
    [['my_settlement'], ['withdrawals'], ['earnings'], ['my_standing'], ['statement']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  )

/** One currency that is paid through a token: the way to one's wallet in figures, and the one tap that starts it. */
export function OnChain({ standing: s }: { standing: Standing }) {
  const t = useT('onchain')
  const money = (amount_minor: string) => <Money amount_minor={amount_minor} currency={s.currency} />
  return (
    <section className="grid gap-5 border-t border-line pt-5" aria-label={t('onchain:title')}>
      <div>
        <h3 className="text-base">{t('onchain:title')}</h3>
        <p className="mt-0.5 max-w-prose text-sm text-ink-soft">{t('onchain:hint')}</p>
      </div>
      <StatRow>
        <Stat label={t('onchain:waiting')} value={money(s.waiting_minor)} meaning={t('onchain:waiting_meaning')} />
        <Stat
          label={t('onchain:proposed')}
          value={money(s.proposed_minor)}
          note={
            s.proposed_minor !== '0' && s.epoch?.valid_at ? (
              <>
                {t('onchain:counts_from')} <RelativeTime at={s.epoch.valid_at} />
              </>
            ) : undefined
          }
          meaning={t('onchain:proposed_meaning')}
        />
        <Stat label={t('onchain:on_chain')} value={money(s.on_chain_minor)} meaning={t('onchain:on_chain_meaning')} />
        <Stat
          label={t('onchain:claimed')}
          value={<span className="text-accent-ink">{money(s.claimed_minor)}</span>}
          meaning={t('onchain:claimed_meaning')}
        />
      </StatRow>
      {s.dropped ? <Dropped currency={s.currency} dropped={s.dropped} /> : null}
      <Destination standing={s} />
      <TakeOut standing={s} />
      <Withdrawals currency={s.currency} />
      <Proof standing={s} />
    </section>
  )
}

/** Which of one's wallets is paid. Changing it asks who is there. */
function Destination({ standing: s }: { standing: Standing }) {
  const t = useT('onchain')
  const { ask, dialog } = useFresh()
  const wallets = useQuery(walletsQuery)
  const choose = useMutation({
    mutationFn: (wallet_id: string | null) =>
      ask(() => client.settlement.choose_wallet({ params: { currency: s.currency }, body: { wallet_id } })),
    onSuccess: changed,
  })
  // A contract's address on another chain is somebody else's.
  const fitting = wallets.data?.items.filter((w) => w.kind === 'eoa' || w.chain_id === s.chain_id) ?? []
  if (wallets.data && fitting.length === 0 && !s.wallet)
    return (
      <Notice
        tone="info"
        title={t('onchain:no_wallet')}
        actions={
          <LinkButton kind="secondary" size="small" icon="key" to="/account" hash="wallets">
            {t('onchain:link_wallet')}
          </LinkButton>
        }
      >
        {t('onchain:no_wallet_why')}
      </Notice>
    )
  return (
    <div className="grid gap-3">
      <Select
        label={t('onchain:to')}
        help={t('onchain:to_help')}
        value={choose.isPending ? (choose.variables ?? '') : (s.wallet?.wallet_id ?? '')}
        empty={t('onchain:to_none')}
        disabled={choose.isPending}
        onChange={(id) => choose.mutate(id || null)}
        options={fitting.map((w) => ({
          value: w.wallet_id,
          label: w.label ? `${w.label} · ${shortAddress(w.address)}` : shortAddress(w.address),
        }))}
      />
      <ErrorLine error={choose.error && !wasCancelled(choose.error) ? choose.error : null} />
      {dialog}
    </div>
  )
}

/** All that can go, in one tap; the operator pays for the way. */
function TakeOut({ standing: s }: { standing: Standing }) {
  const t = useT('onchain')
  // One key for all tries of one tap, so that a lost answer cannot ask twice.
  const [key, setKey] = useState(uuid)
  const take = useMutation({
    mutationFn: () =>
      client.settlement.withdraw(
        { params: { currency: s.currency }, body: { amount_minor: s.withdrawable_minor } },
        { idempotencyKey: key },
      ),
    onSuccess: async () => {
      setKey(uuid())
      say(t('onchain:asked'))
      await changed()
    },
  })
  const step = <Money amount_minor={s.step_minor} currency={s.currency} />
  return (
    <div className="grid gap-3">
      {s.withdrawable_minor === '0' || (s.is_ladder && s.waiting_minor !== '0') ? null : (
        <Button
          icon="coins"
          size="large"
          className="justify-self-start"
          busy={take.isPending}
          disabled={s.wallet === null}
          onClick={() => take.mutate()}
        >
          {t('onchain:take')} <Money amount_minor={s.withdrawable_minor} currency={s.currency} />
        </Button>
      )}
      <p className="max-w-prose text-sm text-ink-soft">
        {t('onchain:gas_paid')} {t(s.is_ladder ? 'onchain:ladder' : 'onchain:steps')} {step}.{' '}
        {t(s.is_ladder ? 'onchain:ladder_why' : 'onchain:steps_why')}
      </p>
      <ErrorLine error={take.error} />
    </div>
  )
}

/** Why the operator could not claim for this wallet, and when it is tried again; one may ask for it now. */
function Dropped({ currency, dropped }: { currency: string; dropped: NonNullable<Standing['dropped']> }) {
  const t = useT('onchain')
  const again = useMutation({
    mutationFn: () => client.settlement.ask_again({ params: { currency }, body: {} }),
    onSuccess: async () => {
      say(t('onchain:asked_again'))
      await changed()
    },
  })
  return (
    <Notice
      tone="warn"
      title={t('onchain:dropped')}
      actions={
        <Button kind="secondary" size="small" icon="refresh" busy={again.isPending} onClick={() => again.mutate()}>
          {t('onchain:try_now')}
        </Button>
      }
    >
      <bdi>{dropped.reason}</bdi> {t('onchain:retry')} <RelativeTime at={dropped.retry_at} />
      <ErrorLine error={again.error} />
    </Notice>
  )
}

function Withdrawals({ currency }: { currency: string }) {
  const t = useT('onchain')
  const list = useQuery({
    queryKey: ['withdrawals', currency],
    queryFn: () => client.settlement.withdrawals({ params: { currency }, query: { limit: 20 } }),
  })
  const back = useMutation({
    mutationFn: (withdrawal_id: string) =>
      client.settlement.call_back({ params: { currency, withdrawal_id }, body: {} }),
    onSuccess: changed,
  })
  if (!list.data || list.data.items.length === 0) return null
  return (
    <div className="grid gap-3">
      <h4 className="text-sm font-semibold">{t('onchain:list')}</h4>
      <ErrorLine error={back.error} />
      <DataTable
        caption={t('onchain:list')}
        rows={list.data.items}
        rowKey={(w) => w.withdrawal_id}
        columns={[
          { key: 'at', head: t('onchain:col.asked'), main: true, cell: (w) => <DateTime at={w.asked_at} /> },
          {
            key: 'to',
            head: t('onchain:col.to'),
            cell: (w) => (
              <bdi dir="ltr" className="font-mono" title={w.address}>
                {shortAddress(w.address)}
              </bdi>
            ),
          },
          {
            key: 'state',
            head: t('onchain:col.state'),
            cell: (w) => (
              <span className="flex flex-wrap items-center gap-2">
                <Badge tone={STATE_TONE[w.state]}>{t(`onchain:state.${w.state}`)}</Badge>
                {w.ended_at ? <DateTime at={w.ended_at} /> : null}
                {w.state === 'waiting' ? (
                  <Button
                    kind="quiet"
                    size="small"
                    busy={back.isPending && back.variables === w.withdrawal_id}
                    onClick={() => back.mutate(w.withdrawal_id)}
                  >
                    {t('onchain:call_back')}
                  </Button>
                ) : null}
              </span>
            ),
          },
          {
            key: 'amount',
            head: t('onchain:col.amount'),
            numeric: true,
            cell: (w) => <Money amount_minor={w.amount_minor} currency={w.currency} />,
          },
        ]}
      />
    </div>
  )
}
