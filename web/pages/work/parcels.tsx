import { useT } from '../../app/i18n.ts'
import { errorOf, type Parcel } from '../../outbox.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorLine } from '../../ui/states.tsx'

/** What was handed in and is not at the server yet, and what came back with a reason. */
export function Parcels({ parcels, onSeen }: { parcels: readonly Parcel[]; onSeen: (key: string) => void }) {
  const t = useT('work')
  const late = parcels.filter((p) => !p.refused && p.tries > 0)
  const refused = parcels.filter((p) => p.refused)
  if (late.length === 0 && refused.length === 0) return null
  return (
    <div className="grid gap-3">
      {late.length > 0 ? (
        <Notice tone="warn" icon="cloud_off" role="status" title={t('work:waiting_line', { count: late.length })}>
          {t('work:waiting_line_why')}
        </Notice>
      ) : null}
      {refused.map((p) => (
        <div key={p.key} className="grid gap-2">
          {p.refused ? <ErrorLine error={errorOf(p.refused)} /> : null}
          <Button kind="quiet" size="small" className="justify-self-start" onClick={() => onSeen(p.key)}>
            {t('work:mend')}
          </Button>
        </div>
      ))}
    </div>
  )
}
