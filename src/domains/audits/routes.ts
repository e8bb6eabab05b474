import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { LANE } from '../assignment/queries.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../ledger/pages.ts'
import type { TASK_CLASSES } from '../campaigns/contract.ts'
import { claimAudits } from './claim.ts'
import type { audits, QuestionGrades } from './contract.ts'
import { drawPlan } from './draw.ts'
import { recordGrades } from './grade.ts'
import type { PlanRow } from './queries.ts'
import { disjoint, doubleGradingOf, outcomeOf, readingOf } from './rules.ts'
import {
  campaignStrata,
  deskOf,
  disputed,
  gradedStrata,
  gradePairs,
  gradesOf,
  listPlans,
  planCounts,
  planOf,
  type GradedStratum,
} from './view-queries.ts'
import { planView } from './view.ts'

type TaskClass = (typeof TASK_CLASSES)[number]
const NONE = { drawn: 0, closed: 0 }

async function known(db: Db, id: string): Promise<PlanRow> {
  const plan = await planOf(db, id)
  if (!plan) throw new Refusal('plan_not_found')
  return plan
}

const reading = (strata: readonly GradedStratum[]) =>
  readingOf(strata.map((s) => ({ accepted: s.accepted, population: s.population, n: s.graded, right: s.correct })))

export const auditRoutes: Handlers<typeof audits, Ctx> = {
  draw: (ctx, { body }) => drawPlan(ctx, body),
  list: async (ctx, { query }) => {
    const limit = limitOf(query)
    const plans = await listPlans(ctx.db, {
      season_id: query.season_id,
      campaign_id: query.campaign_id,
      before: readCursor(query.after, [ID_PART])?.[0],
      limit: limit + 1,
    })
    const counts = await planCounts(
      ctx.db,
      plans.map((p) => p.id),
    )
    return pageOf(
      plans,
      limit,
      (p) => [p.id],
      (p) => planView(p, counts.get(p.id) ?? NONE),
    )
  },
  get: async (ctx, { params }) => {
    const plan = await known(ctx.db, params.plan_id)
    const strata = await gradedStrata(ctx.db, plan.id)
    const counts = (await planCounts(ctx.db, [plan.id])).get(plan.id) ?? NONE
    return {
      plan: planView(plan, counts),
      strata: strata.map(({ campaign_id, title, accepted, population, drawn, closed }) => ({
        campaign_id,
        title,
        accepted,
        population,
        drawn,
        closed,
      })),
    }
  },
  figures: async (ctx, { params }) => {
    const plan = await known(ctx.db, params.plan_id)
    const strata = await gradedStrata(ctx.db, plan.id)
    const of = <K extends 'campaign_id' | 'task_class'>(key: K) =>
      [...new Set(strata.map((s) => s[key]))].sort().map((value) => strata.filter((s) => s[key] === value))
    return {
      overall: reading(strata),
      campaigns: of('campaign_id').map((own) => ({
        campaign_id: own[0]!.campaign_id,
        title: own[0]!.title,
        task_class: own[0]!.task_class as TaskClass,
        reading: reading(own),
      })),
      task_classes: of('task_class').map((own) => ({
        task_class: own[0]!.task_class as TaskClass,
        reading: reading(own),
      })),
      double_grading: doubleGradingOf(await gradePairs(ctx.db, plan.id)),
    }
  },
  quality: async (ctx, { params }) => {
    const rows = await campaignStrata(ctx.db, params.campaign_id)
    return { plans: new Set(rows.map((r) => r.plan_id)).size, reading: readingOf(disjoint(rows)) }
  },
  disputes: async (ctx, { params, query }) => {
    const plan = await known(ctx.db, params.plan_id)
    const limit = limitOf(query)
    const rows = await disputed(ctx.db, plan.id, readCursor(query.after, [ID_PART])?.[0] ?? '0', limit + 1)
    const grades = await gradesOf(
      ctx.db,
      rows.map((r) => r.submission_id),
      [...new Set(rows.map((r) => r.campaign_id))],
    )
    return pageOf(
      rows,
      limit,
      (r) => [r.submission_id],
      (r) => ({
        campaign_id: r.campaign_id,
        submission_id: r.submission_id,
        outcome: outcomeOf(r)!,
        grades: grades
          .filter((g) => g.submission_id === r.submission_id)
          .map((g) => ({
            grader: g.handle,
            correct: g.correct,
            grades: g.grades as unknown as QuestionGrades,
            graded_at: g.graded_at.toISOString(),
          })),
      }),
    )
  },
  desk: async (ctx) => ({
    items: (await deskOf(ctx.db, callerOf(ctx).account_id, LANE.audit)).map((d) => ({
      ...d,
      task_class: d.task_class as TaskClass,
    })),
    next: null,
  }),
  claim: (ctx, { params, body }) => claimAudits(ctx, params.campaign_id, body.count),
  grade: (ctx, { params, body }) => recordGrades(ctx, params.campaign_id, body.grades),
}
