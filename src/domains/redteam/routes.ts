import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import type { redteam } from './contract.ts'
import {
  addGoal,
  dropGoal,
  gradeAudit,
  listGoals,
  nextAudit,
  readPrompt,
  showEntries,
  showFigures,
  showReadings,
} from './desk.ts'

export const redteamRoutes: Handlers<typeof redteam, Ctx> = {
  goals: listGoals,
  add_goal: (ctx, { body }) => addGoal(ctx, body),
  retire_goal: (ctx, { params }) => dropGoal(ctx, params.goal_id),
  entries: (ctx, { params, query }) => showEntries(ctx, params.campaign_id, query),
  figures: (ctx, { params }) => showFigures(ctx, params.campaign_id),
  read: (ctx, { params, body }) => readPrompt(ctx, params.campaign_id, params.submission_id, body.reason),
  next_audit: (ctx, { params }) => nextAudit(ctx, params.campaign_id),
  grade: (ctx, { params, body }) => gradeAudit(ctx, params.campaign_id, body),
  readings: (ctx, { query }) => showReadings(ctx, query),
}
