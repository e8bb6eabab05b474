import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { isEntry, isOpening, takeEntry, type Opening, type Read } from './entries.ts'
import { linesIn, parsed, Stepper } from './lines.ts'
import type { Part } from './parts.ts'
import type { Findings } from './report.ts'
import { type Hash, hashAt, leafHash, SubtreesOf, type Subtree } from './tree.ts'

/** So many entries may be missing from one stretch and still be named. */
const SLACK = 64

/** Reads a part of a log's entries and their openings in step. */
export async function readPart(
  dir: string,
  part: Part,
  read: Read,
  progress: (done: number) => void,
): Promise<{ entries: number; openings: number; subtrees: Subtree[] }> {
  const { findings } = read
  const leaves = existsSync(join(dir, 'leaves.bin')) ? await open(join(dir, 'leaves.bin'), 'r') : undefined
  const openings = openingsOf(dir, part, findings)
  const tree = new SubtreesOf()
  let opened = 0
  let lines_read = part.first
  // Where an entry was taken out, what follows is still read as the entries that it is.
  let missing = 0
  let isBroken = false
  try {
    for await (const lines of linesIn(join(dir, 'entries.jsonl'), part)) {
      const known = Buffer.alloc((lines.length + SLACK) * 32)
      const from = lines_read + missing
      const had = leaves ? Math.floor((await leaves.read(known, 0, known.length, from * 32)).bytesRead / 32) : 0
      for (const [i, text] of lines.entries()) {
        const leaf = leafHash(text)
        tree.add(leaf)
        let place = lines_read + missing
        const own = place - from
        if (!isBroken && own < had && leaf !== hashAt(known, own)) {
          const next = own + 1 < had ? hashAt(known, own + 1) : undefined
          const following = lines[i + 1] && leafHash(lines[i + 1]!)
          const what = sayChanged(place, leaf, { own: hashAt(known, own), next, following }, findings)
          if (what === 'removed') place = lines_read + ++missing
          else isBroken = true
        }
        lines_read += 1
        const entry = parsed(text)
        if (isEntry(entry)) {
          let opening = openings.take(place)
          if (!opening && openings.isEmpty) opening = await openings.at(place)
          if (opening) opened += 1
          takeEntry(place, entry, opening, read)
        } else
          findings.add({
            code: 'file_unreadable',
            file: 'entries.jsonl',
            entry: place,
            message: `Entry ${place} is no entry of a log.`,
          })
      }
      progress(lines_read - part.first)
    }
    await openings.rest()
  } finally {
    await leaves?.close()
  }
  return { entries: lines_read - part.first, openings: opened, subtrees: tree.all() }
}

function openingsOf(dir: string, part: Part, findings: Findings): Stepper<Opening> {
  const place = { path: join(dir, 'openings.jsonl'), bytes: { from: part.openings_from, to: part.openings_to } }
  const openings = new Stepper<Opening>(place, isOpening, (line, what) =>
    findings.add({
      code: what === 'order' ? 'opening_extra' : 'file_unreadable',
      file: 'openings.jsonl',
      message:
        what === 'order'
          ? `Line ${line} of openings.jsonl opens an entry a second time, or out of order.`
          : `Line ${line} of openings.jsonl is no opening.`,
    }),
  )
  openings.extra = (o) =>
    findings.add({
      code: 'opening_extra',
      entry: o.at,
      file: 'openings.jsonl',
      message: `openings.jsonl opens entry ${o.at}, which has nothing to open or is not there.`,
    })
  return openings
}

/** Says how a log ends that is not as long as it was signed, and whether its entries have the signed root. */
export function checkEnd(at: number, root: string, signed: { size: number; root: string }, findings: Findings): void {
  if (at < signed.size)
    findings.add({
      code: 'log_truncated',
      entry: at,
      file: 'entries.jsonl',
      message: `The log ends after ${at} entries, and the checkpoint was signed over ${signed.size}: ${signed.size - at} are missing.`,
    })
  if (at > signed.size)
    findings.add({
      code: 'log_too_long',
      entry: signed.size,
      file: 'entries.jsonl',
      message: `There are ${at} entries, and the checkpoint was signed over ${signed.size}: ${at - signed.size} were added.`,
    })
  if (root !== signed.root)
    findings.add({
      code: 'root_differs',
      file: 'entries.jsonl',
      message: `The entries have the root ${root}, and the checkpoint says ${signed.root}.`,
    })
}

/** Says what became of the first entry that is not the one that was published. */
function sayChanged(
  at: number,
  leaf: Hash,
  near: { next: Hash | undefined; following: Hash | undefined; own: Hash },
  findings: Findings,
): 'removed' | 'changed' {
  if (leaf === near.next && near.following === near.own) {
    findings.add({
      code: 'order_changed',
      entry: at,
      message: `Entries ${at} and ${at + 1} stand in the wrong order.`,
    })
    return 'changed'
  }
  if (leaf === near.next) {
    findings.add({
      code: 'entry_removed',
      entry: at,
      message: `Entry ${at} is missing: what stands in its place is entry ${at + 1}.`,
    })
    return 'removed'
  }
  findings.add({
    code: 'entry_changed',
    entry: at,
    message: `Entry ${at} is not the one that was published: its hash differs. What stands there may be changed, or belong elsewhere.`,
  })
  return 'changed'
}
