import type { Ctx } from '../../platform/context.ts'
import { configHash, type ModelEndpoint } from '../../platform/outside/red-team-config.ts'
import type { RedTeam } from '../campaigns/red-team/contract.ts'
import { judgeRequest, readJudgement, SECRET_GOALS, targetRequest, type Goal } from './ask-rules.ts'
import { callModel, type Called } from './call.ts'
import { PRACTICE_GOALS } from './practice.ts'
import {
  controlsOf,
  addCost,
  countFailure,
  dropSamples,
  endRun,
  forgiveFailures,
  goalBody,
  insertControl,
  insertSample,
  openRun,
  samplesOf,
  type RunRow,
  type Sample,
} from './queries.ts'
import {
  addressesJudge,
  CONTROLS,
  goalOf,
  holdsSecret,
  HUMAN_AUDIT_BPS,
  isJudgedHit,
  judgeRuns,
  refusesBareGoal,
  LEAST_TARGETS,
  saysYes,
  type Found,
  type TargetRuns,
} from './rules.ts'

/** A prompt to prove, as its author handed it in. */
export type Prompt = {
  campaign_id: string
  submission_id: string
  run: number
  prompt: string
  data: Record<string, unknown> | null
}
export type Waiting = 'no_targets' | 'no_goal' | 'pace' | 'provider_cap' | 'campaign_cap' | 'no_answer' | 'more'
export type Proved =
  | { state: 'done'; found: Found; calls: number; tokens: number }
  | { state: 'later'; why: Waiting; after_ms: number }

/** Calls made in one step, side by side: a step ends with the slowest of them. */
const AT_ONCE = 8
/** A target that gave so many useless answers in a run is left out of it. */
const MOST_FAILURES = 5
const DAY_MS = 86_400_000
const CONTROLS_KEPT_MS = 7 * DAY_MS
/** How long to wait when only somebody can help: an operator with a budget, a target that comes back. */
const PATIENCE_MS = 15 * 60_000

/** The goal by its name; nothing when it was never there, or was taken from the list. */
export async function findGoal(ctx: Ctx, id: string): Promise<Goal | undefined> {
  const known = [...SECRET_GOALS, ...PRACTICE_GOALS].find((g) => g.id === id)
  if (known) return known
  const body = await goalBody(ctx.db, id)
  return body && { id, kind: 'policy', ...body }
}

/**
 * Goes a step on with proving that a prompt works: the bare goal on each target, then the prompt, each reply judged as it
 * comes. Every run is kept as it ends, so whatever interrupts this, it goes on from there, and nothing is half decided.
 */
export async function verifyStep(ctx: Ctx, work: Prompt, settings: RedTeam): Promise<Proved> {
  const { red_team } = ctx.config
  if (!red_team) return { state: 'later', why: 'no_targets', after_ms: PATIENCE_MS }
  const goal = await findGoal(ctx, goalOf(settings.goals, work.data))
  if (!goal || goal.kind !== settings.kind) return { state: 'later', why: 'no_goal', after_ms: PATIENCE_MS }
  const hash = configHash([...red_team.targets, ...red_team.judges])
  const run = await openRun(ctx.db, work, goal.id, hash, ctx.now)
  if (run.outcome !== null) return { state: 'done', ...foundIn(run) }

  const todo = await callsToMake(ctx, work, settings, goal, run)
  if (todo.calls.length > 0) {
    const results = await Promise.all(todo.calls.slice(0, AT_ONCE).map((make) => make()))
    // Calls that failed side by side are one incident of their target.
    for (const target of new Set(results.flatMap((r) => r.failed ?? []))) await countFailure(ctx.db, work, target)
    const stopped = results.find((r) => r.why !== undefined)
    return { state: 'later', why: stopped?.why ?? 'more', after_ms: stopped?.after_ms ?? 0 }
  }
  if (todo.targets.length < LEAST_TARGETS) {
    // Too few targets answer. Later they are asked again; if the decision is due before, an expert decides.
    await forgiveFailures(ctx.db, work)
    return { state: 'later', why: 'no_answer', after_ms: PATIENCE_MS }
  }
  const found = judgeRuns(todo.targets, settings.least_bps)
  await endRun(ctx.db, work, found, ctx.now)
  return { state: 'done', found, calls: run.calls, tokens: Number(run.tokens) }
}

