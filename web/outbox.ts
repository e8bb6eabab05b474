import { ApiError } from '../src/client.ts'

// Work that was handed in waits here until the server has it. Each parcel keeps the idempotency key of its first try, so
// sending it again can never count twice, whatever was lost on the way: the request, the answer or the whole tab.

export type Parcel = {
  key: string
  account_id: string
  campaign_id: string
  /** What to call: handing in work, or reviews. */
  kind: 'submissions' | 'reviews'
  body: unknown
  /** Drafts to forget once it has arrived. */
  drafts: string[]
  made_at: number
  tries: number
  /** A refusal stops the parcel until the person has seen it. */
  refused?: Pick<ApiError, 'status' | 'code' | 'message' | 'detail'> & {
    fields?: { field: string; code: string; message: string }[]
  }
}

export type Arrival = { parcel: Parcel; result: unknown }
export type Sender = (parcel: Parcel) => Promise<unknown>
export type Store = { read: () => Parcel[]; write: (parcels: Parcel[]) => void; forgetDraft: (name: string) => void }

/** Whether a failure says "not now" (line, server, too many, signed out) rather than "no". */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status >= 500 || error.status === 429 || error.status === 401

/** How long to wait before the next try: doubling from 2 seconds to at most 2 minutes. */
export const waitMs = (tries: number): number => Math.min(120_000, 2000 * 2 ** Math.max(0, tries - 1))

/** The queue itself, without browser or clock: the app and its tests hand those in. */
export class Outbox {
  private readonly store: Store
  private readonly send: Sender
  private readonly listeners = new Set<() => void>()
  private shown: readonly Parcel[]
  private running: Promise<void> | undefined
  constructor(store: Store, send: Sender) {
    this.store = store
    this.send = send
    this.shown = store.read()
  }

  readonly snapshot = (): readonly Parcel[] => this.shown
  readonly subscribe = (tell: () => void): (() => void) => {
    this.listeners.add(tell)
    return () => this.listeners.delete(tell)
  }

  /** Reads again what another tab may have changed. */
  refresh(): void {
    this.shown = this.store.read()
    for (const tell of this.listeners) tell()
  }

  private change(edit: (parcels: Parcel[]) => Parcel[]): void {
    this.store.write(edit(this.store.read()))
    this.refresh()
  }

  add(parcel: Omit<Parcel, 'tries'>): void {
    this.change((all) => (all.some((p) => p.key === parcel.key) ? all : [...all, { ...parcel, tries: 0 }]))
  }

  /** Takes a parcel out, after its refusal was seen; the drafts stay for the person to mend. */
  remove(key: string): void {
    this.change((all) => all.filter((p) => p.key !== key))
  }

  /** Tries every waiting parcel of an account once, oldest first. A passing failure ends the round: order is kept. */
  flush(accountId: string, arrived: (arrival: Arrival) => void): Promise<void> {
    this.running ??= this.round(accountId, arrived).finally(() => {
      this.running = undefined
    })
    return this.running
  }

  private async round(accountId: string, arrived: (arrival: Arrival) => void): Promise<void> {
    for (const parcel of this.store.read().filter((p) => p.account_id === accountId && !p.refused)) {
      try {
        const result = await this.send(parcel)
        for (const name of parcel.drafts) this.store.forgetDraft(name)
        this.remove(parcel.key)
        arrived({ parcel, result })
      } catch (error) {
        const passing = isPassing(error)
        const refused = passing ? undefined : refusalOf(error as ApiError)
        this.change((all) =>
          all.map((p) => (p.key === parcel.key ? { ...p, tries: p.tries + 1, ...(refused && { refused }) } : p)),
        )
        if (passing) return
      }
    }
  }
}

const refusalOf = (error: ApiError): NonNullable<Parcel['refused']> => ({
  status: error.status,
  code: error.code,
  message: error.message,
  detail: error.detail,
  ...(error.fields && { fields: error.fields }),
})

/** A parcel's refusal as the error it was, for the components that put errors into words. */
export function errorOf(refused: NonNullable<Parcel['refused']>): ApiError {
  const error = new ApiError(refused.status, refused.code, refused.message, refused.fields)
  error.detail = refused.detail
  return error
}
