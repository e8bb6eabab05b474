import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'

/** A row of a list of facts: words, or a long value for machines, whole, broken anywhere and copied in one tap. */
export function Fact({ label, copy, children }: { label: ReactNode; copy?: string; children?: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-3">
      <dt className="col-start-1 text-ink-soft">{label}</dt>
      {copy === undefined ? (
        <dd className="col-start-1">{children}</dd>
      ) : (
        <>
          <dd className="col-start-1 font-mono text-xs break-all whitespace-pre-wrap">
            <bdi dir="ltr">{copy}</bdi>
          </dd>
          <dd className="col-start-2 row-span-2 row-start-1">
            <CopyButton kind="quiet" text={copy} />
          </dd>
        </>
      )}
    </div>
  )
}
