import type { Db } from '../../platform/context.ts'
import { reconciliations } from './event-queries.ts'

/** Differences after which nothing more is sent out: the token or the chain is not what it was taken for. */
const STOPPING = new Set(['balance', 'fee', 'credited', 'declared', 'root'])

/** Why nothing more of a currency may be sent out, as the two sides were last compared; nothing when all is well. */
export async function whyStopped(db: Db, currency: string): Promise<string | undefined> {
  const row = (await reconciliations(db)).find((r) => r.currency === currency)
  return (row?.differences as { code: string; message: string }[] | undefined)?.find((d) => STOPPING.has(d.code))
    ?.message
}
