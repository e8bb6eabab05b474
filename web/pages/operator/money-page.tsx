import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { NumberInput, Select, TextInput } from '../../ui/inputs.tsx'
import { Money } from '../../ui/money.tsx'
import { EmptyState, ErrorLine } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { Listing } from '../desk/listing.tsx'
import { MoneyInput } from '../desk/money-input.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { OperatorPage } from './operator-page.tsx'
import { PersonPicker } from './person-picker.tsx'

export const BATCH_TONES = { draft: 'warn', sent: 'info', closed: 'good', discarded: 'plain' } as const

/** Money in and out: what requesters paid in, what people are owed, and every account's balance. */
export function MoneyPage() {
  const t = useT('operator')
  const [moving, setMoving] = useState<'top_up' | 'refund' | null>(null)
  return (
    <OperatorPage
      place="money"
      title={t('operator:money.title')}
      lead={t('operator:money.lead')}
      actions={
        <>
          <Button kind="secondary" onClick={() => setMoving('refund')}>
            {t('operator:money.refund')}
          </Button>
          <Button icon="plus" onClick={() => setMoving('top_up')}>
            {t('operator:money.top_up')}
          </Button>
        </>
      }
    >
      {() => (
        <>
          <MoneyTabs />
          <MovementDialog kind={moving} onClose={() => setMoving(null)} />
        </>
      )}
    </OperatorPage>
  )
}

function MoneyTabs() {
  const t = useT('operator')
  const [tab, setTab] = useState('payouts')
  return (
    <Tabs
      label={t('operator:money.title')}
      value={tab}
      onChange={setTab}
      tabs={[
        { value: 'payouts', label: t('operator:money.payouts') },
        { value: 'balances', label: t('operator:money.balances') },
        { value: 'currencies', label: t('operator:money.currencies') },
      ]}
    >
      {tab === 'payouts' ? <Payouts /> : tab === 'balances' ? <Balances /> : <Currencies />}
    </Tabs>
  )
}

function MovementDialog({ kind, onClose }: { kind: 'top_up' | 'refund' | null; onClose: () => void }) {
  const t = useT('operator')
  const currencies = useCurrencies()
  const [person, setPerson] = useState<string>()
  const [chosen, setChosen] = useState('')
  const [amount, setAmount] = useState<string>()
  const [reference, setReference] = useState('')
  const currency = chosen || currencies[0]?.code || ''
  const referenceFits = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$/.test(reference)
  const move = useAct(
    () => {
      if (!person || !amount) throw new Error('assumption broken: the fields were checked')
      const body = { requester_id: person, currency, amount_minor: amount, reference }
      return kind === 'refund' ? client.ledger.refund({ body }) : client.ledger.top_up({ body })
    },
    {
      changes: [['operator']],
      said: t(kind === 'refund' ? 'operator:money.refunded' : 'operator:money.topped_up'),
      after: () => {
        setAmount(undefined)
        setReference('')
        onClose()
      },
    },
  )
  return (
    <Ask
      open={kind !== null}
      onClose={onClose}
      title={t(kind === 'refund' ? 'operator:money.refund' : 'operator:money.top_up')}
      action={t('operator:money.record')}
      busy={move.isPending}
      error={move.error}
      disabled={!person || !amount || amount === '0' || !currency || !referenceFits}
      onGo={() => move.mutate(undefined)}
    >
      <p className="text-sm text-ink-soft">
        {t(kind === 'refund' ? 'operator:money.refund_why' : 'operator:money.top_up_why')}
      </p>
      <PersonPicker label={t('operator:money.requester')} value={person} onChange={setPerson} />
      <Select
        label={t('operator:money.currency')}
        value={currency}
        onChange={setChosen}
        options={currencies.map((c) => ({ value: c.code, label: `${c.name} (${c.code})` }))}
      />
      <MoneyInput
        key={currency}
        label={t('operator:money.amount')}
        currency={currency}
        value={amount}
        onChange={setAmount}
      />
      <TextInput
        label={t('operator:money.reference')}
        help={t('operator:money.reference_help')}
        value={reference}
        onChange={setReference}
        dir="ltr"
        error={reference && !referenceFits ? t('operator:money.reference_wrong') : undefined}
      />
    </Ask>
  )
}

