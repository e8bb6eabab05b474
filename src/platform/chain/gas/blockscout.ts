import type { Cursor, SentTx } from './provider.ts'
import { GasFailure } from './provider.ts'
import { addressOf, amount, count, hashOf, lies, type MakeListing } from './listing.ts'

type Row = Record<string, unknown>
type Answer = { items?: unknown; next_page_params?: unknown }
/** `params` are the explorer's own, sent back as they came; `below` is where its last page ended. */
type State = { params: Record<string, string>; below: number }

/** Blockscout's `/api/v2`: newest first, each page naming the next one. Its rows have base fee, blobs and layer-1 fee. */
export const blockscout: MakeListing = (at, paced) => {
  const ask = async (path: string, query: Record<string, string> = {}): Promise<unknown> => {
    const url = new URL(`${at.url.replace(/\/+$/, '')}/api/v2/${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    if (at.key) url.searchParams.set('apikey', at.key)
    return paced.ask({ url: url.href })
  }
  const block = async (which: string | number) => {
    const b = (await ask(`blocks/${which}`)) as Row | null
    return { block: count(b?.height, 'block number'), hash: hashOf(b?.hash), at: secondsOf(b?.timestamp) }
  }
  return {
    async page(address, after, pin, cursor) {
      const state = cursor as State | null
      const answer = (await ask(`addresses/${address}/transactions`, {
        filter: 'from',
        ...state?.params,
      })) as Answer | null
      // A wallet that never did anything is not found.
      if (!Array.isArray(answer?.items)) {
        if (state === null && /not found/i.test(JSON.stringify(answer))) return { sent: [], cursor: null }
        throw new GasFailure('bad_answer', 'the explorer answers with no list')
      }
      const rows = answer.items as Row[]
      let below = state?.below ?? Number.MAX_SAFE_INTEGER
      const sent: SentTx[] = []
      for (const row of rows) {
        // What waits in the pool has no block yet.
        if (row.block_number === null || (row.block_number === undefined && row.block === null)) continue
        const number = count(row.block_number ?? row.block, 'block number')
        if (number > below) throw lies('it is out of order')
        below = number
        if (number <= after || number > pin.block) continue
        if (addressOf((row.from as Row | null)?.hash) === address) sent.push(sentIn(row, number))
      }
      const next = paramsOf(answer.next_page_params)
      if (next && rows.length === 0) throw lies('a page is empty, and yet another is said to follow')
      const isPast = below <= after
      return { sent, cursor: next && !isPast ? ({ params: next, below } satisfies State as Cursor) : null }
    },
    async newest() {
      const answer = (await ask('blocks', { type: 'block' })) as Answer | null
      const first = Array.isArray(answer?.items) ? (answer.items[0] as Row | undefined) : undefined
      return count(first?.height, 'block number')
    },
    block,
  }
}

/** The next page's parameters, whatever they are: their names have changed between versions. */
function paramsOf(given: unknown): Record<string, string> | null {
  if (given === null || given === undefined) return null
  if (typeof given !== 'object' || Array.isArray(given)) throw lies('its next page has no name')
  const entries = Object.entries(given).filter(([, v]) => v !== null && typeof v !== 'object')
  return entries.length === 0 ? null : Object.fromEntries(entries.map(([k, v]) => [k, String(v)]))
}

function secondsOf(value: unknown): number {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms)) throw new GasFailure('bad_answer', "the explorer's answer has no proper time")
  return Math.floor(ms / 1000)
}

function sentIn(r: Row, block: number): SentTx {
  const given = (name: string) => (r[name] === null || r[name] === undefined ? null : amount(r[name], name))
  const to = addressOf((r.to as Row | null)?.hash)
  const blobGas = given('blob_gas_used')
  const blobPrice = given('blob_gas_price')
  const isBlob = r.type === 3 || blobGas !== null
  return {
    hash: hashOf(r.hash),
    block,
    nonce: count(r.nonce, 'nonce'),
    at: secondsOf(r.timestamp),
    to: to ?? addressOf((r.created_contract as Row | null)?.hash),
    is_creation: to === null,
    failed: r.status === 'error',
    gas_used: amount(r.gas_used, 'gas'),
    price: amount(r.gas_price, 'gas price'),
    base_fee: given('base_fee_per_gas'),
    blob_fee: isBlob ? (blobGas !== null && blobPrice !== null ? blobGas * blobPrice : null) : 0n,
    l1_fee: given('l1_fee') ?? 0n,
  }
}
