import { cx } from '../../ui/cx.ts'
import { useNumbers } from '../desk/numbers.ts'

export type Part = { key: string; label: string; count: number; tone: string }

/** One bar made of its parts, and the same parts as a list with their counts. */
export function StateBar({ label, parts }: { label: string; parts: Part[] }) {
  const n = useNumbers()
  const total = parts.reduce((sum, p) => sum + p.count, 0)
  return (
    <div className="grid gap-4">
      <div aria-hidden="true" className="flex h-4 gap-px overflow-hidden rounded-full bg-sunken">
        {parts
          .filter((p) => p.count > 0)
          .map((p) => (
            <span
              key={p.key}
              className={cx('h-full min-w-1 transition-[flex-grow] duration-(--calm)', p.tone)}
              style={{ flexGrow: p.count, flexBasis: 0 }}
            />
          ))}
      </div>
      <ul aria-label={label} className="grid gap-x-6 gap-y-1.5 text-sm sm:grid-cols-2">
        {parts.map((p) => (
          <li key={p.key} className={cx('flex items-center gap-2', p.count === 0 && 'text-ink-faint')}>
            <span
              aria-hidden="true"
              className={cx('size-3 shrink-0 rounded-sm', p.tone, p.count === 0 && 'opacity-30')}
            />
            <span className="grow">{p.label}</span>
            <span className="flex gap-2">
              <bdi className="font-semibold">{n.int(p.count)}</bdi>
              {total > 0 && p.count > 0 ? <bdi className="text-ink-soft">{n.percent(p.count / total, 0)}</bdi> : null}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
