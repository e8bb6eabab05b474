import { Link } from '@tanstack/react-router'
import { useT } from '../app/i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { type Access, tabsFor } from './navigation.ts'

const tabClass =
  'flex w-full min-h-15 flex-col items-center justify-center gap-0.5 px-1 text-2xs font-semibold text-ink-soft -outline-offset-3 aria-[current=page]:text-accent-ink aria-[current=page]:shadow-[inset_0_3px_0_var(--accent)]'

/** The places within reach of a thumb. */
export function TabBar({ access }: { access: Access }) {
  const t = useT()
  const { tabs, more } = tabsFor(access)
  return (
    <nav
      aria-label={t('common:shell.places')}
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="mx-auto flex max-w-lg *:flex-1">
        {tabs.map((place) => (
          <li key={place.to}>
            <Link to={place.to} className={tabClass}>
              <Icon name={place.icon} size={22} />
              {t(place.key)}
            </Link>
          </li>
        ))}
        {more.length > 0 ? (
          <li>
            <Menu
              label={t('common:nav.more')}
              className={`${tabClass} rounded-none`}
              up
              panelClass="me-2"
              trigger={
                <span className="flex flex-col items-center gap-0.5">
                  <Icon name="menu" size={22} />
                  {t('common:nav.more')}
                </span>
              }
            >
              {(close) => (
                <ul>
                  {more.map((place) => (
                    <li key={place.to}>
                      <Link
                        to={place.to}
                        onClick={close}
                        className="flex min-h-touch items-center gap-3 rounded-md px-3 font-semibold text-ink hover:bg-sunken"
                      >
                        <Icon name={place.icon} />
                        {t(place.key)}
                      </Link>
                    </li>
                  ))}
                </ul>
              )}
            </Menu>
          </li>
        ) : null}
      </ul>
    </nav>
  )
}
