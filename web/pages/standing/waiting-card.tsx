import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { DateTime } from '../../ui/time.tsx'
import type { Mine } from './sanction-card.tsx'

/** Money that waits, why, and until when at most. */
export function WaitingCard({ items }: { items: Mine['waiting'] }) {
  const t = useT('standing')
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('standing:waiting.title')} hint={t('standing:waiting.hint')} />
      <ul className="grid gap-3">
        {items.map((w) => (
          <li key={w.currency} className="rounded-md border border-line p-3">
            <p className="font-semibold">
              <Money amount_minor={w.waits_minor} currency={w.currency} /> {t('standing:waiting.waits')}
            </p>
            <p className="text-sm text-ink-soft">
              {t('standing:waiting.free')} <Money amount_minor={w.withdrawable_minor} currency={w.currency} />
              {w.until ? (
                <>
                  {' · '}
                  {t('standing:until')} <DateTime at={w.until} />
                </>
              ) : null}
            </p>
            <ul className="mt-2 grid list-disc gap-1 ps-5 text-sm">
              {w.why.map((why) => (
                <li key={why}>{t(`standing:why.${why}`)}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Card>
  )
}
