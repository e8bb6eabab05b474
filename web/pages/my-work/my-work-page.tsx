import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { useOutbox } from '../../app/outbox.ts'
import { Nudge } from '../../shell/nudge.tsx'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { Countdown, RelativeTime } from '../../ui/time.tsx'
import { STATE_TONE } from './stages.ts'

/** What one holds, what is on its way, and everything handed in, newest first. */
export function MyWorkPage() {
  const t = useT('my_work')
  return (
    <Page
      title={t('my_work:title')}
      lead={t('my_work:lead')}
      actions={
        <LinkButton to="/my-quality" kind="secondary" iconEnd="next">
          {t('my_work:to_quality')}
        </LinkButton>
      }
    >
      <SignedIn>
        {(account) => (
          <div className="grid gap-6">
            <Nudge account={account} />
            <Lists accountId={account.account_id} />
          </div>
        )}
      </SignedIn>
    </Page>
  )
}

function Lists({ accountId }: { accountId: string }) {
  const t = useT('my_work')
  const list = useInfiniteQuery({
    queryKey: ['my_submissions'],
    queryFn: ({ pageParam }) =>
      client.submissions.mine({ query: { limit: 50, ...(pageParam && { after: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const waiting = useOutbox().filter((p) => p.account_id === accountId && !p.refused)
  const items = list.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <div className="grid gap-6">
      <Held />
      {waiting.length > 0 ? (
        <Notice tone="warn" icon="cloud_off">
          {t('my_work:on_device', { count: waiting.length })}
        </Notice>
      ) : null}
      {list.error ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <LoadingBlock lines={5} />
      ) : items.length === 0 ? (
        <EmptyState
          icon="tasks"
          title={t('my_work:none')}
          actions={<LinkButton to="/campaigns">{t('my_work:find')}</LinkButton>}
        >
          {t('my_work:none_why')}
        </EmptyState>
      ) : (
        <>
          <h2 className="sr-only">{t('my_work:sent')}</h2>
          <ul className="grid gap-2">
            {items.map((s) => (
              <li
                key={s.submission_id}
                className="relative flex items-center gap-4 rounded-lg border border-line bg-surface px-4 py-3 hover:border-line-strong has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
              >
                <div className="grid min-w-0 grow gap-1">
                  <Link
                    to={`/my-work/${s.campaign_id}/${s.submission_id}`}
                    className="font-semibold outline-none after:absolute after:inset-0"
                  >
                    <bdi>{s.title}</bdi>
                  </Link>
                  <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
                    <Badge tone={STATE_TONE[s.status]}>{t(`my_work:state.${s.status}`)}</Badge>
                    {s.round > 1 ? <span>{t('my_work:revision')}</span> : null}
                    <RelativeTime at={s.submitted_at} />
                    {s.status === 'in_review' && s.decision_due_at ? (
                      <span>
                        {t('my_work:decided_by')} <RelativeTime at={s.decision_due_at} />
                      </span>
                    ) : null}
                  </p>
                </div>
                <Icon name="next" className="text-ink-faint" />
              </li>
            ))}
          </ul>
          {list.hasNextPage ? (
            <Button
              kind="secondary"
              className="justify-self-center"
              busy={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t('common:action.load_more')}
            </Button>
          ) : null}
        </>
      )}
    </div>
  )
}

/** What one holds now: the way back to it, and until when. */
function Held() {
  const t = useT('my_work')
  const leases = useQuery({ queryKey: ['my_leases'], queryFn: () => client.assignments.my_leases() })
  const byCampaign = new Map<
    string,
    { title: string; review: boolean; count: number; until: string; campaign_id: string }
  >()
  for (const l of leases.data?.items ?? []) {
    if (l.lane !== 'contribute' && l.lane !== 'review') continue
    const key = `${l.campaign_id}.${l.lane}`
    const entry = byCampaign.get(key) ?? {
      title: l.title,
      review: l.lane === 'review',
      count: 0,
      until: l.expires_at,
      campaign_id: l.campaign_id,
    }
    byCampaign.set(key, {
      ...entry,
      count: entry.count + 1,
      until: l.expires_at < entry.until ? l.expires_at : entry.until,
    })
  }
  if (byCampaign.size === 0) return null
  return (
    <section className="grid gap-2">
      <h2 className="text-base">{t('my_work:held')}</h2>
      {[...byCampaign].map(([key, h]) => (
        <div
          key={key}
          className="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-lg border border-accent bg-accent-soft px-4 py-3"
        >
          <p className="min-w-0 grow">
            <bdi className="font-semibold">{h.title}</bdi>
            <span className="block text-sm text-ink-soft">
              {t(h.review ? 'my_work:held_reviews' : 'my_work:held_items', { count: h.count })} ·{' '}
              {t('my_work:held_until')} <Countdown until={h.until} />
            </span>
          </p>
          <LinkButton size="small" to={h.review ? `/review/${h.campaign_id}` : `/work/${h.campaign_id}`}>
            {t('my_work:go_on')}
          </LinkButton>
        </div>
      ))}
    </section>
  )
}
