import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import { auditLedger } from '../ledger/jobs.ts'

let w: World
let qa: Person[]
let authors: Person[]
let campaign_id: string
const params = () => ({ campaign_id })
/** Audited work by its id: whether it is right. */
const known = new Map<string, boolean>()
const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const goldOf = (p: Person) =>
  w.db.selectFrom('gold_item').selectAll().where('account_id', '=', p.account_id).orderBy('id').execute()
const sources = () => w.db.selectFrom('gold_source').selectAll().orderBy('submission_id').execute()
const claim = async (p: Person) => (await p.client.assignments.claim_reviews({ params: params(), body: {} })).items

beforeAll(async () => {
  w = await createWorld({ seed: 11 })
  qa = await Promise.all(['quinn', 'quentin'].map((h) => w.person(h, { roles: ['qa'] })))
  authors = await Promise.all(['ann', 'ben'].map((h) => w.person(h)))
  const made = await makeCampaign(w, {
    contributors: authors,
    items: Array.from({ length: 60 }, (_, i) => ({ topic: `topic ${i}` })),
    settings: { gold: { share_bps: 1000, max_uses: 2 }, reviews: { min: 1, max: 1 }, batch_size: 5 },
  })
  campaign_id = made.id
  // Work that peers decided on, as they liked, and QA audits: the first four are wrong.
  const old = await reviewer('otto')
  for (let i = 0; i < 15;) {
    const { items } = await authors[0]!.client.assignments.claim_items({ params: params(), body: {} })
    const submissions = items.map((g, j) => ({ item_id: g.item_id, answer: { fact: `known ${i + j}` } }))
    const sent = await authors[0]!.client.submissions.submit({ params: params(), body: { submissions } })
    sent.items.forEach((s, j) => known.set(s.submission_id, i + j >= 4))
    i += items.length
  }
  for (let work = await claim(old); work.length > 0; work = await claim(old)) {
    const reviews = work.map(({ submission_id }, i) => ({
      submission_id,
      votes: { fact: i % 2 ? { approve: true } : { approve: false, reason: 'wrong' as const } },
    }))
    await old.client.reviews.record({ params: params(), body: { reviews } })
  }
  w.clock.advance(86_400_000 * 3)
  await w.jobs()
  await qa[0]!.client.audits.draw({ body: { campaign_id, accepted: 'all', rejected: 'all', double_bps: 0 } })
  for (;;) {
    const work = await qa[0]!.client.audits.claim({ params: params(), body: { count: 50 } })
    if (work.items.length === 0) break
    await qa[0]!.client.audits.grade({
      params: params(),
      body: {
        grades: work.items.map(({ submission_id }) => ({
          submission_id,
          grades: { fact: known.get(submission_id)! ? { right: true } : { right: false, reason: 'wrong' as const } },
        })),
      },
    })
  }
  // Work that waits for reviewers, handed in as any other.
  for (;;) {
    const { items: given } = await authors[1]!.client.assignments.claim_items({ params: params(), body: {} })
    if (given.length === 0) break
    w.clock.advance(90_000)
    await authors[1]!.client.submissions.submit({
      params: params(),
      body: { submissions: given.map((g) => ({ item_id: g.item_id, answer: { fact: `new ${g.item_id}` } })) },
    })
  }
  await w.jobs()
}, 60_000)
afterAll(() => w?.close())

async function reviewer(handle: string): Promise<Person> {
  const p = await w.person(handle)
  await w.db
    .insertInto('member')
    .values({
      campaign_id,
      account_id: p.account_id,
      role: 'reviewer',
      why: 'review_needed',
      consent_version: 1,
      joined_at: w.clock.now(),
    })
    .execute()
  return p
}

test('audited work becomes known work: right as graders say, not as peers decided', async () => {
  const found = await sources()
  expect(found.map((s) => [s.submission_id, s.is_right, s.truth])).toEqual(
    [...known].map(([id, right]) => [id, right, { fact: right }]),
  )
})

