import { join } from 'node:path'
import type { ReviewPlan } from '../engine/stopping.ts'
import type { ShownSnapshot } from '../engine/snapshot-shown.ts'
import { canonicalJson, sha256Hex } from '../platform/canonical.ts'
import { weightsIn, type Basis, type Weights } from './decisions.ts'
import type { Sums } from './entries.ts'
import type { Facts } from './facts.ts'
import { valuesIn } from './lines.ts'
import type { Findings } from './report.ts'

/** The whole numbers that decisions went by, as far as the log committed to them. */
export async function readBasis(
  dir: string,
  sums: Pick<Sums, 'snapshots' | 'plans'>,
  findings: Findings,
): Promise<Basis> {
  const snapshots = await readSnapshots(dir, sums, findings)
  const plans = await readPlans(dir, sums, findings)
  return { snapshot: (batch) => snapshots.get(batch), plan: (hash) => plans.get(hash) }
}

async function readSnapshots(
  dir: string,
  read: Pick<Sums, 'snapshots'>,
  findings: Findings,
): Promise<Map<string, Weights>> {
  const out = new Map<string, Weights>()
  for await (const { line, value } of valuesIn(join(dir, 'snapshots.jsonl'))) {
    const shown = value as ShownSnapshot | undefined
    const batch = String(shown?.batch)
    const promised = read.snapshots.get(batch)
    const hash = shown && sha256Hex(canonicalJson(shown))
    if (!promised)
      findings.add({
        code: 'snapshot_differs',
        file: 'snapshots.jsonl',
        message: `Line ${line} of snapshots.jsonl (${batch}) is a snapshot that the log never planned by.`,
      })
    else if (hash !== promised.hash)
      findings.add({
        code: 'snapshot_differs',
        file: 'snapshots.jsonl',
        entry: promised.at,
        message: `Snapshot ${batch} in line ${line} of snapshots.jsonl has the hash ${hash}, and entry ${promised.at} committed to ${promised.hash}.`,
      })
    if (shown && promised) out.set(batch, weightsIn(shown))
  }
  return out
}

async function readPlans(dir: string, read: Pick<Sums, 'plans'>, findings: Findings): Promise<Map<string, ReviewPlan>> {
  const out = new Map<string, ReviewPlan>()
  for await (const { line, value } of valuesIn(join(dir, 'plans.jsonl'))) {
    const { hash, body } = (value ?? {}) as { hash?: string; body?: string }
    const own = sha256Hex(String(body))
    if (own !== hash || !read.plans.has(own))
      findings.add({
        code: 'plan_differs',
        file: 'plans.jsonl',
        message: `The plan in line ${line} of plans.jsonl has the hash ${own}, which the log never committed to.`,
      })
    else out.set(own, JSON.parse(String(body)) as ReviewPlan)
  }
  return out
}

export async function readGold(dir: string, facts: Facts, findings: Findings): Promise<void> {
  for await (const { line, value } of valuesIn(join(dir, 'gold.jsonl'))) {
    const g = value as { work: string; of: string; version: number; right: boolean } | undefined
    if (typeof g?.work !== 'string')
      findings.add({
        code: 'file_unreadable',
        file: 'gold.jsonl',
        message: `Line ${line} of gold.jsonl is no gold item.`,
      })
    // The line's number stands for a place before the log's first.
    else facts.add([g.work, 'gold', -line, '0', { of: g.of, version: g.version, right: g.right }])
  }
}
