import { sql } from 'kysely'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Authenticator } from '../../../test/authenticator.ts'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { ok, Visitor } from '../../../test/visitor.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { KEPT_KINDS } from './contract.ts'
import { ABOUT } from './words.ts'

const DAY = 86_400_000
let w: World
let reviewers: Person[]
let operator: Person
beforeAll(async () => {
  w = await createWorld()
  reviewers = await Promise.all(['rev-a', 'rev-b', 'rev-c'].map((h) => w.person(h)))
  operator = await w.person('desk', { roles: ['operator'] })
})
afterAll(() => w.close())

type Joined = { v: Visitor; account_id: string; handle: string; passkey: Authenticator }
const join = async (handle: string, mark = handle): Promise<Joined> => {
  const v = new Visitor(w, { 'user-agent': `${mark}-browser` })
  return { v, ...(await v.join(handle, { passkey_name: `${mark}-passkey` })) }
}
const code = (a: { body: { error?: { code: string } } }) => a.body.error?.code

/** Hands in one answer; returns the submission. */
async function submit(v: Visitor, c: Made, fact: string): Promise<string> {
  const claimed = ok(await v.post(`/v1/campaigns/${c.id}/leases/contribute`, { count: 1 }))
  const { items } = claimed as unknown as { items: { item_id: string }[] }
  if (!items[0]) throw new Error(`no work: ${JSON.stringify(claimed)}`)
  const made = ok(
    await v.post(
      `/v1/campaigns/${c.id}/submissions`,
      { submissions: [{ item_id: items[0]!.item_id, answer: { fact } }] },
      { 'idempotency-key': `submit-${fact.replaceAll(' ', '-')}` },
    ),
  )
  return (made as unknown as { items: { submission_id: string }[] }).items[0]!.submission_id
}
async function review(
  c: Made,
  submissionId: string,
  approve: boolean,
  who: readonly Person[] = reviewers,
): Promise<void> {
  for (const r of who) {
    await r.client.assignments.claim_reviews({ params: { campaign_id: c.id }, body: { count: 10 } })
    await r.client.reviews.record({
      params: { campaign_id: c.id },
      body: {
        reviews: [
          { submission_id: submissionId, votes: { fact: approve ? { approve } : { approve, reason: 'wrong' } } },
        ],
      },
    })
  }
}

