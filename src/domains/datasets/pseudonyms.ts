import { createHmac } from 'node:crypto'

/** Names of people and things in one release. */
export type Names = ReturnType<typeof namesFor>

const named = (key: Uint8Array, kind: string, id: string, digits: number): string =>
  createHmac('sha256', key).update(`${kind}:${id}`).digest('hex').slice(0, digits)
const KEPT = 100_000

/**
 * People are named by the release's own key: the same throughout one release, unrelated in any other. Datapoints and
 * answers are named by the campaign's datapoint key, so that a revocation can name what an earlier release held; the
 * names hide our ids, in which the millisecond of submission can be read.
 */
export function namesFor(keys: { pseudonym_key: Uint8Array; datapoint_key: Uint8Array }) {
  const workers = new Map<string, string>()
  return {
    worker(accountId: string): string {
      let name = workers.get(accountId)
      if (name === undefined) {
        if (workers.size >= KEPT) workers.clear()
        workers.set(accountId, (name = `w${named(keys.pseudonym_key, 'worker', accountId, 20)}`))
      }
      return name
    },
    datapoint: (id: string): string => `d${named(keys.datapoint_key, 'datapoint', id, 32)}`,
    answer: (submissionId: string): string => `a${named(keys.datapoint_key, 'answer', submissionId, 32)}`,
  }
}
