import { canonicalJson } from './canonical-json.ts'
import { checkEntry, type Head, LogFault, type Means } from './log-reader.ts'
import { fromHex, toHex } from './signed-note.ts'

type Salted = { salt: string; value: Record<string, unknown> }
/** An entry that somebody shows to others, with its proof and what they open of it. */
export type ShownEntry = {
  seq: number
  entry: string
  proof: readonly string[]
  checkpoint: string
  openings: {
    event: Salted | null
    content: readonly { name: string; salt: string; value?: Record<string, unknown> }[]
    pay: { leaves: readonly string[]; lines: readonly Salted[] } | null
  }
}
/** A file of proofs: what a third party checks offline. */
export type ProofFile = {
  format: typeof PROOF_FORMAT
  logs: readonly { season_id: string; origin: string; public_keys: readonly string[] }[]
  entries: readonly (ShownEntry & { season_id: string })[]
}
export const PROOF_FORMAT = 'assay-proofs/1'

/** What holds of an entry: where it is, and which of its openings are right. */
export type Shown = { head: Head; opened: ('event' | 'answer' | 'pay')[] }

const commitment = (salt: string, value: unknown, by: Means & { bytes: (text: string) => Uint8Array }): string => {
  const head = fromHex(salt) ?? new Uint8Array(0)
  const body = by.bytes(canonicalJson(value))
  const both = new Uint8Array(head.length + body.length)
  both.set(head)
  both.set(body, head.length)
  return toHex(by.hash(both))
}

/** Checks one shown entry: in the signed log, and each opening against what the entry commits to. Throws what is wrong. */
export async function checkShown(
  shown: ShownEntry,
  log: { origin: string; keys: readonly Uint8Array[] },
  by: Means & { bytes: (text: string) => Uint8Array },
): Promise<Shown> {
  const head = await checkEntry(shown, log, by)
  const entry = JSON.parse(shown.entry) as { event?: unknown; lines?: unknown }
  const opened: Shown['opened'] = []
  const wrong = (what: string) =>
    new LogFault('differs', `Entry ${shown.seq} does not commit to the ${what} that is shown with it.`)
  const { event, content, pay } = shown.openings
  if (event) {
    if (commitment(event.salt, event.value, by) !== entry.event) throw wrong('event')
    opened.push('event')
    const body = event.value.body as Record<string, unknown>
    for (const { name, salt, value } of content) {
      if (value === undefined) continue
      if (commitment(salt, value, by) !== body[`${name}_commitment`]) throw wrong(name)
      if (name === 'answer') opened.push('answer')
    }
  }
  if (pay) {
    if (toHex(by.hash(by.bytes(pay.leaves.join()))) !== entry.lines) throw wrong('lines of pay')
    for (const line of pay.lines)
      if (!pay.leaves.includes(commitment(line.salt, line.value, by))) throw wrong('line of pay')
    opened.push('pay')
  }
  return { head, opened }
}
