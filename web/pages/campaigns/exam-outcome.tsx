import { useState } from 'react'
import type { client } from '../../app/api.ts'
import { serverNow } from '../../app/clock.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { cx } from '../../ui/cx.ts'
import { Icon } from '../../ui/icon.tsx'
import { Countdown } from '../../ui/time.tsx'
import { percent } from './figures.ts'

export type Outcome = Awaited<ReturnType<typeof client.exams.answer>>

/** How it went: the score, the role the system gave and why, or when to try again. */
export function ExamOutcome({
  campaignId,
  outcome,
  onAgain,
}: {
  campaignId: string
  outcome: Outcome
  onAgain: () => void
}) {
  const t = useT('campaigns')
  const { locale } = useLanguage()
  const [cool, setCool] = useState(() => outcome.retry_at === null || Date.parse(outcome.retry_at) <= serverNow())
  const works = outcome.roles.filter((r) => r.role !== 'requester')
  return (
    <Card className="grid gap-4">
      <span
        className={cx(
          'cut grid size-13 place-items-center',
          outcome.passed ? 'bg-good-soft text-good-ink' : 'bg-warn-soft text-warn-ink',
        )}
      >
        <Icon name={outcome.passed ? 'check' : 'refresh'} size={28} />
      </span>
      <div role="status">
        <h2 className="text-xl">{t(outcome.passed ? 'campaigns:exam.passed' : 'campaigns:exam.not_passed')}</h2>
        <p className="text-ink-soft">
          {t('campaigns:exam.score', {
            right: outcome.right,
            of: outcome.questions,
            score: percent(outcome.score_bps, locale),
            mark: percent(outcome.pass_bps, locale),
          })}
        </p>
      </div>
      {works.map((r) => (
        <div key={r.role} className="grid gap-2">
          <p>
            <span className="font-semibold">{t(`campaigns:step.as_${r.role}`)}.</span>{' '}
            {t(`campaigns:role_why.${r.why}`)}
          </p>
          <LinkButton
            size="large"
            to={r.role === 'reviewer' ? `/review/${campaignId}` : `/work/${campaignId}`}
            iconEnd="arrow"
          >
            {t(r.role === 'reviewer' ? 'campaigns:step.review' : 'campaigns:step.work')}
          </LinkButton>
        </div>
      ))}
      {outcome.passed ? null : cool ? (
        <Button kind="secondary" onClick={onAgain}>
          {t('campaigns:exam.again')}
        </Button>
      ) : (
        <p className="text-ink-soft">
          {t('campaigns:exam.again_in')}{' '}
          <Countdown
            until={outcome.retry_at ?? ''}
            onEnd={
              <Button size="small" onClick={() => setCool(true)}>
                {t('campaigns:exam.now')}
              </Button>
            }
          />
        </p>
      )}
    </Card>
  )
}
