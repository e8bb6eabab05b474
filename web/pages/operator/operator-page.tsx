import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { useT } from '../../app/i18n.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { ForRole } from '../desk/for-role.tsx'

export const PLACES = [
  { to: '/operator', key: 'home', icon: 'shield' },
  { to: '/operator/people', key: 'people', icon: 'people' },
  { to: '/operator/approvals', key: 'approvals', icon: 'check' },
  { to: '/operator/reports', key: 'reports', icon: 'flag' },
  { to: '/operator/clusters', key: 'clusters', icon: 'link' },
  { to: '/operator/drives', key: 'drives', icon: 'inbox' },
  { to: '/operator/money', key: 'money', icon: 'coins' },
  { to: '/operator/settlement', key: 'settlement', icon: 'balance' },
  { to: '/operator/seasons', key: 'seasons', icon: 'chart' },
  { to: '/operator/jobs', key: 'jobs', icon: 'clock' },
  { to: '/operator/health', key: 'health', icon: 'settings' },
] as const satisfies readonly { to: string; key: string; icon: IconName }[]

/** A page of the operators' desk: their places beside it, its own content next to them. */
export function OperatorPage({
  place,
  title,
  lead,
  actions,
  back,
  badge,
  children,
}: {
  place: (typeof PLACES)[number]['key']
  title: string
  lead?: ReactNode
  actions?: ReactNode
  back?: { to: string; label: string }
  badge?: ReactNode
  children: (account: AccountView) => ReactNode
}) {
  const t = useT('operator', 'desk')
  return (
    <ForRole desk="operator" title={title}>
      {(account) => (
        <Page title={title} lead={lead} actions={actions} badge={badge} width="wide" {...(back && { back })}>
          <div className="grid items-start gap-6 lg:grid-cols-[12rem_minmax(0,1fr)]">
            <nav
              aria-label={t('operator:places')}
              className="-mx-gutter overflow-x-auto px-gutter [scrollbar-width:none] lg:sticky lg:top-20 lg:mx-0 lg:px-0"
            >
              <ul className="flex gap-1 *:shrink-0 lg:grid">
                {PLACES.map((p) => (
                  <li key={p.to}>
                    <Link
                      to={p.to}
                      {...(p.key === place ? { 'aria-current': 'page' as const } : {})}
                      activeOptions={{ exact: true }}
                      className="flex min-h-touch items-center gap-2.5 rounded-md px-3 text-sm font-semibold whitespace-nowrap text-ink-soft -outline-offset-3 hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-ink"
                    >
                      <Icon name={p.icon} size={18} />
                      {t(`operator:place.${p.key}`)}
                    </Link>
                  </li>
                ))}
              </ul>
            </nav>
            <div className="grid min-w-0 gap-6">{children(account)}</div>
          </div>
        </Page>
      )}
    </ForRole>
  )
}