test('a gold item looks like other work in every byte, is graded here, and is paid like other work', async () => {
  const p = await reviewer('vera')
  const fields = new Set<string>()
  const answers: string[] = []
  let batches = 0
  while ((await goldOf(p)).filter((g) => g.answer_id).length < 3 && batches < 12) {
    batches += 1
    const work = await p.client.assignments.claim_reviews({ params: params(), body: {} })
    const mine = await goldOf(p)
    expect(work.items.length).toBe(5)
    // The same leases in the same words, and again when asked again.
    const leases = (await p.client.assignments.my_leases()).items
    expect(leases.map((l) => l.target_id).toSorted()).toEqual(work.items.map((i) => i.submission_id).toSorted())
    expect(new Set(leases.map((l) => Object.keys(l).join())).size).toBe(1)
    for (const item of work.items) {
      fields.add(`${Object.keys(item).join()} ${Object.keys(item.answer).join()} ${item.version} ${item.expires_at}`)
      const isGold = mine.some((g) => g.id === item.submission_id)
      // No id of known work is ever handed out.
      expect(known.has(item.submission_id)).toBe(false)
      expect(String(item.answer['fact']).startsWith('known')).toBe(isGold)
    }
    expect(fields.size).toBe(1)
    fields.clear()
    const gold = work.items.find((i) => mine.some((g) => g.id === i.submission_id))
    if (gold)
      expect(
        (await p.client.assignments.renew({ params: { ...params(), target_id: gold.submission_id }, body: {} }))
          .target_id,
      ).toBe(gold.submission_id)
    w.clock.advance(120_000)
    const body = {
      reviews: work.items.map((i) => ({ submission_id: i.submission_id, votes: { fact: { approve: true } } })),
    }
    const first = await w.raw(p, { method: 'POST', url: `/v1/campaigns/${campaign_id}/reviews`, payload: body })
    const again = await w.raw(p, { method: 'POST', url: `/v1/campaigns/${campaign_id}/reviews`, payload: body })
    expect([first.status, again.status]).toEqual([200, 200])
    expect(again.body).toBe(first.body)
    answers.push(first.body)
    if (gold)
      expect(
        await code(
          p.client.reviews.record({
            params: params(),
            body: {
              reviews: [{ submission_id: gold.submission_id, votes: { fact: { approve: false, reason: 'wrong' } } }],
            },
          }),
        ),
      ).toBe('already_reviewed')
  }
  const mine = await goldOf(p)
  expect(mine.length).toBeGreaterThanOrEqual(3)
  for (const body of answers)
    for (const item of (JSON.parse(body) as { items: object[] }).items)
      expect(Object.keys(item)).toEqual(['submission_id', 'review_id', 'reviewed_at'])
  // Graded by what is known, on the server alone.
  for (const g of mine.filter((m) => m.answer_id)) expect(g.agreed).toBe(known.get(g.source_id))
  expect(new Set(mine.map((g) => g.source_id)).size).toBe(mine.length)

  // Its pay comes later, in the same words as that of other work.
  w.clock.advance(2 * 3_600_000)
  await w.jobs()
  const paid = await w.db
    .selectFrom('transfer')
    .select(['id', 'kind', 'subject_id', 'amount_minor'])
    .where('credit', '=', `person:${p.account_id}:frozen`)
    .execute()
  const golden = paid.filter((t) => mine.some((g) => g.id === t.subject_id))
  expect(golden.length).toBe(mine.filter((m) => m.answer_id).length)
  expect(new Set(paid.map((t) => `${t.kind} ${t.amount_minor} ${t.id.replaceAll(/\d+/g, '#')}`)).size).toBe(1)
  await w.jobs()
  expect(
    (await w.db.selectFrom('transfer').select('id').where('credit', '=', `person:${p.account_id}:frozen`).execute())
      .length,
  ).toBe(paid.length)

  // What people can get of themselves tells as little: leases, reviews, money, and what happened.
  const kept = await w.raw(p, { method: 'GET', url: '/v1/me/export' })
  expect(kept.status).toBe(200)
  for (const g of mine.filter((m) => m.answer_id)) {
    expect(kept.body.includes(g.source_id)).toBe(false)
    expect(kept.body.includes(g.answer_id!)).toBe(true)
  }
  expect(kept.body).not.toContain('gold')
})

