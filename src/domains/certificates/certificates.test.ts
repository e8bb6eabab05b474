import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gradeWaiting, releaseAgain, releaseOfWork, type Released } from '../../../test/certified.ts'
import { filesOfItsOwn } from '../../../test/collected.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import { namesFor } from '../datasets/pseudonyms.ts'
import { releaseOf } from '../datasets/queries.ts'
import { isSignedBy } from '../../platform/signing/keys.ts'

let w: World
let dir: string
let operator: Person
let author: Person
let qa: Person
let second: Person
let third: Person
beforeAll(async () => {
  const own = filesOfItsOwn()
  dir = join(own.data_dir, 'releases')
  w = await createWorld({ config: own })
  operator = await w.person('operator', { roles: ['operator'] })
  author = await w.person('ann')
  ;[qa, second, third] = (await Promise.all(['quinn', 'quentin', 'qi'].map((h) => w.person(h, { roles: ['qa'] })))) as [
    Person,
    Person,
    Person,
  ]
})
afterAll(async () => {
  await w.close()
  rmSync(join(dir, '..'), { recursive: true, force: true })
})

const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const begin = (r: Released, at_least: string, more: object = {}) =>
  qa.client.certificates.start({ params: r.params, body: { at_least, ...more } })

/** Everybody grades and the job looks, until nothing more comes of it. */
async function gradeToTheEnd(r: Released, say = (id: string) => r.truth.get(id)!): Promise<void> {
  for (let graded = 1; graded > 0;) {
    graded = 0
    for (const who of [qa, second, third]) graded += await gradeWaiting(who, r.campaign_id, say)
    await w.jobs(['read_audits'])
  }
}
/** The order of the draw, as the table has it. */
const orderOf = async (r: Released) =>
  (
    await w.db
      .selectFrom('acceptance_piece')
      .select('submission_id')
      .where('release_id', '=', r.params.release_id)
      .orderBy('position')
      .execute()
  ).map((p) => p.submission_id)

test('what it will cost is told before it begins', async () => {
  const r = await releaseOfWork(w, operator, author, 400, 0)
  const get = (query: { at_least: string; max_audits?: number }) =>
    qa.client.certificates.outlook({ params: r.params, query })
  const cost = await get({ at_least: '0.9' })
  expect(cost).toMatchObject({
    lot: 400,
    at_least: '0.900000',
    confidence: '0.950000',
    max_audits: 400,
    double_bps: 1000,
    grades_per_audit: '1.1000',
    seconds_per_grade: null,
  })
  expect(cost.expected.map((e) => e.wrong)).toEqual([0, 8, 16, 24, 32, 40])
  expect(Number(cost.expected[0]!.audits_mean)).toBe(cost.least_audits)
  const means = cost.expected.map((e) => Number(e.audits_mean))
  expect(means.slice(0, 5)).toEqual(means.slice(0, 5).toSorted((a, b) => a - b))
  expect(Number(cost.expected.at(-1)!.proved)).toBeLessThanOrEqual(0.05)
  expect(await code(get({ at_least: '0.9', max_audits: 5 }))).toBe('acceptance_out_of_reach')
  expect(await code(get({ at_least: '0.000' }))).toBe('invalid_request')
  const reader = await w.person('reader')
  expect(await code(reader.client.certificates.outlook({ params: r.params, query: { at_least: '0.9' } }))).toBe(
    'not_allowed',
  )
})

