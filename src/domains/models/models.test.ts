import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readSnapshot, scoresOf } from '../../engine/snapshot.ts'
import { decideReview, type ReviewPlan } from '../../engine/stopping.ts'
import { commitTo } from '../../platform/canonical.ts'
import { openDb } from '../../platform/db/open.ts'
import { readConfig } from '../../platform/config.ts'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import type { ModelVotes, Settings } from '../campaigns/contract.ts'
import { jobContext, settleJobs } from '../../server/worker.ts'
import { askBuiltin } from './ask-builtin.ts'
import { modelSignal } from '../reliability/model-rules.ts'
import type { ChatRequest } from './rules.ts'

type Asked = { headers: IncomingMessage['headers']; body: ChatRequest; path: string }
type Reply = { status?: number; headers?: Record<string, string>; body?: unknown; hang?: true }
/** Answers like an OpenAI-compatible endpoint would: here, on this machine. */
let server: Server
let asked: Asked[] = []
let answer: (asked: Asked) => Reply
const says = (verdict: string, tokens = 10): Reply => ({
  body: {
    choices: [{ message: { content: JSON.stringify({ verdicts: { fact: verdict } }) }, finish_reason: 'stop' }],
    usage: { total_tokens: tokens },
  },
})
/** Approves what calls itself good, whatever else it says. */
const judge = ({ body }: Asked): Reply => says(/"fact":"good/.test(body.messages[1]!.content) ? 'approve' : 'reject')

let w: World
let author: Person
let reviewers: Person[]
let outsider: Person
let logged: string[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString()))
    request.on('end', () => {
      const one = { headers: request.headers, body: JSON.parse(text) as ChatRequest, path: request.url! }
      asked.push(one)
      const { status = 200, headers, body, hang } = answer(one)
      if (hang) return
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const model = { url: `http://127.0.0.1:${port}/v1`, key: 'sk-zqsecretkey', name: 'judge-1', timeout_ms: 1000 }
  w = await createWorld({ config: { model } })
  const keep = (fields: object, message?: string) => void logged.push(JSON.stringify(fields) + message)
  w.parts.log = { info: keep, warn: keep, error: keep }
  author = await w.person('author')
  outsider = await w.person('outsider')
  reviewers = await Promise.all(['r1', 'r2', 'r3'].map((h) => w.person(h)))
})
afterEach(async () => {
  asked = []
  logged = []
  await w.db.updateTable('campaign').set({ status: 'closed' }).execute()
  await w.db.deleteFrom('job_state').where('name', '=', 'ask_models').execute()
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await w.close()
})

async function campaignOf(model_votes: ModelVotes, facts: string[], settings: Partial<Settings> = {}) {
  const { id } = await makeCampaign(w, {
    contributors: [author],
    reviewers,
    items: facts.map((_, i) => ({ topic: `topic ${i}` })),
    settings: { batch_size: 50, reviews: { min: 1, max: 3 }, model_votes, ...settings },
  })
  const params = { campaign_id: id }
  const ids: string[] = []
  while (ids.length < facts.length) {
    const { items } = await author.client.assignments.claim_items({ params, body: { count: 50 } })
    const submissions = items.map((it, i) => ({ item_id: it.item_id, answer: { fact: facts[ids.length + i]! } }))
    const handed = await author.client.submissions.submit({ params, body: { submissions } })
    ids.push(...handed.items.map((s) => s.submission_id))
  }
  return { id, params, ids, facts: new Map(ids.map((s, i) => [s, facts[i]!])) }
}
type Made = Awaited<ReturnType<typeof campaignOf>>
const votesIn = (id: string) =>
  w.db.selectFrom('model_vote').selectAll().where('campaign_id', '=', id).orderBy('submission_id').execute()
const spentIn = (id: string) => w.db.selectFrom('model_spending').selectAll().where('campaign_id', '=', id).execute()
/** One reviewer judges all that the queue has for them, by what the fact says of itself. */
async function reviewBy(p: Person, c: Made, count = 50): Promise<number> {
  const { items } = await p.client.assignments.claim_reviews({ params: c.params, body: { count } })
  const reviews = items.map(({ submission_id }) => {
    const approve = c.facts.get(submission_id)!.startsWith('good')
    return { submission_id, votes: { fact: approve ? { approve } : { approve, reason: 'wrong' as const } } }
  })
  if (reviews.length > 0) await p.client.reviews.record({ params: c.params, body: { reviews } })
  return reviews.length
}
const ADAPTIVE: Partial<Settings> = {
  policy: { kind: 'adaptive', good_value_minor: '100', bad_cost_minor: '100', ask_expert: false },
  reviews: { min: 1, max: 3 },
}

