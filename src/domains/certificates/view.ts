import { outlook } from '../../engine/claim.ts'
import { fixed } from '../../engine/fixed.ts'
import type { Ctx, Db } from '../../platform/context.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { planOf as auditPlan } from '../audits/view-queries.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../ledger/pages.ts'
import { known, lookable, readable, type Known } from './access.ts'
import type { Acceptance, Signed } from './contract.ts'
import {
  acceptanceOf,
  certificateOf,
  gradedAhead,
  looksOf,
  readyReleases,
  secondsPerGrade,
  type AcceptanceRow,
  type Place,
} from './queries.ts'
import { expectations, planOf, shareOf } from './rules.ts'
import { pemOf } from '../../platform/signing/keys.ts'
import { signingKey } from '../../platform/signing/queries.ts'
import { claimOf, type Terms } from './terms.ts'

/** Points of the curve that are shown. */
const LOOKS = 200

/** A claim as those who may look at the release see it. */
export async function viewOf(db: Db, { campaign, release }: Known, row: AcceptanceRow): Promise<Acceptance> {
  const looks = await looksOf(db, row, LOOKS)
  const last = looks.at(-1)
  const plan = await auditPlan(db, row.plan_id)
  assert(plan, 'a claim has its plan')
  return {
    campaign_id: row.campaign_id,
    release_id: row.release_id,
    release_number: release.number,
    title: campaign.title,
    state: row.state,
    why: row.why,
    note: row.note,
    at_least: shareOf(row.at_least_micro),
    confidence: shareOf(1_000_000 - row.alpha_micro),
    plan_id: row.plan_id,
    lot: row.lot,
    max_audits: row.max_audits,
    double_bps: plan.double_bps,
    started_at: row.started_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    audits: row.read,
    graded_ahead: row.state === 'open' ? await gradedAhead(db, row) : 0,
    wrong: last?.wrong ?? 0,
    doubles: last?.doubles ?? 0,
    disagreements: last?.disagreements ?? 0,
    right_at_least: last?.right_at_least ?? '0.000000',
    expected_audits: row.state === 'open' ? expectedAudits(row, last?.wrong ?? 0) : null,
    looks: looks.map(({ n, wrong, right_at_least, at }) => ({ n, wrong, right_at_least, at: at.toISOString() })),
  }
}

/** Audits altogether if the rest is as what was found; before the first, if a fifth of the limit is wrong. */
function expectedAudits(row: AcceptanceRow, wrong: number): number | null {
  const plan = planOf(row)
  const likely = row.read === 0 ? plan.boundary / 5 : ((wrong + 0.5) / (row.read + 1)) * row.lot
  if (likely >= plan.boundary) return null
  return Math.max(row.read + 1, Math.round(outlook(plan, Math.round(likely)).audits_mean))
}

export async function getAcceptance(ctx: Ctx, at: Place): Promise<Acceptance> {
  const found = await lookable(ctx, at)
  const row = await acceptanceOf(ctx.db, at)
  if (!row) throw new Refusal('acceptance_not_found')
  return viewOf(ctx.db, found, row)
}

/** What a claim would cost, before anybody decides to begin it. */
export async function outlookOf(ctx: Ctx, at: Place, terms: Terms) {
  const found = await known(ctx, at)
  const claim = claimOf(found, terms)
  return {
    campaign_id: at.campaign_id,
    release_id: at.release_id,
    release_number: found.release.number,
    title: found.campaign.title,
    lot: claim.lot,
    at_least: shareOf(claim.at_least_micro),
    confidence: shareOf(1_000_000 - claim.alpha_micro),
    max_audits: claim.max_audits,
    double_bps: claim.double_bps,
    least_audits: claim.least,
    expected: expectations(planOf(claim)),
    grades_per_audit: fixed(1 + claim.double_bps / 10_000, 4),
    seconds_per_grade: await secondsPerGrade(ctx.db, at.campaign_id),
  }
}

export async function listReleases(ctx: Ctx, query: { after?: string; limit?: number }) {
  const limit = limitOf(query)
  const rows = await readyReleases(ctx.db, readCursor(query.after, [ID_PART])?.[0], limit + 1)
  return pageOf(
    rows,
    limit,
    (r) => [r.release_id],
    (r) => ({
      campaign_id: r.campaign_id,
      release_id: r.release_id,
      release_number: r.number,
      title: r.title,
      datapoints: r.datapoints,
      ready_at: r.ready_at.toISOString(),
      state: r.state,
      at_least: r.at_least_micro === null ? null : shareOf(r.at_least_micro),
      audits: r.read ?? 0,
      may_start: r.state === null,
    }),
  )
}

async function certificateFor(ctx: Ctx, at: Place) {
  await readable(ctx, at)
  const row = await certificateOf(ctx.db, at)
  if (!row) throw new Refusal('certificate_not_found')
  return row
}

export async function getCertificate(ctx: Ctx, at: Place): Promise<Signed> {
  return JSON.parse((await certificateFor(ctx, at)).body) as Signed
}

/** A file to keep beside the data. */
export async function certificateFile(ctx: Ctx, at: Place, name: 'certificate.json' | 'audit-log.jsonl') {
  const row = await certificateFor(ctx, at)
  const isLog = name === 'audit-log.jsonl'
  return {
    stream: [Buffer.from(isLog ? row.audit_log : row.body)],
    type: isLog ? 'application/x-ndjson' : 'application/json',
    filename: name,
    headers: { 'x-content-type-options': 'nosniff' },
  }
}

export async function publicKey(ctx: Ctx) {
  const key = await signingKey(ctx.db)
  if (!key) throw new Refusal('no_key_yet')
  return {
    algorithm: 'Ed25519' as const,
    key_id: key.key_id,
    public_key: key.public_key.toString('base64'),
    pem: pemOf(key.public_key),
    created_at: key.created_at.toISOString(),
  }
}