function Payouts() {
  const t = useT('operator')
  const n = useNumbers()
  useCurrencies()
  const waiting = useList(['operator', 'payouts_waiting'], () => client.payouts.waiting())
  const batches = useList(['operator', 'batches'], (after) =>
    client.payouts.batches({ query: { limit: 30, ...(after && { after }) } }),
  )
  const draft = useAct((currency: string) => client.payouts.draft({ body: { currency } }), {
    changes: [['operator']],
    said: t('operator:money.drafted'),
  })
  return (
    <div className="grid gap-6">
      <Card>
        <SectionHead title={t('operator:money.waiting')} hint={t('operator:money.waiting_hint')} />
        <ErrorLine error={draft.error} />
        <Listing list={waiting} empty={<p className="text-ink-soft">{t('operator:money.none_waiting')}</p>}>
          {(items) => (
            <ul className="grid gap-3">
              {items.map((w) => (
                <li
                  key={w.currency}
                  className="flex flex-wrap items-center justify-between gap-4 rounded-md border border-line p-3"
                >
                  <div>
                    <p className="text-xl font-bold">
                      <Money amount_minor={w.amount_minor} currency={w.currency} />
                    </p>
                    <p className="text-sm text-ink-soft">{t('operator:money.to_people', { count: w.people })}</p>
                  </div>
                  <Button busy={draft.isPending} onClick={() => draft.mutate(w.currency)}>
                    {t('operator:money.draft')}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Listing>
      </Card>
      <Card>
        <SectionHead title={t('operator:money.batches')} />
        <Listing
          list={batches}
          empty={
            <EmptyState icon="coins" title={t('operator:money.no_batches')}>
              {t('operator:money.no_batches_why')}
            </EmptyState>
          }
        >
          {(items) => (
            <DataTable
              caption={t('operator:money.batches')}
              rows={items}
              rowKey={(b) => b.batch_id}
              columns={[
                {
                  key: 'at',
                  head: t('operator:money.created'),
                  main: true,
                  cell: (b) => (
                    <Link className="link" to={`/operator/money/${b.batch_id}`}>
                      <RelativeTime at={b.created_at} />
                    </Link>
                  ),
                },
                {
                  key: 'state',
                  head: t('operator:money.state'),
                  cell: (b) => <Badge tone={BATCH_TONES[b.state]}>{t(`operator:batch_state.${b.state}`)}</Badge>,
                },
                { key: 'people', head: t('operator:money.people'), numeric: true, cell: (b) => n.int(b.payouts) },
                {
                  key: 'amount',
                  head: t('operator:money.amount'),
                  numeric: true,
                  cell: (b) => <Money amount_minor={b.amount_minor} currency={b.currency} />,
                },
                {
                  key: 'failed',
                  head: t('operator:money.came_back'),
                  numeric: true,
                  cell: (b) =>
                    b.failed > 0 ? (
                      <Money amount_minor={b.failed_minor} currency={b.currency} className="text-bad-ink" />
                    ) : (
                      '–'
                    ),
                },
              ]}
            />
          )}
        </Listing>
      </Card>
    </div>
  )
}

function Balances() {
  const t = useT('operator')
  useCurrencies()
  const [prefix, setPrefix] = useState('')
  const asked = /^[a-z0-9:_]{1,60}$/.test(prefix) ? prefix : ''
  const list = useList(['operator', 'accounts', asked], (after) =>
    client.ledger.accounts({ query: { limit: 50, ...(asked && { prefix: asked }), ...(after && { after }) } }),
  )
  return (
    <Card className="grid gap-5">
      <SectionHead title={t('operator:money.balances')} hint={t('operator:money.balances_hint')} />
      <TextInput
        label={t('operator:money.prefix')}
        help={t('operator:money.prefix_help')}
        value={prefix}
        onChange={setPrefix}
        dir="ltr"
        autoComplete="off"
      />
      <Listing list={list} empty={<p className="text-ink-soft">{t('operator:money.no_accounts')}</p>}>
        {(items) => (
          <DataTable
            caption={t('operator:money.balances')}
            rows={items}
            rowKey={(a) => a.account + a.currency}
            columns={[
              {
                key: 'account',
                head: t('operator:money.account'),
                main: true,
                cell: (a) => (
                  <span className="font-mono break-all" dir="ltr">
                    {a.account}
                  </span>
                ),
              },
              {
                key: 'balance',
                head: t('operator:money.balance'),
                numeric: true,
                cell: (a) => <Money amount_minor={a.balance_minor} currency={a.currency} />,
              },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}

function Currencies() {
  const t = useT('operator')
  const n = useNumbers()
  const currencies = useCurrencies()
  const [code, setCode] = useState('')
  const [name, setName] = useState('')
  const [scale, setScale] = useState('2')
  const places = numberOf(scale)
  const add = useAct(() => client.ledger.create_currency({ body: { code, name, scale: places ?? 0 } }), {
    changes: [['public', 'currencies']],
    said: t('operator:money.currency_added'),
    after: () => {
      setCode('')
      setName('')
    },
  })
  const ready =
    /^[A-Z][A-Z0-9]{1,11}$/.test(code) &&
    name.trim() !== '' &&
    places !== undefined &&
    Number.isInteger(places) &&
    places >= 0 &&
    places <= 30
  return (
    <div className="grid gap-6">
      <Card>
        <DataTable
          caption={t('operator:money.currencies')}
          rows={currencies}
          rowKey={(c) => c.code}
          empty={<p className="text-ink-soft">{t('operator:money.no_currencies')}</p>}
          columns={[
            { key: 'code', head: t('operator:money.code'), main: true, cell: (c) => <bdi>{c.code}</bdi> },
            { key: 'name', head: t('operator:money.name'), cell: (c) => <bdi>{c.name}</bdi> },
            { key: 'scale', head: t('operator:money.scale'), numeric: true, cell: (c) => n.int(c.scale) },
          ]}
        />
      </Card>
      <Card className="grid gap-4">
        <SectionHead title={t('operator:money.add_currency')} hint={t('operator:money.add_currency_hint')} />
        <div className="grid gap-4 sm:grid-cols-3">
          <TextInput
            label={t('operator:money.code')}
            value={code}
            onChange={(v) => setCode(v.toUpperCase())}
            dir="ltr"
            autoComplete="off"
          />
          <TextInput label={t('operator:money.name')} value={name} onChange={setName} autoComplete="off" />
          <NumberInput label={t('operator:money.scale')} value={scale} onChange={setScale} inputMode="numeric" />
        </div>
        <ErrorLine error={add.error} />
        <Button
          className="justify-self-start"
          disabled={!ready}
          busy={add.isPending}
          onClick={() => add.mutate(undefined)}
        >
          {t('operator:money.add_currency')}
        </Button>
      </Card>
    </div>
  )
}
