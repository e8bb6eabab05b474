import { useEffect, useSyncExternalStore } from 'react'
import { type Arrival, Outbox, type Parcel, waitMs } from '../outbox.ts'
import { client } from './api.ts'
import { recall, remember } from './memory.ts'
import { uuid } from './uuid.ts'

const STORE = 'outbox'

function readParcels(): Parcel[] {
  try {
    const kept: unknown = JSON.parse(recall(STORE) ?? '[]')
    return Array.isArray(kept) ? (kept as Parcel[]) : []
  } catch {
    return []
  }
}

let inTab: Parcel[] | undefined
/** The app's outbox, kept on this device and shared by its tabs. */
export const outbox = new Outbox(
  {
    read: () => inTab ?? readParcels(),
    write: (parcels) => {
      remember(STORE, JSON.stringify(parcels))
      // A device that refuses storage still sends, as long as the tab lives.
      inTab = readParcels().length === parcels.length ? undefined : parcels
    },
    forgetDraft: (name) => remember(name.replace(/^assay\./, ''), null),
  },
  (parcel) => {
    const request = { params: { campaign_id: parcel.campaign_id }, body: parcel.body }
    const options = { idempotencyKey: parcel.key }
    return parcel.kind === 'submissions'
      ? client.submissions.submit(request as never, options)
      : client.reviews.record(request as never, options)
  },
)

type Told = (arrival: Arrival) => void
const told = new Set<Told>()

/** Sends what waits; one tab at a time, so that two do not race for the same parcel. */
export async function flushOutbox(accountId: string): Promise<void> {
  const run = () => outbox.flush(accountId, (arrival) => told.forEach((tell) => tell(arrival)))
  if ('locks' in navigator) await navigator.locks.request('assay-outbox', run)
  else await run()
}

/** Hands something over: kept first, then sent. It arrives even if this tab does not live to see it. */
export function handOver(parcel: Omit<Parcel, 'tries' | 'key' | 'made_at'>): string {
  const key = uuid()
  outbox.add({ ...parcel, key, made_at: Date.now() })
  void flushOutbox(parcel.account_id)
  return key
}

/** What still waits, and what was refused. */
export const useOutbox = (): readonly Parcel[] => useSyncExternalStore(outbox.subscribe, outbox.snapshot)

/** Calls back when something arrives at the server. */
export function useArrivals(tell: Told): void {
  useEffect(() => {
    told.add(tell)
    return () => void told.delete(tell)
  }, [tell])
}

/** Keeps trying while someone is signed in: on start, when the line comes back, and after growing pauses. */
export function useOutboxSender(accountId: string | undefined): void {
  const waiting = useOutbox().filter((p) => !p.refused && p.account_id === accountId)
  const tries = Math.max(0, ...waiting.map((p) => p.tries))
  const any = waiting.length > 0
  useEffect(() => {
    if (!accountId) return
    const go = () => void flushOutbox(accountId)
    const other = (event: StorageEvent) => event.key === `assay.${STORE}` && outbox.refresh()
    addEventListener('online', go)
    addEventListener('storage', other)
    const timer = any ? setTimeout(go, waitMs(tries)) : undefined
    return () => {
      removeEventListener('online', go)
      removeEventListener('storage', other)
      clearTimeout(timer)
    }
  }, [accountId, any, tries])
  useEffect(() => {
    if (accountId) void flushOutbox(accountId)
  }, [accountId])
}
