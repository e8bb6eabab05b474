import { Link } from '@tanstack/react-router'
import { useT } from '../app/i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'

/** Who is signed in, their account, and the way out. */
export function AccountMenu({ name, onSignOut }: { name: string; onSignOut?: () => void }) {
  const t = useT()
  const row = 'flex min-h-touch w-full items-center gap-3 rounded-md px-3 text-start font-semibold hover:bg-sunken'
  return (
    <Menu
      label={t('common:nav.account_of', { name })}
      className="hover:bg-sunken"
      trigger={
        <span
          aria-hidden="true"
          className="cut grid size-8 place-items-center bg-stone text-sm font-bold text-on-stone dark:bg-stone-line"
        >
          {[...name][0]?.toUpperCase() ?? '·'}
        </span>
      }
    >
      {(close) => (
        <>
          <p className="border-b border-line px-3 pt-1 pb-3">
            <span className="block text-xs text-ink-faint">{t('common:nav.signed_in_as')}</span>
            <bdi className="font-semibold">{name}</bdi>
          </p>
          <ul className="pt-2">
            <li>
              <Link to="/account" onClick={close} className={row}>
                <Icon name="settings" />
                {t('common:nav.account')}
              </Link>
            </li>
            <li>
              <Link to="/my-standing" onClick={close} className={row}>
                <Icon name="shield" />
                {t('common:nav.standing')}
              </Link>
            </li>
            <li>
              <Link to="/my-proofs" onClick={close} className={row}>
                <Icon name="check" />
                {t('common:nav.proofs')}
              </Link>
            </li>
            <li>
              <Link to="/gas-id" onClick={close} className={row}>
                <Icon name="coins" />
                {t('common:nav.gas_id')}
              </Link>
            </li>
            <li>
              <button
                type="button"
                className={row}
                onClick={() => {
                  close()
                  onSignOut?.()
                }}
              >
                <Icon name="exit" />
                {t('common:nav.sign_out')}
              </button>
            </li>
          </ul>
        </>
      )}
    </Menu>
  )
}
