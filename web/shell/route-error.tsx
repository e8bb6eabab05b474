import type { ErrorComponentProps } from '@tanstack/react-router'
import { ErrorState } from '../ui/states.tsx'

/** A page that failed to load or draw: what happened and a way to try again. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-2xl px-gutter py-10">
      <ErrorState error={error} onRetry={reset} level={1} />
    </div>
  )
}
