import { afterAll, beforeAll, expect, test } from 'vitest'
import { draft } from '../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'

let w: World
let requester: Person
let at: string
beforeAll(async () => {
  w = await createWorld()
  requester = await w.person('rosa', { roles: ['operator'] })
  at = `/v1/campaigns/${(await requester.client.campaigns.create({ body: draft() })).campaign_id}`
})
afterAll(() => w.close())

const json = (body: object) => JSON.stringify(body)
const nested = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`
const question = (answer: string) =>
  `{"questions":[{"prompt":"x","explanation":"","answer":${answer},"form":${json({ schema: { type: 'object', properties: { q: { type: 'number' } }, required: ['q'] }, ui: { order: ['q'], questions: { q: { widget: 'number', title: 'x' } } } })}}]}`

/** Requests that a careless or hostile program might send; none may be a fault. */
const requests = (): [string, 'GET' | 'POST' | 'PUT' | 'DELETE', string, string?][] => [
  ['a day that no month has', 'POST', '/v1/campaigns', json(draft({ deadline: '2027-02-30T00:00:00.000Z' }))],
  ['an hour that no day has', 'POST', '/v1/campaigns', json(draft({ deadline: '2027-02-20T25:61:00.000Z' }))],
  ['a deadline for ever', 'PUT', at, json(draft({ deadline: '9999-12-31T23:59:59.999Z' }))],
  ['a deadline of another kind', 'PUT', at, json({ ...draft(), deadline: 5 })],
  [
    'a price of 78 digits',
    'POST',
    '/v1/campaigns/estimate',
    json({
      mode: 'review',
      quota: 1_000_000,
      settings: {
        ...draft().settings,
        prices: [{ currency: 'POINT', contribute_minor: '9'.repeat(78), review_minor: '1', bonus_bps: 0 }],
      },
    }),
  ],
  ['funding of 78 digits', 'POST', `${at}/fund`, json({ currency: 'POINT', amount_minor: '9'.repeat(78) })],
  ['a page after nothing', 'GET', '/v1/campaigns?after=abc'],
  ['a page after too much', 'GET', `${at}/versions?after=999999999999999999`],
  ['a page after a negative', 'GET', `${at}/items?after=-1`],
  ['an id beyond 64 bits', 'GET', '/v1/campaigns/9223372036854775808'],
  ['an id of letters', 'GET', '/v1/campaigns/abc'],
  ['a flag that is not there', 'POST', `${at}/flags/1/resolve`, json({ resolution: 'fine' })],
  ['a report that is not there', 'POST', `${at}/reports/1/resolve`, json({ resolution: 'dismissed', note: 'x' })],
  [
    'a form of numbers beyond numbers',
    'POST',
    '/v1/forms/check',
    `{"form":{"schema":{"type":"object","properties":{"q":{"type":"number","maximum":1e400}},"required":["q"]},"ui":{"order":["q"],"questions":{"q":{"widget":"number","title":"x"}}}}}`,
  ],
  [
    'a form nested without end',
    'POST',
    '/v1/forms/check',
    `{"form":{"schema":${nested},"ui":{"order":["q"],"questions":{"q":{"widget":"number","title":"x"}}}}}`,
  ],
  [
    'lists in lists in lists',
    'POST',
    '/v1/forms/check',
    `{"form":{"schema":${'['.repeat(100_000)}${']'.repeat(100_000)},"ui":{"order":["q"],"questions":{"q":{"widget":"number","title":"x"}}}}}`,
  ],
  ['a right answer beyond numbers', 'POST', `${at}/exam/questions`, question('{"q":{"between":[0,1e400]}}')],
  ['a right answer nested without end', 'POST', `${at}/exam/questions`, question(`{"q":${nested}}`)],
  [
    'an import of nothing',
    'POST',
    `${at}/items`,
    json({ import_id: 'x', part: 1, last: true, format: 'csv', text: '' }),
  ],
  ['an exam that is not there', 'POST', `${at}/exam/attempts/5/answers`, json({ answers: [] })],
  ['a version that is not there', 'POST', `${at}/approval`, json({ approved: true, reason: 'x', version: 1e15 })],
  ['a consent that is not there', 'POST', `${at}/join`, json({ consent_version: 1e15 })],
  [
    'an exclusion of nobody',
    'POST',
    '/v1/exclusions',
    json({ account_id: '1', other_id: '8999999999999999999', reason: 'x' }),
  ],
  ['a page of exclusions after nonsense', 'GET', '/v1/exclusions?after=1-x'],
  ['an unknown field', 'POST', `${at}/pause`, json({ now: true })],
]

test.each(requests().map(([what]) => what))('%s is refused, or done, but no fault', async (what) => {
  const [, method, url, payload] = requests().find(([name]) => name === what)!
  for (const headers of [{}, { 'idempotency-key': `key-${what.replaceAll(' ', '-')}` }]) {
    const { status, body } = await w.raw(requester, {
      method,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      ...(payload === undefined ? {} : { payload }),
    })
    expect(status, `${what}: ${body.slice(0, 300)}`).toBeLessThan(500)
    if (status >= 400)
      expect(JSON.parse(body)).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } })
  }
})
