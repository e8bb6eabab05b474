import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { outbox, useArrivals, useOutbox } from '../../app/outbox.ts'
import { recall, remember } from '../../app/memory.ts'
import type { Arrival } from '../../outbox.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'
import { AfterFirst } from './after-first.tsx'
import { Batch } from './batch.tsx'
import { BesideInstructions } from './instructions.tsx'
import { NothingLeft } from './nothing-left.tsx'
import { Parcels } from './parcels.tsx'
import { claimItemsQuery, workPageQuery } from './queries.ts'
import { useHeld } from './use-held.ts'

/** The contributor's page: held items, what is asked of them, and nothing else in the way. */
export function WorkPage() {
  return <SignedIn>{(account) => <Work accountId={account.account_id} />}</SignedIn>
}

function Work({ accountId }: { accountId: string }) {
  const t = useT('work')
  const campaignId = String(useParams({ strict: false }).campaignId)
  const current = useQuery(workPageQuery(campaignId))
  const claim = useQuery(claimItemsQuery(campaignId))
  const [sentNow, setSentNow] = useState(0)
  const [celebrate, setCelebrate] = useState<string | null>(null)
  const parcels = useOutbox().filter(
    (p) => p.account_id === accountId && p.campaign_id === campaignId && p.kind === 'submissions',
  )
  const { isOpen, waiting, gone } = useHeld(parcels, idsOf)
  const refused = useMemo(() => refusedFields(parcels), [parcels])

  const { refetch } = claim
  useArrivals(
    useCallback(
      ({ parcel, result }: Arrival) => {
        if (parcel.campaign_id !== campaignId || parcel.kind !== 'submissions') return
        const items = (result as { items: { item_id: string; submission_id: string }[] }).items
        setSentNow((n) => n + items.length)
        if (recall('sent_once') === null) {
          remember('sent_once', '1')
          setCelebrate(items[0]?.submission_id ?? null)
        } else say(t('work:sent', { count: items.length }), 'good')
        void refetch()
      },
      [campaignId, refetch, t],
    ),
  )

  // Items of one version at a time: a batch that straddles a change of form is worked off version by version.
  const open = (claim.data?.items ?? []).filter((i) => isOpen(i.item_id))
  const version = open[0]?.version
  const batch = open.filter((i) => i.version === version)
  const page = useQuery({ ...workPageQuery(campaignId, version), enabled: version !== undefined })
  const shown = (version === undefined || version === current.data?.version ? current.data : page.data) ?? undefined
  const batchKey = batch.map((i) => i.item_id).join(',')

  const refusedParcels = parcels.filter((p) => p.refused)
  const problem = current.error ?? claim.error ?? page.error
  // What was claimed is used up: ask for more. A problem is shown instead, and asked about again by hand.
  const usedUp =
    claim.data?.state === 'work' && open.length === 0 && waiting === 0 && !claim.isFetching && claim.error === null
  useEffect(() => {
    if (usedUp) void refetch()
  }, [usedUp, refetch])
  return (
    <Page
      title={current.data?.title ?? t('work:title')}
      back={{ to: `/campaigns/${campaignId}`, label: t('work:back') }}
      width="wide"
      badge={current.data?.restricted ? <Badge tone="warn">{t('work:restricted')}</Badge> : undefined}
      lead={sentNow > 0 ? t('work:sent_now', { count: sentNow }) : undefined}
    >
      <Parcels parcels={parcels} onSeen={(key) => outbox.remove(key)} />
      {celebrate ? (
        <AfterFirst campaignId={campaignId} submissionId={celebrate} onNext={() => setCelebrate(null)} />
      ) : problem && !claim.data ? (
        <ErrorState
          error={problem}
          onRetry={() => void Promise.all([current.refetch(), claim.refetch()])}
          actions={
            <LinkButton kind="quiet" to={`/campaigns/${campaignId}`}>
              {t('work:to_campaign')}
            </LinkButton>
          }
        />
      ) : batch.length > 0 && shown ? (
        <BesideInstructions instructions={shown.instructions} lang={shown.language}>
          <Batch
            key={batchKey}
            accountId={accountId}
            page={shown}
            items={batch}
            refused={refused}
            onHandedOver={() => {
              gone(batch.map((i) => i.item_id))
              for (const parcel of refusedParcels) outbox.remove(parcel.key)
            }}
            onSkipped={(itemId) => gone([itemId])}
          />
        </BesideInstructions>
      ) : claim.data?.state === 'none' && waiting === 0 ? (
        <NothingLeft
          campaignId={campaignId}
          retryAfterSeconds={claim.data.retry_after_seconds}
          serverTime={claim.data.server_time}
          onRetry={() => void refetch()}
        />
      ) : waiting > 0 && !claim.isFetching ? (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => void refetch()}>{t('work:get_more')}</Button>
          <LinkButton kind="secondary" to="/my-work">
            {t('work:see_mine')}
          </LinkButton>
        </div>
      ) : (
        <LoadingBlock lines={6} />
      )}
    </Page>
  )
}

const idsOf = (body: unknown): string[] => itemsOf(body).map((i) => i.item_id)
const itemsOf = (body: unknown): { item_id: string }[] =>
  (body as { submissions?: { item_id: string }[] }).submissions ?? []

/** The server's words on single answers, by item and question, from refused parcels: `/submissions/<n>/answer/<key>`. */
function refusedFields(
  parcels: readonly { body: unknown; refused?: { fields?: { field: string; message: string }[] } }[],
): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {}
  for (const parcel of parcels) {
    const items = itemsOf(parcel.body)
    for (const { field, message } of parcel.refused?.fields ?? []) {
      const match = /^\/(?:body\/)?submissions\/(\d+)\/answer\/([a-z][a-z0-9_]*)/.exec(field)
      const item = match ? items[Number(match[1])] : undefined
      if (item && match?.[2]) found[item.item_id] = { ...found[item.item_id], [match[2]]: message }
    }
  }
  return found
}
