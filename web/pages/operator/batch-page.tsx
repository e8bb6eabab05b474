import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { Money } from '../../ui/money.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { Listing } from '../desk/listing.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { BATCH_TONES } from './money-page.tsx'
import { OperatorPage } from './operator-page.tsx'

const PAYOUT_TONES = { draft: 'warn', sent: 'good', failed: 'bad', returned: 'bad', discarded: 'plain' } as const

/** One payout batch: its file for the bank, and what became of each payout. */
export function BatchPage() {
  const t = useT('operator')
  return (
    <OperatorPage
      place="money"
      title={t('operator:batch.title')}
      back={{ to: '/operator/money', label: t('operator:money.title') }}
    >
      {() => <Batch />}
    </OperatorPage>
  )
}

type Step = 'mark_sent' | 'close' | 'discard'

function Batch() {
  const t = useT('operator')
  const n = useNumbers()
  useCurrencies()
  const batchId = String(useParams({ strict: false }).batchId)
  const params = { batch_id: batchId }
  const query = useQuery({ queryKey: ['operator', 'batch', batchId], queryFn: () => client.payouts.batch({ params }) })
  const list = useList(['operator', 'batch_payouts', batchId], (after) =>
    client.payouts.batch_payouts({ params, query: { limit: 100, ...(after && { after }) } }),
  )
  const [step, setStep] = useState<Step | null>(null)
  const [back, setBack] = useState<{ account_id: string; handle: string; how: 'failed' | 'returned' } | null>(null)
  const [note, setNote] = useState('')
  const changes = [['operator']]
  const go = useAct((s: Step) => client.payouts[s]({ params, body: {} }), {
    changes,
    said: t('operator:batch.said'),
    after: () => setStep(null),
  })
  const mark = useAct(
    () => {
      if (!back) throw new Error('assumption broken: a payout was chosen')
      const request = { params: { batch_id: batchId, account_id: back.account_id }, body: { note } }
      return back.how === 'failed' ? client.payouts.mark_failed(request) : client.payouts.mark_returned(request)
    },
    {
      changes,
      said: t('operator:batch.marked'),
      after: () => {
        setBack(null)
        setNote('')
      },
    },
  )
  return (
    <Loaded query={query}>
      {(b) => (
        <>
          <Card className="grid gap-6">
            <StatRow>
              <Stat
                label={t('operator:money.state')}
                value={<Badge tone={BATCH_TONES[b.state]}>{t(`operator:batch_state.${b.state}`)}</Badge>}
                note={<RelativeTime at={b.closed_at ?? b.sent_at ?? b.created_at} />}
              />
              <Stat
                label={t('operator:money.amount')}
                value={<Money amount_minor={b.amount_minor} currency={b.currency} />}
              />
              <Stat label={t('operator:money.people')} value={n.int(b.payouts)} />
              <Stat
                label={t('operator:money.came_back')}
                value={n.int(b.failed)}
                note={<Money amount_minor={b.failed_minor} currency={b.currency} />}
              />
            </StatRow>
            <div className="flex flex-wrap gap-2 border-t border-line pt-4">
              <a className={buttonClass('secondary')} href={`/v1/payouts/batches/${batchId}/payouts.csv`} download>
                <Icon name="download" />
                {t('operator:batch.csv')}
              </a>
              {b.state === 'draft' ? (
                <>
                  <Button onClick={() => setStep('mark_sent')}>{t('operator:batch.mark_sent')}</Button>
                  <Button kind="danger" onClick={() => setStep('discard')}>
                    {t('operator:batch.discard')}
                  </Button>
                </>
              ) : b.state === 'sent' ? (
                <Button onClick={() => setStep('close')}>{t('operator:batch.close')}</Button>
              ) : null}
            </div>
          </Card>
          <Card>
            <SectionHead title={t('operator:batch.payouts')} hint={t('operator:batch.payouts_hint')} />
            <Listing list={list} empty={<p className="text-ink-soft">{t('operator:batch.empty')}</p>}>
              {(items) => (
                <DataTable
                  caption={t('operator:batch.payouts')}
                  rows={items}
                  rowKey={(p) => p.account_id}
                  columns={[
                    {
                      key: 'handle',
                      head: t('operator:people.handle'),
                      main: true,
                      cell: (p) => <bdi>{p.handle}</bdi>,
                    },
                    {
                      key: 'destination',
                      head: t('operator:batch.destination'),
                      cell: (p) => <bdi className="font-mono text-xs break-all">{p.destination}</bdi>,
                    },
                    {
                      key: 'amount',
                      head: t('operator:money.amount'),
                      numeric: true,
                      cell: (p) => <Money amount_minor={p.amount_minor} currency={b.currency} />,
                    },
                    {
                      key: 'state',
                      head: t('operator:money.state'),
                      cell: (p) => (
                        <>
                          <Badge tone={PAYOUT_TONES[p.state]}>{t(`operator:payout_state.${p.state}`)}</Badge>
                          {p.note ? <bdi className="mt-1 block text-xs text-ink-soft">{p.note}</bdi> : null}
                        </>
                      ),
                    },
                    {
                      key: 'act',
                      head: t('operator:batch.act'),
                      cell: (p) => {
                        // Before the batch is sent a payout can fail; afterwards its money can come back.
                        const how =
                          p.state === 'draft'
                            ? 'failed'
                            : p.state === 'sent' && b.state === 'sent'
                              ? 'returned'
                              : undefined
                        return how ? (
                          <Button
                            kind="secondary"
                            size="small"
                            onClick={() => setBack({ account_id: p.account_id, handle: p.handle, how })}
                          >
                            {t(`operator:batch.mark_${how}`)}
                          </Button>
                        ) : (
                          '–'
                        )
                      },
                    },
                  ]}
                />
              )}
            </Listing>
          </Card>
          <Ask
            open={step !== null}
            onClose={() => setStep(null)}
            title={t(`operator:batch.${step ?? 'close'}`)}
            action={t(`operator:batch.${step ?? 'close'}`)}
            danger={step === 'discard'}
            busy={go.isPending}
            error={go.error}
            onGo={() => step && go.mutate(step)}
          >
            <p>{t(`operator:batch.${step ?? 'close'}_why`)}</p>
          </Ask>
          <Ask
            open={back !== null}
            onClose={() => setBack(null)}
            title={t(`operator:batch.mark_${back?.how ?? 'failed'}`)}
            action={t(`operator:batch.mark_${back?.how ?? 'failed'}`)}
            danger
            busy={mark.isPending}
            error={mark.error}
            disabled={note.trim() === ''}
            onGo={() => mark.mutate(undefined)}
          >
            <p>{t('operator:batch.back_why', { handle: back?.handle ?? '' })}</p>
            <TextArea label={t('operator:batch.note')} value={note} onChange={setNote} max={400} />
          </Ask>
        </>
      )}
    </Loaded>
  )
}
