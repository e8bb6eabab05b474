import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import type { CampaignFacts } from './figure-rules.ts'
import { KINDS_READ, type Draw, type LogEvent } from './tally-rules.ts'

export type ReportRow = {
  season_id: string
  id: string
  until_seq: string
  up_to_now: boolean
  state: 'building' | 'ready' | 'failed'
  progress: { done: number; of: number }
  content_hash: string | null
  error: string | null
  created_by: string
  created_at: Date
  ready_at: Date | null
  published_at: Date | null
}
const HEAD = [
  'season_id',
  'id',
  'until_seq',
  'up_to_now',
  'state',
  'progress',
  'content_hash',
  'error',
  'created_by',
  'created_at',
  'ready_at',
  'published_at',
] as const
const asReport = (row: unknown): ReportRow => row as ReportRow

// The reports themselves.

export async function insertReport(db: Db, row: ReportRow): Promise<void> {
  await db
    .insertInto('report')
    .values({ ...row, progress: JSON.stringify(row.progress) })
    .execute()
}

/** The report that has waited longest for being built. */
export async function nextBuilding(db: Db): Promise<ReportRow | undefined> {
  const row = await db
    .selectFrom('report')
    .select(HEAD)
    .where('state', '=', 'building')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row && asReport(row)
}

export async function saveProgress(db: Db, r: ReportRow, done: number): Promise<void> {
  await db
    .updateTable('report')
    .set({ progress: JSON.stringify({ ...r.progress, done }) })
    .where('season_id', '=', r.season_id)
    .where('id', '=', r.id)
    .execute()
}

export async function saveReady(
  db: Db,
  r: ReportRow,
  made: { body: string; content_hash: string; at: Date },
): Promise<void> {
  await db
    .updateTable('report')
    .set({
      state: 'ready',
      body: made.body,
      content_hash: made.content_hash,
      ready_at: made.at,
      progress: JSON.stringify({ ...r.progress, done: r.progress.of }),
    })
    .where('season_id', '=', r.season_id)
    .where('id', '=', r.id)
    .execute()
}

export async function saveUntil(db: Db, r: ReportRow): Promise<void> {
  await db
    .updateTable('report')
    .set({ until_seq: r.until_seq, progress: JSON.stringify(r.progress) })
    .where('season_id', '=', r.season_id)
    .where('id', '=', r.id)
    .execute()
}

export async function saveFailed(db: Db, r: ReportRow, error: string): Promise<void> {
  await db
    .updateTable('report')
    .set({ state: 'failed', error })
    .where('season_id', '=', r.season_id)
    .where('id', '=', r.id)
    .execute()
}

export async function publish(db: Db, r: ReportRow, at: Date): Promise<void> {
  await db
    .updateTable('report')
    .set({ published_at: at })
    .where('season_id', '=', r.season_id)
    .where('id', '=', r.id)
    .where('published_at', 'is', null)
    .execute()
}

