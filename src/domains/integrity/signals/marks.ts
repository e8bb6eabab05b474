import type { Kysely } from 'kysely'
import type { Caller, Ctx } from '../../../platform/context.ts'
import type { DB } from '../../../platform/db/tables.ts'
import { neighbourhoodOf } from '../../../platform/http/network.ts'
import { deviceOf, markEnds, minuteOf, PAUSE_MS, periodOf, WRITE_EVERY_MS } from './mark-rules.ts'
import { saveMarks, type MarkRow } from './mark-queries.ts'

type Parts = Pick<Ctx, 'db' | 'seal' | 'log' | 'config'>
type Visit = { network: Buffer; device: Buffer; started: number; ended: number }
type Session = { account_id: string; asked: string; visit: Visit; unwritten: Visit[]; written: number }
const SWEEP_EVERY_MS = 60_000
/** More sessions than this at one time are not remembered: what a server remembers is bounded. */
const MOST_SESSIONS = 50_000
const BYTES = 8

const memories = new WeakMap<Kysely<DB>, Map<string, Session>>()
const memoryOf = (db: Kysely<DB>): Map<string, Session> => {
  let memory = memories.get(db)
  if (!memory) memories.set(db, (memory = new Map()))
  return memory
}

/** Call when an account is erased: what this process still remembers of its visits is never written. */
export function forgetVisits(db: Kysely<DB>, accountId: string): void {
  const memory = memoryOf(db)
  for (const [id, session] of memory) if (session.account_id === accountId) memory.delete(id)
}

/**
 * Remembers from which neighbourhood and kind of device a session comes and when it was here, both only as keyed hashes
 * and in whole minutes, and writes it down every ten minutes at most. Programs with a key are not looked at: they say
 * where a server stands, not where a person sits.
 */
export function createMarks(parts: Parts) {
  const memory = memoryOf(parts.db)
  let swept = Number.NEGATIVE_INFINITY

  /** Writes what is due, of all sessions in one statement; forgets those that have left. */
  async function write(nowMs: number, isDue: (s: Session) => boolean): Promise<void> {
    const rows: MarkRow[] = []
    for (const [id, s] of memory) {
      if (s.unwritten.length > 0 && isDue(s)) {
        rows.push(...s.unwritten.map((v) => rowOf(s.account_id, v)))
        s.unwritten = []
        s.written = nowMs
      }
      if (s.unwritten.length === 0 && nowMs - s.visit.ended > WRITE_EVERY_MS) memory.delete(id)
    }
    try {
      await saveMarks(parts.db, rows)
    } catch (error) {
      // Nobody's request fails because of it: the marks of these minutes are lost, and that is all.
      parts.log.warn({ err: error }, 'marks could not be written')
    }
  }

  return {
    async seen(caller: Caller, from: { address: string; user_agent: string }, now: Date): Promise<void> {
      if (!parts.config.keep_marks || caller.via !== 'session') return
      const minute = minuteOf(now)
      const asked = `${periodOf(now)} ${from.address} ${from.user_agent}`
      const before = memory.get(caller.session_id)
      if (before && before.asked === asked && minute - before.visit.ended <= PAUSE_MS && minute >= before.visit.ended) {
        if (minute > before.visit.ended) {
          before.visit.ended = minute
          if (!before.unwritten.includes(before.visit)) before.unwritten.push(before.visit)
        }
      } else if (before || memory.size < MOST_SESSIONS) {
        const visit = visitOf(parts, from, now)
        const unwritten = before ? [...before.unwritten, visit] : [visit]
        const written = before?.written ?? Number.NEGATIVE_INFINITY
        memory.set(caller.session_id, { account_id: caller.account_id, asked, visit, unwritten, written })
      }
      const session = memory.get(caller.session_id)
      const nowMs = now.getTime()
      const isDue = (s: Session) => Math.abs(nowMs - s.written) >= WRITE_EVERY_MS
      if (Math.abs(nowMs - swept) >= SWEEP_EVERY_MS) {
        swept = nowMs
        await write(nowMs, isDue)
      } else if (session && session.unwritten.length > 0 && isDue(session)) await write(nowMs, (s) => s === session)
    },
    /** Writes all that is remembered; the server calls it when it stops. */
    flush: (now: Date) => write(now.getTime(), () => true),
  }
}

function visitOf(parts: Parts, from: { address: string; user_agent: string }, now: Date): Visit {
  const period = periodOf(now)
  const hash = (what: string, text: string) =>
    Buffer.from(parts.seal.mark(`${what} ${period}`, text).subarray(0, BYTES))
  const minute = minuteOf(now)
  return {
    network: hash('network', neighbourhoodOf(from.address)),
    device: hash('device', deviceOf(from.user_agent)),
    started: minute,
    ended: minute,
  }
}

const rowOf = (account_id: string, v: Visit): MarkRow => ({
  account_id,
  network: v.network,
  device: v.device,
  started_at: new Date(v.started),
  ended_at: new Date(v.ended),
  expires_at: markEnds(v.ended),
})
