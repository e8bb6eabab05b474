import { api } from './api.ts'
import type { Contract, Endpoint, Request, Result } from './platform/http/endpoint.ts'

/** A refusal or fault as the caller sees it. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: { field: string; code: string; message: string }[] | undefined
  readonly retryAfterSeconds: number | undefined
  /** The refusal's figures, for sentences in other languages. */
  detail: Readonly<Record<string, string | number>> = {}
  constructor(status: number, code: string, message: string, fields?: ApiError['fields'], retryAfterSeconds?: number) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
    this.retryAfterSeconds = retryAfterSeconds
  }
}

type Call<E extends Endpoint> =
  object extends Request<E>
    ? (request?: Request<E>, options?: CallOptions) => Promise<Result<E>>
    : (request: Request<E>, options?: CallOptions) => Promise<Result<E>>
export type CallOptions = { idempotencyKey?: string; signal?: AbortSignal }
export type Client = {
  [D in keyof typeof api]: {
    [K in keyof (typeof api)[D]]: (typeof api)[D][K] extends Endpoint ? Call<(typeof api)[D][K]> : never
  }
}

export type ClientOptions = {
  baseUrl: string
  headers?: Record<string, string>
  fetch?: typeof fetch
  /** Handed each signed receipt: keep it, it proves what the log must hold (`checkPromises` of `assay/engine`). */
  onReceipt?: (receipt: string) => void
}

type Loose = { params?: Record<string, string>; query?: Record<string, unknown>; body?: unknown }

/** Where an endpoint lives for these parameters. */
export function urlOf(e: Endpoint, request: Loose): string {
  const path = e.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(request.params?.[name] ?? ''))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request.query ?? {}))
    if (value !== undefined) query.set(name, String(value))
  const tail = query.toString()
  return tail ? `${path}?${tail}` : path
}

/** A typed client over the contract: web, CLI, tests and simulator speak to the server through this alone. */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch
  const call = async (e: Endpoint, request: Loose = {}, more: CallOptions = {}): Promise<unknown> => {
    const headers: Record<string, string> = { ...options.headers }
    if (e.body) headers['content-type'] = 'application/json'
    if (more.idempotencyKey) headers['idempotency-key'] = more.idempotencyKey
    const response = await send(options.baseUrl + urlOf(e, request), {
      method: e.method,
      headers,
      credentials: 'same-origin',
      ...(e.body ? { body: JSON.stringify(request.body) } : {}),
      ...(more.signal ? { signal: more.signal } : {}),
    })
    const receipt = response.headers.get('assay-receipt')
    if (receipt !== null) options.onReceipt?.(receipt)
    const read: unknown = await response.json().catch(() => undefined)
    // An answer that broke off is no answer, whatever its status said: what it acknowledged is not known.
    if (response.ok && read === undefined)
      throw new ApiError(response.status, 'unreadable', 'The answer broke off. Try again.')
    const reply = (read ?? {}) as {
      error?: { code?: string; message?: string; fields?: ApiError['fields']; detail?: ApiError['detail'] }
    }
    if (!response.ok) {
      const retry = Number(response.headers.get('retry-after')) || undefined
      const refusal = new ApiError(
        response.status,
        reply.error?.code ?? 'unreadable',
        reply.error?.message ?? `The server answered ${response.status}.`,
        reply.error?.fields,
        retry,
      )
      refusal.detail = reply.error?.detail ?? {}
      throw refusal
    }
    return reply
  }
  const client: Record<string, Record<string, unknown>> = {}
  for (const [domain, contract] of Object.entries(api as Record<string, Contract>)) {
    client[domain] = Object.fromEntries(
      Object.entries(contract).map(([name, e]) => [
        name,
        (request?: Loose, more?: CallOptions) => call(e, request, more),
      ]),
    )
  }
  return client as Client
}
