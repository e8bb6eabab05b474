import type { Ctx } from '../../../platform/context.ts'
import { evidenceOf, opinionsOf, type CaseRow } from '../cases/queries.ts'
import { appealsOf, sanctionsOfCase } from '../cases/sanction-queries.ts'
import type { TrailEntry } from './contract.ts'
import { caseToRead } from './preview.ts'
import { actorsOf, endingsOf, eventsOfCase, type CaseEvent } from './trail-queries.ts'
import { trailOf, type Doer, type EvidenceKind, type Recorded } from './trail-rules.ts'

/** Everything that happened in a case, in order. What happened is read from the log's events, who did it and in which words from the case. */
export async function trail(ctx: Ctx, caseId: string): Promise<{ items: TrailEntry[]; next: null }> {
  const file = await caseToRead(ctx, caseId)
  const rows = await rowsOf(ctx, file)
  const recorded = (await eventsOfCase(ctx.db, caseId)).map((e) => recordedOf(e, file, rows))
  const ids = recorded.flatMap(({ doer }) => (typeof doer === 'string' ? [] : [doer.id]))
  return { items: trailOf(recorded, await actorsOf(ctx.db, [...new Set(ids)])), next: null }
}

async function rowsOf(ctx: Ctx, file: CaseRow) {
  const sanctions = await sanctionsOfCase(ctx.db, file.id)
  return {
    evidence: new Map((await evidenceOf(ctx.db, [file.id])).map((e) => [e.id, e])),
    opinions: new Map((await opinionsOf(ctx.db, file.id)).map((o) => [o.id, o])),
    sanctions: new Map(sanctions.map((s) => [s.id, s])),
    endings: await endingsOf(ctx.db, file.id),
    appeals: await appealsOf(
      ctx.db,
      sanctions.map((s) => s.id),
    ),
  }
}

const by = (id: string | null | undefined, otherwise: Doer): Doer => (id ? { id } : otherwise)

function recordedOf(e: CaseEvent, file: CaseRow, rows: Awaited<ReturnType<typeof rowsOf>>): Recorded {
  const said = { tx: e.tx, kind: e.kind, at: e.at }
  const evidence = (e.body['evidence'] ?? []) as EvidenceKind[]
  const s = rows.sanctions.get(String(e.body['sanction_id']))
  const appeal = s && rows.appeals.get(s.id)
  switch (e.kind) {
    case 'case_opened':
      return {
        ...said,
        doer: by(file.opened_by, 'signal'),
        step: { evidence, waits: e.body['waits'] === true, says: file.why },
      }
    case 'case_evidence_added': {
      const row = rows.evidence.get(String(e.body['evidence_id']))
      return {
        ...said,
        doer: by(row?.added_by, 'signal'),
        step: { evidence, strength: row?.strength ?? null, says: row?.says ?? null },
      }
    }
    case 'case_waits':
      return { ...said, doer: 'signal', step: { evidence, waits: true } }
    case 'case_stated':
      return { ...said, doer: 'person', step: { says: file.statement } }
    case 'case_opinion': {
      const row = rows.opinions.get(String(e.body['opinion_id']))
      return {
        ...said,
        doer: by(row?.decider_id, 'time'),
        step: { said: row?.said ?? null, action: row?.action ?? null, says: row?.reason ?? null },
      }
    }
    case 'sanctioned':
      return {
        ...said,
        doer: by(s?.deciders.at(-1), 'time'),
        step: {
          action: s?.action ?? null,
          until: s?.ends_at.toISOString() ?? null,
          provisional: s?.provisional ?? null,
          says: s?.reason ?? null,
        },
      }
    case 'sanction_ended':
      return {
        ...said,
        doer: by(s && rows.endings.get(s.id)?.by, 'time'),
        step: {
          action: s?.action ?? null,
          why: s?.ended_why ?? null,
          says: (s && rows.endings.get(s.id)?.reason) ?? null,
        },
      }
    case 'sanction_appealed':
      return { ...said, doer: 'person', step: { action: s?.action ?? null, says: appeal?.reason ?? null } }
    case 'sanction_appeal_decided':
      return {
        ...said,
        doer: by(appeal?.decided_by, 'time'),
        step: {
          action: s?.action ?? null,
          upheld: e.body['upheld'] === true,
          overdue: e.body['overdue'] === true,
          says: appeal?.answer ?? null,
        },
      }
    case 'case_closed':
      return { ...said, doer: 'time', step: { outcome: file.outcome } }
  }
}
