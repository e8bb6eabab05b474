import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson, sha256Hex } from '../src/platform/canonical.ts'
import { recordEvents } from '../src/platform/events/record.ts'
import type { World } from './world.ts'

/** A world whose files go to a directory of its own. */
export const filesOfItsOwn = () => ({ data_dir: mkdtempSync(join(tmpdir(), 'assay-files-')) })

export type Collected = {
  author: string
  item_id: string
  answer: Record<string, unknown>
  version?: number
  /** What became of it; 'accepted' when absent. */
  status?: 'accepted' | 'rejected' | 'rejected_final' | 'in_review' | 'answered'
  settles_at?: Date
  decided_at?: Date
  revises_id?: string
  /** Votes by reviewer's account: what each said to each question. */
  votes?: { reviewer: string; approve: Record<string, boolean>; round?: number; lane?: number }[]
}

/** Work written straight into the tables as the queue and peer review would leave it, evidence included. */
export async function collect(w: World, campaignId: string, c: Collected): Promise<string> {
  const now = w.clock.now()
  const id = w.parts.newId()
  const status = c.status ?? 'accepted'
  const decided_at = status === 'in_review' || status === 'answered' ? null : (c.decided_at ?? now)
  await w.db.transaction().execute(async (db) => {
    await db
      .insertInto('submission')
      .values({
        campaign_id: campaignId,
        id,
        item_id: c.item_id,
        author_id: c.author,
        version: c.version ?? 1,
        status,
        content_hash: sha256Hex(canonicalJson(c.answer)),
        submitted_at: decided_at ?? now,
        took_seconds: 30,
        decided_at,
        settles_at: c.settles_at ?? null,
        revises_id: c.revises_id ?? null,
      })
      .execute()
    await db
      .insertInto('submission_answer')
      .values({ campaign_id: campaignId, submission_id: id, answer: JSON.stringify(c.answer) })
      .execute()
    for (const v of c.votes ?? []) {
      const votes = Object.fromEntries(
        Object.entries(v.approve).map(([key, approve]) => [key, approve ? { approve } : { approve, reason: 'wrong' }]),
      )
      await db
        .insertInto('review')
        .values({
          campaign_id: campaignId,
          submission_id: id,
          reviewer_id: v.reviewer,
          id: w.parts.newId(),
          round: v.round ?? 1,
          lane: v.lane ?? 2,
          votes: JSON.stringify(votes),
          took_seconds: 9,
          reviewed_at: decided_at ?? now,
        })
        .execute()
    }
    if (decided_at && c.votes) {
      await db
        .insertInto('decision')
        .values({
          campaign_id: campaignId,
          submission_id: id,
          round: 1,
          accepted: status === 'accepted',
          questions: '{}',
          reviews: c.votes.length,
          decided_at,
        })
        .execute()
    }
    await recordEvents(w.ctx(), db, [
      {
        campaign_id: campaignId,
        kind: c.revises_id ? 'revised' : 'submitted',
        subject_id: id,
        body: { item_id: c.item_id },
        commit: { answer: c.answer },
      },
    ])
  })
  return id
}

/** A campaign's items in order. */
export const itemsOf = async (w: World, campaignId: string): Promise<string[]> =>
  (await w.db.selectFrom('item').select('id').where('campaign_id', '=', campaignId).orderBy('id').execute()).map(
    (i) => i.id,
  )

/** An item people agreed on, as the inference leaves it. */
export const setItem = async (
  w: World,
  campaignId: string,
  id: string,
  state: 'done' | 'unresolved',
  answer: Record<string, unknown> | null,
): Promise<void> =>
  void (await w.db
    .updateTable('item')
    .set({ state, answer: answer && JSON.stringify(answer) })
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .execute())

/** Every file under a directory, by name. */
export function filesUnder(dir: string): Map<string, Buffer> {
  return new Map(
    readdirSync(dir)
      .sort()
      .map((name) => [name, readFileSync(join(dir, name))]),
  )
}

/** A parsed record of any shape: what is in it is what is tested. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Line = Record<string, any>

/** The records of a JSON lines file. */
export const lines = (file: Buffer | undefined): Line[] =>
  String(file)
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((l) => JSON.parse(l) as Line)
