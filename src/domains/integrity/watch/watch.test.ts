import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign } from '../../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { fromPeers, wordOf } from './rules.ts'
import { watchWork } from './watch.ts'

type State = { seen: [number, number][] }
const HONEST = 150
const LAZY = 60
let w: World
let author: Person
let reviewers: Person[]
let changed: Person
let campaign_id: string
let changedAt: Date

/** Work that has been decided, written straight into the tables: of three pieces in ten, the truth is "bad". */
async function decided(from: number, n: number, votesOf: (good: boolean, reviewer: number) => boolean): Promise<void> {
  for (let i = from; i < from + n; i++) {
    w.clock.advance(60_000)
    const at = w.clock.now()
    const good = i % 10 >= 3
    const [item_id, id] = [w.parts.newId(), w.parts.newId()]
    const verdicts = reviewers.map((r, k) => ({ r, id: w.parts.newId(), approves: votesOf(good, k) }))
    const accepted = 2 * verdicts.filter((v) => v.approves).length > verdicts.length
    await w.db
      .insertInto('item')
      .values({ campaign_id, id: item_id, data: '{}', content_hash: `h${i}`, state: 'done', created_at: at } as never)
      .execute()
    await w.db
      .insertInto('submission')
      .values({
        campaign_id,
        id,
        item_id,
        author_id: author.account_id,
        version: 1,
        status: accepted ? 'accepted' : 'rejected',
        content_hash: `c${i}`,
        submitted_at: at,
        took_seconds: 9,
        decided_at: at,
      })
      .execute()
    await w.db
      .insertInto('review')
      .values(
        verdicts.map((v) => ({
          campaign_id,
          submission_id: id,
          reviewer_id: v.r.account_id,
          id: v.id,
          round: 1,
          lane: 2,
          votes: JSON.stringify({ fact: { approve: v.approves, ...(v.approves ? {} : { reason: 'wrong' }) } }),
          took_seconds: 9,
          reviewed_at: at,
        })),
      )
      .execute()
    await w.db
      .insertInto('event')
      .values({
        campaign_id,
        id: w.parts.newId(),
        kind: 'decided',
        subject_id: id,
        at,
        body: JSON.stringify({ round: 1, accepted }),
      })
      .execute()
  }
}

beforeAll(async () => {
  w = await createWorld()
  author = await w.person('anna')
  reviewers = await Promise.all(['r0', 'r1', 'r2', 'r3', 'r4'].map((h) => w.person(h)))
  changed = reviewers[4]!
  campaign_id = (await makeCampaign(w, { items: [] })).id
  // Each errs now and then, at other places than the others; the last one stops looking.
  let n = 0
  const honest = (good: boolean, k: number) => (n++ % 11 === k ? !good : good)
  await decided(0, HONEST, honest)
  changedAt = w.clock.now()
  await decided(HONEST, LAZY, (good, k) => (k === 4 ? true : honest(good, k)))
  await w.jobs(['watch_reviewers'])
}, 120_000)
afterAll(() => w.close())

const cases = () => w.db.selectFrom('case_file').selectAll().orderBy('id').execute()
const rows = () => w.db.selectFrom('watch').select(['account_id', 'role', 'state']).orderBy('account_id').execute()

