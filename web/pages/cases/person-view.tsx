import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { learnCurrencies } from '../../ui/money.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { OwnCase } from '../standing/own-case.tsx'

/** What the person of the case reads of it at this moment: their own answer, drawn by their own page. */
export function PersonView({ caseId }: { caseId: string }) {
  const t = useT('cases')
  const query = useQuery({
    queryKey: ['cases', 'seen', caseId],
    queryFn: async () => {
      const file = await client.caseDesk.seen({ params: { case_id: caseId } })
      learnCurrencies(file.waiting)
      return file
    },
  })
  return (
    <aside
      aria-label={t('cases:seen.title')}
      className="grid min-w-0 content-start gap-4 rounded-lg bg-sunken p-3 sm:p-4"
    >
      <div>
        <h2 className="text-lg">{t('cases:seen.title')}</h2>
        <p className="text-sm text-ink-soft">{t('cases:seen.hint')}</p>
      </div>
      <Loaded query={query}>{(file) => <OwnCase file={file} readOnly />}</Loaded>
    </aside>
  )
}
