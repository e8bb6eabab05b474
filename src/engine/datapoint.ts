import { canonicalJson } from './canonical-json.ts'
import { sha256 } from './sha256.ts'
import { toHex } from './signed-note.ts'

/** What a device's key signs of a datapoint: which content, for which item, as which version asked for it, and where. */
export const datapointText = (of: {
  site: string
  campaign_id: string
  item_id: string
  version: number
  content_hash: string
}): string => `assay datapoint/v1\n${of.site}\n${of.campaign_id}\n${of.item_id}\n${of.version}\n${of.content_hash}\n`

/** The SHA-256 of an answer in canonical JSON. `bytes` writes text as UTF-8. */
export const contentHash = (answer: unknown, bytes: (text: string) => Uint8Array): string =>
  toHex(sha256(bytes(canonicalJson(answer))))
