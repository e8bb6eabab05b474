import { afterAll, beforeAll, expect, test } from 'vitest'
import { draft, topUp } from '../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { canonicalJson } from '../../platform/canonical.ts'
import { noSums, takeEntry, type Entry } from '../../verify/entries.ts'
import { Facts } from '../../verify/facts.ts'
import { Findings } from '../../verify/report.ts'
import { publicEntry, sealedOpening } from '../evidence/disclose-rules.ts'

const DAY = 86_400_000
let w: World
let operator: Person
let rita: Person
beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('olga', { roles: ['operator'] })
  rita = await w.person('rita')
})
afterAll(() => w.close())

const season = async (name: string, from: number, days: number): Promise<string> => {
  const at = (n: number) => new Date(w.clock.now().getTime() + n * DAY + 1000).toISOString()
  const body = { name, starts_at: at(from), ends_at: at(from + days) }
  return (await operator.client.seasons.create({ body })).season_id
}
async function funded(): Promise<string> {
  const { campaign_id } = await rita.client.campaigns.create({ body: draft({}) })
  const params = { campaign_id }
  for (const b of (await rita.client.campaigns.manage({ params })).budget) {
    await topUp(w, rita, Number(b.missing_minor), b.currency)
    await rita.client.campaigns.fund({ params, body: { currency: b.currency, amount_minor: b.missing_minor } })
  }
  return campaign_id
}
async function open(campaign_id: string): Promise<void> {
  const params = { campaign_id }
  const { status, version } = await rita.client.campaigns.open({ params, body: {} })
  if (status === 'awaiting_approval')
    await operator.client.campaigns.decide({ params, body: { approved: true, reason: 'Looks good.', version } })
}
/** What a season's log says a campaign was funded with, as `assay verify` adds it up. */
async function booksOf(season_id: string, campaign_id: string): Promise<bigint> {
  const events = await w.db.selectFrom('event').innerJoin('event_sequence', (j) => j.onRef('event_sequence.event_id', '=', 'event.id').onRef('event_sequence.campaign_id', '=', 'event.campaign_id'))
    .selectAll('event').where('event_sequence.season_id', '=', season_id).where('event.campaign_id', '=', campaign_id).orderBy('seq').execute() // prettier-ignore
  const keys = { entry_key: new Uint8Array(32).fill(4) }
  const read = { ...noSums(), facts: new Facts('.', ''), findings: new Findings() }
  for (const [at, e] of events.entries()) {
    const event = { ...e, at: e.at.toISOString(), body: e.body as Record<string, unknown> }
    const entry = JSON.parse(canonicalJson(publicEntry(event, keys))) as Entry
    const sealed = sealedOpening(event, keys)
    takeEntry(at, entry, sealed && { at, sealed }, read)
  }
  expect(read.findings.kept).toEqual([])
  return read.campaigns.of(campaign_id).funded.get('POINT') ?? 0n
}

test('what a draft was given in one season is in the books of the season that it opens in, once', async () => {
  const first = await season('first', 0, 10)
  const second = await season('second', 11, 10)
  w.clock.advance(2 * DAY)
  await w.jobs(['freeze_seasons'])
  const [early, same] = [await funded(), await funded()]
  await w.jobs(['sequence_events'])
  await open(same)
  w.clock.advance(10 * DAY)
  await w.jobs(['freeze_seasons'])
  await open(early)
  await w.jobs(['sequence_events'])
  const given = BigInt((await rita.client.campaigns.manage({ params: { campaign_id: early } })).budget[0]!.funded_minor)
  expect(given).toBeGreaterThan(0n)
  expect(await booksOf(second, early)).toBe(given)
  expect(await booksOf(first, same)).toBe(given)
})