test('only what somebody never touched is shown to them, each piece to as many as may see it, and then it is retired', async () => {
  const people = await Promise.all(['rob', 'sue', 'tim', 'ute'].map((h) => reviewer(h)))
  // Who graded everything is shown nothing of it.
  await w.db
    .insertInto('member')
    .values({
      campaign_id,
      account_id: qa[0]!.account_id,
      role: 'reviewer',
      why: 'review_needed',
      consent_version: 1,
      joined_at: w.clock.now(),
    })
    .execute()
  for (let round = 0; round < 4; round++)
    for (const p of [...people, qa[0]!]) {
      for (const i of await claim(p))
        await p.client.assignments.give_back({ params: { ...params(), target_id: i.submission_id }, body: {} })
    }
  expect(await goldOf(qa[0]!)).toEqual([])
  await w.jobs()
  for (const s of await sources()) expect(s.uses).toBeLessThanOrEqual(2)
  const used = (await sources()).filter((s) => s.uses === 2)
  expect(used.length).toBeGreaterThan(0)
  expect(used.every((s) => s.why === 'used')).toBe(true)
  const standing = await qa[0]!.client.gold.standing({ params: params() })
  expect(standing).toMatchObject({ on: true, retired: { used: used.length, disputed: 0 } })
  expect(standing.shown).toBe((await w.db.selectFrom('gold_item').select('id').execute()).length)
})

test('what most people contradict, and what is graded anew or withdrawn, is retired and says so', async () => {
  const [disputed, changed, gone] = (await sources()).filter((s) => s.retired_at === null && s.uses === 0)
  expect(gone).toBeDefined()
  for (const [i, p] of (await Promise.all(['x1', 'x2', 'x3'].map((h) => w.person(h)))).entries())
    await w.db
      .insertInto('gold_item')
      .values({
        campaign_id, id: w.parts.newId(), source_id: disputed!.submission_id, account_id: p.account_id, version: 1, made_at: w.clock.now(),
        answer_id: w.parts.newId(), votes: '{}', agreed: i === 0, took_seconds: 5, reviewed_at: w.clock.now(), due_at: w.clock.now(), paid_at: w.clock.now(),
      })
      .execute() // prettier-ignore
  await w.db.updateTable('audit').set({ closed_at: null }).where('submission_id', '=', changed!.submission_id).execute()
  await w.db.deleteFrom('submission_answer').where('submission_id', '=', gone!.submission_id).execute()
  await w.jobs(['keep_gold'])
  const why = new Map((await sources()).map((s) => [s.submission_id, s.why]))
  expect([disputed, changed, gone].map((s) => why.get(s!.submission_id))).toEqual(['disputed', 'changed', 'gone'])
  expect((await qa[0]!.client.gold.standing({ params: params() })).disputed).toMatchObject([
    { submission_id: disputed!.submission_id, answers: 3, against: 2 },
  ])
  expect(await code(authors[0]!.client.gold.standing({ params: params() }))).toBe('not_allowed')
})

test('the books are in order, gold items included', async () => {
  await w.db.deleteFrom('gold_item').where('took_seconds', '=', 5).execute()
  w.clock.advance(86_400_000)
  await expect(auditLedger.run(w.ctx(), {})).resolves.toBeDefined()
  // The planted fault: a gold item that was paid and counts as never answered.
  const { id } = await w.db
    .selectFrom('gold_item')
    .select('id')
    .where('paid_at', 'is not', null)
    .limit(1)
    .executeTakeFirstOrThrow()
  await w.db.updateTable('gold_item').set({ answer_id: null, votes: null, due_at: null }).where('id', '=', id).execute()
  w.clock.advance(86_400_000)
  await expect(auditLedger.run(w.ctx(), {})).rejects.toThrow(`review_pay:${id}`)
})
