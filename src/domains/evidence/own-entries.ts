import { callerOf, type Ctx } from '../../platform/context.ts'
import { answerOf } from '../submissions/queries.ts'
import type { OwnEntry } from './contract.ts'
import { ownLines } from './disclose-rules.ts'
import { eventFacts, eventSalt, type SequencedEvent } from './promise-rules.ts'
import { entriesOf, eventsAt, logOf, saltsOf, type LogRow } from './queries.ts'
import { provenEntries } from './read-log.ts'
import { isOwnAct } from './rules.ts'

const PAGE = 20

/**
 * A person's published entries with their proofs and openings. What they did themselves is opened whole; of what was
 * decided or paid to several, only their own lines, so that nobody learns from it who else was there.
 */
export async function ownEntries(
  ctx: Ctx,
  q: { after?: string; limit?: number },
): Promise<{ items: OwnEntry[]; next: string | null }> {
  const who = callerOf(ctx).account_id
  const limit = q.limit ?? PAGE
  const found = await entriesOf(ctx.db, who, placeIn(q.after), limit)
  const items: OwnEntry[] = []
  for (const season_id of new Set(found.map((f) => f.season_id))) {
    const log = (await logOf(ctx.db, season_id))!
    const seqs = found.filter((f) => f.season_id === season_id).map((f) => f.seq)
    const events = new Map((await eventsAt(ctx.db, season_id, seqs)).map((e) => [e.seq, e]))
    for (const proven of await provenEntries(ctx, season_id, seqs))
      items.push({ season_id, ...proven, openings: await openingsOf(ctx, log, events.get(proven.seq)!, who) })
  }
  const last = found.at(-1)
  return { items, next: found.length === limit && last ? `${last.season_id}.${last.seq}` : null }
}

async function openingsOf(ctx: Ctx, log: LogRow, event: SequencedEvent, who: string): Promise<OwnEntry['openings']> {
  const isOwn = isOwnAct(event, who)
  const lines = ownLines(event, log, who)
  return {
    event: isOwn
      ? { salt: eventSalt(log, event.id).toString('hex'), value: eventFacts(event) as Record<string, unknown> }
      : null,
    content: isOwn ? await contentOf(ctx, event) : [],
    pay: lines && lines.lines.length > 0 ? lines : null,
  }
}

async function contentOf(ctx: Ctx, event: SequencedEvent): Promise<OwnEntry['openings']['content']> {
  const salts = await saltsOf(ctx.db, event)
  if (event.kind !== 'submitted' && event.kind !== 'revised') return salts
  const value = await answerOf(ctx.db, event.campaign_id, event.subject_id)
  return salts.map((s) => (s.name === 'answer' && value ? { ...s, value } : s))
}

function placeIn(after: string | undefined): { season_id: string; seq: number } | undefined {
  const found = /^(\d{1,19})\.(\d{1,15})$/.exec(after ?? '')
  return found ? { season_id: found[1]!, seq: Number(found[2]) } : undefined
}
