import type { Cursor, SentTx } from './provider.ts'
import { GasFailure } from './provider.ts'
import { addressOf, amount, count, hashOf, lies, type MakeListing } from './listing.ts'
import type { Verdict } from './paced.ts'

type Answer = { status?: string; message?: string; result?: unknown }
type Row = Record<string, unknown>
/** Where the list goes on: from this block on, and which page of what begins there. */
type State = { start: number; page: number; rows: number; first?: string }

const LIMITED = /rate limit|max calls|too many/i
const EMPTY = /no transactions found|no records found/i
const WINDOW = /window is too large|max result|result window/i
const KEY = /api ?key/i

/**
 * `module=account&action=txlist`, as Etherscan began it and many copy it. A list ends at some thousands of rows, so it is
 * begun again from the last block seen, that block included: it may have been cut in its middle.
 */
export const etherscan: MakeListing = (at, paced) => {
  const ask = async (query: Record<string, string | number>): Promise<Answer> => {
    const url = new URL(at.url)
    url.searchParams.set('chainid', String(at.chain_id))
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    if (at.key) url.searchParams.set('apikey', at.key)
    return (await paced.ask({ url: url.href }, judge)) as Answer
  }
  return {
    async page(address, after, pin, cursor) {
      const state = (cursor as State | null) ?? { start: after + 1, page: 1, rows: at.rows }
      if (state.start > pin.block) return { sent: [], cursor: null }
      const answer = await ask({
        module: 'account',
        action: 'txlist',
        address,
        startblock: state.start,
        endblock: pin.block,
        page: state.page,
        offset: state.rows,
        sort: 'asc',
      })
      const said = `${answer.message ?? ''} ${typeof answer.result === 'string' ? answer.result : ''}`
      if (answer.status !== '1') {
        if (EMPTY.test(said)) return { sent: [], cursor: null }
        if (WINDOW.test(said)) return narrower(state)
        if (KEY.test(said)) throw new GasFailure('refused', 'the explorer does not take our key')
        throw new GasFailure('bad_answer', 'the explorer refuses to list transactions')
      }
      if (!Array.isArray(answer.result)) throw new GasFailure('bad_answer', 'the explorer answers with no list')
      const rows = answer.result as Row[]
      if (rows.length === 0) return { sent: [], cursor: null }
      const blocks = rows.map((r) => count(r.blockNumber, 'block number'))
      for (const [i, block] of blocks.entries()) {
        if (block < state.start || block > pin.block) throw lies('it shows blocks that were not asked for')
        if (i > 0 && block < blocks[i - 1]!) throw lies('it is out of order')
      }
      const first = hashOf(rows[0]!.hash)
      if (state.page > 1 && first === state.first) throw lies('its pages are all the same')
      const last = blocks.at(-1)!
      const next: State =
        last > state.start
          ? { start: last, page: 1, rows: state.rows }
          : // All of it in one block: only its further pages show what else is in it.
            { ...state, page: state.page + 1, first }
      return { sent: rows.filter((r) => addressOf(r.from) === address).map(sentIn), cursor: next satisfies Cursor }
    },
    async newest() {
      const answer = await ask({ module: 'proxy', action: 'eth_blockNumber' })
      return Number(quantity(answer.result))
    },
    async block(number) {
      const tag = `0x${number.toString(16)}`
      const { result } = await ask({ module: 'proxy', action: 'eth_getBlockByNumber', tag, boolean: 'false' })
      const block = result as { hash?: unknown; timestamp?: unknown } | null
      if (!block || typeof block !== 'object') throw new GasFailure('bad_answer', 'the explorer does not know a block')
      return { block: number, hash: hashOf(block.hash), at: Number(quantity(block.timestamp)) }
    },
  }
}

/** What follows when the explorer will not show a page that far in: the same again in smaller pages, while that helps. */
function narrower(state: State): { sent: []; cursor: State } {
  const rows = state.rows >> 1
  if (rows < 1)
    throw new GasFailure(
      'window',
      `the explorer cannot show all of block ${state.start}: it holds more than its window`,
    )
  return { sent: [], cursor: { start: state.start, page: 1, rows } }
}

function judge(json: unknown): Verdict {
  const { status, message, result } = (json ?? {}) as Answer
  if (status === '1') return undefined
  const said = `${message ?? ''} ${typeof result === 'string' ? result : ''}`
  if (LIMITED.test(said)) return { again: 'rate_limited' }
  return undefined
}

function quantity(value: unknown): bigint {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{1,32}$/.test(value)) return BigInt(value)
  throw new GasFailure('bad_answer', "the explorer's answer has no proper number")
}

/** A row says what gas cost, but neither what was burned, nor what blobs or a layer 1 cost: those are left open. */
const sentIn = (r: Row): SentTx => ({
  hash: hashOf(r.hash),
  block: count(r.blockNumber, 'block number'),
  nonce: count(r.nonce, 'nonce'),
  at: count(r.timeStamp, 'time'),
  to: addressOf(r.to) ?? addressOf(r.contractAddress),
  is_creation: addressOf(r.to) === null,
  failed: String(r.isError) === '1' || String(r.txreceipt_status) === '0',
  gas_used: amount(r.gasUsed, 'gas'),
  price: amount(r.gasPrice, 'gas price'),
  base_fee: null,
  blob_fee: null,
  l1_fee: null,
})