test('each submission in review is asked about once; the vote is kept with its commitment and what it cost', async () => {
  answer = judge
  const c = await campaignOf({ endpoint: true, max_calls: 100, rubric: 'zqrubric' }, ['good one', 'bad one', 'good two'])
  await w.jobs(['ask_models'])
  await w.jobs(['ask_models'])
  expect(asked).toHaveLength(3)
  expect(asked[0]).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-zqsecretkey' } })
  expect(asked[0]!.body).toMatchObject({ model: 'judge-1', temperature: 0, response_format: { type: 'json_schema' } })
  expect(asked[0]!.body.messages[1]!.content).toContain('zqrubric')
  const votes = await votesIn(c.id)
  expect(votes.map((v) => v.votes)).toEqual([{ fact: true }, { fact: false }, { fact: true }])
  expect(await spentIn(c.id)).toMatchObject([{ model: 'model:judge-1', calls: 3, tokens: '30' }])
  const events = await w.db.selectFrom('event').selectAll().where('kind', '=', 'model_voted').where('campaign_id', '=', c.id).orderBy('id').execute()
  expect(events.map((e) => e.subject_id)).toEqual(c.ids)
  const salt = await w.db.selectFrom('salt').select('salt').where('subject_id', '=', events[1]!.id).executeTakeFirstOrThrow()
  expect(events[1]!.body).toEqual(({
	model: 'model:judge-1',
	round: 1,
	votes_commitment: commitTo(salt.salt, { fact: false })
}))
  expect(JSON.stringify(events)).not.toContain('false')
}) // prettier-ignore

test('the same work is not paid twice; nothing is asked where nobody asks for it', async () => {
  answer = judge
  await campaignOf({}, ['good as new'])
  await campaignOf({ builtin: true }, ['good as new'])
  const c = await campaignOf({ endpoint: true, max_calls: 100 }, ['good as new'])
  await w.jobs(['ask_models'])
  expect(asked).toHaveLength(1)
  // Another campaign with the same instructions, item and answer.
  const again = await campaignOf({ endpoint: true, max_calls: 100 }, ['good as new'])
  await w.jobs(['ask_models'])
  expect(asked).toHaveLength(1)
  expect((await votesIn(again.id))[0]!.votes).toEqual({ fact: true })
  expect(await spentIn(again.id)).toEqual([])
  expect(await votesIn(c.id)).toHaveLength(1)
})

test('a cap in calls is never passed; one in tokens by what is asked at that moment at most', async () => {
  answer = () => says('approve', 100)
  const facts = (mark: string) => Array.from({ length: 20 }, (_, i) => `good ${mark} ${i}`)
  const calls = await campaignOf({ endpoint: true, max_calls: 5 }, facts('calls'))
  const tokens = await campaignOf({ endpoint: true, max_tokens: 250 }, facts('tokens'))
  for (let i = 0; i < 3; i++) await w.jobs(['ask_models'])
  expect(await spentIn(calls.id)).toMatchObject([{ calls: 5 }])
  expect(await votesIn(calls.id)).toHaveLength(5)
  const [spent] = await spentIn(tokens.id)
  expect(Number(spent!.tokens)).toBeGreaterThanOrEqual(250)
  expect(spent!.calls).toBeLessThanOrEqual(3 + 8)
})

test('an endpoint in trouble is left alone, longer each time, and costs nothing; reviews go on', async () => {
  answer = () => ({ status: 503 })
  const c = await campaignOf({ endpoint: true, max_calls: 100 }, ['good trouble'])
  const job = () => w.jobs(['ask_models'])
  await job()
  await job()
  expect(asked).toHaveLength(1)
  w.clock.advance(1000)
  await job()
  w.clock.advance(1000)
  await job()
  expect(asked).toHaveLength(2)
  answer = () => ({ status: 429, headers: { 'retry-after': '60' } })
  w.clock.advance(1000)
  await job()
  w.clock.advance(59_000)
  await job()
  expect(asked).toHaveLength(3)
  expect(await spentIn(c.id)).toMatchObject([{ calls: 0, tokens: '0' }])
  answer = judge
  w.clock.advance(1000)
  await job()
  expect((await votesIn(c.id))[0]!.votes).toEqual({ fact: true })
  expect(logged.join()).toMatch(/503.*429/)
  expect(logged.join()).not.toMatch(/zqsecretkey|good trouble/)
})