/** Every table of the database as text, bytes in hexadecimal. */
async function dump(): Promise<Map<string, string>> {
  const { rows: tables } = await sql<{
    name: string
  }>`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(
    w.db,
  )
  const out = new Map<string, string>()
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(w.db)
    out.set(name, rows.map((r) => r.row).join('\n'))
  }
  return out
}
const tablesWith = (dumped: Map<string, string>, needle: string) =>
  [...dumped].filter(([, text]) => text.includes(needle)).map(([name]) => name)

/** An account that left something in every place where people leave anything, each time with a word that nobody else uses. */
async function fullLife(handle: string, mark: string) {
  const me = await join(handle, mark)
  const c = await makeCampaign(w, { reviewers, items: [{ n: 1 }, { n: 2 }, { n: 3 }] })
  await c.join(me as unknown as Person, 'contributor')
  const accepted = await submit(me.v, c, `${mark} accepted answer`)
  await review(c, accepted, true)
  const rejected = await submit(me.v, c, `${mark} rejected answer`)
  await review(c, rejected, false)
  const open = await submit(me.v, c, `${mark} open answer`)

  // Nobody is given the work of somebody who judged theirs this week.
  const stranger = await w.person(`stranger${w.parts.newId()}`)
  const other = await makeCampaign(w, { contributors: [stranger], items: [{ n: 9 }] })
  await other.join(me as unknown as Person, 'reviewer')
  const theirs = (await stranger.client.assignments.claim_items({ params: { campaign_id: other.id }, body: {} }))
    .items[0]!.item_id
  const { items } = await stranger.client.submissions.submit({
    params: { campaign_id: other.id },
    body: { submissions: [{ item_id: theirs, answer: { fact: 'a fact of somebody else' } }] },
  })
  ok(await me.v.post(`/v1/campaigns/${other.id}/leases/review`, {}))
  ok(
    await me.v.post(`/v1/campaigns/${other.id}/reviews`, {
      reviews: [
        {
          submission_id: items[0]!.submission_id,
          votes: { fact: { approve: false, reason: 'wrong', comment: `${mark} comment` } },
        },
      ],
    }),
  )

  ok(await me.v.post('/v1/me/recovery-codes'))
  ok(await me.v.post('/v1/me/keys', { name: `${mark}-key`, scopes: ['read'] }))
  ok(await me.v.post('/v1/me/hand-over'))
  const { account_id } = me
  const at = w.clock.now()
  const id = () => w.parts.newId()
  const item = await w.db
    .selectFrom('item')
    .select('id')
    .where('campaign_id', '=', c.id)
    .limit(1)
    .executeTakeFirstOrThrow()
  await w.db
    .insertInto('item_flag')
    .values({
      campaign_id: c.id,
      id: id(),
      item_id: item.id,
      account_id,
      kind: 'question',
      message: `${mark} question`,
      created_at: at,
    })
    .execute()
  await w.db
    .insertInto('campaign_report')
    .values({ campaign_id: c.id, id: id(), account_id, reason: 'other', message: `${mark} report`, created_at: at })
    .execute()
  await w.db
    .insertInto('campaign_consent')
    .values({ campaign_id: c.id, account_id, consent_version: 1, adult: true, country: 'ZQ', at })
    .execute()
  await w.db
    .insertInto('exam_attempt')
    .values({
      campaign_id: c.id,
      id: id(),
      account_id,
      seed: 1,
      question_ids: sql`'{}'`,
      started_at: at,
      expires_at: at,
      closed_at: at,
      answers: JSON.stringify({ q: `${mark} exam` }),
    })
    .execute()
  await w.db
    .insertInto('payout_destination')
    .values({ account_id, currency: 'USD', destination: `${mark} bank`, changed_at: at })
    .execute()
  await w.db
    .insertInto('inbox_message')
    .values({
      account_id,
      id: id(),
      kind: 'submission_accepted',
      params: JSON.stringify({ word: `${mark} message` }),
      at,
    })
    .execute()
  const { season_id } = await w.db
    .selectFrom('campaign')
    .select('season_id')
    .where('id', '=', c.id)
    .executeTakeFirstOrThrow()
  const plan_id = id()
  await w.db
    .insertInto('audit_plan')
    .values({
      id: plan_id,
      season_id,
      campaign_id: c.id,
      seed: 1,
      double_bps: 0,
      drawn_until: at,
      drawn_hash: '',
      created_by: operator.account_id,
      created_at: at,
    })
    .execute()
  const theirOwn = await w.db
    .selectFrom('submission')
    .select(['campaign_id', 'id'])
    .where('id', '=', items[0]!.submission_id)
    .executeTakeFirstOrThrow()
  await w.db
    .insertInto('audit')
    .values({
      campaign_id: theirOwn.campaign_id,
      submission_id: theirOwn.id,
      plan_id,
      round: 1,
      accepted: true,
      grades_wanted: 1,
    })
    .execute()
  const grade = { fact: { right: true, comment: `${mark} grade` } }
  await w.db
    .insertInto('audit_grade')
    .values({
      campaign_id: theirOwn.campaign_id,
      submission_id: theirOwn.id,
      grader_id: account_id,
      position: 1,
      grades: JSON.stringify(grade),
      correct: true,
      took_seconds: 1,
      graded_at: at,
    })
    .execute()
  ok(await withKey(operator.key).post(`/v1/people/${account_id}/suspend`, { reason: `${mark} suspicion` }))
  ok(await withKey(operator.key).post(`/v1/people/${account_id}/unsuspend`, { reason: `${mark} cleared` }))
  return { ...me, c, other, accepted, rejected, open }
}
const withKey = (key: string) => new Visitor(w, { authorization: `Bearer ${key}` })

/** Every table with a column that names an account, as the database itself says or the name does. */
async function tablesNamingPeople(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type = 'bigint'
       and (c.column_name ~ '(account|author|reviewer|grader|requester)_id$' or c.column_name ~ '_by$')
    union
    select distinct r.relname from pg_constraint k join pg_class r on r.oid = k.conrelid where k.contype = 'f' and k.confrelid = 'account'::regclass order by 1`.execute(
    w.db,
  )
  return rows.map((r) => r.name)
}
/**
 * Work that is open is a copy of the submission's own row; who was erased is no more. Who is taken for one person with whom
 * follows from links, whose number everybody reads by kind: said in so many words, it would name the other.
 */