test('a claim is read in the order of the draw, whatever the order of grading, and ends where it is proved', async () => {
  const r = await releaseOfWork(w, operator, author, 150, 3)
  expect(await code(w.stranger.certificates.key())).toBe('no_key_yet')
  expect(await code(qa.client.certificates.get({ params: r.params }))).toBe('acceptance_not_found')
  const begun = await begin(r, '0.85')
  expect(begun).toMatchObject({ state: 'open', lot: 150, audits: 0, wrong: 0, right_at_least: '0.000000', looks: [] })
  expect(begun.expected_audits).toBeGreaterThan(10)
  expect(await code(begin(r, '0.5'))).toBe('acceptance_begun')
  expect(await code(operator.client.releases.publish({ params: r.params, body: {} }))).toBe('acceptance_open')

  // The order is the seed's, over the names that the release gives its datapoints.
  const order = await orderOf(r)
  const names = namesFor((await releaseOf(w.db, r.campaign_id, r.params.release_id))!)
  const seed = (
    await w.db.selectFrom('audit_plan').select('seed').where('id', '=', begun.plan_id).executeTakeFirstOrThrow()
  ).seed
  const lots = [...r.truth.keys()].map((id) => ({ id, lot: sha256Hex(`${seed}:sample:${names.datapoint(id)}`) }))
  expect(order).toEqual(lots.toSorted((a, b) => (a.lot < b.lot ? -1 : 1)).map((l) => l.id))

  // The first piece is graded last: nothing can be read before it, however much is graded.
  const [firstPiece] = order
  const lease = async (who: Person) => (await who.client.audits.claim({ params: r.params, body: { count: 50 } })).items
  const held = [...(await lease(qa)), ...(await lease(second))]
  expect(held.some((i) => i.submission_id === firstPiece)).toBe(true)
  const grade = (who: Person, ids: string[]) =>
    who.client.audits.grade({
      params: r.params,
      body: {
        grades: ids.map((submission_id) => ({
          submission_id,
          grades: {
            kind: r.truth.get(submission_id)! ? { right: true } : { right: false, reason: 'wrong' as const },
          },
        })),
      },
    })
  const idsOf = (items: { submission_id: string }[]) =>
    items.map((i) => i.submission_id).filter((id) => id !== firstPiece)
  await grade(qa, idsOf(await lease(qa)))
  await grade(second, idsOf(await lease(second)))
  await w.jobs(['read_audits'])
  expect(await qa.client.certificates.get({ params: r.params })).toMatchObject({ state: 'open', audits: 0 })

  await gradeToTheEnd(r)
  const end = await qa.client.certificates.get({ params: r.params })
  expect(end).toMatchObject({ state: 'proved', why: 'proved', expected_audits: null, graded_ahead: 0 })
  // Counted by hand from the order and the truth.
  const read = order.slice(0, end.audits)
  expect(end.wrong).toBe(read.filter((id) => !r.truth.get(id)).length)
  expect(end.doubles).toBeGreaterThanOrEqual(Math.ceil(end.audits / 10))
  expect(end.disagreements).toBe(0)
  expect(Number(end.right_at_least)).toBeGreaterThan(0.85)
  expect(end.looks.at(-1)).toMatchObject({ n: end.audits, wrong: end.wrong })
  // What was still open has left the desk.
  expect((await qa.client.audits.desk()).items.filter((d) => d.campaign_id === r.campaign_id)).toEqual([])
  expect(
    await w.db
      .selectFrom('queue')
      .select('target_id')
      .where('campaign_id', '=', r.campaign_id)
      .where('lane', '=', 5)
      .execute(),
  ).toEqual([])
  // A claim's audits are no sample of what peers decided.
  expect((await qa.client.audits.list()).items.map((p) => p.plan_id)).not.toContain(end.plan_id)

  const { certificate, signature } = await qa.client.certificates.certificate({ params: r.params })
  const key = await w.stranger.certificates.key()
  expect(signature).toMatchObject({ algorithm: 'Ed25519', key_id: key.key_id, public_key: key.public_key })
  expect(isSignedBy(Buffer.from(key.public_key, 'base64'), canonicalJson(certificate), signature.value)).toBe(true)
  expect(certificate).toMatchObject({
    release: { content_hash: r.release.content_hash, datapoints: 150, number: 1 },
    claim: { at_least: '0.850000', confidence: '0.950000' },
    sampling: { audits: end.audits, seed, earlier_claims: [] },
    precision: { lot: 150, n: end.audits, right: end.audits - end.wrong },
    by_class: { question: 'kind' },
  })
  expect(certificate.statement).toMatch(/^At least 85 % of the 150 datapoints of release 1 of "Campaign \d+" are right/)
  expect(certificate.by_class!.classes.map((c) => [c.class, c.lot])).toEqual([
    ['lake', 50],
    ['river', 100],
  ])
  expect(certificate.by_class!.classes.reduce((n, c) => n + c.n, 0)).toBe(end.audits)
  const file = (name: string, by = qa) =>
    w.raw(by, {
      method: 'GET',
      url: `/v1/campaigns/${r.campaign_id}/releases/${r.params.release_id}/certificate/${name}`,
    })
  const log = (await file('audit-log.jsonl')).body
  expect(sha256Hex(log)).toBe(certificate.audit_log.sha256)
  expect(
    log
      .split('\n')
      .slice(0, -1)
      .map((l) => (JSON.parse(l) as { id: string }).id),
  ).toEqual(read.map((id) => names.datapoint(id)))
  for (const who of [qa, second, third])
    for (const secret of [who.account_id, 'quinn', 'quentin']) expect(log).not.toContain(secret)
  expect(canonicalJson(JSON.parse((await file('certificate.json')).body))).toBe((await file('certificate.json')).body)

  // The release itself is what it was, and may be published now; then everyone may have the certificate.
  expect((await operator.client.releases.get({ params: r.params })).content_hash).toBe(r.release.content_hash)
  expect(await code(w.stranger.certificates.certificate({ params: r.params }))).toBe('release_not_found')
  await operator.client.releases.publish({ params: r.params, body: {} })
  expect((await w.stranger.certificates.certificate({ params: r.params })).signature).toEqual(signature)
  const events = await w.db
    .selectFrom('event')
    .select(['kind', 'body'])
    .where('subject_id', '=', r.params.release_id)
    .orderBy('id')
    .execute()
  expect(events.map((e) => e.kind)).toEqual([
    'released',
    'acceptance_begun',
    'acceptance_ended',
    'certified',
    'published',
  ])
  expect(events[3]!.body).toMatchObject({
    content_hash: r.release.content_hash,
    certificate_hash: sha256Hex((await file('certificate.json')).body),
    number: 1,
    datapoints: 150,
    at_least: '0.850000',
    confidence: '0.950000',
    audits: end.audits,
    wrong: end.wrong,
    key_id: key.key_id,
  })
})

