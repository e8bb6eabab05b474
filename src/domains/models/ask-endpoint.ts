import type { Ctx } from '../../platform/context.ts'
import type { ModelConfig } from '../../platform/config.ts'
import { postChat } from '../../platform/outside/chat.ts'
import { versionOf } from '../campaigns/queries.ts'
import { judgedQuestions } from '../templates/rules.ts'
import { answeredBefore, bookCall, keepAnswer, settleCall, unaskedWork, type Unasked } from './queries.ts'
import { recordModelVotes } from './record.ts'
import {
  afterStatus,
  askedHash,
  endpointName,
  lengthOf,
  LONGEST_ASKED,
  MOST_TRIES,
  pauseMs,
  readReply,
  requestFor,
  retryAfterMs,
  type Brief,
  type ModelVotes,
} from './rules.ts'

/** Asked side by side: a run ends with the slowest of them, so one time-out at most. */
const BATCH = 8

/** What the job keeps between runs: when an endpoint may be asked again, and what could not be asked about so far. */
export type Memory = {
  endpoint?: string
  /** The endpoint refuses a schema for its reply. */
  plain?: boolean
  failures?: number
  retry_at?: string
  tried?: Record<string, number>
}

/**
 * Asks the operator's endpoint about work that waits. An endpoint that fails or says "later" is left alone for a while,
 * longer each time; work that it failed at too often is left to people.
 */
export async function askEndpoint(ctx: Ctx, before: Memory): Promise<{ more: boolean; memory: Memory }> {
  const { model: config } = ctx.config
  if (!config) return { more: false, memory: before }
  const endpoint = `${config.url} ${config.name}`
  const memory: Memory = before.endpoint === endpoint ? before : { endpoint }
  if (memory.retry_at && ctx.now.getTime() < Date.parse(memory.retry_at)) return { more: false, memory }
  const model = endpointName(config.name)
  const work = await unaskedWork(ctx.db, { kind: 'endpoint', model, limit: BATCH })
  const outcomes = await Promise.all(work.map((w) => askAbout(ctx, config, w, memory.plain === true)))
  const failed = outcomes.flatMap((o, i) => (o.state === 'later' ? [{ work: work[i]!, after_ms: o.after_ms }] : []))
  const tried: Record<string, number> = {}
  const given = work.flatMap((w, i) => {
    const o = outcomes[i]!
    if (o.state === 'capped') return []
    const tries = o.state === 'later' ? (memory.tried?.[w.id] ?? 0) + 1 : 0
    if (tries > 0 && tries < MOST_TRIES) {
      tried[w.id] = tries
      return []
    }
    const votes: ModelVotes = o.state === 'said' ? o.votes : {}
    return [{ campaign_id: w.campaign_id, submission_id: w.id, round: w.round, model, votes }]
  })
  await recordModelVotes(ctx, given)
  const plain = outcomes.some((o) => o.state === 'said' && o.plain)
  const failures = failed.length > 0 ? (memory.failures ?? 0) + 1 : 0
  const longest = failed.reduce((ms, f) => Math.max(ms, f.after_ms), 0)
  return {
    more: failed.length === 0 && given.length === BATCH,
    memory: {
      endpoint,
      ...(plain && { plain }),
      ...(failures > 0 && {
        failures,
        retry_at: new Date(ctx.now.getTime() + pauseMs(failures, longest)).toISOString(),
        tried,
      }),
    },
  }
}

type Outcome =
  | { state: 'said'; votes: ModelVotes; plain: boolean }
  | { state: 'later'; after_ms: number }
  | { state: 'capped' }

async function askAbout(ctx: Ctx, config: ModelConfig, work: Unasked, plain: boolean): Promise<Outcome> {
  const version = await versionOf(ctx.db, work.campaign_id, work.version)
  const questions = judgedQuestions(version.questions)
  const { rubric, ...cap } = version.settings.model_votes ?? {}
  const brief: Brief = {
    instructions: version.instructions,
    rubric,
    questions: questions.map((key) => ({ key, title: version.form.ui.questions[key]!.title })),
    item: work.data,
    answer: work.answer,
  }
  const request = requestFor(config.name, brief, plain)
  if (lengthOf(request) > LONGEST_ASKED) return { state: 'said', votes: {}, plain }
  const hash = askedHash(config.url, request)
  const known = await answeredBefore(ctx.db, hash)
  if (known) return { state: 'said', votes: known, plain }
  const name = endpointName(config.name)
  for (let asking = plain; ; asking = true) {
    if (!(await bookCall(ctx.db, work.campaign_id, name, cap))) return { state: 'capped' }
    const reply = await postChat(config, asking ? requestFor(config.name, brief, true) : request, ctx.log)
    const next = reply.body === undefined && reply.status === 200 ? 'later' : afterStatus(reply.status, asking)
    // What timed out may have been worked on, and be paid for.
    if (next !== 'read' && !reply.timed_out) await settleCall(ctx.db, work.campaign_id, name, { calls: -1, tokens: 0 })
    if (next === 'later') return { state: 'later', after_ms: retryAfterMs(reply.retry_after, ctx.now) }
    if (next === 'plain') continue
    if (next === 'abstain') return { state: 'said', votes: {}, plain }
    const { votes, tokens } = readReply(reply.body, questions)
    // An endpoint that does not say what it used is taken to use a token for every three characters, and all it may say.
    const used = tokens ?? Math.ceil(lengthOf(request) / 3) + request.max_tokens
    await settleCall(ctx.db, work.campaign_id, name, { calls: 0, tokens: used })
    await keepAnswer(ctx.db, hash, votes, ctx.now)
    return { state: 'said', votes, plain: asking }
  }
}
