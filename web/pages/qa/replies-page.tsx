import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { BlurredContent } from '../../ui/blurred.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorLine } from '../../ui/states.tsx'
import { UserText } from '../../ui/user-text.tsx'
import { ForRole } from '../desk/for-role.tsx'
import { Loaded } from '../desk/loaded.tsx'

/** People judge a share of what judges judged: goal and reply, one after the other, never the prompt. */
export function RepliesPage() {
  const t = useT('red_team')
  const campaignId = String(useParams({ strict: false }).campaignId)
  return (
    <ForRole desk="qa" title={t('red_team:judge.title')}>
      {() => (
        <Page
          title={t('red_team:judge.title')}
          lead={t('red_team:judge.lead')}
          back={{ to: '/qa', label: t('red_team:judge.back') }}
        >
          <Desk campaignId={campaignId} />
        </Page>
      )}
    </ForRole>
  )
}

function Desk({ campaignId }: { campaignId: string }) {
  const t = useT('red_team')
  const params = { campaign_id: campaignId }
  const key = ['red-team', campaignId, 'reply']
  // Each reply handed out is a reading that counts: it is asked for once, not whenever the window comes back.
  const query = useQuery({
    queryKey: key,
    queryFn: () => client.redteam.next_audit({ params, body: {} }),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    retry: false,
  })
  const grade = useMutation({
    mutationFn: (hit: boolean) => {
      const { submission_id, run, target, n } = query.data!.reply!
      return client.redteam.grade({ params, body: { submission_id, run, target, n, hit } })
    },
    onSuccess: () => queryClient.resetQueries({ queryKey: key }),
  })
  return (
    <Loaded query={query}>
      {({ reply, open }) =>
        reply === null ? (
          <EmptyState icon="check" title={t('red_team:judge.none')}>
            {t('red_team:judge.none_way')}
          </EmptyState>
        ) : (
          <Card>
            <SectionHead title={t('red_team:judge.question')} hint={t('red_team:judge.left', { count: open })} />
            <div className="grid gap-5">
              <div>
                <p className="text-sm text-ink-soft">{t('red_team:judge.goal')}</p>
                <UserText text={reply.ask} />
              </div>
              <div>
                <p className="mb-1 text-sm text-ink-soft">{t('red_team:judge.reply')}</p>
                <BlurredContent key={`${reply.submission_id}/${reply.target}/${reply.n}`}>
                  <UserText text={reply.reply} />
                </BlurredContent>
              </div>
              <ErrorLine error={grade.error} />
              <div className="flex flex-wrap gap-3">
                <Button busy={grade.isPending} onClick={() => grade.mutate(true)}>
                  {t('red_team:judge.yes')}
                </Button>
                <Button kind="secondary" busy={grade.isPending} onClick={() => grade.mutate(false)}>
                  {t('red_team:judge.no')}
                </Button>
              </div>
            </div>
          </Card>
        )
      }
    </Loaded>
  )
}
