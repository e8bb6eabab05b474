import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { transact } from '../../platform/transact.ts'
import { auditInstallation, auditText, type AuditProgress, type AuditReport } from './audit.ts'
import { insertAsked, lastAuditRow, saveAudit } from './audit-queries.ts'
import type { Problem } from './audit-rules.ts'

/** Asks the background for an audit; one that waits already serves everybody. */
export async function askForAudit(ctx: Ctx): Promise<{ asked_at: string }> {
  return transact(ctx, '0', async (db) => {
    await insertAsked(db, { id: ctx.newId(), asked_by: callerOf(ctx).account_id, asked_at: ctx.now })
    return { asked_at: ctx.now.toISOString() }
  })
}

/** What the auditor last found. */
export async function lastAudit(db: Db) {
  const row = await lastAuditRow(db)
  if (!row) return null
  return {
    started_at: row.started_at!.toISOString(),
    clean: row.problem_count === 0,
    counted: row.counted as Record<string, number>,
    problem_count: row.problem_count ?? 0,
    problems: row.problems as unknown as Problem[],
  }
}

/** Audits and keeps the finding; a dirty one is in the log with every line, whoever looks. */
export async function auditAndKeep(
  ctx: Ctx,
  id: string,
  onProgress?: (p: AuditProgress) => void,
): Promise<AuditReport> {
  const report = await auditInstallation(ctx, onProgress)
  await saveAudit(ctx.db, { id, at: ctx.now, ...report })
  if (!report.clean) ctx.log.error({ problems: report.problem_count }, auditText(report))
  return report
}
