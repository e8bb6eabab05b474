import type { Ctx } from '../../platform/context.ts'
import { filesDir } from '../../platform/files/place.ts'
import { createStore } from '../../platform/files/store.ts'
import { fileOf } from '../settlement/build-epoch.ts'
import { epochsOfSeason } from './epochs-queries.ts'

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`
/** What an epoch was built from has its place in the log by a checkpoint that is so much later. */
const SETTLES_MS = 60_000

/** The public claims files of a season's epochs, and a line for each that says what the books say of it. */
export async function copyEpochs(
  ctx: Pick<Ctx, 'db' | 'config'>,
  seasonId: string,
  checkpoint: { first_signed_at: Date },
  put: (name: string, content: AsyncIterable<string | Uint8Array>) => Promise<void>,
): Promise<Record<string, unknown>[]> {
  const store = createStore(filesDir(ctx.config))
  const until = new Date(checkpoint.first_signed_at.getTime() - SETTLES_MS)
  const lines = []
  for (const e of await epochsOfSeason(ctx.db, seasonId, until)) {
    const file = `epochs/${e.currency}-${e.number}.jsonl`
    const found = await store.stream(fileOf(e))
    if (!found)
      throw new Error(
        `the claims file of epoch ${e.number} in ${e.currency} is missing in ${store.root}; put it back from a copy`,
      )
    await put(file, found.stream as AsyncIterable<Uint8Array>)
    lines.push({
      currency: e.currency,
      epoch: Number(e.number),
      file,
      sha256: hex(e.file_sha256),
      state: e.state,
      before: e.is_before,
      chain_id: Number(e.chain_id),
      token: hex(e.token),
      distributor: hex(e.distributor),
      units_per_minor: e.units_per_minor,
      withdrawn_minor: e.withdrawn_minor,
      elsewhere_minor: e.elsewhere_minor,
    })
  }
  return lines
}
