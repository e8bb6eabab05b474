import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { learnCurrencies } from '../../ui/money.tsx'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Page } from '../../ui/page.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { OwnCase } from './own-case.tsx'

/** One case about oneself, open or closed: what it rests on, what one said, what was decided, and the appeal. */
export function OwnCasePage() {
  const t = useT('standing')
  const caseId = String(useParams({ strict: false }).caseId)
  return (
    <Page title={t('standing:case.page')} back={{ to: '/my-standing', label: t('standing:title') }} width="narrow">
      <SignedIn>{() => <Whole caseId={caseId} />}</SignedIn>
    </Page>
  )
}

function Whole({ caseId }: { caseId: string }) {
  const t = useT('standing')
  const query = useQuery({
    queryKey: ['my_standing', 'case', caseId],
    queryFn: async () => {
      const file = await client.caseDesk.mine({ params: { case_id: caseId } })
      learnCurrencies(file.waiting)
      return file
    },
  })
  return (
    <Loaded query={query}>
      {(file) => (
        <>
          <OwnCase file={file} />
          <p className="max-w-prose text-sm text-ink-soft">{t('standing:yours')}</p>
        </>
      )}
    </Loaded>
  )
}
