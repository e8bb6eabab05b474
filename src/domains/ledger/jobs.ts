import type { Job } from '../../platform/jobs/job.ts'
import { auditText } from './audit.ts'
import { auditAndKeep } from './audit-run.ts'
import { auditState } from './audit-queries.ts'
import { releaseDue } from './held.ts'

const HOUR_MS = 3_600_000

/** Audits every hour, and soon after somebody asks. A dirty finding is a failed job: it shows wherever health is shown. */
export const auditLedger: Job = {
  name: 'audit_ledger',
  every_ms: 10_000,
  async run(ctx) {
    const { waiting, last } = await auditState(ctx.db)
    const isDue = last === null || ctx.now.getTime() - last.getTime() >= HOUR_MS
    if (!waiting && !isDue) return { more: false }
    const report = await auditAndKeep(ctx, waiting ?? ctx.newId())
    if (!report.clean) throw new Error(auditText(report))
    return { more: false }
  },
}

/** Held pay goes on at the time that was shown, unless its audit is still being graded or a case keeps it. */
export const releaseHeldPay: Job = { name: 'release_held', every_ms: 60_000, run: releaseDue }