test('work that an endpoint fails at again and again is left to people', async () => {
  answer = ({ body }) => (body.messages[1]!.content.includes('poison') ? { hang: true } : says('approve'))
  const c = await campaignOf({ endpoint: true, max_calls: 100 }, ['good poison', 'good food'])
  for (let i = 0; i < 6; i++) {
    await w.jobs(['ask_models'])
    w.clock.advance(60_000)
  }
  expect((await votesIn(c.id)).map((v) => v.votes)).toEqual([{}, { fact: true }])
  // A time-out may have been worked on, so it counts.
  expect(await spentIn(c.id)).toMatchObject([{ calls: 6 }])
}, 30_000)

test('an endpoint without schemas is asked plainly from then on; what cannot be read says nothing', async () => {
  answer = (a) => (a.body.response_format ? { status: 400 } : judge(a))
  const c = await campaignOf({ endpoint: true, max_calls: 100 }, ['good plain'])
  await w.jobs(['ask_models'])
  expect((await votesIn(c.id))[0]!.votes).toEqual({ fact: true })
  expect(asked.map((a) => a.body.response_format !== undefined)).toEqual([true, false])
  const next = await campaignOf({ endpoint: true, max_calls: 100 }, ['good plainer'])
  await w.jobs(['ask_models'])
  expect(asked).toHaveLength(3)
  expect(await spentIn(next.id)).toMatchObject([{ calls: 1 }])
  for (const body of ['no json', { choices: [] }, says('perhaps').body]) {
    answer = () => ({ body })
    const odd = await campaignOf({ endpoint: true, max_calls: 100 }, [`good odd ${JSON.stringify(body).length}`])
    await w.jobs(['ask_models'])
    expect((await votesIn(odd.id)).map((v) => v.votes)).toEqual([{}])
  }
})

test('a vote that comes after the decision is not kept; its cost is', async () => {
  const c = await campaignOf({ endpoint: true, max_calls: 100 }, ['good late'])
  let decided: Promise<unknown> | undefined
  answer = (a) => judge(a)
  // The review arrives while the endpoint thinks.
  const before = server.listeners('request')[0] as (...given: unknown[]) => void
  server.removeAllListeners('request')
  server.on('request', (...given) => {
    decided = reviewBy(reviewers[0]!, c).then(() => before(...given))
  })
  try {
    await w.jobs(['ask_models'])
    await decided
  } finally {
    server.removeAllListeners('request')
    server.on('request', before)
  }
  expect(await w.db.selectFrom('decision').selectAll().where('campaign_id', '=', c.id).execute()).toHaveLength(1)
  expect(await votesIn(c.id)).toEqual([])
  expect(await spentIn(c.id)).toMatchObject([{ calls: 1 }])
})

test('the built-in classifier abstains until its campaign decided enough, then learns from that alone', async () => {
  const facts = Array.from({ length: 70 }, (_, i) => (i % 3 === 0 ? `bad rumour ${i}` : `good source ${i}`))
  const c = await campaignOf({ builtin: true }, facts)
  await w.jobs(['ask_models'])
  expect(await votesIn(c.id)).toEqual([])
  for (let n = 0; n < 50;) n += await reviewBy(reviewers[0]!, c, 50 - n)
  await w.jobs(['ask_models'])
  const votes = await votesIn(c.id)
  expect(votes).toHaveLength(20)
  const right = votes.filter((v) => (v.votes as { fact?: boolean }).fact === c.facts.get(v.submission_id)!.startsWith('good'))
  expect(right.length).toBeGreaterThan(17)
  const body = (await w.db.selectFrom('event').select('body').where('kind', '=', 'model_voted').where('campaign_id', '=', c.id).executeTakeFirstOrThrow()).body
  expect(body).toMatchObject({ model: 'model:builtin', trained_on: 50 })
  expect(asked).toEqual([])
  // Asked anew by a process that remembers nothing, it says the same.
  await w.db.deleteFrom('model_vote').where('campaign_id', '=', c.id).execute()
  const { db } = openDb({ connection: w.connection, poolSize: 2, forceGenericPlan: true })
  await askBuiltin({ ...jobContext(w.parts), db })
  expect((await votesIn(c.id)).map((v) => v.votes)).toEqual(votes.map((v) => v.votes))
  await db.destroy()
}, 60_000) // prettier-ignore

