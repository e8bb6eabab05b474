import { finalBlock, type Finality, isOnChain, noncesAt, readBlocks, requireChain } from './chain.ts'
import type { Cursor, GasHistoryProvider, Step, Stretch } from './provider.ts'
import { GasFailure } from './provider.ts'
import type { Rpc } from './rpc.ts'

/** A stretch of blocks at whose ends the wallet's nonce differs: `[from, nonce there, to, nonce there]`. */
type Open = [from: number, before: number, to: number, after: number]
/** A block in which the nonce moved. */
type Moved = { block: number; before: number; after: number }
type State = { open: Open[]; moved: Moved[]; total: number; read: number; asked: number }

const AT_ONCE = 50
const ROUNDS = 4
const BLOCKS_READ = 8

/**
 * Finds a wallet's transactions with nothing but a node that keeps old states: its nonce at a block says how many it had
 * sent by then, so halving leads to exactly the blocks in which it sent, and those are read whole.
 */
export function bisectionOf(rpc: Rpc, chainId: number, finality: Finality = {}): GasHistoryProvider {
  return {
    id: 'bisection',
    chain_id: chainId,
    async pin() {
      await requireChain(rpc, chainId)
      return finalBlock(rpc, finality)
    },
    holds: (pin) => isOnChain(rpc, pin),
    nonceAt: async (address, pin) => (await noncesAt(rpc, address, [pin.block]))[0]!,
    async step(stretch, cursor) {
      const state = cursor ? (cursor as State) : await begin(rpc, stretch)
      return advance(rpc, stretch.address, state)
    },
    fill: (stretch, cursor) => fillBetween(rpc, stretch, cursor),
  }
}

async function begin(rpc: Rpc, s: Stretch): Promise<State> {
  const [before, after] = (await noncesAt(rpc, s.address, [s.after, s.pin.block])) as [number, number]
  if (before !== s.nonce || (s.nonce_end !== null && after !== s.nonce_end))
    throw new GasFailure('untrusted', 'the node counts transactions otherwise than it did before')
  return {
    open: before === after ? [] : [[s.after, before, s.pin.block, after]],
    moved: [],
    total: after - before,
    read: 0,
    asked: 2,
  }
}

/** Looks for nonces that a list left out, where it left them out. Needs old states as well. */
export async function fillBetween(rpc: Rpc, s: Stretch, cursor: Cursor): Promise<Step> {
  if ('open' in cursor) return advance(rpc, s.address, cursor as State)
  const gaps = cursor.gaps as { after: number; until: number }[]
  // What is missing may lie in the very blocks of its neighbours, so these are looked at again.
  const ends = gaps.map((g) => [Math.max(s.after, g.after - 1), g.until] as const)
  const counts = await noncesAt(rpc, s.address, ends.flat())
  const open = ends.map(([from, to], i): Open => [from, counts[2 * i]!, to, counts[2 * i + 1]!])
  const moving = open.filter((o) => o[1] !== o[3])
  return advance(rpc, s.address, {
    open: moving,
    moved: [],
    total: moving.reduce((sum, o) => sum + o[3] - o[1], 0),
    read: 0,
    asked: counts.length,
  })
}

async function advance(rpc: Rpc, address: string, state: State): Promise<Step> {
  const open = [...state.open]
  const moved = [...state.moved]
  let asked = state.asked
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    // From the end, so that what is open stays few: depth first, many at a time.
    const now = open.splice(-AT_ONCE)
    const single = now.filter(([from, , to]) => to - from === 1)
    moved.push(...single.map(([, before, block, after]) => ({ block, before, after })))
    const wide = now.filter(([from, , to]) => to - from > 1)
    const middles = wide.map(([from, , to]) => (from + to) >> 1)
    const counts = await noncesAt(rpc, address, middles)
    asked += middles.length
    for (const [i, [from, before, to, after]] of wide.entries()) {
      const [middle, n] = [middles[i]!, counts[i]!]
      if (n < before || n > after)
        throw new GasFailure('untrusted', 'the node counts fewer transactions at a later block')
      if (n !== before) open.push([from, before, middle, n])
      if (n !== after) open.push([middle, n, to, after])
    }
  }
  const reading = moved.splice(0, BLOCKS_READ)
  const found = await readBlocks(rpc, address, reading)
  const read = state.read + found.transactions.length + found.used.length
  const next: State = { open, moved, total: state.total, read, asked }
  const isDone = open.length === 0 && moved.length === 0
  return {
    ...found,
    cursor: isDone ? null : next,
    done_ppm: state.total === 0 ? 1_000_000 : Math.min(1_000_000, Math.floor((read * 1_000_000) / state.total)),
  }
}