test('a bad release fails early, stays unpublished, and is on the record of the next', async () => {
  const r = await releaseOfWork(w, operator, author, 150, 60)
  await begin(r, '0.9')
  await gradeToTheEnd(r)
  const end = await operator.client.certificates.get({ params: r.params })
  expect(end).toMatchObject({ state: 'failed', why: 'refuted' })
  expect(end.audits).toBeLessThan(150)
  expect(await code(operator.client.releases.publish({ params: r.params, body: {} }))).toBe('acceptance_failed')
  expect((await operator.client.releases.get({ params: r.params })).publish_refusal).toBe('acceptance_failed')
  expect(await code(begin(r, '0.2'))).toBe('acceptance_begun')
  expect(await code(qa.client.certificates.withdraw({ params: r.params, body: { note: 'oh' } }))).toBe(
    'acceptance_over',
  )
  expect(await code(qa.client.certificates.certificate({ params: r.params }))).toBe('certificate_not_found')

  // The next release holds the same work. What QA graded already is not asked again; only second grades may be.
  const next = { ...(await releaseAgain(w, operator, r.campaign_id)), truth: r.truth }
  const graded = new Set(
    (
      await w.db
        .selectFrom('audit')
        .select('submission_id')
        .where('campaign_id', '=', r.campaign_id)
        .where('grades', '=', 2)
        .execute()
    ).map((a) => a.submission_id),
  )
  expect(graded.size).toBeGreaterThan(0)
  await begin(next, '0.5')
  for (const i of (await third.client.audits.claim({ params: next.params, body: { count: 50 } })).items)
    expect(graded.has(i.submission_id)).toBe(false)
  await gradeToTheEnd(next)
  expect(await qa.client.certificates.get({ params: next.params })).toMatchObject({ state: 'proved' })
  const { certificate } = await qa.client.certificates.certificate({ params: next.params })
  expect(certificate.sampling.earlier_claims).toEqual([{ release_number: 1, state: 'failed' }])
})

