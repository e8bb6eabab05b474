import { useEffect, useRef } from 'react'
import { useT } from '../../app/i18n.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { StageTrack } from '../../ui/stage-track.tsx'

/** After one's very first datapoint: it arrived, and this is its way from here. */
export function AfterFirst({
  campaignId,
  submissionId,
  onNext,
}: {
  campaignId: string
  submissionId: string
  onNext: () => void
}) {
  const t = useT('work')
  const next = useRef<HTMLButtonElement>(null)
  useEffect(() => next.current?.focus(), [])
  return (
    <Card className="mx-auto grid w-full max-w-2xl gap-5">
      <div>
        <h2 className="text-xl">{t('work:first.title')}</h2>
        <p className="text-ink-soft">{t('work:first.lead')}</p>
      </div>
      <StageTrack
        label={t('work:first.way')}
        stages={[
          { key: 'sent', label: t('work:first.sent'), state: 'done' },
          { key: 'review', label: t('work:first.review'), state: 'now', detail: t('work:first.review_detail') },
          { key: 'decision', label: t('work:first.decision'), state: 'next', detail: t('work:first.decision_detail') },
          { key: 'pay', label: t('work:first.pay'), state: 'next', detail: t('work:first.pay_detail') },
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <Button ref={next} onClick={onNext}>
          {t('work:first.next')}
        </Button>
        <LinkButton kind="secondary" to={`/my-work/${campaignId}/${submissionId}`}>
          {t('work:first.see')}
        </LinkButton>
      </div>
    </Card>
  )
}
