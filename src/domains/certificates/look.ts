import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { assert } from '../../platform/refusal.ts'
import { closePieces } from '../audits/open-pieces.ts'
import { planOf as auditPlan } from '../audits/view-queries.ts'
import { holdRelease } from '../datasets/hold.ts'
import { issue } from './issue.ts'
import {
  endAcceptance,
  insertLooks,
  lockAcceptance,
  piecesOf,
  saveProgress,
  type AcceptanceRow,
  type LookRow,
  type PieceRow,
  type Place,
} from './queries.ts'
import {
  doubtOf,
  emptyTally,
  leastAudits,
  planOf,
  promised,
  rightAtLeast,
  standingOf,
  windowOf,
  withPiece,
  wrongAtMost,
  type Standing,
  type Tally,
} from './rules.ts'
import { openUpTo } from './start.ts'

/** Up to this size the bound after each single audit is kept for the curve; finding one takes longer in larger lots. */
const FINE_LOT = 20_000

/**
 * Reads what was graded since the last look, in the order of the draw, and ends the claim at the first audit that
 * settles it. Otherwise it puts the next pieces before graders. Looking often costs nothing of the confidence.
 */
export async function lookIn(ctx: Ctx, db: Db, at: Place): Promise<void> {
  // Load.
  const row = await lockAcceptance(db, at)
  if (row?.state !== 'open') return
  const plan = await auditPlan(db, row.plan_id)
  assert(plan, 'a claim has its plan')
  const pieces = await piecesOf(db, at, 1, row.opened)

  // Decide.
  const { tallies, standing } = readInOrder(row, pieces)
  const tally = tallies.at(-1) ?? emptyTally()
  if (tally.n <= row.read && standing.state === 'open') return

  // Record.
  const fine = row.lot <= FINE_LOT
  await insertLooks(
    db,
    at,
    tallies.filter((t) => t.n === tally.n || (fine && t.n > row.read)).map((t) => lookOf(row, t, ctx.now)),
  )
  if (standing.state !== 'open') {
    await saveProgress(db, at, { opened: row.opened, read: tally.n })
    return end(ctx, db, row, tally, standing)
  }
  const opened = Math.max(row.opened, windowOf(row, leastAudits(planOf(row)) ?? row.max_audits, tally.n))
  const fresh = opened > row.opened ? await piecesOf(db, at, row.opened + 1, opened) : []
  await openUpTo(ctx, db, { ...at, plan_id: row.plan_id, double_bps: plan.double_bps }, fresh, {
    from: row.opened + 1,
    to: opened,
  })
  await saveProgress(db, at, { opened, read: tally.n })
}

function lookOf(row: AcceptanceRow, t: Tally, at: Date): LookRow {
  const wrong_at_most = wrongAtMost(row.lot, t.n, t.wrong, row.alpha_micro / 1_000_000)
  return {
    n: t.n,
    wrong: t.wrong,
    doubles: t.doubles,
    disagreements: t.disagreements,
    wrong_at_most,
    right_at_least: promised(rightAtLeast(row.lot, wrong_at_most, doubtOf(t).allowance)),
    at,
  }
}

/** Adds up finished pieces from the front of the order, until one is not finished or the claim is settled. */
function readInOrder(row: AcceptanceRow, pieces: readonly PieceRow[]): { tallies: Tally[]; standing: Standing } {
  const table = planOf(row)
  const tallies: Tally[] = []
  let tally = emptyTally()
  for (const piece of pieces) {
    if (!piece.is_closed) break
    tally = withPiece(
      tally,
      piece.grades.map((g) => g.right),
    )
    tallies.push(tally)
    const standing = standingOf(row, table, tally)
    if (standing.state !== 'open') return { tallies, standing }
  }
  return { tallies, standing: { state: 'open', why: null } }
}

async function end(ctx: Ctx, db: Db, row: AcceptanceRow, tally: Tally, standing: Standing): Promise<void> {
  const { state, why } = standing
  assert(why, 'a claim ends for a reason')
  await endAcceptance(db, row, { state, why, ended_by: null, ended_at: ctx.now })
  await closePieces(ctx, db, row)
  await holdRelease(db, row, state === 'proved' ? null : 'acceptance_failed')
  await recordEvents(ctx, db, [
    {
      campaign_id: row.campaign_id,
      kind: 'acceptance_ended',
      subject_id: row.release_id,
      body: { plan_id: row.plan_id, state, why, audits: tally.n, wrong: tally.wrong },
    },
  ])
  if (state === 'proved') await issue(ctx, db, row, tally)
}
