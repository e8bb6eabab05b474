import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useT } from '../../app/i18n.ts'
import { useMe } from '../../app/session.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Agree } from './agree.tsx'
import { type CampaignPage, examQuery } from './queries.ts'

/** The one thing to do next here, and why it is that. */
export function NextStep({ campaign: c }: { campaign: CampaignPage }) {
  const t = useT('campaigns')
  const me = useMe()
  const here = useRouterState({ select: (s) => s.location.pathname })
  const standing = c.me
  const agreed = standing !== null && standing.consent_version !== null && !standing.consent_due
  const exam = useQuery({ ...examQuery(c.campaign_id), enabled: agreed && c.exam !== null })
  const roles = standing?.roles.map((r) => r.role) ?? []
  const open = c.status === 'open' || c.status === 'pilot'

  if (me === undefined)
    return (
      <Card as="div">
        <LoadingBlock lines={2} />
      </Card>
    )
  if (roles.includes('requester')) {
    return (
      <Card className="grid gap-3">
        <h2 className="text-lg">{t('campaigns:step.yours')}</h2>
        <LinkButton to={`/requests/${c.campaign_id}`} wide>
          {t('campaigns:step.manage')}
        </LinkButton>
      </Card>
    )
  }
  if (!me) {
    return (
      <Card className="grid gap-3">
        <h2 className="text-lg">{t('campaigns:step.start')}</h2>
        <p className="text-sm text-ink-soft">{t('campaigns:step.start_why')}</p>
        <LinkButton to="/sign-in" search={{ back: here } as never} size="large" wide>
          {t('campaigns:step.start_now')}
        </LinkButton>
      </Card>
    )
  }
  if (!agreed) {
    if (!open && roles.length === 0) {
      return (
        <Card className="grid gap-2">
          <h2 className="text-lg">{t(`campaigns:status.${c.status}`)}</h2>
          <p className="text-sm text-ink-soft">{t('campaigns:step.closed')}</p>
          <LinkButton kind="secondary" to="/campaigns">
            {t('campaigns:all')}
          </LinkButton>
        </Card>
      )
    }
    return <Agree campaign={c} again={standing?.consent_due === true} />
  }
  const works = standing.roles.filter((r) => r.role !== 'requester')
  if (works.length > 0) {
    return (
      <Card className="grid gap-4">
        {works.map((r) => (
          <div key={r.role} className="grid gap-2">
            <h2 className="text-lg">{t(`campaigns:step.as_${r.role}`)}</h2>
            <p className="text-sm text-ink-soft">{t(`campaigns:role_why.${r.why}`)}</p>
            <LinkButton
              size="large"
              wide
              to={r.role === 'reviewer' ? `/review/${c.campaign_id}` : `/work/${c.campaign_id}`}
              iconEnd="arrow"
            >
              {t(r.role === 'reviewer' ? 'campaigns:step.review' : 'campaigns:step.work')}
            </LinkButton>
          </div>
        ))}
      </Card>
    )
  }
  if (!exam.data)
    return (
      <Card as="div">
        <LoadingBlock lines={2} />
      </Card>
    )
  return (
    <Card className="grid gap-3">
      <h2 className="text-lg">
        {t(exam.data.state === 'cooling_down' ? 'campaigns:step.exam_again' : 'campaigns:step.exam')}
      </h2>
      {exam.data.state === 'cooling_down' && exam.data.retry_at ? (
        <p className="text-sm text-ink-soft">
          {t('campaigns:step.exam_wait')} <RelativeTime at={exam.data.retry_at} />
        </p>
      ) : (
        <p className="text-sm text-ink-soft">{t('campaigns:step.exam_why', { count: exam.data.questions })}</p>
      )}
      <LinkButton
        size="large"
        wide
        to={`/campaigns/${c.campaign_id}/exam`}
        kind={exam.data.state === 'cooling_down' ? 'secondary' : 'primary'}
      >
        {t(
          exam.data.state === 'open'
            ? 'campaigns:step.exam_go_on'
            : exam.data.state === 'cooling_down'
              ? 'campaigns:step.exam_see'
              : 'campaigns:step.exam_start',
        )}
      </LinkButton>
    </Card>
  )
}
