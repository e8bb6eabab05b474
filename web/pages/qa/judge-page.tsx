import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { recall, remember } from '../../app/memory.ts'
import { uuid } from '../../app/uuid.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { BlurredContent } from '../../ui/blurred.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { Countdown } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { ForRole } from '../desk/for-role.tsx'
import { forgetJudgement, Judge, type Judgements } from '../desk/judge.tsx'
import { BesideInstructions } from '../work/instructions.tsx'
import { workPageQuery } from '../work/queries.ts'
import { useRenewal } from '../work/use-renewal.ts'

type Kind = 'audit' | 'expert'
type Held = {
  submission_id: string
  data: Record<string, unknown> | null
  answer: Record<string, unknown>
  version: number
  expires_at: string
}

/** Blind grading of drawn work. */
export function GradePage() {
  return <JudgePage kind="audit" />
}

/** Deciding what peers could not settle, or what waits past its deadline. */
export function ExpertPage() {
  return <JudgePage kind="expert" />
}

function JudgePage({ kind }: { kind: Kind }) {
  const t = useT('qa', 'desk', 'work')
  const campaignId = String(useParams({ strict: false }).campaignId)
  return (
    <ForRole desk="qa" title={t(`qa:${kind}.page`)}>
      {() => <Judging kind={kind} campaignId={campaignId} />}
    </ForRole>
  )
}

async function claimOf(
  kind: Kind,
  campaign_id: string,
): Promise<{ state: 'work' | 'searching' | 'none'; items: Held[] }> {
  if (kind === 'audit') return client.audits.claim({ params: { campaign_id }, body: { count: 1 } })
  return client.reviews.expert_claim({ params: { campaign_id }, body: {} })
}

async function sendOf(kind: Kind, campaign_id: string, submission_id: string, judgements: Judgements): Promise<void> {
  const parts = ({ reason, comment }: Judgements[string]) => ({
    ...(reason && { reason }),
    ...(comment?.trim() && { comment: comment.trim() }),
  })
  const options = { idempotencyKey: uuid() }
  if (kind === 'audit') {
    const grades = Object.fromEntries(
      Object.entries(judgements).map(([key, j]) => [key, { right: j.ok, ...(j.ok ? {} : parts(j)) }]),
    )
    await client.audits.grade({ params: { campaign_id }, body: { grades: [{ submission_id, grades }] } }, options)
  } else {
    const votes = Object.fromEntries(
      Object.entries(judgements).map(([key, j]) => [key, { approve: j.ok, ...(j.ok ? {} : parts(j)) }]),
    )
    await client.reviews.record({ params: { campaign_id }, body: { reviews: [{ submission_id, votes }] } }, options)
  }
}

function Judging({ kind, campaignId }: { kind: Kind; campaignId: string }) {
  const t = useT('qa', 'work')
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [count, setCount] = useState(0)
  const claim = useQuery({
    queryKey: ['qa', 'claim', kind, campaignId],
    queryFn: () => claimOf(kind, campaignId),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchInterval: (query) => (query.state.data?.state === 'searching' ? 400 : false),
  })
  const held = claim.data?.items.find((i) => !gone.has(i.submission_id))
  const page = useQuery({ ...workPageQuery(campaignId, held?.version), enabled: claim.data !== undefined })
  const targets = useMemo(() => (held ? [held.submission_id] : []), [held])
  const { touch, renewed } = useRenewal(campaignId, targets, page.data?.lease_seconds ?? 1800)
  const next = (submissionId: string) => {
    forgetJudgement(kind, submissionId)
    setGone((g) => new Set([...g, submissionId]))
    void claim.refetch()
    scrollTo({ top: 0 })
  }
  const send = useAct(
    ({ work, judgements }: { work: Held; judgements: Judgements }) =>
      sendOf(kind, campaignId, work.submission_id, judgements),
    {
      changes: [
        ['qa', 'desk'],
        ['qa', 'expert_desk'],
        ['qa', 'plan'],
        ['qa', 'figures'],
      ],
      after: (_, { work }) => {
        if (page.data) remember(`read.${campaignId}.${page.data.version}`, '1')
        setCount((c) => c + 1)
        next(work.submission_id)
      },
    },
  )
  const skip = useAct(
    (work: Held) =>
      client.assignments.give_back({ params: { campaign_id: campaignId, target_id: work.submission_id }, body: {} }),
    {
      said: t('qa:skipped'),
      after: (_, work) => next(work.submission_id),
    },
  )
  const problem = claim.error ?? page.error
  return (
    <Page
      title={t(`qa:${kind}.page`)}
      back={{ to: '/qa', label: t('qa:title') }}
      width="wide"
      lead={
        <>
          {page.data ? <bdi className="font-semibold text-ink">{page.data.title}</bdi> : null} {t(`qa:${kind}.blind`)}
          {count > 0 ? <span className="block">{t('qa:done_now', { count })}</span> : null}
        </>
      }
    >
      {problem ? (
        <ErrorState error={problem} onRetry={() => void Promise.all([claim.refetch(), page.refetch()])} />
      ) : held && page.data ? (
        <BesideInstructions
          instructions={page.data.instructions}
          lang={page.data.language}
          open={recall(`read.${campaignId}.${page.data.version}`) === null}
        >
          <Covered restricted={page.data.restricted} key={held.submission_id}>
            <Judge
              page={page.data}
              work={held}
              kept={kind}
              busy={send.isPending}
              error={send.error ?? skip.error}
              onSend={(judgements) => send.mutate({ work: held, judgements })}
              onSkip={() => skip.mutate(held)}
              onTouch={touch}
              head={
                <p className="flex items-center justify-between gap-4 text-sm text-ink-soft">
                  <bdi className="font-mono">{held.submission_id}</bdi>
                  <span>
                    {t('work:time_left')}{' '}
                    <Countdown until={renewed[held.submission_id] ?? held.expires_at} onEnd={t('work:time_over')} />
                  </span>
                </p>
              }
            />
          </Covered>
        </BesideInstructions>
      ) : claim.data?.state === 'none' && !claim.isFetching ? (
        <EmptyState
          icon="check"
          title={t(`qa:${kind}.none`)}
          actions={
            <>
              <LinkButton to="/qa">{t('qa:back_to_desk')}</LinkButton>
              <Button kind="secondary" onClick={() => void claim.refetch()}>
                {t('qa:look_again')}
              </Button>
            </>
          }
        >
          {t(`qa:${kind}.none_why`)}
        </EmptyState>
      ) : (
        <LoadingBlock lines={6} />
      )}
    </Page>
  )
}

function Covered({ restricted, children }: { restricted: boolean; children: React.ReactNode }) {
  return restricted ? <BlurredContent>{children}</BlurredContent> : <>{children}</>
}
