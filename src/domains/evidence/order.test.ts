import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { readReceipt } from '../../engine/receipt.ts'
import { orderOf } from './rules.ts'

const WORKS = 48
let w: World
let eve: Person
let c: Made
let season: string
/** By the commitment that eve's receipt promised: how the work ended, which is not hers to know. */
const ended = new Map<string, boolean>()

type Entry = { kind: string; event: string; accepted?: boolean }
let entries: Entry[]
/** The place in the order of events that each entry's event has. */
let seqs: number[]
let checkpoints: number[]

beforeAll(async () => {
  w = await createWorld({ seed: 4 })
  const ann = await w.person('ann')
  const others = [await w.person('fay'), await w.person('gus')]
  eve = await w.person('eve')
  c = await makeCampaign(w, {
    contributors: [ann],
    reviewers: [...others, eve],
    items: Array.from({ length: WORKS }, (_, n) => ({ n })),
    settings: { reviews: { min: 3, max: 3 }, batch_size: WORKS },
  })
  season = (await w.db.selectFrom('campaign').select('season_id').executeTakeFirstOrThrow()).season_id
  const params = { campaign_id: c.id }
  const publish = async () => {
    w.clock.advance(3_600_000)
    await w.jobs(['sequence_events', 'keep_logs'])
  }
  const handed: string[] = []
  while (handed.length < WORKS) {
    const { items } = await ann.client.assignments.claim_items({ params, body: { count: 20 } })
    const submissions = items.map((i) => ({ item_id: i.item_id, answer: { fact: `fact of ${i.item_id}` } }))
    const made = await ann.client.submissions.submit({ params, body: { submissions } })
    handed.push(...made.items.map((s) => s.submission_id))
    await publish()
  }
  const good = new Set(handed.filter((_, n) => n % 2 === 0))
  const vote = async (p: Person, approves: (id: string) => boolean) => {
    for (let left = WORKS; left > 0;) {
      const { items } = await p.client.assignments.claim_reviews({ params, body: { count: 20 } })
      for (const { submission_id } of items) {
        const said = approves(submission_id) ? { approve: true } : { approve: false, reason: 'wrong' }
        const answer = await w.raw(p, {
          method: 'POST',
          url: `/v1/campaigns/${c.id}/reviews`,
          payload: { reviews: [{ submission_id, votes: { fact: said } }] },
        })
        expect(answer.status).toBe(200)
        if (p !== eve) continue
        const { receipt } = readReceipt(answer.headers['assay-receipt'] as string)!
        ended.set(receipt.events[0]!, good.has(submission_id))
      }
      left -= items.length
      if (items.length === 0) throw new Error('there is work to review')
    }
  }
  for (const p of others) await vote(p, (id) => good.has(id))
  await publish()
  // Each of eve's votes is the third and decides: the decision is the event after it.
  await vote(eve, () => true)
  await publish()

  const placed = await w.db.selectFrom('log_leaf').select(['seq', 'leaf']).where('season_id', '=', season).orderBy('leaf').execute() // prettier-ignore
  seqs = placed.map((p) => Number(p.seq))
  entries = []
  for (let seq = 0; seq < placed.length; seq++)
    entries.push(JSON.parse((await w.stranger.evidence.entry({ params: { season_id: season, seq } })).entry) as Entry)
  checkpoints = (await w.db.selectFrom('log_checkpoint').select('size').where('season_id', '=', season).orderBy('size').execute()).map((r) => Number(r.size)) // prettier-ignore
}, 120_000)
afterAll(() => w.close())

/** Who finds their own votes by their receipts takes the nearest decision for that on the same work. */
function guessed(log: readonly Entry[]): { right: number; of: number } {
  let right = 0
  for (const [at, e] of log.entries()) {
    if (e.kind !== 'reviewed' || !ended.has(e.event)) continue
    const next = log.slice(at).find((x) => x.kind === 'decided') ?? log.findLast((x) => x.kind === 'decided')!
    right += next.accepted === ended.get(e.event) ? 1 : 0
  }
  return { right, of: ended.size }
}

describe('what stands beside an entry', () => {
  test('does not say how the work ended that one voted on', () => {
    expect(ended.size).toBe(WORKS)
    const { right, of } = guessed(entries)
    // Half are right by chance; four deviations are as far as chance goes.
    expect(Math.abs(right / of - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / of))
  })
  test('would say it of every vote in the order of events', () => {
    const bySeq = entries.map((e, leaf) => ({ e, seq: seqs[leaf]! })).sort((a, b) => a.seq - b.seq)
    expect(guessed(bySeq.map((x) => x.e))).toEqual({ right: WORKS, of: WORKS })
  })
})

describe('places in the log', () => {
  test('are one for each event, and what a checkpoint adds is in the order of its commitments', async () => {
    expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs.map((_, i) => i))
    const { n } = await w.db.selectFrom('event_sequence').select((e) => e.fn.countAll<string>().as('n')).where('season_id', '=', season).executeTakeFirstOrThrow() // prettier-ignore
    expect(seqs.length).toBe(Number(n))
    expect(checkpoints.length).toBeGreaterThan(3)
    for (const [i, to] of checkpoints.entries()) {
      const from = checkpoints[i - 1] ?? 0
      const events = entries.slice(from, to).map((e) => e.event)
      expect(events).toEqual(events.toSorted())
      // Nothing of one checkpoint stands in another's.
      expect(Math.min(...seqs.slice(from, to))).toBe(from)
      expect(Math.max(...seqs.slice(from, to))).toBe(to - 1)
    }
    // Within one, the order of events is gone.
    expect(seqs).not.toEqual(seqs.toSorted((a, b) => a - b))
  })
  test('lead each of the own entries to its own event', async () => {
    for (let after: string | undefined; ;) {
      const page = await eve.client.evidence.mine({ query: { limit: 50, ...(after ? { after } : {}) } })
      for (const own of page.items) {
        const entry = JSON.parse(own.entry) as Entry
        expect(own.entry).toBe((await w.stranger.evidence.entry({ params: { season_id: season, seq: own.seq } })).entry)
        if (entry.kind === 'reviewed') expect(ended.has(entry.event)).toBe(true)
      }
      if (!page.next) break
      after = page.next
    }
  })
  test('are a permutation in ascending order, whatever the commitments', () => {
    const commitment = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const few = fc.constantFrom(0, 1, 255).map((b) => new Uint8Array(32).fill(b))
    fc.assert(
      fc.property(fc.array(fc.oneof(commitment, few), { maxLength: 60 }), (all) => {
        const order = [...orderOf(Buffer.concat(all))]
        expect(order.toSorted((a, b) => a - b)).toEqual(all.map((_, i) => i))
        const hex = order.map((i) => Buffer.from(all[i]!).toString('hex'))
        expect(hex).toEqual(hex.toSorted())
      }),
    )
  })
})
