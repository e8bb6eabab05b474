import { queryOptions, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { outbox, useArrivals, useOutbox } from '../../app/outbox.ts'
import type { Arrival } from '../../outbox.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { BesideInstructions } from '../work/instructions.tsx'
import { NothingLeft } from '../work/nothing-left.tsx'
import { Parcels } from '../work/parcels.tsx'
import { workPageQuery } from '../work/queries.ts'
import { useHeld } from '../work/use-held.ts'
import { ReviewDesk } from './review-desk.tsx'

const claimReviewsQuery = (campaign_id: string) =>
  queryOptions({
    queryKey: ['claim_reviews', campaign_id],
    queryFn: () => client.assignments.claim_reviews({ params: { campaign_id }, body: {} }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchInterval: (query) => (query.state.data?.state === 'searching' ? 400 : false),
  })

/** The reviewer's page: one submission after another, blind. */
export function ReviewPage() {
  return <SignedIn>{(account) => <Review accountId={account.account_id} />}</SignedIn>
}

const idsOf = (body: unknown): string[] =>
  ((body as { reviews?: { submission_id: string }[] }).reviews ?? []).map((r) => r.submission_id)

function Review({ accountId }: { accountId: string }) {
  const t = useT('review', 'work')
  const campaignId = String(useParams({ strict: false }).campaignId)
  const current = useQuery(workPageQuery(campaignId))
  const claim = useQuery(claimReviewsQuery(campaignId))
  const [done, setDone] = useState(0)
  const parcels = useOutbox().filter(
    (p) => p.account_id === accountId && p.campaign_id === campaignId && p.kind === 'reviews',
  )
  const { isOpen, waiting, gone } = useHeld(parcels, idsOf)
  const { refetch } = claim

  const open = (claim.data?.items ?? []).filter((r) => isOpen(r.submission_id))
  const held = open[0]
  const page = useQuery({
    ...workPageQuery(campaignId, held?.version),
    enabled: held !== undefined && held.version !== current.data?.version,
  })
  const shown = held === undefined || held.version === current.data?.version ? current.data : page.data
  useArrivals(
    useCallback(
      ({ parcel }: Arrival) => {
        if (parcel.campaign_id !== campaignId || parcel.kind !== 'reviews') return
        setDone((n) => n + 1)
        gone(idsOf(parcel.body))
      },
      [campaignId, gone],
    ),
  )
  // The next batch is asked for when this one is used up and its reviews have arrived, so nothing held is claimed twice.
  const usedUp =
    claim.data?.state === 'work' && held === undefined && waiting === 0 && !claim.isFetching && claim.error === null
  useEffect(() => {
    if (usedUp) void refetch()
  }, [usedUp, refetch])
  const problem = current.error ?? claim.error ?? page.error
  return (
    <Page
      title={current.data?.title ?? t('review:title')}
      back={{ to: `/campaigns/${campaignId}`, label: t('work:back') }}
      width="wide"
      badge={
        <>
          <Badge tone="info" icon="balance">
            {t('review:title')}
          </Badge>
          {current.data?.restricted ? <Badge tone="warn">{t('work:restricted')}</Badge> : null}
        </>
      }
      lead={done > 0 ? t('review:done', { count: done }) : t('review:blind')}
    >
      <Parcels parcels={parcels} onSeen={(key) => outbox.remove(key)} />
      {problem && !claim.data ? (
        <ErrorState
          error={problem}
          onRetry={() => void Promise.all([current.refetch(), claim.refetch()])}
          actions={
            <LinkButton kind="quiet" to={`/campaigns/${campaignId}`}>
              {t('work:to_campaign')}
            </LinkButton>
          }
        />
      ) : held && shown ? (
        <BesideInstructions instructions={shown.instructions} lang={shown.language}>
          <ReviewDesk
            key={held.submission_id}
            accountId={accountId}
            page={shown}
            held={held}
            onHandedOver={() => gone([held.submission_id])}
            onSkipped={() => gone([held.submission_id])}
          />
        </BesideInstructions>
      ) : claim.data?.state === 'none' && waiting === 0 ? (
        <NothingLeft
          review
          campaignId={campaignId}
          retryAfterSeconds={claim.data.retry_after_seconds}
          serverTime={claim.data.server_time}
          onRetry={() => void refetch()}
        />
      ) : waiting > 0 && !claim.isFetching ? (
        <Button className="justify-self-start" onClick={() => void refetch()}>
          {t('work:get_more')}
        </Button>
      ) : (
        <LoadingBlock lines={6} />
      )}
    </Page>
  )
}
