import { useCallback, useMemo, useState } from 'react'
import type { Parcel } from '../../outbox.ts'

/**
 * Which held things are still to be worked on: not given back, not on their way to the server, and not handed in by this
 * page, unless the server refused them. Another tab may have sent a parcel, so its absence alone says nothing.
 */
export function useHeld(
  parcels: readonly Parcel[],
  idsOf: (body: unknown) => string[],
): { isOpen: (id: string) => boolean; waiting: number; gone: (ids: readonly string[]) => void } {
  const [done, setDone] = useState<ReadonlySet<string>>(new Set())
  const sets = useMemo(() => {
    const of = (some: readonly Parcel[]) => new Set(some.flatMap((p) => idsOf(p.body)))
    return { waiting: of(parcels.filter((p) => !p.refused)), refused: of(parcels.filter((p) => p.refused)) }
  }, [parcels, idsOf])
  const gone = useCallback((ids: readonly string[]) => setDone((d) => new Set([...d, ...ids])), [])
  const isOpen = useCallback(
    (id: string) => !sets.waiting.has(id) && (!done.has(id) || sets.refused.has(id)),
    [sets, done],
  )
  return { isOpen, waiting: sets.waiting.size, gone }
}
