import type { Store } from '../../platform/files/store.ts'
import type { WriteState } from './parts.ts'
import type { Progress, ReleaseRow } from './queries.ts'

/** Where a release's files are, under the store's root. */
export function placesOf(r: Pick<ReleaseRow, 'campaign_id' | 'number'>) {
  const final = `${r.campaign_id}/${r.number}`
  return { final, partial: `${final}.partial`, state: `${final}.state` }
}

export const next = (p: Progress, step: Progress['step'], total = 0): Progress => ({
  step,
  done: 0,
  total,
  restarts: p.restarts,
  tries: 0,
})

/** How far the files are; nothing when they were never begun, or are on a disk that is gone. */
export async function readState(store: Store, dir: string): Promise<WriteState | undefined> {
  const text = await store.read(`${dir}/state.json`)
  return text === undefined ? undefined : (JSON.parse(text) as WriteState)
}

export async function keepState(store: Store, dir: string, state: WriteState): Promise<void> {
  await store.put(`${dir}/state.json`, JSON.stringify(state))
}
