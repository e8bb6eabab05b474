import { alarmOf, calmed, newWatch, watch, type Observation } from '../../../engine/cusum.ts'
import type { Ctx } from '../../../platform/context.ts'
import { eventsPast } from '../../../platform/events/queries.ts'
import { raiseSignal } from '../cases/open.ts'
import {
  judgesOf,
  saveWatches,
  watchesOf,
  weightsOf,
  type JudgedBy,
  type WatchKey,
  type WatchRow,
  type Weights,
} from './queries.ts'
import { fromAudit, fromPeers, ofAuthor, PLANS, wordOf, type Role } from './rules.ts'

const EVENTS = 1_000
type Heard = Awaited<ReturnType<typeof eventsPast>>[number]
type Seen = { key: WatchKey; observation: Observation; tx: string; id: string }
type Signal = { key: WatchKey; since: Date }
export type WatchMarks = { tx?: string; id?: string }

/**
 * Reads decisions and audits past a watermark, adds each to what is known of the people it speaks about, and raises a
 * signal where somebody's work has changed. It reads only; what follows from a signal is for people to decide.
 */
export async function watchWork(
  ctx: Ctx,
  marks: WatchMarks,
  atOnce = EVENTS,
): Promise<{ more: boolean; watermark: WatchMarks }> {
  const events = await eventsPast(ctx.db, { tx: marks.tx ?? '0', id: marks.id ?? '0' }, atOnce)
  const last = events.at(-1)
  if (!last) return { more: false, watermark: marks }
  const heard = events.filter(
    (e) =>
      e.kind === 'decided' ||
      (e.kind === 'audited' && (e.body.outcome === 'correct' || e.body.outcome === 'incorrect')),
  )
  const judged = await judgesOf(
    ctx.db,
    heard.map((e) => ({ campaign_id: e.campaign_id, submission_id: e.subject_id })),
  )
  const weights = await weightsOf(
    ctx.db,
    heard.flatMap((e) => (e.kind === 'decided' && typeof e.body.snapshot === 'string' ? [e.body.snapshot] : [])),
  )
  const seen = heard.flatMap((e) => {
    const work = judged.get(`${e.campaign_id}/${e.subject_id}`)
    return work ? observationsOf(e, work, weights.get(String(e.body.snapshot))) : []
  })
  await learn(ctx, seen)
  return { more: events.length === atOnce, watermark: { tx: last.tx, id: last.id } }
}

function observationsOf(e: Heard, work: JudgedBy, weights: Weights | undefined): Seen[] {
  const mark = e.at.getTime()
  const say = (role: Role, found: ReadonlyMap<string, Observation>): Seen[] =>
    [...found].map(([account_id, observation]) => ({
      key: { account_id, task_class: work.task_class, role },
      observation,
      tx: e.tx,
      id: e.id,
    }))
  if (e.kind === 'decided') {
    const round = Number(e.body.round)
    const before = work.verdicts.filter((v) => v.round < round)
    return [
      ...say(
        'reviewer',
        fromPeers(
          work.verdicts.filter((v) => v.round === round),
          mark,
          weights && ((v) => wordOf(weights, v)),
        ),
      ),
      // An answered appeal says of those who decided before what an audit would: overturned, they were wrong.
      ...say('reviewer', fromAudit(before, e.body.accepted === true, mark)),
    ]
  }
  const good = e.body.outcome === 'correct'
  const found = say('reviewer', fromAudit(work.verdicts, good, mark))
  // Rejected work was not paid, so only accepted work that turns out bad speaks about its author.
  if (work.audited_as_accepted === true)
    found.push(...say('contributor', new Map([[work.author_id, ofAuthor(good, mark)]])))
  return found
}

const nameOf = (k: WatchKey): string => `${k.account_id}/${k.task_class}/${k.role}`
const isPast = (seen: Seen, row: WatchRow): boolean =>
  BigInt(seen.tx) < BigInt(row.seen_tx) || (seen.tx === row.seen_tx && BigInt(seen.id) <= BigInt(row.seen_id))

/** Everything that one run learns, and the signals that come of it, commit together. */
async function learn(ctx: Ctx, seen: readonly Seen[]): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    const keys = new Map(seen.map((s) => [nameOf(s.key), s.key]))
    const rows = new Map((await watchesOf(db, [...keys.values()])).map((r) => [nameOf(r), r]))
    const changed = new Map<string, WatchRow>()
    const signals: Signal[] = []
    for (const s of seen) {
      const name = nameOf(s.key)
      const plan = PLANS[s.key.role]
      const before = changed.get(name) ?? rows.get(name)
      if (before && isPast(s, before)) continue
      let state = watch(plan, before?.state ?? newWatch(plan), s.observation)
      const alarm = alarmOf(plan, state)
      if (alarm) {
        signals.push({ key: s.key, since: new Date(alarm.since) })
        state = calmed(state)
      }
      changed.set(name, { ...s.key, state, seen_tx: s.tx, seen_id: s.id })
    }
    await saveWatches(db, [...changed.values()], ctx.now)
    // One person's change in several classes of work is one after the other: the first opens the case, the rest join it.
    for (const s of signals.toSorted((a, b) => Number(BigInt(a.key.account_id) - BigInt(b.key.account_id))))
      await raiseSignal(ctx, db, {
        account_id: s.key.account_id,
        why: WHY[s.key.role],
        suspect_since: s.since,
        evidence: {
          kind: s.key.role === 'reviewer' ? 'reviews_changed' : 'work_changed',
          strength: 'fair',
          says: `${SAYS[s.key.role]} Task class: ${s.key.task_class}. Since about ${s.since.toISOString().slice(0, 10)}.`,
        },
      })
  })
}

const WHY: Readonly<Record<Role, string>> = {
  reviewer: 'Reviews stopped being like the ones before them.',
  contributor: 'Audits find accepted work bad that would have been good before.',
}
const SAYS: Readonly<Record<Role, string>> = {
  reviewer:
    'What audits and the other reviewers of the same work say differs from this person by more than their habit explains.',
  contributor: "Audits of accepted work find it wrong more often than this person's earlier work explains.",
}