const NOT_LISTED = new Set(['queue', 'erasure', 'cluster_apart', 'cluster_mark', 'cluster_member', 'trust_rank'])

describe('what is kept about me', () => {
  test('names every table that names a person; a new one would be noticed', async () => {
    const source = readFileSync('src/domains/privacy/kept-queries.ts', 'utf8')
    const missing = async () =>
      (await tablesNamingPeople()).filter(
        (t) => !NOT_LISTED.has(t) && !new RegExp(`\\b(?:from|join) ${t}\\b`).test(source),
      )
    expect(await missing()).toEqual([])
    await sql`create table planted (id bigint primary key, friend bigint references account)`.execute(w.db)
    expect(await missing()).toEqual(['planted'])
    await sql`drop table planted`.execute(w.db)
  })

  test('is in words of both languages', () => {
    for (const kind of KEPT_KINDS) {
      const { en, ar } = ABOUT[kind]
      expect(en.line.match(/\{\w+\}/g)?.sort(), kind).toEqual(ar.line.match(/\{\w+\}/g)?.sort())
      expect(ar.title, kind).toMatch(/[\u0600-\u06ff]/)
    }
  })

  test('is listed with counts and rows, in my language, and exported whole', async () => {
    const me = await fullLife('full-life', 'vogon')
    type Listed = { items: { kind: string; count: number; newest: { text: string }[] }[] }
    const { items } = ok(await me.v.get('/v1/me/data')) as unknown as Listed
    expect(items.map((i) => i.kind)).toEqual([...KEPT_KINDS])
    const of = (kind: string) => items.find((i) => i.kind === kind)!
    expect(of('submissions')).toMatchObject({ count: 3 })
    expect(of('reviews').count).toBe(1)
    expect(of('money')).toMatchObject({ count: 1, newest: [{ text: 'reward: 20 POINT (minor units)' }] })
    expect(of('passkeys').newest[0]!.text).toContain('vogon-passkey')
    ok(await me.v.patch('/v1/me', { language: 'ar' }))
    const arabic = ok(await me.v.get('/v1/me/data')) as unknown as { items: { title: string }[] }
    expect(arabic.items.every((i) => /[\u0600-\u06ff]/.test(i.title))).toBe(true)

    const file = await me.v.get('/v1/me/export')
    const data = JSON.parse(file.text) as Record<string, { rows: Record<string, unknown>[] }>
    expect(Object.keys(data).slice(3)).toEqual([...KEPT_KINDS])
    expect(data.submissions!.rows.map((r) => (r.answer as { fact: string }).fact).sort()).toEqual(
      ['accepted', 'open', 'rejected'].map((a) => `vogon ${a} answer`),
    )
    for (const what of ['comment', 'grade', 'question', 'report', 'exam', 'bank', 'message'])
      expect(file.text).toContain(`vogon ${what}`)
    expect(data.evidence!.rows.filter((r) => r.kind === 'submitted')).toHaveLength(3)
    for (const kind of KEPT_KINDS) if (kind !== 'evidence') expect(data[kind]!.rows.length, kind).toBe(of(kind).count)

    const hashes = [...(await dump())].flatMap(([name, text]) =>
      ['session', 'api_key', 'recovery_code', 'one_time'].includes(name) ? (text.match(/[0-9a-f]{64}/g) ?? []) : [],
    )
    expect(hashes.length).toBeGreaterThan(10)
    expect(hashes.filter((h) => file.text.includes(h))).toEqual([])
    for (const r of reviewers) for (const said of [r.account_id, 'rev-a']) expect(file.text).not.toContain(said)
  })

  test('is exported in parts: many rows all come, once each', async () => {
    const me = await join('busy-person')
    const rows = Array.from({ length: 1203 }, (_, i) => ({
      account_id: me.account_id,
      id: w.parts.newId(),
      kind: 'money_claimable',
      params: JSON.stringify({ n: i }),
      at: w.clock.now(),
    }))
    // Stored in another order than they are read in.
    await w.db.insertInto('inbox_message').values(rows.toReversed()).execute()
    const data = JSON.parse((await me.v.get('/v1/me/export')).text) as {
      messages: { rows: { params: { n: number } }[] }
    }
    expect(data.messages.rows.map((r) => r.params.n).sort((a, b) => a - b)).toEqual(rows.map((_, i) => i))
  })
})

