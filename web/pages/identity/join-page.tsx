import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { LANGUAGE_NAMES, type Language, useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { useMe } from '../../app/session.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { CreateAccount } from './create-account.tsx'

/** An invitation: what it is to, and one tap to take it up. */
export function JoinPage() {
  const t = useT('account', 'campaigns')
  const token = String(useParams({ strict: false }).token)
  const navigate = useNavigate()
  const me = useMe()
  const look = useQuery({
    queryKey: ['public', 'invitation', token],
    queryFn: () => client.invitations.look({ params: { token } }),
    retry: false,
  })
  const campaign = look.data?.campaign
  const onward = () =>
    void navigate({ to: campaign ? `/campaigns/${campaign.campaign_id}` : '/campaigns', replace: true })
  const redeem = useMutation({
    mutationFn: () => client.invitations.redeem({ params: { token }, body: {} }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['campaign'] })
      onward()
    },
  })
  if (look.error) {
    return (
      <div className="mx-auto max-w-2xl px-gutter py-10">
        <ErrorState
          error={look.error}
          level={1}
          onRetry={() => void look.refetch()}
          actions={<LinkButton to="/campaigns">{t('account:join.without')}</LinkButton>}
        />
      </div>
    )
  }
  if (!look.data || me === undefined) {
    return (
      <div className="mx-auto max-w-2xl px-gutter py-10">
        <LoadingBlock />
      </div>
    )
  }
  return (
    <Page
      title={campaign ? campaign.title : t('account:join.platform')}
      width="narrow"
      badge={
        campaign ? (
          <>
            <Badge tone="accent">{t(`campaigns:class.${campaign.task_class}`)}</Badge>
            <Badge>{t(`campaigns:difficulty.${campaign.difficulty}`)}</Badge>
            <Badge>{LANGUAGE_NAMES[campaign.language as Language] ?? campaign.language}</Badge>
          </>
        ) : undefined
      }
      lead={
        <>
          {t('account:join.by')} <bdi className="font-semibold text-ink">{look.data.invited_by}</bdi>.{' '}
          {t('account:join.ends')} <RelativeTime at={look.data.expires_at} />.
        </>
      }
    >
      <Card className="grid gap-4">
        {me ? (
          <>
            <Button size="large" wide busy={redeem.isPending} onClick={() => redeem.mutate()}>
              {t('account:join.take_up')}
            </Button>
            <ErrorLine error={redeem.error} />
          </>
        ) : (
          <>
            <h2 className="text-lg">{t('account:join.start')}</h2>
            <CreateAccount invitation={token} onDone={onward} />
            <p className="border-t border-line pt-3 text-sm text-ink-soft">
              {t('account:join.have_account')}{' '}
              <a className="link" href={`/sign-in?back=${encodeURIComponent(`/join/${token}`)}`}>
                {t('common:nav.sign_in')}
              </a>
            </p>
          </>
        )}
      </Card>
    </Page>
  )
}
