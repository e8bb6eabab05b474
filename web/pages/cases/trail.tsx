import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'

type Entry = Awaited<ReturnType<typeof client.caseDesk.trail>>['items'][number]
type Step = Entry['steps'][number]

/** Everything that happened in a case, in order: who did it, what it was, and in which words. */
export function Trail({ caseId }: { caseId: string }) {
  const t = useT('cases', 'standing')
  const query = useQuery({
    queryKey: ['cases', 'trail', caseId],
    queryFn: () => client.caseDesk.trail({ params: { case_id: caseId } }),
  })
  return (
    <Card className="grid gap-2">
      <SectionHead title={t('cases:trail.title')} hint={t('cases:trail.hint')} />
      <Loaded query={query}>
        {({ items }) => (
          <ol className="grid gap-4">
            {items.map((entry) => (
              <li key={`${entry.at}${entry.steps[0]?.kind}${entry.who}`} className="border-s-4 border-line ps-4">
                <p className="text-sm text-ink-soft">
                  <DateTime at={entry.at} /> · <Actor entry={entry} />
                </p>
                <ul className="grid gap-1">
                  {entry.steps.map((step, i) => (
                    <li key={i}>
                      <p className={i === 0 ? 'font-semibold' : 'text-sm'}>
                        <Words step={step} />
                      </p>
                      {step.says && !saysAgain(entry.steps, i) ? (
                        <p dir="auto" className="text-sm whitespace-pre-line">
                          {step.says}
                        </p>
                      ) : null}
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Card>
  )
}

/** The same words twice in one act (a reason of the opinion and of its sanction) are read once. */
const saysAgain = (steps: readonly Step[], at: number): boolean =>
  steps.slice(0, at).some((s) => s.says === steps[at]?.says)

function Actor({ entry }: { entry: Entry }) {
  const t = useT('cases')
  return (
    <>
      {t(`cases:trail.by.${entry.by}`)}
      {entry.who ? (
        <>
          {' '}
          <bdi className="font-semibold">{entry.who}</bdi>
        </>
      ) : null}
    </>
  )
}

function Words({ step: s }: { step: Step }) {
  const t = useT('cases', 'standing')
  const action = s.action ? t(`standing:action.${s.action}.title`) : ''
  const kinds = s.evidence.map((k) => t(`cases:kind.${k}`)).join(', ')
  switch (s.kind) {
    case 'case_opened':
      return <>{t(s.waits ? 'cases:trail.opened_waits' : 'cases:trail.opened')}</>
    case 'case_evidence_added':
      return (
        <>
          {t('cases:trail.evidence', { kinds })} {s.strength ? `(${t(`cases:strength.${s.strength}`)})` : ''}
        </>
      )
    case 'case_opinion':
      return <>{s.said ? t(`cases:trail.said.${s.said}`, { action }) : ''}</>
    case 'sanctioned':
      return (
        <>
          {t(s.provisional ? 'cases:trail.stopped' : 'cases:trail.sanctioned', { action })}{' '}
          {s.until ? <DateTime at={s.until} /> : null}
        </>
      )
    case 'sanction_ended':
      return <>{t('cases:trail.ended', { action, why: s.why ? t(`cases:ending.${s.why}`) : '' })}</>
    case 'sanction_appeal_decided':
      return (
        <>{t(s.overdue ? 'cases:trail.overdue' : s.upheld ? 'cases:trail.upheld' : 'cases:trail.appeal_dismissed')}</>
      )
    case 'case_closed':
      return <>{t('cases:trail.closed', { outcome: s.outcome ? t(`cases:outcome.${s.outcome}`) : '' })}</>
    case 'case_waits':
    case 'case_stated':
    case 'sanction_appealed':
      return <>{t(`cases:trail.${s.kind}`, { action })}</>
  }
}