describe('erasing me', () => {
  test('leaves no byte of content or name, keeps commitments and ledger, and finishes what was under review', async () => {
    const me = await fullLife('to-be-erased', 'zarquon')
    // Even who is suspended may go.
    ok(await withKey(operator.key).post(`/v1/people/${me.account_id}/suspend`, { reason: 'zarquon suspicion, again' }))
    const before = await dump()
    const eventsBefore = await w.db.selectFrom('event').select(['id', 'body']).orderBy('id').execute()
    const transfersBefore = await w.db.selectFrom('transfer').selectAll().orderBy('id').execute()
    const hashes = (
      await w.db.selectFrom('submission').select('content_hash').where('author_id', '=', me.account_id).execute()
    ).map((s) => s.content_hash)
    // The search finds what is there, or finding nothing afterwards would say nothing.
    for (const [needle, table] of [
      ['to-be-erased', 'account'],
      ['zarquon accepted', 'submission_answer'],
      ['zarquon comment', 'review'],
      ['zarquon-browser', 'session'],
      [hashes[0]!, 'submission'],
      ['zarquon bank', 'payout_destination'],
    ] as const) {
      expect(tablesWith(before, needle)).toContain(table)
    }

    const refused = [
      await me.v.post('/v1/me/erase', { handle: 'somebody-else' }),
      await me.v.post('/v1/me/erase', { handle: 'to-be-erased' }),
    ]
    expect(refused.map(code)).toEqual(['handle_differs', 'money_left'])
    expect(refused[1]!.body.error?.message).toContain('20 POINT')
    const done = ok(
      await me.v.post('/v1/me/erase', { handle: 'to-be-erased', money: 'keep_behind_code' }),
    ) as unknown as { claim_code: string; money: unknown; still_under_review: number }
    expect(done).toMatchObject({
      still_under_review: 1,
      money: [{ currency: 'POINT', amount_minor: '20', state: 'frozen', outcome: 'behind_code' }],
    })
    expect(me.v.cookie).toBeUndefined()
    expect(code(await new Visitor(w).signIn(me.passkey))).toBe('passkey_unknown')

    // Only the work under review is still there, for its reviewers' sake.
    const between = await dump()
    expect(tablesWith(between, 'zarquon')).toEqual(['submission_answer'])
    expect(between.get('submission_answer')!.match(/zarquon \w+ answer/g)).toEqual(['zarquon open answer'])

    await review(me.c, me.open, true)
    w.clock.advance(2 * DAY)
    await w.jobs(['finish_erasures'])
    const after = await dump()
    for (const needle of ['zarquon', 'to-be-erased', ...hashes]) expect(tablesWith(after, needle)).toEqual([])
    expect(after.get('account')).toContain(`erased-${me.account_id}`)

    const eventsAfter = await w.db.selectFrom('event').select(['id', 'body']).orderBy('id').execute()
    expect(eventsAfter.slice(0, eventsBefore.length)).toEqual(eventsBefore)
    const transfersAfter = await w.db.selectFrom('transfer').selectAll().orderBy('id').execute()
    expect(
      transfersAfter.filter((t) => transfersBefore.some((b) => b.id === t.id && b.campaign_id === t.campaign_id)),
    ).toEqual(transfersBefore)
    // The work that was still open was decided and paid like any other.
    expect(transfersAfter.find((t) => t.id === `reward:${me.open}:POINT`)).toMatchObject({
      credit: `person:${me.account_id}:frozen`,
    })

    // No salt is left for anything this person wrote; of what they decided only yes and no can be opened. Others keep theirs.
    const { rows: salts } = await sql<{
      mine: boolean
      purposes: string[]
    }>`select ${me.account_id} in (e.body ->> 'author_id', e.body ->> 'reviewer_id') as mine, array_agg(distinct s.purpose) as purposes
      from salt s join event e on e.campaign_id = s.campaign_id and e.id = s.subject_id where e.campaign_id <> 0 group by 1`.execute(
      w.db,
    )
    expect(salts.find((s) => s.mine)?.purposes).toEqual(['approvals'])
    expect(salts.find((s) => !s.mine)!.purposes).toEqual(expect.arrayContaining(['answer', 'approvals']))
  })

  test('takes the reliability figures, and a later snapshot does not bring them back; the crowd keeps its weights', async () => {
    const me = await join('weighed-once')
    const c = await makeCampaign(w, { reviewers, items: [{ n: 1 }] })
    await c.join(me as unknown as Person, 'contributor')
    await review(c, await submit(me.v, c, 'a fact to weigh'), true)
    await w.jobs(['take_snapshots'])
    const rows = async () =>
      (await w.db.selectFrom('reliability').select('role').where('account_id', '=', me.account_id).execute()).length
    expect(await rows()).toBe(1)
    const { items } = ok(await me.v.get('/v1/me/data')) as unknown as {
      items: { kind: string; count: number; why: string; newest: { text: string }[] }[]
    }
    const kept = items.find((i) => i.kind === 'reliability')!
    expect(kept).toMatchObject({ count: 1 })
    expect(kept.newest[0]!.text).toMatch(/^simple_research, contributor, \d{4}-\d\d-\d\d: \d+ of 10000$/)
    expect(kept.why).toContain('account number')
    ok(await me.v.post('/v1/me/erase', { handle: 'weighed-once', money: 'keep_behind_code' }))
    expect(await rows()).toBe(0)
    const other = await join('weighed-later')
    await c.join(other as unknown as Person, 'contributor')
    const more = await makeCampaign(w, { reviewers, items: [{ n: 2 }] })
    await more.join(other as unknown as Person, 'contributor')
    await review(more, await submit(other.v, more, 'another fact to weigh'), true)
    w.clock.advance(DAY)
    await w.jobs(['take_snapshots'])
    const later = await w.db.selectFrom('reliability').select('account_id').distinct().execute()
    expect(later.map((r) => r.account_id)).toContain(other.account_id)
    expect(await rows()).toBe(0)
    const { body } = await w.db
      .selectFrom('snapshot')
      .select('body')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(body).toContain(`author:${me.account_id}`)
  })

  test('the money waits behind the code, comes as it thaws, and only to who has the code', async () => {
    const me = await join('leaver')
    const c = await makeCampaign(w, { reviewers, items: [{ n: 1 }] })
    await c.join(me as unknown as Person, 'contributor')
    await review(c, await submit(me.v, c, 'one fact'), true)
    const { claim_code } = ok(
      await me.v.post('/v1/me/erase', { handle: 'leaver', money: 'keep_behind_code' }),
    ) as unknown as { claim_code: string }
    expect(JSON.stringify([...(await dump())])).not.toContain(claim_code)

    const heir = await join('comes-back')
    expect(code(await heir.v.post('/v1/me/claim-codes', { code: 'bbbb-bbbb-bbbb-bbbb' }))).toBe('claim_code_wrong')
    expect(ok(await heir.v.post('/v1/me/claim-codes', { code: claim_code }))).toEqual({
      taken_up: [],
      to_come: [{ currency: 'POINT', amount_minor: '20' }],
    })
    w.clock.advance(9 * DAY)
    await w.jobs(['thaw'])
    const both = await Promise.all(
      [1, 2].map(() => heir.v.post('/v1/me/claim-codes', { code: claim_code.toUpperCase() })),
    )
    expect(both.map((a) => (ok(a) as unknown as { taken_up: unknown[] }).taken_up.length).sort()).toEqual([0, 1])
    const { items } = ok(await heir.v.get('/v1/me/earnings')) as unknown as { items: { claimable_minor: string }[] }
    expect(items).toMatchObject([{ currency: 'POINT', claimable_minor: '20' }])
    expect(code(await withKey(operator.key).post('/v1/me/claim-codes', { code: claim_code }))).toBe('session_needed')
    await expectCleanBooks()
  })

  test('money given back goes to whose campaign paid it: at once what is claimable, later what thaws', async () => {
    const me = await join('giver')
    const c = await makeCampaign(w, { reviewers, items: [{ n: 1 }, { n: 2 }] })
    await c.join(me as unknown as Person, 'contributor')
    await review(c, await submit(me.v, c, 'an old fact'), true)
    w.clock.advance(9 * DAY)
    await w.jobs(['thaw'])
    ok(await me.v.signIn(me.passkey))
    await review(c, await submit(me.v, c, 'a new fact'), true)
    const done = ok(await me.v.post('/v1/me/erase', { handle: 'giver', money: 'give_back' })) as unknown as {
      claim_code: null
      money: unknown[]
    }
    expect(done.claim_code).toBeNull()
    expect(done.money).toEqual([
      { currency: 'POINT', amount_minor: '20', state: 'claimable', outcome: 'given_back' },
      { currency: 'POINT', amount_minor: '20', state: 'frozen', outcome: 'given_back' },
    ])
    const requester = await w.db
      .selectFrom('campaign')
      .select('requester_id')
      .where('id', '=', c.id)
      .executeTakeFirstOrThrow()
    const got = async () =>
      (
        await w.db
          .selectFrom('transfer')
          .select('amount_minor')
          .where('credit', '=', `requester:${requester.requester_id}`)
          .where('kind', '=', 'given_back')
          .execute()
      ).map((t) => t.amount_minor)
    expect(await got()).toEqual(['20'])
    w.clock.advance(9 * DAY)
    await w.jobs(['thaw'])
    await w.jobs(['finish_erasures'])
    expect(await got()).toEqual(['20', '20'])
    const { settled_at } = await w.db
      .selectFrom('erasure')
      .select('settled_at')
      .where('account_id', '=', me.account_id)
      .executeTakeFirstOrThrow()
    expect(settled_at).not.toBeNull()
    await expectCleanBooks()
  })

  test('needs proof of presence and a browser, and nobody may be stranded by it', async () => {
    const me = await join('hesitant')
    w.clock.advance(11 * 60_000)
    expect(code(await me.v.post('/v1/me/erase', { handle: 'hesitant' }))).toBe('fresh_sign_in_needed')
    expect(code(await withKey(operator.key).post('/v1/me/erase', { handle: 'desk' }))).toBe('session_needed')
    ok(await me.v.prove(me.passkey))
    const at = w.clock.now()
    const owe = (account: string, kind: string) =>
      w.db
        .insertInto('transfer')
        .values({
          campaign_id: 0,
          id: `${kind}:${me.account_id}`,
          kind,
          subject_id: me.account_id,
          debit: 'outside',
          credit: account,
          currency: 'USD',
          amount_minor: '5',
          at,
        })
        .execute()
    const away = (kind: string) => w.db.deleteFrom('transfer').where('id', '=', `${kind}:${me.account_id}`).execute()
    await owe(`person:${me.account_id}:paying`, 'pay')
    expect(code(await me.v.post('/v1/me/erase', { handle: 'hesitant', money: 'keep_behind_code' }))).toBe(
      'payout_under_way',
    )
    await away('pay')
    await owe(`requester:${me.account_id}`, 'top')
    expect(code(await me.v.post('/v1/me/erase', { handle: 'hesitant', money: 'keep_behind_code' }))).toBe('budget_left')
    await away('top')
    const c = await makeCampaign(w, { items: [] })
    await w.db.updateTable('campaign').set({ requester_id: me.account_id }).where('id', '=', c.id).execute()
    expect(code(await me.v.post('/v1/me/erase', { handle: 'hesitant' }))).toBe('campaigns_running')
    await w.db.updateTable('campaign').set({ status: 'closed' }).where('id', '=', c.id).execute()
    expect(ok(await me.v.post('/v1/me/erase', { handle: 'hesitant' }))).toMatchObject({ claim_code: null, money: [] })
    // The handle is free again; the erased one cannot be taken.
    expect(ok(await new Visitor(w).get('/v1/handles/hesitant'))).toMatchObject({ free: true })
    expect(ok(await new Visitor(w).get(`/v1/handles/erased-${me.account_id}`))).toMatchObject({ free: false })
  })
})

async function expectCleanBooks(): Promise<void> {
  ok(await withKey(operator.key).post('/v1/ledger/audit'))
  await w.jobs(['audit_ledger'])
  const { audit } = ok(await withKey(operator.key).get('/v1/ledger/audit')) as unknown as {
    audit: { clean: boolean; problems: unknown[] }
  }
  expect(audit.problems).toEqual([])
  expect(audit.clean).toBe(true)
}
