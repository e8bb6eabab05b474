import type { Ctx } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { postChat } from '../../platform/outside/chat.ts'
import { openLink } from '../../platform/outside/open-link.ts'
import { microseconds } from '../../platform/stopwatch.ts'
import { checkedQuestions, checksOf } from '../campaigns/check-rules.ts'
import { OUTSIDE_KINDS, type Check } from '../campaigns/checks/contract.ts'
import { versionOf, type Version } from '../campaigns/queries.ts'
import {
  afterStatus,
  askedHash,
  lengthOf,
  LONGEST_ASKED,
  readReply,
  requestFor,
  retryAfterMs,
  type Brief,
} from '../models/rules.ts'
import { verifyStep } from '../redteam/verify.ts'
import { linkFinding } from './link-rules.ts'
import {
  askingRuns,
  bookJudge,
  judgedBefore,
  keepJudgement,
  putOff,
  settleJudge,
  type NewRun,
  type Run,
  type Work,
} from './queries.ts'
import { recordAnswered } from './record.ts'
import { MOST_TRIES, outcomeOf, pauseAfter, resultOf, type Finding } from './rules.ts'

/** Asked side by side: a run of the job ends with the slowest of them. */
const BATCH = 8
/** `later`: no answer this time; after so many milliseconds at the earliest. `patient`: people cannot answer instead, so it waits. */
type Answer = { finding: Finding } | { later: Finding; after_ms: number; patient?: true }

/** Asks about runs that wait for somebody outside. Returns whether there are more. */
export async function askOutside(ctx: Ctx): Promise<boolean> {
  const due = await askingRuns(ctx.db, ctx.now, BATCH)
  const outcomes = await Promise.all(due.map((run) => askAbout(ctx, run)))
  await recordAnswered(
    ctx,
    outcomes.flatMap((o) => ('done' in o ? [o.done] : [])),
  )
  await write(ctx.db, putOff(outcomes.flatMap((o) => ('later' in o ? [o.later] : []))))
  return due.length === BATCH
}

async function askAbout(ctx: Ctx, run: Run & { work: Work }): Promise<{ done: NewRun } | { later: PutOff }> {
  const version = await versionOf(ctx.db, run.campaign_id, run.work.version)
  const checks = checksOf(version.settings).filter((c) => OUTSIDE_KINDS.includes(c.kind))
  const results = [...run.results]
  const isLast = run.tries + 1 >= MOST_TRIES
  let wait: number | undefined
  let isPatient = false
  // In the order of their cost: what a link says may spare the judge.
  for (const check of checks.toSorted((a, b) => OUTSIDE_KINDS.indexOf(a.kind) - OUTSIDE_KINDS.indexOf(b.kind))) {
    if (outcomeOf(results) === 'reject') break
    const open = checkedQuestions(check, version.questions).filter(
      (q) => run.work.answer[q] !== undefined && !results.some((r) => r.kind === check.kind && r.question === q),
    )
    if (open.length === 0) continue
    const asked = await ask(ctx, check, version, run, open)
    for (const { question, answer, took_us } of asked) {
      if ('finding' in answer) results.push(resultOf(check, question, answer.finding, took_us))
      else if (answer.patient) {
        isPatient = true
        wait = Math.max(wait ?? 0, answer.after_ms)
      } else if (isLast) results.push(resultOf(check, question, answer.later, took_us))
      else wait = Math.max(wait ?? 0, answer.after_ms)
    }
  }
  const { campaign_id, submission_id, coverage_ppm } = run
  if (wait !== undefined && outcomeOf(results) === 'review') {
    // Patience is no try: what only the targets can say is asked until it is said, or an expert is.
    const tries = isPatient ? run.tries : run.tries + 1
    const retryAt = new Date(ctx.now.getTime() + (isPatient ? wait : Math.max(wait, pauseAfter(tries)))).toISOString()
    return { later: { campaign_id, submission_id, run: run.run, results, tries, retry_at: retryAt } }
  }
  const done = { campaign_id, submission_id, run: run.run, results, coverage_ppm }
  return { done: { ...done, state: 'done', outcome: outcomeOf(results) } }
}
type PutOff = Omit<Run, 'coverage_ppm'> & { retry_at: string }
type Asked = { question: string; answer: Answer; took_us: number }[]

function ask(
  ctx: Ctx,
  check: Check,
  version: Version,
  run: Run & { work: Work },
  open: readonly string[],
): Promise<Asked> {
  if (check.kind === 'link') return openLinks(ctx, check, run.work, open)
  if (check.kind === 'red_team') return provePrompt(ctx, version, run, open[0]!)
  return judge(ctx, check, version, run.work, open)
}

