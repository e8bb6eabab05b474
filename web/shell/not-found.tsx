import { useT } from '../app/i18n.ts'
import { LinkButton } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'

/** No page here, and where to go instead. */
export function NotFound() {
  const t = useT()
  return (
    <Page title={t('common:not_found.title')} lead={t('common:not_found.way')} width="narrow">
      <div>
        <LinkButton to="/">{t('common:not_found.home')}</LinkButton>
      </div>
    </Page>
  )
}
