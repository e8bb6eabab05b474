import type { IconName } from '../ui/icon.tsx'

/** What a person may see, from their platform roles and memberships. */
export type Access = { signed_in: boolean; requester: boolean; reviewer: boolean; qa: boolean; operator: boolean }
export type NavItem = { to: string; key: string; icon: IconName }

const WORK: NavItem[] = [
  { to: '/campaigns', key: 'common:nav.campaigns', icon: 'campaigns' },
  { to: '/my-work', key: 'common:nav.my_work', icon: 'tasks' },
  { to: '/earnings', key: 'common:nav.earnings', icon: 'coins' },
]
const REQUESTS: NavItem = { to: '/requests', key: 'common:nav.requests', icon: 'desk' }
const QA: NavItem = { to: '/qa', key: 'common:nav.qa', icon: 'balance' }
const OPERATOR: NavItem = { to: '/operator', key: 'common:nav.operator', icon: 'shield' }
const REPORTS: NavItem = { to: '/reports', key: 'common:nav.reports', icon: 'chart' }

/** The places a person can go, most used first. Who is not signed in sees what is open to all. */
export function navigationFor(access: Access): NavItem[] {
  if (!access.signed_in) return [WORK[0]!, REPORTS]
  // Anyone may ask for data: a first campaign is how one becomes a requester.
  return [...WORK, REQUESTS, ...(access.qa ? [QA] : []), ...(access.operator ? [OPERATOR] : []), REPORTS]
}

/** A phone's tab bar: at most four places, the rest behind "more". */
export function tabsFor(access: Access): { tabs: NavItem[]; more: NavItem[] } {
  const all = navigationFor(access)
  if (all.length <= 4) return { tabs: all, more: [] }
  return { tabs: all.slice(0, 3), more: all.slice(3) }
}
