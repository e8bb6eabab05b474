import { useEffect, useState } from 'react'
import { serverNow } from '../../app/clock.ts'
import { useT } from '../../app/i18n.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Countdown } from '../../ui/time.tsx'

/** The whole queue was looked through: when to come back, and what else there is. It asks again by itself. */
export function NothingLeft({
  retryAfterSeconds,
  onRetry,
  review = false,
}: {
  campaignId: string
  retryAfterSeconds: number | null
  serverTime: string
  onRetry: () => void
  review?: boolean
}) {
  const t = useT('work')
  const [until] = useState(() => new Date(serverNow() + (retryAfterSeconds ?? 0) * 1000).toISOString())
  useEffect(() => {
    if (!retryAfterSeconds) return
    const timer = setTimeout(onRetry, retryAfterSeconds * 1000)
    return () => clearTimeout(timer)
  }, [retryAfterSeconds, onRetry])
  return (
    <EmptyState
      icon="balance"
      title={t(review ? 'work:none.review_title' : 'work:none.title')}
      actions={
        <>
          <Button kind="secondary" icon="refresh" onClick={onRetry}>
            {t('work:none.look_again')}
          </Button>
          <LinkButton to="/campaigns">{t('work:none.others')}</LinkButton>
        </>
      }
    >
      <p>{t(review ? 'work:none.review_why' : 'work:none.why')}</p>
      {retryAfterSeconds ? (
        <p>
          {t('work:none.again_in')} <Countdown calm until={until} />
        </p>
      ) : null}
    </EmptyState>
  )
}