test('graders who differ make the claim wider, and so longer', async () => {
  const r = await releaseOfWork(w, operator, author, 150, 0)
  await begin(r, '0.85', { double_bps: 5000 })
  // The second grader finds every fourth piece wrong, and the third agrees: what one grader passes is not proved right.
  const odd = new Set((await orderOf(r)).filter((_, i) => i % 8 === 0))
  for (let graded = 1; graded > 0;) {
    graded = await gradeWaiting(qa, r.campaign_id, () => true)
    graded += await gradeWaiting(second, r.campaign_id, (id) => !odd.has(id))
    graded += await gradeWaiting(third, r.campaign_id, (id) => !odd.has(id))
    await w.jobs(['read_audits'])
  }
  const end = await qa.client.certificates.get({ params: r.params })
  expect(end.disagreements).toBeGreaterThan(0)
  expect(end.state).toBe('failed')
})

test('a claim can be given up, on the record, and the release is as if nothing was claimed', async () => {
  const r = await releaseOfWork(w, operator, author, 150, 0)
  await begin(r, '0.9')
  await gradeWaiting(qa, r.campaign_id, () => true, 5)
  const gone = await qa.client.certificates.withdraw({ params: r.params, body: { note: 'wrong share' } })
  expect(gone).toMatchObject({ state: 'withdrawn', why: 'withdrawn', note: 'wrong share' })
  expect((await qa.client.audits.desk()).items.filter((d) => d.campaign_id === r.campaign_id)).toEqual([])
  expect(await code(begin(r, '0.9'))).toBe('acceptance_begun')
  expect(await code(operator.client.releases.publish({ params: r.params, body: {} }))).toBe('accepted')
})

test('two who begin at once begin one claim; two looks at once are one', async () => {
  const r = await releaseOfWork(w, operator, author, 150, 0)
  const begun = await Promise.all([begin(r, '0.85'), begin(r, '0.85'), begin(r, '0.85')].map(code))
  expect(begun.toSorted()).toEqual(['acceptance_begun', 'acceptance_begun', 'accepted'])
  for (const who of [qa, second]) await gradeWaiting(who, r.campaign_id, () => true)
  const looks = await Promise.all(
    [qa, second, third].map((who) => who.client.certificates.certify({ params: r.params, body: {} })),
  )
  expect(looks.map((l) => l.state)).toEqual(['proved', 'proved', 'proved'])
  const certificates = await w.db
    .selectFrom('certificate')
    .select('id')
    .where('release_id', '=', r.params.release_id)
    .execute()
  expect(certificates).toHaveLength(1)
})

test('the desk tells graders nothing of a claim', async () => {
  const r = await releaseOfWork(w, operator, author, 150, 0)
  await begin(r, '0.9')
  const desk = await w.raw(qa, { method: 'GET', url: '/v1/audits/desk' })
  const work = await w.raw(qa, { method: 'POST', url: `/v1/campaigns/${r.campaign_id}/leases/audit`, payload: {} })
  for (const body of [desk.body, work.body])
    for (const told of ['acceptance', 'release', 'claim', 'position', 'at_least', 'plan', 'certificate'])
      expect(body).not.toContain(`"${told}`)
  const items = (JSON.parse(work.body) as { items: { submission_id: string }[] }).items.map((i) => i.submission_id)
  expect(items).toEqual(items.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)))
})
