import { useT } from '../../app/i18n.ts'
import { Card } from '../../ui/card.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { ether, towards } from './ether.ts'
import type { Overview } from './queries.ts'

/** The level, what it took, and how far the next one is. */
export function LevelCard({ mine }: { mine: Overview }) {
  const t = useT('gas')
  const n = useNumbers()
  const { level, next_level: next } = mine
  const share = next ? towards(mine.total_wei, level.from_wei, next.from_wei) : 1
  const missing = next ? (BigInt(next.from_wei) - BigInt(mine.total_wei)).toString() : '0'
  return (
    <Card className="grid gap-6" aria-labelledby="gas-level">
      <div className="grid gap-1">
        <p className="text-sm text-ink-soft">{t('gas:level.yours')}</p>
        <h2 id="gas-level" className="text-4xl font-bold tracking-tight break-words text-accent">
          <bdi>{level.name}</bdi>
        </h2>
      </div>
      <StatRow>
        <Stat
          label={mine.completeness === 'gaps' ? t('gas:level.at_least') : t('gas:level.spent')}
          value={<bdi>{ether(mine.total_wei, n.locale)}</bdi>}
          meaning={t('gas:level.spent_means')}
        />
        <Stat
          label={t('gas:level.beans')}
          value={n.int(Number(mine.beans.from_gas))}
          meaning={t('gas:level.beans_means')}
        />
      </StatRow>
      {next ? (
        <ProgressBar
          value={share}
          max={1}
          label={t('gas:level.next', { name: next.name })}
          detail={t('gas:level.missing', { amount: ether(missing, n.locale) })}
        />
      ) : (
        <p>{t('gas:level.highest')}</p>
      )}
      <details className="text-sm">
        <summary className="inline-flex min-h-8 items-center rounded-sm text-ink-soft underline underline-offset-2 hover:text-ink">
          {t('gas:level.all')}
        </summary>
        <ol className="mt-2 grid max-w-md gap-1">
          {mine.levels.map((l) => (
            <li
              key={l.key}
              aria-current={l.key === level.key ? 'step' : undefined}
              className={
                l.key === level.key
                  ? 'flex justify-between gap-4 font-semibold'
                  : 'flex justify-between gap-4 text-ink-soft'
              }
            >
              <bdi>{l.name}</bdi>
              <bdi>{t('gas:level.from', { amount: ether(l.from_wei, n.locale) })}</bdi>
            </li>
          ))}
        </ol>
      </details>
    </Card>
  )
}
