import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { EmptyState, ErrorLine } from '../../ui/states.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { ShareBars } from '../../ui/share-bars.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { groupName } from '../desk/groups.ts'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { InviteDialog } from '../operator/invite-dialog.tsx'
import { progressQuery } from './queries.ts'

/** Who takes part, in numbers alone, and invitations. */
export function PeoplePanel({ campaignId }: { campaignId: string }) {
  const t = useT('requester')
  const n = useNumbers()
  const [inviting, setInviting] = useState(false)
  const params = { campaign_id: campaignId }
  const progress = useQuery(progressQuery(campaignId))
  const list = useList(['requester', 'invitations', campaignId], () => client.invitations.list({ params }))
  const revoke = useAct(
    (invitation_id: string) => client.invitations.revoke({ params: { ...params, invitation_id } }),
    { changes: [['requester', 'invitations', campaignId]], said: t('requester:people.revoked') },
  )
  return (
    <div className="grid gap-6">
      <Card>
        <StatRow>
          <Stat
            label={t('requester:people.contributors')}
            value={progress.data ? n.int(progress.data.contributors) : '–'}
          />
          <Stat label={t('requester:people.reviewers')} value={progress.data ? n.int(progress.data.reviewers) : '–'} />
        </StatRow>
        <p className="mt-4 max-w-prose text-sm text-ink-soft">{t('requester:people.why')}</p>
      </Card>
      <Groups campaignId={campaignId} />
      <Card>
        <SectionHead
          title={t('requester:people.invitations')}
          actions={
            <Button size="small" icon="plus" onClick={() => setInviting(true)}>
              {t('requester:people.invite')}
            </Button>
          }
        />
        <ErrorLine error={revoke.error} />
        <Listing
          list={list}
          empty={
            <EmptyState icon="link" title={t('requester:people.none')}>
              {t('requester:people.none_why')}
            </EmptyState>
          }
        >
          {(items) => (
            <DataTable
              caption={t('requester:people.invitations')}
              rows={items}
              rowKey={(i) => i.invitation_id}
              columns={[
                {
                  key: 'at',
                  head: t('requester:people.made'),
                  main: true,
                  cell: (i) => <RelativeTime at={i.created_at} />,
                },
                {
                  key: 'used',
                  head: t('requester:people.used'),
                  numeric: true,
                  cell: (i) => t('requester:people.used_of', { used: i.used, of: i.used + i.uses_left }),
                },
                { key: 'until', head: t('requester:people.until'), cell: (i) => <RelativeTime at={i.expires_at} /> },
                {
                  key: 'end',
                  head: t('requester:people.end'),
                  cell: (i) => (
                    <Button
                      kind="quiet"
                      size="small"
                      busy={revoke.isPending && revoke.variables === i.invitation_id}
                      onClick={() => revoke.mutate(i.invitation_id)}
                    >
                      {t('requester:people.revoke')}
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </Listing>
      </Card>
      <InviteDialog open={inviting} onClose={() => setInviting(false)} campaignId={campaignId} />
    </div>
  )
}

/** How accepted work spreads over groups of people, as far as they said and as far as it names nobody. */
function Groups({ campaignId }: { campaignId: string }) {
  const t = useT('requester', 'desk')
  const { language } = useLanguage()
  const n = useNumbers()
  const query = useQuery({
    queryKey: ['requester', 'groups', campaignId],
    queryFn: () => client.groups.counts({ params: { campaign_id: campaignId } }),
  })
  const told = query.data?.traits.filter((x) => x.groups.some((g) => g.value !== 'undeclared')) ?? []
  if (told.length === 0) return null
  return (
    <Card>
      <SectionHead title={t('requester:groups.title')} hint={t('requester:groups.hint')} />
      <div className="grid gap-8 lg:grid-cols-3">
        {told.map(({ trait, groups }) => {
          const all = groups.reduce((sum, g) => sum + g.accepted, 0)
          return (
            <div key={trait} className="grid content-start gap-4">
              <h3 className="font-semibold">{t(`desk:trait.${trait}`)}</h3>
              <ShareBars
                label={t(`desk:trait.${trait}`)}
                bars={groups.map((g) => ({
                  key: g.value,
                  label: groupName(trait, g.value, language, t),
                  detail: t('requester:groups.people', { count: g.people }),
                  share: g.accepted / all,
                  value: n.percent(g.accepted / all, 0),
                  rest: t('requester:groups.accepted', { count: g.accepted }),
                }))}
              />
            </div>
          )
        })}
      </div>
    </Card>
  )
}
