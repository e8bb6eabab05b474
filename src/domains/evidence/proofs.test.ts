import { verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { checkShown } from '../../engine/proof-file.ts'
import { sha256 } from '../../engine/sha256.ts'
import { fromHex } from '../../engine/signed-note.ts'
import type { OwnEntry } from './contract.ts'
import { publicKey } from './sign-checkpoint.ts'

let w: World
let ann: Person
let eve: Person
let cat: Person
let c: Made
let log: { origin: string; keys: Uint8Array[] }
const by = {
  hash: sha256,
  check: (key: Uint8Array, text: string, signature: Uint8Array) =>
    verify(null, Buffer.from(text), publicKey(key), signature),
  bytes: (text: string) => Buffer.from(text),
}

beforeAll(async () => {
  w = await createWorld()
  ann = await w.person('ann')
  eve = await w.person('eve')
  cat = await w.person('cat')
  c = await makeCampaign(w, {
    contributors: [ann],
    reviewers: [eve, cat],
    items: Array.from({ length: 3 }, (_, i) => ({ n: i })),
    settings: { reviews: { min: 2, max: 3 } },
  })
  const params = { campaign_id: c.id }
  const { items } = await ann.client.assignments.claim_items({ params, body: { count: 3 } })
  await ann.client.submissions.submit({
    params,
    body: { submissions: items.map((i, n) => ({ item_id: i.item_id, answer: { fact: `fact ${n}` } })) },
  })
  for (const p of [eve, cat]) {
    const work = await p.client.assignments.claim_reviews({ params, body: { count: 3 } })
    await p.client.reviews.record({
      params,
      body: {
        reviews: work.items.map((i) => ({ submission_id: i.submission_id, votes: { fact: { approve: true } } })),
      },
    })
  }
  w.clock.advance(3_600_000)
  await w.jobs(['sequence_events', 'keep_logs'])
  const { season_id } = await w.db.selectFrom('campaign').select('season_id').executeTakeFirstOrThrow()
  const view = await w.stranger.evidence.log({ params: { season_id } })
  log = { origin: view.origin, keys: view.keys.map((k) => fromHex(k.public_key)!) }
})
afterAll(() => w.close())

async function all(p: Person): Promise<OwnEntry[]> {
  const out: OwnEntry[] = []
  for (let after: string | undefined; ;) {
    const page = await p.client.evidence.mine({ query: { limit: 4, ...(after ? { after } : {}) } })
    out.push(...page.items)
    if (!page.next) return out
    after = page.next
  }
}
const kindOf = (e: OwnEntry) => (JSON.parse(e.entry) as { kind: string }).kind

describe('my proofs', () => {
  test('hold what I did and what came of it, each in the signed log, with what only I may open', async () => {
    const mine = await all(ann)
    const kinds = mine.map(kindOf)
    expect(kinds.filter((k) => k === 'submitted')).toHaveLength(3)
    expect(kinds.filter((k) => k === 'decided')).toHaveLength(3)
    expect(kinds.filter((k) => k === 'rewarded')).toHaveLength(3)
    expect(new Set(mine.map((e) => e.seq)).size).toBe(mine.length)
    for (const e of mine) {
      const { opened } = await checkShown(e, log, by)
      if (kindOf(e) === 'submitted') expect(opened).toEqual(['event', 'answer'])
      if (kindOf(e) === 'decided') expect(opened).toEqual([])
      if (kindOf(e) === 'rewarded') expect(opened).toEqual(['pay'])
    }
    const paid = mine.find((e) => kindOf(e) === 'rewarded')!.openings.pay!
    expect(paid.lines.map((l) => l.value)).toMatchObject([{ account_id: ann.account_id, amount_minor: '20' }])
  })

  test('show nothing of others', async () => {
    const hers = await all(eve)
    expect(new Set(hers.map(kindOf))).toEqual(new Set(['reviewed', 'rewarded']))
    const text = JSON.stringify(hers)
    for (const other of [ann, cat]) expect(text).not.toContain(other.account_id)
    const dans = await w.person('dan')
    expect(await all(dans)).toEqual([])
    await expect(w.stranger.evidence.mine()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  test('that were changed are found out, by whoever they are shown to', async () => {
    const [submitted] = (await all(ann)).filter((e) => kindOf(e) === 'submitted')
    const [rewarded] = (await all(ann)).filter((e) => kindOf(e) === 'rewarded')
    const other = structuredClone(submitted!)
    other.openings.content[0]!.value = { fact: 'something better' }
    await expect(checkShown(other, log, by)).rejects.toThrow(/does not commit to the answer/)
    const richer = structuredClone(rewarded!)
    richer.openings.pay!.lines[0]!.value.amount_minor = '2000'
    await expect(checkShown(richer, log, by)).rejects.toThrow(/line of pay/)
    richer.openings.pay!.leaves[0] = 'a'.repeat(64)
    await expect(checkShown(richer, log, by)).rejects.toThrow(/lines of pay/)
    const elsewhen = structuredClone(submitted!)
    elsewhen.openings.event!.value.at = '2020-01-01T00:00:00.000Z'
    await expect(checkShown(elsewhen, log, by)).rejects.toThrow(/does not commit to the event/)
    await expect(checkShown({ ...submitted!, seq: rewarded!.seq }, log, by)).rejects.toThrow(/is not in the log/)
  })

  test('are not told of before a checkpoint covers them', async () => {
    const before = (await all(ann)).length
    const { submission_id } = (await ann.client.submissions.mine({ query: {} })).items[0]!
    await ann.client.submissions.withdraw({ params: { campaign_id: c.id, submission_id }, body: {} })
    await w.jobs(['sequence_events', 'keep_logs'])
    expect((await all(ann)).length).toBe(before)
    w.clock.advance(3_600_000)
    await w.jobs(['keep_logs'])
    expect((await all(ann)).length).toBe(before + 1)
  })
})
