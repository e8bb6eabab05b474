import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkEpoch } from '../domains/settlement/check-epoch.ts'
import type { Campaigns } from './campaigns.ts'
import { valuesIn } from './lines.ts'
import type { Counted, Findings } from './report.ts'
import type { Manifest } from './season.ts'

/** What the folder says of an epoch beside its claims file. */
type Line = {
  currency: string
  epoch: number
  file: string
  sha256: string
  /** Whether it is there only to compare the next with. */
  before: boolean
  chain_id: number
  token: string
  distributor: string
  units_per_minor: string
  withdrawn_minor: string
  elsewhere_minor: string
}
const isLine = (value: unknown): value is Line => {
  const l = value as Line | undefined
  const isWhole = (text: unknown) => typeof text === 'string' && /^\d{1,78}$/.test(text)
  return (
    typeof l?.currency === 'string' &&
    Number.isSafeInteger(l.epoch) &&
    /^epochs\/[A-Za-z0-9_]+-\d+\.jsonl$/.test(l.file) &&
    isWhole(l.units_per_minor) &&
    isWhole(l.withdrawn_minor) &&
    isWhole(l.elsewhere_minor)
  )
}

/** What of epochs rests on the operator's word alone. */
export type ClaimsSeen = { epochs: number; elsewhere: string[] }

/**
 * Reckons the season's claims files again: each root and sum from its rows, nobody missing and nobody with less than in
 * the file before, each total what the books let out, and never more let out than became claimable.
 */
export async function checkClaims(
  dir: string,
  manifest: Manifest,
  by: { campaigns: Campaigns; findings: Findings; counted: Counted },
): Promise<ClaimsSeen> {
  const seen: ClaimsSeen = { epochs: 0, elsewhere: [] }
  const wrong = (file: string, message: string) => by.findings.add({ code: 'claims_differ', file, message })
  const lines: Line[] = []
  for await (const { line, value } of valuesIn(join(dir, 'epochs.jsonl')))
    if (isLine(value)) lines.push(value)
    else wrong('epochs.jsonl', `Line ${line} of epochs.jsonl says nothing of an epoch.`)
  const listed = new Set(lines.map((l) => l.file))
  for (const { name } of manifest.files)
    if (name.startsWith('epochs/') && !listed.has(name))
      wrong(name, `${name} is in the folder, and epochs.jsonl does not list it.`)
  lines.sort((a, b) => (a.currency < b.currency ? -1 : a.currency > b.currency ? 1 : a.epoch - b.epoch))
  for (const [i, l] of lines.entries()) {
    const before = lines[i - 1]?.currency === l.currency ? lines[i - 1] : undefined
    await checkOne(dir, l, before, wrong)
    seen.epochs += l.before ? 0 : 1
    by.counted.epochs += l.before ? 0 : 1
    if (lines[i + 1]?.currency === l.currency) continue
    const thawed = [...by.campaigns.all.values()].reduce((sum, c) => sum + (c.thawed.get(l.currency) ?? 0n), 0n)
    const may = thawed + BigInt(l.elsewhere_minor)
    if (BigInt(l.withdrawn_minor) > may)
      wrong(
        'epochs.jsonl',
        `Up to epoch ${l.epoch} ${l.withdrawn_minor} ${l.currency} left for wallets, and only ${may} ever became claimable: ${thawed} by this log, ${l.elsewhere_minor} elsewhere.`,
      )
    if (BigInt(l.elsewhere_minor) > 0n) seen.elsewhere.push(`${l.elsewhere_minor} ${l.currency}`)
  }
  return seen
}

async function checkOne(
  dir: string,
  l: Line,
  before: Line | undefined,
  wrong: (file: string, message: string) => void,
): Promise<void> {
  const path = join(dir, l.file)
  const say = (message: string) => wrong(l.file, `Epoch ${l.epoch} in ${l.currency}: ${message}`)
  // That it is missing was said where files are held against the manifest.
  if (!existsSync(path)) return
  const previous = before && existsSync(join(dir, before.file)) ? join(dir, before.file) : undefined
  const check = await checkEpoch(path, previous)
  for (const f of check.findings) say(f.message)
  const h = check.header
  if (!h) return
  if (check.sha256 !== l.sha256) say(`its file has the hash ${check.sha256}, and epochs.jsonl says ${l.sha256}.`)
  if (h.epoch !== l.epoch || h.distributor !== l.distributor || h.chain_id !== l.chain_id || h.token !== l.token)
    say(
      `the file says that it is epoch ${h.epoch} of ${h.distributor} on chain ${h.chain_id} in ${h.token}, which epochs.jsonl does not.`,
    )
  if (l.epoch === 1 && h.previous !== null) say('it is the first, and was made upon another file.')
  if (l.epoch > 1 && !l.before && !before)
    say('the file before it is not in the folder, so nobody sees whether somebody lost something.')
  const declared = BigInt(l.withdrawn_minor) * BigInt(l.units_per_minor)
  if (check.total !== undefined && check.total !== declared)
    say(
      `its rows sum to ${check.total} units; the books let ${l.withdrawn_minor} ${l.currency} out up to then, which are ${declared}.`,
    )
}
