import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { PROOF_FORMAT, type ProofFile } from '../../../src/engine/proof-file.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Fact } from '../../ui/fact.tsx'
import { Page } from '../../ui/page.tsx'
import { saveText } from '../../ui/save.ts'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Signing } from './signing.tsx'
import { checkEntryHere, type Verdict } from './check-entry.ts'

type Entry = Awaited<ReturnType<typeof client.evidence.mine>>['items'][number]
type Log = Awaited<ReturnType<typeof client.evidence.log>>

/** One's own entries of the public logs, each checked in this browser before it is called right. */
export function ProofsPage() {
  const t = useT('proofs')
  return (
    <Page title={t('proofs:title')} lead={t('proofs:lead')} width="narrow">
      <SignedIn>
        {(me) => (
          <div className="grid gap-6">
            <Signing account_id={me.account_id} />
            <Proofs />
          </div>
        )}
      </SignedIn>
    </Page>
  )
}

/** The log of a season and the keys that sign it; asked for once, however many entries are checked against it. */
const useLog = (season_id: string) =>
  useQuery({ queryKey: ['log', season_id], queryFn: () => client.evidence.log({ params: { season_id } }) })

function Proofs() {
  const t = useT('proofs')
  const query = useInfiniteQuery({
    queryKey: ['my_evidence'],
    queryFn: ({ pageParam }) =>
      client.evidence.mine({ query: { limit: 20, ...(pageParam ? { after: pageParam } : {}) } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <LoadingBlock lines={6} />
  const entries = query.data.pages.flatMap((page) => page.items)
  if (entries.length === 0)
    return (
      <EmptyState icon="shield" title={t('proofs:none')}>
        {t('proofs:none_why')}
      </EmptyState>
    )
  return (
    <div className="grid gap-4">
      <div>
        <Button icon="download" onClick={() => void save(entries)}>
          {t('proofs:save')}
        </Button>
        <p className="mt-1 max-w-prose text-sm text-ink-soft">{t('proofs:save_hint')}</p>
      </div>
      <ul className="grid gap-3">
        {entries.map((e) => (
          <EntryCard key={`${e.season_id}.${e.seq}`} entry={e} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button kind="secondary" onClick={() => void query.fetchNextPage()}>
          {t('proofs:more')}
        </Button>
      ) : null}
    </div>
  )
}

async function save(entries: readonly Entry[]): Promise<void> {
  const logs = await Promise.all(
    [...new Set(entries.map((e) => e.season_id))].map(async (season_id) => {
      const { origin, keys } = await client.evidence.log({ params: { season_id } })
      return { season_id, origin, public_keys: keys.map((k) => k.public_key) }
    }),
  )
  const file: ProofFile = { format: PROOF_FORMAT, logs, entries }
  saveText('assay-proofs.json', `${JSON.stringify(file, null, 1)}\n`, 'application/json')
}

const KINDS = ['submitted', 'revised', 'reviewed', 'decided', 'rewarded', 'appealed', 'withdrawn', 'audited'] as const
type Kind = (typeof KINDS)[number]

function EntryCard({ entry }: { entry: Entry }) {
  const t = useT('proofs')
  const [open, setOpen] = useState(false)
  const log = useLog(entry.season_id)
  const checked = useQuery({
    queryKey: ['checked_entry', entry.season_id, entry.seq, entry.size],
    queryFn: () => checkEntryHere(entry, log.data!),
    enabled: log.data !== undefined,
    staleTime: Infinity,
  })
  const said = JSON.parse(entry.entry) as { kind: string; day: string }
  const isKnown = (KINDS as readonly string[]).includes(said.kind)
  return (
    <Card as="li" className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0">
        <p className="font-semibold">{t(`proofs:kind.${isKnown ? (said.kind as Kind) : 'other'}`)}</p>
        <p className="text-sm text-ink-soft">
          <DateTime at={said.day} dateOnly /> · {t('proofs:place', { seq: entry.seq, size: entry.size })}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Seal verdict={checked.data} />
        <Button kind="quiet" size="small" icon="shield" onClick={() => setOpen(true)}>
          {t('proofs:open')}
        </Button>
      </div>
      <Dialog wide open={open} onClose={() => setOpen(false)} title={t('proofs:proof')}>
        {log.data ? <ProofBody entry={entry} log={log.data} verdict={checked.data} /> : <LoadingBlock />}
      </Dialog>
    </Card>
  )
}

function Seal({ verdict }: { verdict: Verdict | undefined }) {
  const t = useT('proofs')
  if (!verdict) return <Badge>{t('proofs:checking')}</Badge>
  if (verdict.is === 'unable') return <Badge tone="warn">{t('proofs:unable')}</Badge>
  return verdict.is === 'right' ? (
    <Badge tone="good" icon="check">
      {t('proofs:right')}
    </Badge>
  ) : (
    <Badge tone="bad" icon="warning">
      {t('proofs:wrong')}
    </Badge>
  )
}

function ProofBody({ entry, log, verdict }: { entry: Entry; log: Log; verdict: Verdict | undefined }) {
  const t = useT('proofs')
  const { event, content, pay } = entry.openings
  return (
    <div className="grid gap-5">
      <p className="max-w-prose text-sm text-ink-soft">
        {verdict?.is === 'right'
          ? t(verdict.opened.length > 0 ? 'proofs:means_opened' : 'proofs:means')
          : verdict?.is === 'wrong'
            ? verdict.says
            : t('proofs:unable_why')}
      </p>
      <dl className="grid gap-3 text-sm">
        <Fact label={t('proofs:fact.log')} copy={log.origin} />
        <Fact label={t('proofs:fact.entry')} copy={entry.entry} />
        <Fact label={t('proofs:fact.root')} copy={entry.root} />
        <Fact label={t('proofs:fact.path')} copy={entry.proof.join('\n')} />
        <Fact label={t('proofs:fact.checkpoint')} copy={entry.checkpoint} />
        {event ? <Fact label={t('proofs:fact.event')} copy={JSON.stringify(event.value, null, 1)} /> : null}
        {content.map((c) =>
          c.value ? (
            <Fact key={c.name} label={t('proofs:fact.answer')} copy={JSON.stringify(c.value, null, 1)} />
          ) : null,
        )}
        {pay ? (
          <Fact label={t('proofs:fact.pay')} copy={pay.lines.map((l) => JSON.stringify(l.value, null, 1)).join('\n')} />
        ) : null}
      </dl>
    </div>
  )
}