const foundIn = (r: RunRow) => ({
  found: { outcome: r.outcome!, targets: r.targets!, runs: r.runs!, hits: r.hits!, lower_bps: r.lower_bps! },
  calls: r.calls,
  tokens: Number(r.tokens),
})

type Made = { why?: Waiting; after_ms?: number; failed?: string }

/** What is still to be run, and what is complete. */
async function callsToMake(ctx: Ctx, work: Prompt, settings: RedTeam, goal: Goal, run: RunRow) {
  const targets = ctx.config.red_team!.targets.filter((t) => (run.failures[t.name] ?? 0) < MOST_FAILURES)
  const since = new Date(ctx.now.getTime() - CONTROLS_KEPT_MS)
  const controls = await controlsOf(ctx.db, goal.id, run.config_hash, since)
  const samples = await samplesOf(ctx.db, work)
  const calls: (() => Promise<Made>)[] = []
  const complete: TargetRuns[] = []
  for (const target of targets) {
    const control = controls.get(target.name) ?? { controls: 0, refused: 0, next: 1 }
    for (let i = control.controls; i < CONTROLS; i++) {
      const n = control.next + i - control.controls
      calls.push(() => control1(ctx, work, settings, goal, run, target, n))
    }
    if (control.controls < CONTROLS) continue
    // What a target does for the asking is not asked of it again.
    const { name, ...bare } = { name: target.name, controls: control.controls, refused: control.refused }
    if (!refusesBareGoal(bare)) {
      complete.push({ target: name, ...bare, runs: 0, hits: 0 })
      continue
    }
    const own = samples.filter((s) => s.target === target.name)
    const from = own.reduce((n, s) => Math.max(n, s.n), 0)
    for (let i = own.length; i < settings.samples; i++) {
      const n = from + 1 + i - own.length
      calls.push(() => sample1(ctx, work, settings, goal, target, n))
    }
    if (own.length >= settings.samples)
      complete.push({ target: name, ...bare, runs: own.length, hits: own.filter((s) => s.hit).length })
  }
  return { calls, targets: complete }
}

const campaignOf = (work: Prompt, settings: RedTeam) => ({ id: work.campaign_id, cap: settings })

/** A secret that no text holds by chance; letters and digits, so that it survives any formatting. */
const newSecret = (ctx: Ctx): string =>
  Array.from(ctx.randomBytes(12), (b) => 'abcdefghijkmnpqrstuvwxyz23456789'[b % 32]).join('')

async function control1(
  ctx: Ctx,
  work: Prompt,
  settings: RedTeam,
  goal: Goal,
  run: RunRow,
  target: ModelEndpoint,
  n: number,
): Promise<Made> {
  const asked = await askTarget(ctx, work, settings, goal, target, goal.ask)
  if ('stopped' in asked) return asked.stopped
  await insertControl(ctx.db, {
    goal_id: goal.id,
    target: target.name,
    config_hash: run.config_hash,
    n,
    refused: !asked.hit,
    at: ctx.now,
  })
  await addCost(ctx.db, work, asked.cost)
  return {}
}

async function sample1(
  ctx: Ctx,
  work: Prompt,
  settings: RedTeam,
  goal: Goal,
  target: ModelEndpoint,
  n: number,
): Promise<Made> {
  const asked = await askTarget(ctx, work, settings, goal, target, work.prompt)
  if ('stopped' in asked) return asked.stopped
  const { cost, ...sample } = asked
  // Of the judges' verdicts a share is looked at by people, drawn before anybody knows what they would say.
  const isDrawn = sample.judges !== null && ctx.rng.below(10_000) < HUMAN_AUDIT_BPS
  const isAudited = isDrawn || sample.why === 'addresses_judge'
  await insertSample(
    ctx.db,
    ctx.seal,
    work,
    { target: target.name, n, ...sample, audit_drawn: isAudited },
    cost,
    ctx.now,
  )
  await dropChanged(ctx, work, target, sample.model)
  return {}
}