/** Whether the prompt works on the models it is for: nothing that people could tell by looking. */
async function provePrompt(ctx: Ctx, version: Version, run: Run & { work: Work }, question: string): Promise<Asked> {
  const started = microseconds()
  const proved = await verifyStep(
    ctx,
    {
      campaign_id: run.campaign_id,
      submission_id: run.submission_id,
      run: run.run,
      prompt: String(run.work.answer[question]),
      data: run.work.data,
    },
    version.settings.red_team!,
  )
  const took_us = microseconds() - started
  if (proved.state === 'later')
    return [
      {
        question,
        took_us,
        answer: { later: { found: 'unknown', code: proved.why }, after_ms: proved.after_ms, patient: true },
      },
    ]
  const { outcome, runs, hits, targets } = proved.found
  const cost = { calls: proved.calls, tokens: proved.tokens }
  const answer: Answer =
    outcome === 'works'
      ? { finding: { found: 'nothing', ...cost } }
      : { finding: { found: 'something', code: outcome, detail: { runs, hits, targets }, ...cost } }
  return [{ question, took_us, answer }]
}

function openLinks(ctx: Ctx, _check: Check, work: Work, questions: readonly string[]): Promise<Asked> {
  return Promise.all(
    questions.map(async (question) => {
      if (!ctx.config.link_checks)
        return { question, answer: { finding: { found: 'unknown' as const, code: 'not_asked' } }, took_us: 0 }
      const started = microseconds()
      const finding = linkFinding(await openLink(String(work.answer[question]), ctx.config.link_checks))
      const took_us = microseconds() - started
      const answer = 'retry' in finding ? { later: finding.retry, after_ms: 0 } : { finding }
      return { question, answer, took_us }
    }),
  )
}

/** One question to the judge about all of a submission's; its words are data, whatever they say. */
async function judge(
  ctx: Ctx,
  check: Check,
  version: Version,
  work: Work,
  questions: readonly string[],
): Promise<Asked> {
  const started = microseconds()
  const answers = await judgements(ctx, check, version, work, questions)
  const took_us = Math.round((microseconds() - started) / questions.length)
  return questions.map((question, i) => ({
    question,
    answer:
      'later' in answers ? answers : { finding: findingFor(answers.said, question, i === 0 ? answers : undefined) },
    took_us,
  }))
}

function findingFor(
  said: Readonly<Record<string, boolean>> | string,
  question: string,
  cost: { calls: number; tokens: number } | undefined,
): Finding {
  const spent = cost ? { calls: cost.calls, tokens: cost.tokens } : {}
  if (typeof said === 'string') return { found: 'unknown', code: said, ...spent }
  if (!Object.hasOwn(said, question)) return { found: 'unknown', code: 'judge_unsure', ...spent }
  return said[question] ? { found: 'nothing', ...spent } : { found: 'something', code: 'judge_rejected', ...spent }
}

type Judged = { said: Readonly<Record<string, boolean>> | string; calls: number; tokens: number }

async function judgements(
  ctx: Ctx,
  check: Check,
  version: Version,
  work: Work,
  questions: readonly string[],
): Promise<Judged | { later: Finding; after_ms: number }> {
  const { model } = ctx.config
  const free = { calls: 0, tokens: 0 }
  if (!model) return { said: 'not_asked', ...free }
  const brief: Brief = {
    instructions: version.instructions,
    rubric: check.rubric,
    questions: questions.map((key) => ({ key, title: version.form.ui.questions[key]!.title })),
    item: work.data,
    answer: work.answer,
  }
  const request = requestFor(model.name, brief)
  if (lengthOf(request) > LONGEST_ASKED) return { said: 'too_long_to_ask', ...free }
  const hash = askedHash(model.url, request)
  const known = await judgedBefore(ctx.db, hash)
  if (known) return { said: known, ...free }
  for (let plain = false; ; plain = true) {
    if (!(await bookJudge(ctx.db, work.campaign_id, check))) return { said: 'cap_reached', ...free }
    const reply = await postChat(model, plain ? requestFor(model.name, brief, true) : request, ctx.log)
    const next = reply.body === undefined && reply.status === 200 ? 'later' : afterStatus(reply.status, plain)
    // What timed out may have been worked on, and be paid for.
    if (next !== 'read' && !reply.timed_out) await settleJudge(ctx.db, work.campaign_id, { calls: -1, tokens: 0 })
    if (next === 'plain') continue
    if (next === 'later')
      return { later: { found: 'unknown', code: 'no_answer' }, after_ms: retryAfterMs(reply.retry_after, ctx.now) }
    if (next === 'abstain') return { said: 'judge_refused', ...free }
    const { votes, tokens } = readReply(reply.body, questions)
    // An endpoint that does not say what it used is taken to use a token for every three characters, and all it may say.
    const used = tokens ?? Math.ceil(lengthOf(request) / 3) + request.max_tokens
    await settleJudge(ctx.db, work.campaign_id, { calls: 0, tokens: used })
    await keepJudgement(ctx.db, hash, votes, ctx.now)
    return { said: votes, calls: 1, tokens: used }
  }
}
