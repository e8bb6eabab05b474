import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { fundCampaign } from './budget.ts'
import { cancelCampaign, extendCampaign, pauseCampaign, resumeCampaign, reviseCampaign } from './change.ts'
import type { campaigns } from './calls/contract.ts'
import { createCampaign, editCampaign } from './create.ts'
import { flagItem, flagAnswer, resolveFlag } from './flag.ts'
import { flagsBy, flagsOf, reportPage } from './flag-queries.ts'
import { clearDraftItems, importPart, importState } from './import.ts'
import { itemPage } from './import-queries.ts'
import { campaignRow, knownCurrencies } from './manage-queries.ts'
import { leaveCampaign } from './members.ts'
import { decideApproval, openCampaign, recallRequest } from './open.ts'
import { decideReport, reportAnswer, reportCampaign } from './report.ts'
import { settingsProblems, worstCase } from './rules.ts'
import { splitCampaign } from './split.ts'
import {
  afterOf,
  amounts,
  campaignPage,
  limitOf,
  listApprovals,
  listCampaigns,
  listVersions,
  manageCampaign,
  myCampaigns,
  pageOf,
  progressOf,
  takingPart,
} from './view.ts'

async function mustExist(ctx: Ctx, id: string): Promise<void> {
  if (!(await campaignRow(ctx.db, id))) throw new Refusal('campaign_not_found')
}

export const campaignRoutes: Handlers<typeof campaigns, Ctx> = {
  list: (ctx, { query }) => listCampaigns(ctx, query),
  page: (ctx, { params }) => campaignPage(ctx, params.campaign_id),
  taking_part: (ctx) => takingPart(ctx),
  leave: (ctx, { params }) => leaveCampaign(ctx, params.campaign_id),

  mine: (ctx, { query }) => myCampaigns(ctx, query),
  create: (ctx, { body }) => createCampaign(ctx, body),
  estimate: async (ctx, { body }) => {
    const problems = settingsProblems(body.settings, body.mode, await knownCurrencies(ctx.db))
    if (problems.length > 0) throw new Refusal('settings_invalid', {}, problems)
    return {
      worst_case: amounts(worstCase(body.settings, body.mode, body.quota)),
      per_item: amounts(worstCase(body.settings, body.mode, 1)),
    }
  },
  manage: (ctx, { params }) => manageCampaign(ctx, params.campaign_id),
  split: (ctx, { params, body }) => splitCampaign(ctx, params.campaign_id, body.by, body.segments),
  edit: (ctx, { params, body }) => editCampaign(ctx, params.campaign_id, body),
  versions: (ctx, { params, query }) => listVersions(ctx, params.campaign_id, query),
  revise: (ctx, { params, body }) => reviseCampaign(ctx, params.campaign_id, body),
  fund: (ctx, { params, body }) => fundCampaign(ctx, params.campaign_id, body),
  open: (ctx, { params }) => openCampaign(ctx, params.campaign_id),
  recall: (ctx, { params }) => recallRequest(ctx, params.campaign_id),
  pause: (ctx, { params }) => pauseCampaign(ctx, params.campaign_id),
  resume: (ctx, { params }) => resumeCampaign(ctx, params.campaign_id),
  extend: (ctx, { params, body }) => extendCampaign(ctx, params.campaign_id, body),
  cancel: (ctx, { params }) => cancelCampaign(ctx, params.campaign_id),
  progress: (ctx, { params }) => progressOf(ctx, params.campaign_id),

  items: async (ctx, { params, query }) => {
    await mustExist(ctx, params.campaign_id)
    const limit = limitOf(query.limit)
    const rows = await itemPage(ctx.db, params.campaign_id, {
      state: query.state,
      after: afterOf(query.after),
      limit: limit + 1,
    })
    return pageOf(rows, limit, ({ id, data, answer, state, ...item }) => ({
      item_id: id,
      data: data as never,
      answer: answer as never,
      state: state as 'open',
      ...item,
    }))
  },
  import_items: (ctx, { params, body }) => importPart(ctx, params.campaign_id, body),
  import_state: (ctx, { params }) => importState(ctx, params.campaign_id, params.import_id),
  clear_items: (ctx, { params }) => clearDraftItems(ctx, params.campaign_id),

  flag: (ctx, { params, body }) => flagItem(ctx, params.campaign_id, body),
  my_flags: async (ctx, { query }) => {
    const limit = limitOf(query.limit)
    return pageOf(
      await flagsBy(ctx.db, callerOf(ctx).account_id, { before: afterOf(query.after), limit: limit + 1 }),
      limit,
      flagAnswer,
    )
  },
  flags: async (ctx, { params, query }) => {
    await mustExist(ctx, params.campaign_id)
    const limit = limitOf(query.limit)
    const rows = await flagsOf(ctx.db, params.campaign_id, {
      open: query.open ?? false,
      after: afterOf(query.after),
      limit: limit + 1,
    })
    return pageOf(rows, limit, (f) => ({ ...flagAnswer(f), data: f.data, item_state: f.item_state as 'open' }))
  },
  resolve_flag: (ctx, { params, body }) => resolveFlag(ctx, params.campaign_id, params.flag_id, body),

  report: (ctx, { params, body }) => reportCampaign(ctx, params.campaign_id, body),
  reports: async (ctx, { query }) => {
    const limit = limitOf(query.limit)
    return pageOf(
      await reportPage(ctx.db, { open: query.open ?? false, after: afterOf(query.after), limit: limit + 1 }),
      limit,
      reportAnswer,
    )
  },
  resolve_report: (ctx, { params, body }) => decideReport(ctx, params.campaign_id, params.report_id, body),
  approvals: (ctx, { query }) => listApprovals(ctx, query),
  decide: (ctx, { params, body }) => decideApproval(ctx, params.campaign_id, body),
}