describe('watching work', () => {
  test('who stops looking has a case opened by a signal, dated to about when; nobody else has', async () => {
    const open = await cases()
    expect(open.map((c) => [c.account_id, c.opened_by, c.state])).toEqual([[changed.account_id, null, 'open']])
    const since = open[0]!.suspect_since!
    expect(Math.abs(since.getTime() - changedAt.getTime())).toBeLessThan(25 * 60_000)
    expect(await w.db.selectFrom('sanction').select('id').execute(), 'a signal never decides').toEqual([])
    expect(open[0]!.keeps_waiting, "one signal keeps nobody's money").toBe(false)
    const { cases: own } = await changed.client.standing.mine()
    expect(own).toMatchObject([{ evidence: ['reviews_changed'], suspect_since: null }])
    expect(JSON.stringify(await changed.client.standing.mine())).not.toMatch(/threshold|sums|fair|habit/)
  })

  test('reading everything again counts nothing twice', async () => {
    const before = await rows()
    expect(before).toHaveLength(5)
    for (const r of before) expect((r.state as unknown as { n: number }).n).toBe(HONEST + LAZY)
    await watchWork(w.ctx(), {})
    expect(await rows()).toEqual(before)
    expect(await cases()).toHaveLength(1)
  })

  test('an appeal that is upheld says of those who rejected the work what an audit would', async () => {
    const before = new Map((await rows()).map((r) => [r.account_id, (r.state as unknown as State).seen]))
    const piece = await w.db
      .selectFrom('submission')
      .select('id')
      .where('campaign_id', '=', campaign_id)
      .where('status', '=', 'rejected')
      .limit(1)
      .executeTakeFirstOrThrow()
    await w.db
      .insertInto('event')
      .values({
        campaign_id,
        id: w.parts.newId(),
        kind: 'decided',
        subject_id: piece.id,
        at: w.clock.now(),
        body: JSON.stringify({ round: 2, accepted: true }),
      })
      .execute()
    await w.jobs(['watch_reviewers'])
    const verdicts = await w.db
      .selectFrom('review')
      .select(['reviewer_id', 'votes'])
      .where('submission_id', '=', piece.id)
      .execute()
    expect(verdicts).toHaveLength(5)
    for (const v of verdicts) {
      const approved = (v.votes as unknown as { fact: { approve: boolean } }).fact.approve
      const now = (await rows()).find((r) => r.account_id === v.reviewer_id)!
      const [n, right] = before.get(v.reviewer_id)![0]!
      expect((now.state as unknown as State).seen[0]).toEqual([n + 1, right + (approved ? 1 : 0)])
    }
  })

  test('audits that find accepted work bad speak about its author, those of rejected work do not', async () => {
    const plan = w.parts.newId()
    const { season_id } = await w.db
      .selectFrom('campaign')
      .select('season_id')
      .where('id', '=', campaign_id)
      .executeTakeFirstOrThrow()
    await sql`insert into audit_plan (id, season_id, campaign_id, seed, double_bps, drawn_until, drawn_hash, created_by, created_at)
      values (${plan}, ${season_id}, ${campaign_id}, 1, 0, ${w.clock.now()}, '', ${author.account_id}, ${w.clock.now()})`.execute(
      w.db,
    )
    await sql`insert into audit (campaign_id, submission_id, plan_id, round, accepted, grades_wanted, grades, correct_grades, closed_at)
      select campaign_id, id, ${plan}, 1, status = 'accepted', 1, 1, 0, ${w.clock.now()} from submission where campaign_id = ${campaign_id}`.execute(
      w.db,
    )
    const graded = await w.db
      .selectFrom('submission')
      .select(['id', 'status'])
      .where('campaign_id', '=', campaign_id)
      .orderBy('id')
      .execute()
    const good = new Set(graded.slice(0, 80).map((s) => s.id))
    await w.db
      .insertInto('event')
      .values(
        graded.map((s) => ({
          campaign_id,
          id: w.parts.newId(),
          kind: 'audited',
          subject_id: s.id,
          at: w.clock.now(),
          body: JSON.stringify({ outcome: good.has(s.id) ? 'correct' : 'incorrect' }),
        })),
      )
      .execute()
    await w.jobs(['watch_reviewers'])
    const mine = (await rows()).find((r) => r.account_id === author.account_id)
    expect(mine).toMatchObject({ role: 'contributor' })
    expect((mine!.state as unknown as { n: number }).n).toBe(graded.filter((s) => s.status === 'accepted').length)
    expect((await cases()).find((c) => c.account_id === author.account_id)).toMatchObject({ opened_by: null })
    expect((await author.client.standing.mine()).cases).toMatchObject([{ evidence: ['work_changed'] }])
  })
})

test('a verdict is compared with the others of the same work, never with itself, and a tie says nothing', () => {
  const verdicts = [
    { reviewer_id: 'a', approves: true },
    { reviewer_id: 'b', approves: true },
    { reviewer_id: 'c', approves: false },
  ]
  const seen = fromPeers(verdicts, 7)
  // For a and b the others are split; for c they agree that it is good.
  expect([...seen]).toEqual([['c', { stream: 2, right: false, mark: 7 }]])
  expect(fromPeers([verdicts[0]!], 7).size).toBe(0)
})

describe('where reviewers have published weights, the others count by them', () => {
  const sure = [[2 ** 17, 0], [0, 2 ** 17]] as const // prettier-ignore
  const nothing = [[0, 0], [0, 0]] as const // prettier-ignore
  const weights = { people: { easy: nothing, b: sure }, default_weights: sure }
  const said = (reviewer_id: string, approves: boolean) => ({ reviewer_id, approves })

  test('who approves everything is no measure for the one beside them', () => {
    const verdicts = [said('a', false), said('easy', true)]
    // The planted fault: by heads, whoever looks differs from whoever does not, and would seem to have changed.
    expect(fromPeers(verdicts, 7).get('a')).toMatchObject({ right: false })
    expect(fromPeers(verdicts, 7, (v) => wordOf(weights, v)).has('a')).toBe(false)
    expect(fromPeers(verdicts, 7, (v) => wordOf(weights, v)).get('easy')).toMatchObject({ right: false })
  })

  test('a few who are sure outweigh many who are not, and two who are sure of different things say nothing', () => {
    const many = [said('a', true), said('b', false), ...['c', 'd'].map((id) => said(id, true))]
    const easy = { ...weights, default_weights: nothing }
    expect(fromPeers(many, 7, (v) => wordOf(easy, v)).get('a')).toMatchObject({ stream: 3, right: false })
    const split = [said('a', true), said('x', true), said('y', false)]
    expect(fromPeers(split, 7, (v) => wordOf(weights, v)).has('a')).toBe(false)
  })
})
