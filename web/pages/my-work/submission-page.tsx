import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge } from '../../ui/badge.tsx'
import { BlurredContent } from '../../ui/blurred.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { StageTrack } from '../../ui/stage-track.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { questionsOf } from '../../work-form/form.ts'
import { ItemView } from '../../work-form/item-view.tsx'
import { Amounts } from '../campaigns/amounts.tsx'
import { workPageQuery } from '../work/queries.ts'
import { Answers } from './answers.tsx'
import { CheckReasons } from './check-reasons.tsx'
import { Remedies } from './remedies.tsx'
import { STATE_TONE, stepsOf } from './stages.ts'

export const submissionQuery = (campaign_id: string, submission_id: string) =>
  queryOptions({
    queryKey: ['submission', campaign_id, submission_id],
    queryFn: () => client.reviews.status({ params: { campaign_id, submission_id } }),
    refetchInterval: 60_000,
  })

/** One submission: where it stands, what was decided and why, and what its author can do. */
export function SubmissionPage() {
  return <SignedIn>{(account) => <Found accountId={account.account_id} />}</SignedIn>
}

function Found({ accountId }: { accountId: string }) {
  const { campaignId: given, submissionId } = useParams({ strict: false }) as {
    campaignId?: string
    submissionId: string
  }
  // A link without its campaign still works: the person's own list knows it.
  const mine = useQuery({
    queryKey: ['my_submissions', 'find', submissionId],
    queryFn: () => client.submissions.mine({ query: { limit: 200 } }),
    enabled: given === undefined,
  })
  const campaignId = given ?? mine.data?.items.find((s) => s.submission_id === submissionId)?.campaign_id
  if (campaignId) return <Submission accountId={accountId} campaignId={campaignId} submissionId={submissionId} />
  return (
    <Waiting error={mine.error ?? (mine.data ? new Error('not found') : null)} onRetry={() => void mine.refetch()} />
  )
}

function Waiting({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useT('my_work')
  return (
    <div className="mx-auto max-w-5xl px-gutter py-9">
      {error ? (
        <ErrorState
          error={error}
          level={1}
          onRetry={onRetry}
          actions={
            <LinkButton kind="secondary" to="/my-work">
              {t('my_work:title')}
            </LinkButton>
          }
        />
      ) : (
        <LoadingBlock lines={6} />
      )}
    </div>
  )
}

function Submission({
  accountId,
  campaignId,
  submissionId,
}: {
  accountId: string
  campaignId: string
  submissionId: string
}) {
  const t = useT('my_work')
  const query = useQuery(submissionQuery(campaignId, submissionId))
  const s = query.data
  const page = useQuery({ ...workPageQuery(campaignId, s?.version), enabled: s !== undefined })
  const questions = useMemo(() => (page.data ? questionsOf(page.data.form) : []), [page.data])
  if (!s) return <Waiting error={query.error} onRetry={() => void query.refetch()} />
  const lang = page.data?.language
  const content = (
    <div className="grid gap-6">
      {page.data ? <ItemView form={page.data.form} data={s.data ?? {}} {...(lang && { lang })} /> : null}
      <Answers questions={questions} submission={s} {...(lang && { lang })} />
    </div>
  )
  return (
    <Page
      title={s.title}
      back={{ to: '/my-work', label: t('my_work:title') }}
      badge={<Badge tone={STATE_TONE[s.status]}>{t(`my_work:state.${s.status}`)}</Badge>}
    >
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid gap-6 lg:order-2">
          <Card>
            <SectionHead title={t('my_work:where')} />
            <StageTrack
              label={t('my_work:where')}
              stages={stepsOf(s).map((step) => ({
                key: step.key,
                state: step.state,
                label: t(`my_work:step.${step.key}${step.state === 'stopped' && step.key === 'decided' ? '_no' : ''}`),
                detail: step.at ? (
                  <DateTime at={step.at} />
                ) : step.expected ? (
                  <>
                    {t(step.key === 'revision' ? 'my_work:open_until' : 'my_work:expected')}{' '}
                    <RelativeTime at={step.expected} />
                  </>
                ) : undefined,
              }))}
            />
          </Card>
          {s.rewards.length > 0 ? (
            <Card>
              <SectionHead title={t('my_work:earned')} />
              <p className="text-2xl font-bold">
                <Amounts amounts={s.rewards} />
              </p>
              <LinkButton kind="quiet" size="small" to="/earnings" className="-ms-3 mt-1">
                {t('my_work:to_earnings')}
              </LinkButton>
            </Card>
          ) : null}
        </div>
        <div className="grid gap-6">
          <CheckReasons submission={s} />
          <Remedies accountId={accountId} submission={s} page={page.data} />
          <Card>{page.data?.restricted ? <BlurredContent>{content}</BlurredContent> : content}</Card>
          {s.status === 'withdrawn' ? null : (
            <Withdraw campaignId={campaignId} submissionId={submissionId} onDone={() => void query.refetch()} />
          )}
        </div>
      </div>
    </Page>
  )
}

function Withdraw({
  campaignId,
  submissionId,
  onDone,
}: {
  campaignId: string
  submissionId: string
  onDone: () => void
}) {
  const t = useT('my_work')
  const [asking, setAsking] = useState(false)
  const withdraw = useMutation({
    mutationFn: () =>
      client.submissions.withdraw({ params: { campaign_id: campaignId, submission_id: submissionId }, body: {} }),
    onSuccess: () => {
      setAsking(false)
      onDone()
    },
  })
  return (
    <div>
      <Button kind="quiet" size="small" onClick={() => setAsking(true)}>
        {t('my_work:withdraw.action')}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('my_work:withdraw.title')}
        actions={
          <>
            <Button kind="quiet" onClick={() => setAsking(false)}>
              {t('common:action.cancel')}
            </Button>
            <Button kind="danger" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
              {t('my_work:withdraw.action')}
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <p>{t('my_work:withdraw.what')}</p>
          <ErrorLine error={withdraw.error} />
        </div>
      </Dialog>
    </div>
  )
}