export async function reportRow(db: Db, seasonId: string, id: string): Promise<ReportRow | undefined> {
  const row = await db
    .selectFrom('report')
    .select(HEAD)
    .where('season_id', '=', seasonId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && asReport(row)
}

/** The canonical bytes of a finished report. */
export async function bodyOf(db: Db, seasonId: string, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('report')
    .select('body')
    .where('season_id', '=', seasonId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.body ?? null
}

export async function listReports(
  db: Db,
  seasonId: string,
  q: { published: boolean; ready: boolean; before: string | undefined; limit: number },
): Promise<ReportRow[]> {
  let query = db
    .selectFrom('report')
    .select(HEAD)
    .where('season_id', '=', seasonId)
    .orderBy('id', 'desc')
    .limit(q.limit)
  if (q.published) query = query.where('published_at', 'is not', null)
  if (q.ready) query = query.where('state', '=', 'ready')
  if (q.before) query = query.where('id', '<', q.before)
  return (await query.execute()).map(asReport)
}

// The log they are made from.

/** The last place of a season's log; nothing when it is empty. */
export async function lastSeq(db: Db, seasonId: string): Promise<string | undefined> {
  const { rows } = await sql<{
    last: string | null
  }>`select max(seq)::text as last from event_sequence where season_id = ${seasonId}::bigint`.execute(db)
  return rows[0]?.last ?? undefined
}

/** Whether anything at all has happened in a season's campaigns, in the log's order or not yet. */
export async function hasEvents(db: Db, seasonId: string): Promise<boolean> {
  const { rows } = await sql<{
    has: boolean
  }>`select exists (select from campaign c join event e on e.campaign_id = c.id where c.season_id = ${seasonId}::bigint) as has`.execute(
    db,
  )
  return rows[0]!.has
}

/** Whether events of this moment or before still wait for their place in the log. */
export async function isLogBehind(db: Db, watermark: { tx: string; id: string }, at: Date): Promise<boolean> {
  const { rows } = await sql<{ behind: boolean }>`
    select exists (select from event where (tx, id) > (${watermark.tx}::xid8, ${watermark.id}::bigint) and at <= ${at}) as behind`.execute(
    db,
  )
  return rows[0]!.behind
}

const logged = (
  seasonId: string,
  untilSeq: string,
) => sql`event_sequence s join event e on e.campaign_id = s.campaign_id and e.id = s.event_id
  where s.season_id = ${sql.raw(digits(seasonId))} and s.seq <= ${sql.raw(digits(untilSeq))}`

/** A cursor cannot take parameters, so ids are written into its text; only digits get there. */
function digits(id: string): string {
  if (!/^\d{1,19}$/.test(id)) throw new Error('assumption broken: ids are digits')
  return id
}

/** When the first and the last event up to a place happened. */
export async function logBounds(
  db: Db,
  seasonId: string,
  untilSeq: string,
): Promise<{ first: Date | null; last: Date | null }> {
  const edge = async (seq: string) => {
    const { rows } = await sql<{
      at: Date
    }>`select e.at from event_sequence s join event e on e.campaign_id = s.campaign_id and e.id = s.event_id
      where s.season_id = ${seasonId}::bigint and s.seq = ${seq}::bigint`.execute(db)
    return rows[0]?.at ?? null
  }
  return { first: await edge('0'), last: await edge(untilSeq) }
}

/** Everything that happened to submissions, sorted by submission and then by place in the log, a page at a time. */
export async function readLog(
  db: Db,
  seasonId: string,
  untilSeq: string,
  onPage: (events: LogEvent[]) => Promise<void>,
): Promise<void> {
  await sql`declare season_log no scroll cursor for
    select s.seq::text as seq, e.campaign_id::text as campaign_id, e.subject_id::text as subject_id, e.kind, (extract(epoch from e.at) * 1000)::bigint::text as at_ms, e.body
      from ${logged(seasonId, untilSeq)} and e.kind in (${sql.raw(KINDS_READ.map((k) => `'${k}'`).join(', '))})
     order by e.campaign_id, e.subject_id, s.seq`.execute(db)
  for (;;) {
    const { rows } = await sql<Omit<LogEvent, 'at_ms'> & { at_ms: string }>`fetch 5000 from season_log`.execute(db)
    if (rows.length === 0) break
    await onPage(rows.map((r) => ({ ...r, at_ms: Number(r.at_ms) })))
  }
  await sql`close season_log`.execute(db)
}

/** The audit draws of a season, by campaign and in order. */
export async function drawsOf(db: Db, seasonId: string, untilSeq: string): Promise<Map<string, Draw[]>> {
  const { rows } = await sql<{
    seq: string
    campaign_id: string
    at: Date
    body: Omit<Draw, 'seq' | 'at_ms' | 'campaign_id'>
  }>`
    select s.seq::text as seq, e.campaign_id::text as campaign_id, e.at, e.body from ${logged(seasonId, untilSeq)} and e.kind = 'audit_drawn' order by s.seq`.execute(
    db,
  )
  const draws = new Map<string, Draw[]>()
  for (const r of rows) {
    const { plan_id, seed, double_bps, drawn_hash, strata } = r.body
    draws.set(r.campaign_id, [
      ...(draws.get(r.campaign_id) ?? []),
      {
        plan_id,
        campaign_id: r.campaign_id,
        seq: BigInt(r.seq),
        at_ms: r.at.getTime(),
        seed,
        double_bps,
        drawn_hash,
        strata,
      },
    ])
  }
  return draws
}

type Opened = {
  title: string
  mode: 'review' | 'redundancy'
  task_class: string
  language: string
  version: number
  quota?: number
}

/**
 * What the campaigns are, from the events that opened them. The log holds only a hash of the instructions, so their
 * first line comes from the version's own row and is used only when that hash says it is the same text.
 */
export async function campaignFacts(db: Db, seasonId: string, untilSeq: string): Promise<Map<string, CampaignFacts>> {
  const { rows } = await sql<{ campaign_id: string; kind: string; body: Record<string, unknown> }>`
    select e.campaign_id::text as campaign_id, e.kind, e.body from ${logged(seasonId, untilSeq)} and e.kind in ('campaign_opened', 'campaign_versioned', 'campaign_extended') order by s.seq`.execute(
    db,
  )
  const opened = new Map<string, Opened>()
  const hashes = new Map<string, unknown>()
  const quotas = new Map<string, number>()
  const answers = new Map<string, number>()
  for (const r of rows) {
    if (r.kind === 'campaign_opened' && !opened.has(r.campaign_id)) opened.set(r.campaign_id, r.body as Opened)
    if (typeof r.body.quota === 'number') quotas.set(r.campaign_id, r.body.quota)
    if (r.kind === 'campaign_versioned') {
      hashes.set(`${r.campaign_id}/${String(r.body.version)}`, r.body.instructions_hash)
      const { redundancy } = r.body.settings as { redundancy?: { min: number } }
      answers.set(r.campaign_id, redundancy?.min ?? 1)
    }
  }
  const facts = new Map<string, CampaignFacts>()
  for (const [campaign_id, c] of opened) {
    const version = await db
      .selectFrom('campaign_version')
      .select('instructions')
      .where('campaign_id', '=', campaign_id)
      .where('version', '=', c.version)
      .executeTakeFirst()
    const instructions = version?.instructions as unknown as { body: string } | undefined
    const isSame =
      instructions !== undefined && sha256Hex(canonicalJson(instructions)) === hashes.get(`${campaign_id}/${c.version}`)
    const quota = quotas.get(campaign_id)
    facts.set(campaign_id, {
      campaign_id,
      title: c.title,
      mode: c.mode,
      task_class: c.task_class,
      language: c.language,
      question: isSame ? firstLine(instructions.body) : '',
      ...(quota === undefined
        ? {}
        : { wanted: quota * (c.mode === 'redundancy' ? (answers.get(campaign_id) ?? 1) : 1) }),
    })
  }
  return facts
}

const MOST_CHARACTERS = 500
/** The first line that says something, cut at a whole character. */
function firstLine(text: string): string {
  const line =
    text
      .split('\n')
      .map((l) => l.replace(/^#+\s*/, '').trim())
      .find((l) => l !== '') ?? ''
  return [...line].slice(0, MOST_CHARACTERS).join('')
}

/** How many decimals each currency has; only for printing. */
export async function currencyScales(db: Db): Promise<Map<string, number>> {
  const rows = await db.selectFrom('currency').select(['code', 'scale']).execute()
  return new Map(rows.map((r) => [r.code, r.scale]))
}
