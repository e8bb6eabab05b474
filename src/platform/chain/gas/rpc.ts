import { GasFailure } from './provider.ts'
import { type Pace, pacedTo, type Verdict } from './paced.ts'

export type Call = readonly [method: string, ...params: unknown[]]
type Reply = { id?: unknown; result?: unknown; error?: { code?: number; message?: string } }

/** Calls that go in one request. */
const BATCH = 50
const LIMITED = /rate limit|too many|limit exceeded|capacity|throttl|exceeded.*(?:quota|credits)/i
/** What nodes say that keep only the newest states. */
const NO_ARCHIVE =
  /missing trie|header not found|state.*(?:not available|unavailable|pruned)|pruned|archive|distance to target|historical/i

export type Rpc = {
  /** Answers in the order of the calls. Throws when one of them is an error. */
  all(calls: readonly Call[]): Promise<unknown[]>
  one(...call: Call): Promise<unknown>
}

/** A JSON-RPC endpoint, asked in batches at its pace. */
export function rpcAt(url: string, options: { pace?: Partial<Pace>; batch?: number; name?: string } = {}): Rpc {
  const name = options.name ?? 'the node'
  const paced = pacedTo(name, options.pace)
  let id = 0
  const send = async (calls: readonly Call[]): Promise<unknown[]> => {
    const asked = calls.map(([method, ...params]) => ({ jsonrpc: '2.0', id: ++id, method, params }))
    const json = await paced.ask(
      { url, method: 'POST', body: JSON.stringify(asked), headers: { 'content-type': 'application/json' } },
      (answer) => judge(answer),
    )
    const replies = new Map((Array.isArray(json) ? (json as Reply[]) : []).map((r) => [r?.id, r]))
    return asked.map((call) => {
      const reply = replies.get(call.id)
      if (!reply) throw new GasFailure('bad_answer', `${name} left a question of a batch without an answer`)
      if (reply.error) throw failureOf(name, call.method, reply.error)
      return reply.result
    })
  }
  const all: Rpc['all'] = async (calls) => {
    const out: unknown[] = []
    const size = options.batch ?? BATCH
    for (let i = 0; i < calls.length; i += size) out.push(...(await send(calls.slice(i, i + size))))
    return out
  }
  return { all, one: async (...call) => (await all([call]))[0] }
}

/** One limited call of a batch is reason to ask the whole batch again: it changes nothing on the other side. */
function judge(answer: unknown): Verdict {
  const replies = Array.isArray(answer) ? (answer as Reply[]) : [answer as Reply]
  for (const r of replies) {
    if (!r?.error) continue
    if (r.error.code === -32_005 || r.error.code === 429 || LIMITED.test(r.error.message ?? ''))
      return { again: 'rate_limited' }
  }
  return Array.isArray(answer) || replies[0]?.error ? undefined : { again: 'unreachable' }
}

function failureOf(name: string, method: string, error: { message?: string }): GasFailure {
  // Nodes repeat what they were asked, never who asked; still no more of their words than these is passed on.
  if (NO_ARCHIVE.test(error.message ?? ''))
    return new GasFailure('no_archive', `${name} does not keep old states; this needs an archive node`)
  return new GasFailure('bad_answer', `${name} refuses ${method}`)
}

/** A quantity of JSON-RPC. */
export function big(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(value)) return BigInt(value)
  throw new GasFailure('bad_answer', `the node's ${what} is not a number`)
}
export const whole = (value: unknown, what: string): number => {
  const n = big(value, what)
  if (n > BigInt(Number.MAX_SAFE_INTEGER)) throw new GasFailure('bad_answer', `the node's ${what} is out of range`)
  return Number(n)
}
export const hex = (n: number): string => `0x${n.toString(16)}`
