import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { keyring } from '../../platform/seal/keyring.ts'
import { openDb } from '../../platform/db/open.ts'

let w: World
let author: Person
let reviewers: Person[]
beforeAll(async () => {
  w = await createWorld()
  author = await w.person('author')
  reviewers = [await w.person('one'), await w.person('two'), await w.person('three')]
})
afterAll(() => w.close())

/** Every row of every table as the disk has it. */
async function asStored(): Promise<Map<string, string>> {
  const { rows } = await w.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  )
  const out = new Map<string, string>()
  for (const { name } of rows) {
    const all = await w.pool.query<{ r: string }>(`select t::text as r from "${name}" t`)
    out.set(name, all.rows.map((x) => x.r).join('\n'))
  }
  return out
}
const holding = (tables: Map<string, string>, word: string) =>
  [...tables].flatMap(([name, text]) => (text.includes(word) ? [name] : []))

async function handIn(task_class: string, fact: string) {
  const c = await makeCampaign(w, { contributors: [author], reviewers, items: [{ topic: 'bees' }], task_class })
  const params = { campaign_id: c.id }
  const { items } = await author.client.assignments.claim_items({ params, body: {} })
  const { items: made } = await author.client.submissions.submit({
    params,
    body: { submissions: [{ item_id: items[0]!.item_id, answer: { fact } }] },
  })
  return { params, id: made[0]!.submission_id }
}

test('adversarial answers lie sealed in every table, and those who are handed them read them', async () => {
  const plain = await handIn('simple_research', 'an open quagga')
  const sealed = await handIn('adversarial', 'a hidden quagga')
  const stored = await asStored()
  expect(holding(stored, 'an open quagga')).toEqual(['submission_answer'])
  expect(holding(stored, 'a hidden quagga')).toEqual([])

  const { items } = await reviewers[0]!.client.assignments.claim_reviews({ params: sealed.params, body: {} })
  expect(items[0]!.answer).toEqual({ fact: 'a hidden quagga' })
  const mine = await author.client.reviews.status({ params: { ...sealed.params, submission_id: sealed.id } })
  expect(JSON.stringify(mine)).toContain('a hidden quagga')
  expect(plain.id).not.toBe(sealed.id)
})

test('a revision is sealed like what it revises', async () => {
  const { params, id } = await handIn('adversarial', 'first quagga')
  for (const r of reviewers) {
    const { items } = await r.client.assignments.claim_reviews({ params, body: {} })
    const votes = { fact: { approve: false, reason: 'off_topic' as const } }
    await r.client.reviews.record({
      params,
      body: { reviews: items.map((i) => ({ submission_id: i.submission_id, votes })) },
    })
  }
  await author.client.reviews.revise({
    params: { ...params, submission_id: id },
    body: { answer: { fact: 'second quagga' } },
  })
  const stored = await asStored()
  expect(holding(stored, 'first quagga')).toEqual([])
  expect(holding(stored, 'second quagga')).toEqual([])
})

test('whoever has the database and not the key has nothing', async () => {
  const { id } = await handIn('adversarial', 'a third quagga')
  const { db } = openDb({
    connection: w.connection,
    poolSize: 1,
    forceGenericPlan: false,
    seal: keyring(() => [Buffer.alloc(32, 9)]),
  })
  try {
    const row = await db.selectFrom('submission_answer').select('answer').where('submission_id', '=', id).executeTakeFirstOrThrow() // prettier-ignore
    expect(Object.keys(row.answer as object)).toEqual(['$sealed'])
  } finally {
    await db.destroy()
  }
})
