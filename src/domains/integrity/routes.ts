import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { appealSanction, decideAppeal, stateCase } from './cases/appeal.ts'
import type { cases } from './cases/contract.ts'
import type { signals } from './signals/contract.ts'
import { mySignals } from './signals/view.ts'
import type { standing } from './standing/contract.ts'
import { decide } from './cases/decide.ts'
import { addEvidence, openByHand } from './cases/open.ts'
import { liftSanction, releaseAccount, stopAccount } from './cases/stop.ts'
import { declare, joinDeclaration } from './reports/amnesty.ts'
import type { drives } from './reports/contract.ts'
import { listDrives, listRunDrives, openDrive } from './reports/drive.ts'
import { declineReport, listReports, myReports, reportAccounts, takeReport } from './reports/report.ts'
import type { caseDesk } from './desk/contract.ts'
import { openForMembers } from './desk/from-cluster.ts'
import { caseGraph } from './desk/graph.ts'
import { myCase, seenByPerson } from './desk/own.ts'
import { previewCase } from './desk/preview.ts'
import { trail } from './desk/trail.ts'
import { listAppeals, listCases, listDeciders, myStanding, showCase } from './cases/view.ts'
import type { clusters } from './clusters/contract.ts'
import { partAccount } from './clusters/part.ts'
import { listClusters, showCluster } from './clusters/view.ts'
import type { integrity } from './contract.ts'
import { allow, exclude } from './exclude.ts'
import { exclusionPage } from './queries.ts'

export const integrityRoutes: Handlers<typeof integrity, Ctx> = {
  exclusions: async (ctx, { query }) => {
    const limit = query.limit ?? 50
    // Pages go on from the pair that was last.
    const after = /^(\d{1,18})-(\d{1,18})$/.exec(query.after ?? '0-0')
    if (!after)
      throw new Refusal('invalid_request', {}, [
        { field: '/query/after', code: 'invalid', message: 'Go on from the "next" of an earlier page.' },
      ])
    const rows = await exclusionPage(ctx.db, [after[1]!, after[2]!], limit + 1)
    const items = rows.slice(0, limit).map((r) => ({ ...r, created_at: r.created_at.toISOString() }))
    const last = items.at(-1)
    return { items, next: rows.length > limit && last ? `${last.account_id}-${last.other_id}` : null }
  },
  exclude: (ctx, { body }) => exclude(ctx, body),
  allow: (ctx, { params }) => allow(ctx, params),
}

export const clusterRoutes: Handlers<typeof clusters, Ctx> = {
  list: (ctx, { query }) => listClusters(ctx, query),
  one: (ctx, { params }) => showCluster(ctx, params.cluster_id),
  part: (ctx, { params, body }) => partAccount(ctx, params.cluster_id, body),
}

export const caseRoutes: Handlers<typeof cases, Ctx> = {
  list: (ctx, { query }) => listCases(ctx, query),
  one: (ctx, { params }) => showCase(ctx, params.case_id),
  open: (ctx, { body }) => openByHand(ctx, body),
  add_evidence: (ctx, { params, body }) => addEvidence(ctx, params.case_id, body),
  decide: (ctx, { params, body }) => decide(ctx, params.case_id, body),
  stop: (ctx, { params, body }) => stopAccount(ctx, params.account_id, body.reason),
  release: (ctx, { params, body }) => releaseAccount(ctx, params.account_id, body),
  lift: (ctx, { params, body }) => liftSanction(ctx, params.sanction_id, body),
  appeals: (ctx) => listAppeals(ctx),
  decide_appeal: (ctx, { params, body }) => decideAppeal(ctx, params.sanction_id, body),
  deciders: (ctx, { query }) => listDeciders(ctx, query),
}

export const caseDeskRoutes: Handlers<typeof caseDesk, Ctx> = {
  graph: (ctx, { params }) => caseGraph(ctx, params.case_id),
  preview: (ctx, { params, query }) => previewCase(ctx, params.case_id, query.days),
  trail: (ctx, { params }) => trail(ctx, params.case_id),
  seen: (ctx, { params }) => seenByPerson(ctx, params.case_id),
  open_for_members: (ctx, { params, body }) => openForMembers(ctx, params.cluster_id, body),
  mine: (ctx, { params }) => myCase(ctx, params.case_id),
}

export const driveRoutes: Handlers<typeof drives, Ctx> = {
  list: (ctx) => listDrives(ctx),
  report: (ctx, { params, body }) => reportAccounts(ctx, params.drive_id, body),
  mine: (ctx, { query }) => myReports(ctx, query),
  declare: (ctx, { params }) => declare(ctx, params.drive_id),
  join: (ctx, { params, body }) => joinDeclaration(ctx, params.drive_id, body.code),
  run: (ctx, { query }) => listRunDrives(ctx, query),
  open: (ctx, { body }) => openDrive(ctx, body),
  reports: (ctx, { params }) => listReports(ctx, params.drive_id),
  take: (ctx, { params, body }) => takeReport(ctx, params.report_id, body.account_ids),
  decline: (ctx, { params, body }) => declineReport(ctx, params.report_id, body.made_up),
}

export const standingRoutes: Handlers<typeof standing, Ctx> = {
  mine: (ctx) => myStanding(ctx),
  state: (ctx, { params, body }) => stateCase(ctx, params.case_id, body.statement),
  appeal: (ctx, { params, body }) => appealSanction(ctx, params.sanction_id, body.reason),
}

export const signalRoutes: Handlers<typeof signals, Ctx> = { mine: (ctx) => mySignals(ctx) }
