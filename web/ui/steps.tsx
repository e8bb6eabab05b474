import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

export type StepMark = { key: string; label: string; done: boolean }

/** The steps of a long form: where one is, what is done; any step can be visited at any time. */
export function Steps({
  label,
  steps,
  current,
  onGo,
  state,
}: {
  label: string
  steps: StepMark[]
  current: string
  onGo: (key: string) => void
  state: (step: StepMark) => string
}) {
  return (
    <nav
      aria-label={label}
      className="relative -mx-gutter overflow-x-auto px-gutter [scrollbar-width:none] lg:mx-0 lg:px-0"
    >
      <ol className="flex gap-1 *:shrink-0 lg:grid">
        {steps.map((step, i) => (
          <li key={step.key}>
            <button
              type="button"
              aria-current={step.key === current ? 'step' : undefined}
              onClick={() => onGo(step.key)}
              className="flex min-h-touch w-full items-center gap-2.5 rounded-md px-2.5 text-start text-sm font-semibold whitespace-nowrap text-ink-soft -outline-offset-3 hover:bg-sunken hover:text-ink aria-[current=step]:bg-surface aria-[current=step]:text-ink aria-[current=step]:shadow-1"
            >
              <span
                aria-hidden="true"
                className={cx(
                  'cut grid size-6 shrink-0 place-items-center text-xs',
                  step.key === current
                    ? 'bg-accent text-on-accent'
                    : step.done
                      ? 'bg-good text-surface'
                      : 'bg-line text-ink-soft',
                )}
              >
                {step.done && step.key !== current ? <Icon name="check" size={14} /> : i + 1}
              </span>
              {step.label}
              <span className="sr-only"> {state(step)}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}
