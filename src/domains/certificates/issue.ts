import type { Ctx, Db } from '../../platform/context.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { releasesDir } from '../../platform/files/place.ts'
import { createStore } from '../../platform/files/store.ts'
import { assert } from '../../platform/refusal.ts'
import { installationKey } from '../../platform/signing/installation-key.ts'
import { signText, type SigningKey } from '../../platform/signing/keys.ts'
import { planOf as auditPlan } from '../audits/view-queries.ts'
import { versionOf } from '../campaigns/queries.ts'
import { placesOf } from '../datasets/state.ts'
import { namesFor } from '../datasets/pseudonyms.ts'
import { releaseOf, type ReleaseRow } from '../datasets/queries.ts'
import { auditLogOf } from './audit-log-rules.ts'
import { claimSaid, classQuestion, provenBy, type Classes } from './certificate-rules.ts'
import type { Certificate, Signed } from './contract.ts'
import { classesIn, datapointsIn } from './data-lines.ts'
import { earlierClaims, insertCertificate, installationId, piecesOf, type AcceptanceRow } from './queries.ts'
import { METHOD, outcomeOf, type Tally } from './rules.ts'

/** Writes what was proved, signs it, and records that it was. Nothing of the release itself changes. */
export async function issue(ctx: Ctx, db: Db, row: AcceptanceRow, tally: Tally): Promise<void> {
  // Load.
  const release = await releaseOf(db, row.campaign_id, row.release_id)
  const plan = await auditPlan(db, row.plan_id)
  assert(release?.manifest && release.content_hash && plan, 'a claim is about a finished release')
  const names = namesFor(release)
  const pieces = (await piecesOf(db, row, 1, tally.n)).map((p) => ({ ...p, id: names.datapoint(p.datapoint_id) }))
  const right = pieces.map((p) => outcomeOf(p.grades.map((g) => g.right)) === 'right')
  const classes = await classesOf(
    ctx,
    db,
    release,
    pieces.map((p) => p.id),
  )
  const key = await installationKey(ctx, db)

  // Decide.
  const { campaign } = release.manifest
  const audit_log = auditLogOf(pieces)
  const certificate: Certificate = {
    format: 'assay-certificate',
    format_version: 1,
    method: METHOD,
    certificate_id: ctx.newId(),
    certified_at: ctx.now.toISOString(),
    installation_id: await installationId(db),
    release: {
      campaign_id: row.campaign_id,
      release_id: row.release_id,
      number: release.number,
      title: campaign.title,
      content_hash: release.content_hash,
      datapoints: release.manifest.counts.datapoints,
    },
    claim: claimSaid(row),
    sampling: {
      plan_id: plan.id,
      seed: plan.seed,
      draw_hash: row.draw_hash,
      max_audits: row.max_audits,
      audits: tally.n,
      started_at: row.started_at.toISOString(),
      ended_at: ctx.now.toISOString(),
      earlier_claims: await earlierClaims(db, row.campaign_id, release.number),
    },
    ...provenBy(
      { ...row, double_bps: plan.double_bps },
      { number: release.number, title: campaign.title },
      tally,
      classes,
      right,
    ),
    audit_log: { name: 'audit-log.jsonl', lines: tally.n, sha256: sha256Hex(audit_log) },
  }
  const body = signed(certificate, key)

  // Record.
  const body_hash = sha256Hex(body)
  await insertCertificate(db, {
    campaign_id: row.campaign_id,
    release_id: row.release_id,
    id: certificate.certificate_id,
    body,
    audit_log,
    body_hash,
    key_id: key.key_id,
    certified_at: ctx.now,
  })
  await recordEvents(ctx, db, [
    {
      campaign_id: row.campaign_id,
      kind: 'certified',
      subject_id: row.release_id,
      body: {
        certificate_id: certificate.certificate_id,
        number: release.number,
        content_hash: release.content_hash,
        certificate_hash: body_hash,
        key_id: key.key_id,
        plan_id: plan.id,
        ...certificate.claim,
        datapoints: row.lot,
        audits: tally.n,
        wrong: tally.wrong,
        doubles: tally.doubles,
        disagreements: tally.disagreements,
        right_at_least: certificate.precision.anytime.right_at_least,
        audit_log_hash: certificate.audit_log.sha256,
      },
    },
  ])
}

/** The file: certificate and signature, canonical. */
export function signed(certificate: Certificate, key: SigningKey): string {
  const file: Signed = {
    certificate,
    signature: {
      algorithm: 'Ed25519',
      key_id: key.key_id,
      public_key: key.public_key.toString('base64'),
      value: signText(key, canonicalJson(certificate)),
    },
  }
  return canonicalJson(file)
}

/** Classes as the release's own file has them, where the campaign asks to choose. */
async function classesOf(
  ctx: Ctx,
  db: Db,
  release: ReleaseRow,
  audited: readonly string[],
): Promise<Classes | undefined> {
  const newest = release.manifest!.agreed.at(-1)
  const question = newest && classQuestion((await versionOf(db, release.campaign_id, newest.version)).form)
  if (question === undefined) return undefined
  const file = await createStore(releasesDir(ctx.config)).stream(`${placesOf(release).final}/data.jsonl`)
  assert(file, `the files of release ${release.number} are on this machine's disk`)
  return classesIn(datapointsIn(file.stream), question, audited)
}
