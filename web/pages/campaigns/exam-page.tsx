import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { Countdown } from '../../ui/time.tsx'
import { Attempt, type Started } from './exam-attempt.tsx'
import { ExamOutcome, type Outcome } from './exam-outcome.tsx'
import { duration, percent } from './figures.ts'
import { campaignQuery, examQuery } from './queries.ts'

/** The exam: what it is, the attempt itself, and how it went. */
export function ExamPage() {
  return <SignedIn>{(account) => <Exam accountId={account.account_id} />}</SignedIn>
}

function Exam({ accountId }: { accountId: string }) {
  const t = useT('campaigns')
  const { locale } = useLanguage()
  const campaignId = String(useParams({ strict: false }).campaignId)
  const atOnce = (useSearch({ strict: false }) as { start?: unknown }).start !== undefined
  const campaign = useQuery(campaignQuery(campaignId))
  const state = useQuery(examQuery(campaignId))
  const [attempt, setAttempt] = useState<Started | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const start = useMutation({
    mutationFn: () => client.exams.start({ params: { campaign_id: campaignId }, body: {} }),
    onSuccess: setAttempt,
  })
  const { mutate } = start
  const begun = useRef(false)
  useEffect(() => {
    const s = state.data?.state
    if (begun.current || (s !== 'open' && !(atOnce && s === 'ready'))) return
    begun.current = true
    mutate()
  }, [state.data?.state, atOnce, mutate])
  const back = { to: `/campaigns/${campaignId}`, label: campaign.data?.title ?? t('campaigns:exam.back') }
  const finished = (result: Outcome) => {
    setAttempt(null)
    setOutcome(result)
    void queryClient.invalidateQueries({ queryKey: ['campaign', campaignId] })
    void queryClient.invalidateQueries({ queryKey: ['me'] })
  }
  const s = state.data
  return (
    <Page
      title={t('campaigns:exam.title')}
      back={back}
      width="narrow"
      lead={
        attempt ? (
          <>
            {t('campaigns:exam.time_left')}{' '}
            <Countdown until={attempt.expires_at} onEnd={t('campaigns:exam.time_over')} />
          </>
        ) : undefined
      }
    >
      {outcome ? (
        <ExamOutcome
          campaignId={campaignId}
          outcome={outcome}
          onAgain={() => {
            setOutcome(null)
            begun.current = true
            mutate()
          }}
        />
      ) : attempt ? (
        <Attempt
          accountId={accountId}
          campaignId={campaignId}
          attempt={attempt}
          lang={campaign.data?.language}
          onDone={finished}
        />
      ) : !s ? (
        state.error ? (
          <ErrorState error={state.error} onRetry={() => void state.refetch()} />
        ) : (
          <LoadingBlock />
        )
      ) : s.state === 'ready' || s.state === 'open' ? (
        <Card className="grid gap-5">
          <StatRow>
            <Stat label={t('campaigns:exam.questions')} value={s.questions} />
            <Stat
              label={t('campaigns:exam.mark')}
              value={percent(s.pass_bps, locale)}
              meaning={t('campaigns:exam.mark_meaning')}
            />
            <Stat label={t('campaigns:exam.time')} value={duration(s.time_limit_seconds, locale)} />
          </StatRow>
          <p className="text-ink-soft">{t('campaigns:exam.how')}</p>
          <Button size="large" busy={start.isPending} onClick={() => mutate()}>
            {t('campaigns:exam.start')}
          </Button>
          <ErrorLine error={start.error} />
        </Card>
      ) : s.state === 'cooling_down' ? (
        <Card className="grid gap-3">
          <h2 className="text-lg">{t('campaigns:exam.cooling')}</h2>
          {s.last_score_bps !== null ? (
            <p>
              {t('campaigns:exam.last', {
                score: percent(s.last_score_bps, locale),
                mark: percent(s.pass_bps, locale),
              })}
            </p>
          ) : null}
          {s.retry_at ? (
            <p className="text-ink-soft">
              {t('campaigns:exam.again_in')} <Countdown until={s.retry_at} />
            </p>
          ) : null}
          <p className="text-ink-soft">{t('campaigns:exam.other_questions')}</p>
        </Card>
      ) : (
        <Card className="grid gap-4">
          <p>{t(s.state === 'not_joined' ? 'campaigns:exam.join_first' : 'campaigns:exam.not_needed')}</p>
          <LinkButton to={`/campaigns/${campaignId}`}>{t('campaigns:exam.to_campaign')}</LinkButton>
        </Card>
      )}
    </Page>
  )
}