test('a model that people bear out is heard, named by the decision that can be recomputed with it, and settles nothing alone', async () => {
  answer = judge
  const mark = (i: number) => (i % 2 === 0 ? `good thing ${i}` : `bad thing ${i}`)
  const facts = Array.from({ length: 60 }, (_, i) => mark(i))
  const c = await campaignOf({ endpoint: true, max_calls: 1000 }, facts, ADAPTIVE)
  await settleJobs(w.parts, ['ask_models'])
  expect(await votesIn(c.id)).toHaveLength(60)
  // Nobody has reviewed: nothing is decided, whatever the model says.
  expect(await w.db.selectFrom('decision').selectAll().where('campaign_id', '=', c.id).execute()).toEqual([])
  for (let idle = 0; idle < 3;) {
    idle += 1
    for (const r of reviewers) if ((await reviewBy(r, c, 7)) > 0) idle = 0
    w.clock.advance(61_000)
    await w.jobs(['take_snapshots'])
  }
  const decided = await w.db.selectFrom('event').selectAll().where('kind', '=', 'decided').where('campaign_id', '=', c.id).orderBy('id').execute()
  expect(decided.length).toBeGreaterThan(50)
  const heard = decided.filter((e) => (e.body as { models?: string[] }).models)
  expect(heard.length).toBeGreaterThan(0)
  // The first ones were decided by a snapshot that did not know the model yet.
  expect((decided[0]!.body as { models?: string[] }).models).toBeUndefined()
  for (const e of heard) {
    const body = e.body as { models: string[]; snapshot: string; review_ids: string[] }
    expect(body.models).toEqual(['model:judge-1'])
    expect(body.review_ids.length).toBeGreaterThan(0)
    const row = await w.db.selectFrom('snapshot').select('body').where('batch', '=', body.snapshot).executeTakeFirstOrThrow()
    expect(Object.keys(readSnapshot(row.body).signals)).toContain('model:judge-1=accept')
    expect(Object.keys(readSnapshot(row.body).people).join()).not.toContain('model')
    const plan = await w.db.selectFrom('review_plan').select('body').where('hash', '=', (e.body as { plan: string }).plan).executeTakeFirstOrThrow()
    const reviews = await w.db.selectFrom('review').select(['reviewer_id', 'votes']).where('submission_id', '=', e.subject_id).execute()
    const votes = reviews.map((r) => ({ person: r.reviewer_id, said: (r.votes as { fact: { approve: boolean } }).fact.approve ? 1 : 0, pool: 'fresh' }))
    const [model] = await w.db.selectFrom('model_vote').select('votes').where('submission_id', '=', e.subject_id).execute()
    const signals = [`author:${author.account_id}`, modelSignal('model:judge-1', (model!.votes as { fact: boolean }).fact)]
    const again = decideReview(JSON.parse(plan.body) as ReviewPlan, readSnapshot(row.body), votes, signals)
    expect(again.decision).toBe((e.body as { accepted: boolean }).accepted ? 'accept' : 'reject')
    const [reject, accept] = scoresOf(readSnapshot(row.body), votes, signals)
    expect(accept! - reject!).toBe((e.body as { leads: { fact: number } }).leads.fact)
  }
  const { items } = await (await w.person('lead', { roles: ['qa'] })).client.models.records({ params: c.params })
  expect(items).toMatchObject([{ model: 'model:judge-1', kind: 'endpoint', asked: 60, abstained: 0, calls: 60, tokens: 600, audited: 0 }])
  expect(items[0]!.judged).toBe(decided.length)
  expect(items[0]!.confirmed).toBe(decided.length)
  for (const p of [author, reviewers[0]!, outsider])
    await expect(p.client.models.records({ params: c.params })).rejects.toMatchObject({ code: 'models_not_shown' })
}, 60_000) // prettier-ignore

test('settings of an endpoint that cannot be used stop the start with a sentence', () => {
  const env = { ASSAY_MODEL_URL: 'https://models.example/v1/', ASSAY_MODEL_NAME: 'judge' }
  expect(readConfig(env).model).toEqual({ url: 'https://models.example/v1', key: undefined, name: 'judge', timeout_ms: 20_000 })
  expect(readConfig({}).model).toBeUndefined()
  for (const [wrong, named] of [
    [{ ...env, ASSAY_MODEL_URL: 'models.example' }, 'ASSAY_MODEL_URL'],
    [{ ...env, ASSAY_MODEL_URL: 'https://user:pass@models.example' }, 'ASSAY_MODEL_KEY'],
    [{ ASSAY_MODEL_URL: env.ASSAY_MODEL_URL }, 'ASSAY_MODEL_NAME'],
    [{ ...env, ASSAY_MODEL_TIMEOUT: '900' }, 'ASSAY_MODEL_TIMEOUT'],
    [{ ...env, ASSAY_MODEL_KEY: 'two words' }, 'ASSAY_MODEL_KEY'],
  ] as const) {
    expect(() => readConfig(wrong)).toThrow(named)
    expect(() => readConfig(wrong)).not.toThrow('two words')
  }
}) // prettier-ignore
