import { completenessOf, type Completeness, type Gap, gapsIn } from './completeness-rules.ts'
import { impossibleIn } from './fee-rules.ts'
import {
  type Cursor,
  GasFailure,
  type GasHistoryProvider,
  type SentTx,
  type Step,
  type Stretch,
  type UsedNonce,
} from './provider.ts'

/** How far a scan is. JSON, so that it lasts from one step to the next, and over a restart. */
export type Stage = { at: 'listing' | 'filling'; cursor: Cursor | null; fills: number }
export const FIRST_STAGE: Stage = { at: 'listing', cursor: null, fills: 0 }

/** What a scan has put aside so far. */
export type Shelf = {
  /** Keeps what a step found. A nonce that is there already stays, if it is the same transaction; another one is a contradiction. */
  keep(transactions: readonly SentTx[], used: readonly UsedNonce[]): Promise<void>
  /** Nonces and their blocks, by nonce. */
  seen(): Promise<{ nonce: number; block: number }[]>
}
export type Turn =
  | { stage: Stage; done_ppm: number | null }
  | { done: true; completeness: Completeness; missing: number; gaps: Gap[] }

/** Times that holes in a list are looked for on the chain before the scan says that they are there. */
const MOST_FILLS = 1

/** One bounded step of a scan: list, look for what the list left out, then say how complete it is. */
export async function turn(provider: GasHistoryProvider, stretch: Stretch, stage: Stage, shelf: Shelf): Promise<Turn> {
  const step = await (stage.at === 'filling'
    ? provider.fill!(stretch, stage.cursor!).catch(withoutArchive)
    : provider.step(stretch, stage.cursor))
  for (const tx of step.transactions) {
    const wrong = impossibleIn(tx, stretch)
    if (wrong) throw new GasFailure('untrusted', wrong)
  }
  await shelf.keep(step.transactions, step.used)
  if (step.cursor) return { stage: { ...stage, cursor: step.cursor }, done_ppm: step.done_ppm }

  const range = { start: stretch.nonce, end: stretch.nonce_end, after: stretch.after, until: stretch.pin.block }
  const seen = await shelf.seen()
  const verdict = completenessOf(seen, range)
  if (verdict === 'contradicted')
    throw new GasFailure('untrusted', 'more transactions are listed than the chain says were sent, or in another order')
  const gaps = gapsIn(seen, range)
  if (gaps.length > 0 && provider.fill && stage.fills < MOST_FILLS)
    return { stage: { at: 'filling', cursor: { gaps }, fills: stage.fills + 1 }, done_ppm: null }
  return { done: true, ...verdict, gaps }
}

/** A node without old states cannot look: then the holes stay, and are said. */
function withoutArchive(error: unknown): Step {
  if (error instanceof GasFailure && error.code === 'no_archive')
    return { transactions: [], used: [], cursor: null, done_ppm: null }
  throw error
}
