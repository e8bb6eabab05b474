import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useT } from '../app/i18n.ts'
import { cx } from '../ui/cx.ts'
import { Icon } from '../ui/icon.tsx'
import { Mark } from '../ui/mark.tsx'
import { Toasts } from '../ui/toast.tsx'
import { AccountMenu } from './account-menu.tsx'
import { ConnectionBar } from './connection-bar.tsx'
import { DisplayMenu } from './display-menu.tsx'
import { type Access, navigationFor } from './navigation.ts'
import { Pending } from './pending.tsx'
import { TabBar } from './tab-bar.tsx'

export type ShellPerson = { name: string; unread: number; access: Access }

/** The frame around every page: skip link, bar, places, the page itself, and what is said in passing. */
export function AppShell({
  person,
  children,
  onSignOut,
}: {
  person: ShellPerson
  children?: React.ReactNode
  onSignOut?: () => void
}) {
  const t = useT()
  const places = navigationFor(person.access)
  // At the desk nothing stands between the work and the thumb: the page has its own bar there.
  const atDesk = useRouterState({ select: (s) => /^\/(work|review)\//.test(s.location.pathname) })
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-stone px-4 py-3 font-semibold text-on-stone focus:not-sr-only focus:fixed focus:start-3 focus:top-3"
      >
        {t('common:shell.skip')}
      </a>
      <header className="sticky top-0 z-20 border-b border-line bg-surface">
        <div className="mx-auto flex h-15 w-full max-w-7xl items-center gap-2 px-gutter">
          <Link
            to="/"
            className="-ms-1 flex min-h-touch items-center gap-2.5 rounded-md px-1"
            aria-label={t('common:shell.home')}
          >
            <Mark size={32} />
            <span className="text-lg font-bold tracking-tight">Assay</span>
          </Link>
          <nav aria-label={t('common:shell.places')} className="ms-4 hidden grow md:block">
            <ul className="flex items-center gap-0.5">
              {places.map((place) => (
                <li key={place.to}>
                  <Link
                    to={place.to}
                    className="relative flex min-h-touch items-center rounded-md px-3 text-sm font-semibold text-ink-soft hover:bg-sunken hover:text-ink aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-3 aria-[current=page]:after:-bottom-2 aria-[current=page]:after:h-0.75 aria-[current=page]:after:bg-accent"
                  >
                    {t(place.key)}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <div className="ms-auto flex items-center gap-1">
            <DisplayMenu />
            {person.access.signed_in ? (
              <>
                <InboxLink unread={person.unread} />
                <AccountMenu name={person.name} {...(onSignOut && { onSignOut })} />
              </>
            ) : (
              <Link
                to="/sign-in"
                className="inline-flex min-h-touch items-center rounded-md px-3 text-sm font-semibold text-accent-ink hover:bg-accent-soft"
              >
                {t('common:nav.sign_in')}
              </Link>
            )}
          </div>
        </div>
      </header>
      <ConnectionBar />
      <main id="main" tabIndex={-1} className={cx('grow outline-none', !atDesk && 'pb-20 md:pb-0')}>
        <Suspense fallback={<Pending />}>{children ?? <Outlet />}</Suspense>
      </main>
      <footer className="hidden border-t border-line py-6 text-sm text-ink-faint md:block">
        <div className="mx-auto flex max-w-7xl flex-wrap justify-between gap-4 px-gutter">
          <span>{t('common:shell.tagline')}</span>
          <a className="hover:text-ink hover:underline" href="/docs/api">
            {t('common:shell.api')}
          </a>
        </div>
      </footer>
      {atDesk ? null : <TabBar access={person.access} />}
      <Toasts />
    </div>
  )
}

function InboxLink({ unread }: { unread: number }) {
  const t = useT()
  const shown = unread > 99 ? '99+' : String(unread)
  return (
    <Link
      to="/inbox"
      aria-label={t('common:nav.inbox_unread', { count: unread, shown })}
      className="relative inline-flex size-touch items-center justify-center rounded-md text-ink-soft hover:bg-sunken hover:text-ink"
    >
      <Icon name="inbox" size={22} />
      {/* The figure is drawn, not written: the link's name says it in words, which need not hold the digit. */}
      <span
        aria-hidden="true"
        data-count={unread > 99 ? '99+' : unread}
        className={cx(
          'after:content-[attr(data-count)] absolute end-0.5 top-0.5 min-w-5 rounded-full bg-accent px-1 text-center text-xs font-bold leading-5 text-on-accent',
          unread === 0 && 'hidden',
        )}
      />
    </Link>
  )
}
