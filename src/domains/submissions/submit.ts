import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import { lookUpByKeys, write, type Write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { Refusal, type FieldProblem } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { addCover, LANE, LEASE, lockEntries, lockLeases, setLeaseState } from '../assignment/queries.ts'
import { openWork } from '../assignment/open.ts'
import { countAttempts } from '../campaigns/item-queries.ts'
import { campaignOf, versionOf } from '../campaigns/queries.ts'
import { answerProblems } from '../templates/rules.ts'
import {
  earlierSubmissions,
  insertSignatures,
  insertSubmissions,
  type NewSubmission,
  type Submission,
} from './queries.ts'
import { checkedSignature, type CheckedSignature, type Signed } from './signed.ts'
import { hasChecks, leaseStanding, secondsSince, tooFast } from './rules.ts'

export type Handed = { item_id: string; answer: Record<string, unknown>; signed?: Signed }

/**
 * Hands in a batch: all of it is recorded, or none. Work for a lease whose time is over counts while a place is free.
 * Handing in the same answer again answers the same again.
 */
export async function submit(ctx: Ctx, campaignId: string, batch: readonly Handed[]) {
  const who = callerOf(ctx).account_id
  if (new Set(batch.map((b) => b.item_id)).size < batch.length) throw new Refusal('item_twice')
  const hashes = new Map(batch.map((b) => [b.item_id, sha256Hex(canonicalJson(b.answer))]))
  const rows = await transact(ctx, campaignId, async (db) => {
    await lookUpByKeys(db)
    // Load. The person's leases first: a twin of this request waits here.
    const itemIds = batch.map((b) => b.item_id)
    const leases = new Map(
      (
        await lockLeases(
          db,
          itemIds.map((target_id) => ({ campaign_id: campaignId, account_id: who, target_id })),
        )
      ).map((l) => [l.target_id, l]),
    )
    const earlier = new Map((await earlierSubmissions(db, campaignId, who, itemIds)).map((s) => [s.item_id, s]))
    const campaign = await campaignOf(db, campaignId)
    if (!campaign) throw new Refusal('lease_not_found')
    const lateEntries = new Map(
      (
        await lockEntries(
          db,
          itemIds
            .filter((id) => leases.get(id)?.state === LEASE.expired)
            .map((target_id) => ({ campaign_id: campaignId, lane: LANE.contribute, target_id })),
        )
      ).map((e) => [e.target_id, e]),
    )

    // Decide.
    const fresh: (Omit<Handed, 'signed'> & {
      late: boolean
      version: number
      took_seconds: number
      signature: CheckedSignature | undefined
    })[] = []
    for (const handed of batch) {
      const before = earlier.get(handed.item_id)
      if (before) {
        if (before.content_hash !== hashes.get(handed.item_id)) throw new Refusal('already_submitted')
        continue
      }
      const lease = leases.get(handed.item_id)
      const standing = leaseStanding(lease, [LANE.contribute], undefined)
      if (standing === 'lease_not_found' || standing === 'lease_over') throw new Refusal(standing)
      const place = lateEntries.get(handed.item_id)
      if (standing === 'late' && (!place || place.cover >= place.needed)) throw new Refusal('lease_over')
      const { form, settings } = await versionOf(db, campaignId, lease!.version)
      const together = batch.filter(
        (b) => leases.get(b.item_id)?.leased_at.getTime() === lease!.leased_at.getTime(),
      ).length
      const seconds = secondsSince(lease!.leased_at, ctx.now)
      const asked = tooFast(seconds, settings.min_seconds_contribute, together)
      if (asked !== undefined) throw new Refusal('too_fast', { min_seconds: asked, seconds })
      const problems = answerProblems(form, handed.answer)
      if (problems.length > 0)
        throw new Refusal(
          'answer_invalid',
          {},
          problems.map((p): FieldProblem => ({ ...p, field: `/${handed.item_id}${p.field}` })),
        )
      const { signed, ...rest } = handed
      const { item_id } = handed
      const datapoint = {
        campaign_id: campaignId,
        item_id,
        version: lease!.version,
        content_hash: hashes.get(item_id)!,
      }
      const signature = signed && (await checkedSignature(ctx, db, who, { signed, datapoint }))
      fresh.push({
        ...rest,
        late: standing === 'late',
        version: lease!.version,
        took_seconds: seconds,
        signature,
      })
    }

    // Record.
    const made: NewSubmission[] = []
    for (const f of fresh) {
      const { settings } = await versionOf(db, campaignId, f.version)
      made.push({
        campaign_id: campaignId,
        id: ctx.newId(),
        item_id: f.item_id,
        author_id: who,
        version: f.version,
        revises_id: null,
        content_hash: hashes.get(f.item_id)!,
        status: campaign.mode === 'review' ? 'in_review' : 'answered',
        took_seconds: f.took_seconds,
        awaits_checks: campaign.mode === 'review' && hasChecks(settings),
        answer: f.answer,
        ...(f.signature ? { signature: f.signature } : {}),
        decision_due_at:
          campaign.mode === 'review'
            ? new Date(ctx.now.getTime() + settings.decision_deadline_seconds * 1000).toISOString()
            : null,
      })
    }
    if (made.length > 0) {
      await addCover(
        db,
        fresh
          .filter((f) => f.late)
          .map((f) => ({ campaign_id: campaignId, lane: LANE.contribute, target_id: f.item_id })),
        1,
      )
      await write(
        db,
        ...insertSubmissions(made, ctx.now, campaign.restricted ? ctx.seal : undefined),
        setLeaseState(
          made.map((m) => ({ campaign_id: campaignId, account_id: who, target_id: m.item_id })),
          LEASE.submitted,
        ),
        countAttempts(
          campaignId,
          made.map((m) => m.item_id),
        ),
        await openReview(ctx, db, made),
        ...submittedEvents(ctx, campaign.task_class, made),
        insertSignatures(made),
      )
    }
    const byItem = new Map<
      string,
      { item_id: string; submission_id: string; status: Submission['status']; submitted_at: string }
    >()
    for (const m of made)
      byItem.set(m.item_id, {
        item_id: m.item_id,
        submission_id: m.id,
        status: m.status,
        submitted_at: ctx.now.toISOString(),
      })
    // What was answered the first time is answered again, whatever became of the work since.
    for (const [item_id, s] of earlier)
      byItem.set(item_id, {
        item_id,
        submission_id: s.id,
        status: s.status === 'answered' || campaign.mode === 'redundancy' ? 'answered' : 'in_review',
        submitted_at: s.submitted_at.toISOString(),
      })
    return { items: batch.map((b) => byItem.get(b.item_id)!) }
  })
  return { ...rows, next: null }
}

/** Puts reviewable submissions before their peers; those that await checks come there after them. */
export async function openReview(
  ctx: Ctx,
  db: Db,
  made: readonly Pick<NewSubmission, 'campaign_id' | 'id' | 'author_id' | 'version' | 'status' | 'awaits_checks'>[],
): Promise<Write> {
  const work = []
  for (const m of made) {
    if (m.status !== 'in_review' || m.awaits_checks) continue
    const { settings } = await versionOf(db, m.campaign_id, m.version)
    work.push({
      campaign_id: m.campaign_id,
      lane: 'review' as const,
      target_id: m.id,
      author_id: m.author_id,
      needed: settings.reviews.min,
    })
  }
  return openWork(ctx, work)
}

/** The evidence of a submission: who, which item and version, and a commitment to the answer. */
export function submittedEvents(ctx: Ctx, taskClass: string, made: readonly NewSubmission[]): Write[] {
  return eventWrites(
    ctx,
    made.map((m) => ({
      campaign_id: m.campaign_id,
      kind: m.revises_id ? 'revised' : 'submitted',
      subject_id: m.id,
      body: {
        item_id: m.item_id,
        author_id: m.author_id,
        version: m.version,
        task_class: taskClass,
        took_seconds: m.took_seconds,
        ...(m.revises_id ? { revises: m.revises_id } : {}),
      },
      commit: {
        answer: m.answer,
        ...(m.signature
          ? { signature: { session_key: m.signature.session_key, signature: m.signature.signature } }
          : {}),
      },
    })),
  )
}
