import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Message } from '../../../src/domains/inbox/contract.ts'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { meQuery } from '../../app/session.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { formatMoney } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { fullTime, RelativeTime } from '../../ui/time.tsx'
import { pathOf } from './path-of.ts'

const ICONS: Record<string, IconName> = {
  submission: 'tasks',
  appeal: 'balance',
  money: 'coins',
  payout: 'coins',
  flag: 'flag',
  consent: 'info',
  campaign: 'desk',
  revision: 'clock',
  case: 'shield',
  sanctioned: 'shield',
  sanction: 'shield',
}

/** What happened that concerns one. Opening the page marks what it shows as read. */
export function InboxPage() {
  const t = useT('inbox')
  return (
    <Page title={t('inbox:title')} width="narrow">
      <SignedIn>{() => <Messages />}</SignedIn>
    </Page>
  )
}

function Messages() {
  const t = useT('inbox')
  const list = useInfiniteQuery({
    queryKey: ['inbox'],
    queryFn: ({ pageParam }) => client.inbox.list({ query: { limit: 50, ...(pageParam && { after: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const newest = list.data?.pages[0]?.items[0]
  const unread = list.data?.pages[0]?.unread ?? 0
  useEffect(() => {
    if (!newest || unread === 0) return
    client.inbox
      .mark_read({ body: { up_to: newest.message_id } })
      .then((answer) =>
        queryClient.setQueryData(meQuery.queryKey, (me) => (me ? { ...me, unread: answer.unread } : me)),
      )
      // Unread marks that stay are the lesser evil; the next visit clears them.
      .catch(() => {})
  }, [newest, unread])
  const messages = list.data?.pages.flatMap((p) => p.items) ?? []
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  if (list.isPending) return <LoadingBlock lines={4} />
  if (messages.length === 0) {
    return (
      <EmptyState icon="inbox" title={t('inbox:none')}>
        {t('inbox:none_why')}
      </EmptyState>
    )
  }
  return (
    <div className="grid gap-4">
      <ul className="grid gap-2">
        {messages.map((m) => (
          <MessageRow key={m.message_id} message={m} />
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
    </div>
  )
}

function MessageRow({ message: m }: { message: Message }) {
  const t = useT('inbox')
  const { locale } = useLanguage()
  const fresh = m.read_at === null
  const { currency, amount_minor, until } = m.params
  const values = {
    ...m.params,
    ...(currency && amount_minor ? { amount: formatMoney(String(amount_minor), String(currency), locale) } : {}),
    ...(until ? { until: fullTime(String(until), locale) } : {}),
    ...(m.params['action'] ? { action: t(`inbox:action.${m.params['action']}`) } : {}),
    ...(m.kind === 'flag_answered' ? { resolution: t(`inbox:resolution.${m.params['resolution']}`) } : {}),
  }
  const path = pathOf(m)
  return (
    <li
      className={cx(
        'relative flex gap-3 rounded-lg border bg-surface px-4 py-3',
        fresh ? 'border-accent' : 'border-line',
        path &&
          'hover:border-line-strong has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
      )}
    >
      <span
        className={cx(
          'cut grid size-9 shrink-0 place-items-center',
          fresh ? 'bg-accent-soft text-accent-ink' : 'bg-sunken text-ink-soft',
        )}
      >
        <Icon name={ICONS[m.kind.split('_')[0] ?? ''] ?? 'info'} />
      </span>
      <div className="min-w-0 grow">
        {path ? (
          <Link to={path} className={cx('outline-none after:absolute after:inset-0', fresh && 'font-semibold')}>
            {t(`inbox:${m.kind}`, values)}
          </Link>
        ) : (
          <p className={cx(fresh && 'font-semibold')}>{t(`inbox:${m.kind}`, values)}</p>
        )}
        <p className="flex flex-wrap gap-x-3 text-sm text-ink-soft">
          {m.title ? <bdi>{m.title}</bdi> : null}
          <RelativeTime at={m.at} />
          {fresh ? <span className="sr-only">{t('inbox:new')}</span> : null}
        </p>
      </div>
    </li>
  )
}
