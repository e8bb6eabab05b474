import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal, type FieldProblem } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { shownFields } from '../templates/rules.ts'
import type { Import } from './contract.ts'
import {
  clearItems,
  importedItems,
  importOf,
  insertItems,
  knownRefs,
  putImport,
  type ImportRow,
  type NewItem,
} from './import-queries.ts'
import { FRESH, IMPORT_LIMITS, missingFields, readPart, type ImportedRow, type ImportFormat } from './import-rules.ts'
import { lockCampaign } from './manage-queries.ts'
import { versionOf } from './queries.ts'

export type Part = {
  import_id: string
  part: number
  last: boolean
  format: ImportFormat
  text: string
  ref_field?: string
  ignore?: string[]
}

const INSERT_AT_ONCE = 2_000

/**
 * Takes one part of an import: all of its rows, or none. Parts come in order; one that came before answers again
 * without doing anything, so a lost connection costs one part at most.
 */
export async function importPart(ctx: Ctx, campaignId: string, part: Part): Promise<Import> {
  return transact(ctx, campaignId, async (db) => {
    // Load. The lock also keeps the total under its limit when two imports run at once.
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    const before = await importOf(db, campaignId, part.import_id)
    const options = { ref_field: part.ref_field ?? null, ignore: part.ignore ?? [] }
    if (before && (before.format !== part.format || canonicalJson(before.options) !== canonicalJson(options)))
      throw new Refusal('import_changed')
    if (before && part.part < before.next_part) return importAnswer(db, before)
    if (before?.state === 'done') throw new Refusal('import_over')
    const expected = before?.next_part ?? 1
    if (part.part !== expected) throw new Refusal('part_out_of_order', { expected })
    if (c.open_collection || !['draft', 'pilot', 'open', 'paused'].includes(c.status))
      throw new Refusal('not_importable')

    // Decide.
    const read = readPart(part.format, options, before?.reading ?? FRESH, before?.carry ?? '', part.text, part.last)
    const { form } = await versionOf(db, campaignId, c.version)
    const problems = read.problems.length > 0 ? read.problems : missingFields(read.rows, shownFields(form))
    if (problems.length > 0) throw new Refusal('items_invalid', {}, problems)
    const fresh = await freshItems(ctx, db, campaignId, read.rows)
    const total = (await importedItems(db, campaignId)) + fresh.length
    if (total > IMPORT_LIMITS.items) throw new Refusal('too_many_items', { limit: IMPORT_LIMITS.items, items: total })

    // Record.
    let imported = 0
    for (let at = 0; at < fresh.length; at += INSERT_AT_ONCE)
      imported += await insertItems(db, campaignId, fresh.slice(at, at + INSERT_AT_ONCE), ctx.now)
    const standing: ImportRow = {
      campaign_id: campaignId,
      id: part.import_id,
      format: part.format,
      options,
      state: part.last ? 'done' : 'running',
      next_part: part.part + 1,
      reading: read.reading,
      carry: read.carry,
      rows: read.reading.row,
      imported: (before?.imported ?? 0) + imported,
      unchanged: (before?.unchanged ?? 0) + read.rows.length - imported,
    }
    await putImport(db, { ...standing, created_by: callerOf(ctx).account_id, at: ctx.now })
    return importAnswer(db, standing)
  })
}

/** The rows that are not there yet; a reference that is there with other content is refused by name. */
async function freshItems(ctx: Ctx, db: Db, campaignId: string, rows: readonly ImportedRow[]): Promise<NewItem[]> {
  const known = await knownRefs(
    db,
    campaignId,
    rows.flatMap((r) => (r.external_ref === null ? [] : [r.external_ref])),
  )
  const fresh: NewItem[] = []
  const problems: FieldProblem[] = []
  for (const { row, data, canonical, external_ref } of rows) {
    const content_hash = sha256Hex(canonical).slice(0, 32)
    const there = external_ref === null ? undefined : known.get(external_ref)
    if (there === undefined) fresh.push({ id: ctx.newId(), data, external_ref, content_hash })
    else if (there !== content_hash) {
      problems.push({
        field: `/rows/${row}`,
        code: 'duplicate_ref',
        message: `Row ${row}: an item with the reference "${external_ref}" is there already, with other content.`,
      })
    }
  }
  if (problems.length > 0) throw new Refusal('items_invalid', {}, problems.slice(0, IMPORT_LIMITS.problems))
  return fresh
}

async function importAnswer(db: Db, i: ImportRow): Promise<Import> {
  const { id, format, state, next_part, rows, imported, unchanged } = i
  return {
    import_id: id,
    format,
    state,
    next_part,
    rows,
    imported,
    unchanged,
    items: await importedItems(db, i.campaign_id),
  }
}

/** Where an import stands, so that it can go on from there. */
export async function importState(ctx: Ctx, campaignId: string, id: string): Promise<Import> {
  const row = await importOf(ctx.db, campaignId, id)
  if (!row) throw new Refusal('import_not_found')
  return importAnswer(ctx.db, row)
}

/** Removes a draft's items, to begin afresh. */
export async function clearDraftItems(ctx: Ctx, campaignId: string) {
  return transact(ctx, campaignId, async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    if (c.status !== 'draft') throw new Refusal('not_a_draft')
    return { campaign_id: campaignId, removed: await clearItems(db, campaignId) }
  })
}
