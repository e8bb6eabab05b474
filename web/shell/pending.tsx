import { LoadingBlock } from '../ui/skeleton.tsx'

/** Stands in for a page whose code or words are on their way. */
export function Pending() {
  return (
    <div className="mx-auto max-w-5xl px-gutter pt-9">
      <LoadingBlock lines={5} />
    </div>
  )
}
