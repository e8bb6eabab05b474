import { useT } from '../../app/i18n.ts'
import { Kbd } from '../../ui/kbd.tsx'

const ROWS: [keys: string[], word: string][] = [
  [['A'], 'approve'],
  [['D'], 'disapprove'],
  [['1', '…', '9'], 'reason'],
  [['C'], 'comment'],
  [['J', 'K'], 'move'],
  [['↵'], 'submit'],
  [['S'], 'skip'],
]

/** The reviewer's keys, named. */
export function Shortcuts() {
  const t = useT('review')
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(13rem,1fr))] gap-x-6 gap-y-2 rounded-lg border border-line bg-surface p-4 text-sm">
      {ROWS.map(([keys, word]) => (
        <div key={word} className="flex items-center gap-3">
          <dt className="flex min-w-24 gap-1">
            {keys.map((k) => (
              <Kbd key={k} className="inline-flex">
                {k}
              </Kbd>
            ))}
            <span className="sr-only">{keys.join(' ')}</span>
          </dt>
          <dd className="text-ink-soft">{t(`review:keys.${word}`)}</dd>
        </div>
      ))}
    </dl>
  )
}
