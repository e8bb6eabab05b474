import { useDeferredValue, useMemo } from 'react'
import type { Settings } from '../../../src/domains/campaigns/contract.ts'
import { type Outlook, outlookOf } from '../../../src/domains/reliability/outlook-rules.ts'
import { firstSnapshot, planFor } from '../../../src/domains/reliability/plan-rules.ts'
import { useT } from '../../app/i18n.ts'
import { cx } from '../../ui/cx.ts'
import { Icon } from '../../ui/icon.tsx'
import { useNumbers } from './numbers.ts'

/** What the engine makes of stated worth, before anything is known of the reviewers; nothing while a number is missing. */
function useOutlook(settings: Settings): Outlook | undefined {
  const { policy, prices, reviews } = useDeferredValue(settings)
  return useMemo(() => {
    if (policy?.kind !== 'adaptive' || !prices[0] || reviews.max < reviews.min) return undefined
    const snapshot = firstSnapshot('preview')
    try {
      const plan = planFor({ policy, prices, reviews } as Settings, snapshot)
      return plan && outlookOf(plan, snapshot)
    } catch {
      // Amounts that the engine refuses are said at their fields.
      return undefined
    }
  }, [policy, prices, reviews])
}

/** What a policy means in words and, where reviews stop by doubt, as a drawing of where they stop. */
export function PolicyOutlook({ settings }: { settings: Settings }) {
  const t = useT('policy')
  const n = useNumbers()
  const outlook = useOutlook(settings)
  if (settings.policy?.kind !== 'adaptive') {
    return (
      <div className="rounded-md bg-sunken p-4 text-sm">
        <p className="font-semibold">{t('policy:means')}</p>
        <p className="mt-1 text-ink-soft">
          {t('policy:majority.means', { count: settings.reviews.min, max: settings.reviews.max })}
        </p>
      </div>
    )
  }
  if (!outlook) return null
  const lines = [
    t('policy:outlook.agree', { yes: outlook.all_approve, no: outlook.all_disapprove }),
    t(`policy:outlook.split_${outlook.after_split}`, { count: outlook.split }),
    t('policy:outlook.mean', { mean: n.decimal(String(outlook.mean_reviews), 1, 1) }),
  ]
  return (
    <div className="grid gap-4 rounded-md bg-sunken p-4 text-sm">
      <div aria-live="polite">
        <p className="font-semibold">{t('policy:means')}</p>
        <ul className="mt-1 grid gap-1">
          {lines.map((line) => (
            <li key={line} className="flex gap-2">
              <Icon name="check" size={16} className="mt-0.5 shrink-0 text-good" />
              <span>{line}</span>
            </li>
          ))}
        </ul>
        <p className="mt-2 text-ink-soft">{t('policy:outlook.learns')}</p>
      </div>
      <Bounds outlook={outlook} />
    </div>
  )
}

const TICKS = [0.01, 0.1, 0.5, 0.9, 0.99]
const REACH = Math.log(0.998 / 0.002)
/** Chances on a scale where twice the evidence is twice the way; what is near certain either way is at the edge. */
const place = (share: number): number => {
  const x = Math.log(Math.max(share, 1e-9) / Math.max(1 - share, 1e-9))
  return 50 + (50 * Math.max(-REACH, Math.min(REACH, x))) / REACH
}
const ZONES = { accept: 'bg-good-soft', ask: 'bg-surface', reject: 'bg-bad-soft' } as const

/** After each number of reviews: where it is accepted, where rejected, and where another review is worth its price. */
function Bounds({ outlook }: { outlook: Outlook }) {
  const t = useT('policy')
  const n = useNumbers()
  const shown = outlook.bounds.slice(0, Math.max(outlook.split, 1))
  return (
    <figure className="grid gap-2">
      <figcaption className="font-semibold">{t('policy:bounds.title')}</figcaption>
      <div aria-hidden="true" className="grid grid-cols-[2.75rem_minmax(0,1fr)] gap-x-1">
        <div className="relative h-40 text-2xs text-ink-soft">
          {TICKS.map((tick) => (
            <bdi key={tick} className="absolute end-1 translate-y-1/2" style={{ bottom: `${place(tick)}%` }}>
              {n.percent(tick, 0)}
            </bdi>
          ))}
        </div>
        <div className="relative flex h-40 gap-px overflow-hidden rounded-sm border border-line-strong">
          {shown.map((b) => (
            <div key={b.given} className="relative min-w-0 grow">
              <span className={cx('absolute inset-x-0 bottom-0', ZONES.ask)} style={{ height: '100%' }} />
              <span
                className={cx('absolute inset-x-0 top-0 border-b-2 border-good', ZONES.accept)}
                style={{ height: `${100 - place(b.accept)}%` }}
              />
              <span
                className={cx('absolute inset-x-0 bottom-0 border-t-2 border-bad', ZONES.reject)}
                style={{ height: `${place(b.reject)}%` }}
              />
            </div>
          ))}
        </div>
        <span />
        <div className="flex gap-px text-center text-2xs text-ink-soft">
          {shown.map((b) => (
            <span key={b.given} className="min-w-0 grow">
              {n.int(b.given)}
            </span>
          ))}
        </div>
        <span />
        <p className="text-center text-2xs text-ink-soft">{t('policy:bounds.given')}</p>
      </div>
      <ul aria-hidden="true" className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
        {(['accept', 'ask', 'reject'] as const).map((zone) => (
          <li key={zone} className="flex items-center gap-1.5">
            <span className={cx('size-3 rounded-sm border border-line-strong', ZONES[zone])} />
            {t(`policy:bounds.${zone}`)}
          </li>
        ))}
      </ul>
      <details>
        <summary className="inline-flex min-h-8 items-center rounded-sm text-ink-soft underline underline-offset-2 hover:text-ink">
          {t('common:chart.as_table')}
        </summary>
        <ul className="mt-1 grid gap-1 text-ink-soft">
          {shown.map((b) => (
            <li key={b.given}>
              {b.accept >= 1
                ? t('policy:bounds.row_none', { count: b.given })
                : t('policy:bounds.row', {
                    count: b.given,
                    accept: n.percent(b.accept, 0),
                    reject: n.percent(b.reject, 0),
                  })}
            </li>
          ))}
        </ul>
      </details>
    </figure>
  )
}
