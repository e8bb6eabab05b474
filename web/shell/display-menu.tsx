import { LANGUAGE_NAMES, LANGUAGES, setLanguage, useLanguage, useT } from '../app/i18n.ts'
import { setTheme, type ThemeChoice, useTheme } from '../app/theme.ts'
import { cx } from '../ui/cx.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'

const THEMES: [ThemeChoice, IconName][] = [
  ['light', 'sun'],
  ['dark', 'moon'],
  ['system', 'desk'],
]

const switchClass = (on: boolean) =>
  cx(
    'flex min-h-touch w-full items-center justify-center gap-2 rounded-md px-3 text-sm font-semibold',
    on ? 'bg-accent-soft text-accent-ink' : 'text-ink-soft hover:bg-sunken hover:text-ink',
  )

/** Language and theme of this device, each choice named in words. */
export function DisplaySwitches() {
  const t = useT()
  const { language } = useLanguage()
  const { choice } = useTheme()
  return (
    <div className="grid gap-3">
      <fieldset>
        <legend className="px-1 pb-1 text-xs text-ink-faint">{t('common:display.language')}</legend>
        <div className="grid grid-cols-2 gap-1">
          {LANGUAGES.map((l) => (
            <button
              key={l}
              type="button"
              lang={l}
              aria-pressed={language === l}
              className={switchClass(language === l)}
              onClick={() => void setLanguage(l)}
            >
              {LANGUAGE_NAMES[l]}
            </button>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend className="px-1 pb-1 text-xs text-ink-faint">{t('common:display.theme')}</legend>
        <div className="grid grid-cols-3 gap-1">
          {THEMES.map(([theme, icon]) => (
            <button
              key={theme}
              type="button"
              aria-pressed={choice === theme}
              className={switchClass(choice === theme)}
              onClick={() => setTheme(theme)}
            >
              <Icon name={icon} size={18} />
              {t(`common:display.${theme}`)}
            </button>
          ))}
        </div>
      </fieldset>
    </div>
  )
}

/** The same behind one button in the bar. */
export function DisplayMenu() {
  const t = useT()
  return (
    <Menu
      label={t('common:display.title')}
      className="text-ink-soft hover:bg-sunken hover:text-ink"
      panelClass="w-80 max-w-[88vw] p-3 max-sm:-end-24"
      trigger={<Icon name="globe" size={22} />}
    >
      {() => <DisplaySwitches />}
    </Menu>
  )
}
