import { useMutation, useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorLine, ErrorState } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { sessionsQuery } from './queries.ts'

/** Where this account is signed in, and the way to end any of it. */
export function Sessions() {
  const t = useT('account')
  const list = useQuery(sessionsQuery)
  const refresh = () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  const revoke = useMutation({
    mutationFn: (session_id: string) => client.account.revoke_session({ params: { session_id } }),
    onSuccess: refresh,
  })
  const others = useMutation({
    mutationFn: () => client.account.revoke_other_sessions({ body: {} }),
    onSuccess: refresh,
  })
  const many = (list.data?.items.length ?? 0) > 1
  return (
    <Card>
      <SectionHead
        title={t('account:sessions.title')}
        hint={t('account:sessions.hint')}
        actions={
          many ? (
            <Button kind="secondary" size="small" busy={others.isPending} onClick={() => others.mutate()}>
              {t('account:sessions.others')}
            </Button>
          ) : undefined
        }
      />
      <ErrorLine error={revoke.error ?? others.error} />
      {list.error ? <ErrorState error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending ? <LoadingBlock lines={2} /> : null}
      <ul className="divide-y divide-line">
        {list.data?.items.map((s) => (
          <li key={s.session_id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-center gap-2 font-semibold">
                <bdi>{s.device}</bdi>
                {s.this_one ? <Badge tone="good">{t('account:sessions.this')}</Badge> : null}
              </p>
              <p className="text-sm text-ink-soft">
                {t(`account:sessions.how.${s.how}`)} · {t('account:since')} <DateTime at={s.created_at} /> ·{' '}
                {t('account:seen')} <RelativeTime at={s.last_seen_at} />
              </p>
            </div>
            {s.this_one ? null : (
              <Button
                kind="quiet"
                size="small"
                aria-label={t('account:sessions.end_one', { device: s.device })}
                busy={revoke.isPending && revoke.variables === s.session_id}
                onClick={() => revoke.mutate(s.session_id)}
              >
                {t('account:sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