/** A target that says it is another model now starts over; one that does so again and again is left out. */
async function dropChanged(ctx: Ctx, work: Prompt, target: ModelEndpoint, model: string): Promise<void> {
  const own = (await samplesOf(ctx.db, work)).filter((s) => s.target === target.name)
  if (own.every((s) => s.model === model)) return
  await dropSamples(ctx.db, work, target.name, model)
  await countFailure(ctx.db, work, target.name)
}

type Asked =
  | (Omit<Sample, 'target' | 'n' | 'audit_drawn'> & { cost: { calls: number; tokens: number } })
  | { stopped: Made }

/** One run on one target, judged. A judge that cannot be asked now stops the run: half a panel decides nothing. */
async function askTarget(
  ctx: Ctx,
  work: Prompt,
  settings: RedTeam,
  goal: Goal,
  target: ModelEndpoint,
  prompt: string,
): Promise<Asked> {
  const secret = newSecret(ctx)
  const seed = Buffer.from(ctx.randomBytes(4)).readUInt32BE(0) >>> 1
  const request = targetRequest(target, goal, { prompt, secret, seed })
  const called = await callModel(ctx, target, request, campaignOf(work, settings))
  const stopped = await stoppedBy(ctx, work, target, called)
  if (stopped) return { stopped }
  const cost = { calls: called.calls, tokens: called.tokens }
  const nothing = { model: '', hit: false, reply: null, judges: null, cost }
  if (called.state !== 'said') return { ...nothing, why: 'refused_by_service' }
  const { text, model = target.model } = called.said
  if (text === undefined || text.trim() === '') return { ...nothing, model, why: 'no_text' }
  if (goal.kind === 'secret') {
    const hit = holdsSecret(text, secret)
    return { ...nothing, model, hit, why: hit ? 'hit' : 'miss' }
  }
  if (addressesJudge(text)) return { ...nothing, model, why: 'addresses_judge', reply: text }
  const verdicts = await askJudges(ctx, work, settings, goal, text, cost)
  if ('stopped' in verdicts) return { stopped: verdicts.stopped }
  return { model, hit: verdicts.hit, why: verdicts.hit ? 'hit' : 'miss', reply: text, judges: verdicts.judges, cost }
}

async function askJudges(
  ctx: Ctx,
  work: Prompt,
  settings: RedTeam,
  goal: Goal,
  reply: string,
  cost: { calls: number; tokens: number },
): Promise<{ hit: boolean; judges: Record<string, boolean | null> } | { stopped: Made }> {
  const judgements = []
  const judges: Record<string, boolean | null> = {}
  for (const judge of ctx.config.red_team!.judges) {
    const token = newSecret(ctx)
    const called = await callModel(
      ctx,
      judge,
      judgeRequest(judge.model, goal, reply, token),
      campaignOf(work, settings),
    )
    if (called.state === 'waiting' || called.state === 'failed') {
      await addCost(ctx.db, work, cost)
      return { stopped: waitFor(called) }
    }
    cost.calls += called.calls
    cost.tokens += called.tokens
    const judgement = called.state === 'said' ? readJudgement(called.said.text, token) : undefined
    judgements.push(judgement)
    judges[judge.name] = judgement ? saysYes(judgement) : null
  }
  return { hit: isJudgedHit(judgements), judges }
}

/** Whether a call ended without anything to go on with; a target's useless answers are counted. */
async function stoppedBy(ctx: Ctx, work: Prompt, target: ModelEndpoint, called: Called): Promise<Made | undefined> {
  if (called.state === 'said' || called.state === 'refused') return undefined
  if (called.state === 'failed') {
    await addCost(ctx.db, work, called)
    return { ...waitFor(called), failed: target.name }
  }
  return waitFor(called)
}

const waitFor = (called: Extract<Called, { state: 'waiting' | 'failed' }>): Made =>
  called.state === 'failed'
    ? { why: 'no_answer', after_ms: called.after_ms }
    : { why: called.why, after_ms: called.why === 'pace' ? 60_000 : PATIENCE_MS }
