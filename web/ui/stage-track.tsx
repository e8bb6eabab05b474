import type { ReactNode } from 'react'
import { useT } from '../app/i18n.ts'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

export type StageState = 'done' | 'now' | 'next' | 'stopped'
export type Stage = { key: string; label: ReactNode; state: StageState; detail?: ReactNode }

/** A piece of work's way from sent to paid: what is behind it, where it is, what comes next and when. */
export function StageTrack({ stages, label }: { stages: Stage[]; label: string }) {
  const t = useT()
  return (
    <ol aria-label={label} className="grid">
      {stages.map((stage, i) => {
        const last = i === stages.length - 1
        return (
          <li
            key={stage.key}
            aria-current={stage.state === 'now' ? 'step' : undefined}
            className="grid grid-cols-[2rem_1fr] gap-x-3"
          >
            <span className="flex flex-col items-center" aria-hidden="true">
              <span
                className={cx(
                  'cut grid size-7 shrink-0 place-items-center',
                  stage.state === 'done' && 'bg-good text-surface',
                  stage.state === 'now' && 'bg-accent text-on-accent',
                  stage.state === 'next' && 'bg-line text-ink-faint',
                  stage.state === 'stopped' && 'bg-bad text-surface',
                )}
              >
                {stage.state === 'done' ? (
                  <Icon name="check" size={16} />
                ) : stage.state === 'stopped' ? (
                  <Icon name="cross" size={16} />
                ) : (
                  <span className="size-2 rounded-full bg-current" />
                )}
              </span>
              {last ? null : <span className={cx('w-0.5 grow', stage.state === 'done' ? 'bg-good' : 'bg-line')} />}
            </span>
            <div className={cx('pt-0.5', last ? 'pb-0' : 'pb-5')}>
              <p className={cx(stage.state === 'next' ? 'text-ink-soft' : 'font-semibold')}>
                {stage.label}
                <span className="sr-only"> · {t(`common:stage_state.${stage.state}`)}</span>
              </p>
              {stage.detail ? <div className="text-sm text-ink-soft">{stage.detail}</div> : null}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
