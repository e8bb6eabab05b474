import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { ApiError } from '../../../client.ts'
import { ensureSeason } from '../../seasons/ensure.ts'
import { lockPerson } from '../standing/queries.ts'
import { raiseSignal } from '../cases/open.ts'
import { ACTIONS } from '../cases/contract.ts'
import { FORFEIT_DAYS, MOST_DAYS, type Action } from '../cases/rules.ts'
import { saveLinks } from '../signals/queries.ts'
import { fromNats } from '../signals/rules.ts'
import { addMoney } from '../../../../test/person-money.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
let w: World
let operator: Person
let qa: Person[]
let made = 0
beforeAll(async () => {
  w = await createWorld({ poolSize: 10 })
  await ensureSeason(w.ctx())
  operator = await w.person('olga', { roles: ['operator'] })
  qa = await Promise.all(['quinn', 'quentin', 'quiana', 'qadir'].map((h) => w.person(h, { roles: ['qa'] })))
})
afterAll(() => w.close())

const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const someone = () => w.person(`somebody-${made++}`)
const REASON = 'The same person came as several accounts.'
const params = (case_id: string) => ({ params: { case_id } })

async function openCase(p: Person, o: { since?: Date; strength?: 'weak' | 'fair' | 'strong'; by?: Person } = {}) {
  const file = await (o.by ?? operator).client.cases.open({
    body: {
      account_id: p.account_id,
      why: 'Several accounts seem to be one.',
      ...(o.since ? { suspect_since: o.since.toISOString() } : {}),
      evidence: { kind: 'alike_accounts', strength: o.strength ?? 'strong', says: 'One wallet, one device, one pace.' },
    },
  })
  return file.case_id
}
const decide = (
  by: Person,
  case_id: string,
  decision: 'dismiss' | 'impose' | 'confirm' | 'disagree',
  action?: Action,
  days = 7,
) =>
  by.client.cases.decide({
    ...params(case_id),
    body: { decision, reason: REASON, ...(action ? { action, days } : {}) },
  })

describe('the graph of a case', () => {
  test('draws the person, their cluster and their links, numbered; only operators read names', async () => {
    const [p, a, b, stranger] = await Promise.all([someone(), someone(), someone(), someone()])
    await saveLinks(
      w.db,
      [
        { a: a.account_id, b: p.account_id, kind: 'payout_shared', strength: fromNats(5), times: 1 },
        { a: p.account_id, b: a.account_id, kind: 'device_shared', strength: fromNats(2), times: 9 },
        { a: b.account_id, b: p.account_id, kind: 'invited', strength: fromNats(0.5), times: 1 },
        { a: a.account_id, b: stranger.account_id, kind: 'invited', strength: fromNats(0.5), times: 1 },
      ],
      w.clock.now(),
    )
    const case_id = await openCase(p)
    const seen = await operator.client.caseDesk.graph(params(case_id))
    expect(seen.nodes.map((n) => n.account_id)).toEqual([p.account_id, a.account_id, b.account_id])
    expect(seen.nodes.map((n) => n.number)).toEqual([1, 2, 3])
    expect(seen.links).toMatchObject([
      {
        a: 1,
        b: 2,
        strength: 'strong',
        kinds: [{ kind: 'payout_shared', family: 'money' }, { kind: 'device_shared' }],
      },
      { a: 1, b: 3, strength: 'weak' },
    ])
    expect(seen.links[0]!.odds_log10_hundredths).toBe(Math.round((7 / Math.LN10) * 100))
    const raw = await w.raw(qa[0]!, { method: 'GET', url: `/v1/cases/${case_id}/graph` })
    expect(raw.status).toBe(200)
    for (const q of [p, a, b]) expect(raw.body).not.toContain(q.account_id)
    expect(raw.body).not.toMatch(/somebody-/)
    // Links that have expired are not evidence any more.
    w.clock.advance(400 * DAY)
    expect((await operator.client.caseDesk.graph(params(await openCase(await someone())))).links).toEqual([])
    w.clock.advance(DAY)
    await w.jobs(['end_sanctions'])
  })

  test('is refused to whoever stands in it, and to whoever is kept apart from somebody in it', async () => {
    const [p, friend] = [await someone(), await someone()]
    const case_id = await openCase(p)
    expect(await refusal(qa[0]!.client.caseDesk.graph(params(case_id)))).toBe('accepted')
    await saveLinks(
      w.db,
      [
        { a: qa[0]!.account_id, b: p.account_id, kind: 'device_shared', strength: fromNats(2), times: 1 },
        { a: friend.account_id, b: p.account_id, kind: 'device_shared', strength: fromNats(2), times: 1 },
      ],
      w.clock.now(),
    )
    expect(await refusal(qa[0]!.client.caseDesk.graph(params(case_id)))).toBe('case_own')
    expect(await refusal(qa[1]!.client.caseDesk.graph(params(case_id)))).toBe('accepted')
    await operator.client.integrity.exclude({
      body: { account_id: qa[1]!.account_id, other_id: friend.account_id, reason: 'Same household.' },
    })
    expect(await refusal(qa[1]!.client.caseDesk.graph(params(case_id)))).toBe('case_own')
    const own = await openCase(qa[2]!)
    for (const call of ['graph', 'preview', 'trail', 'seen'] as const) {
      expect(await refusal(qa[2]!.client.caseDesk[call](params(own)))).toBe('case_not_found')
      expect(await refusal(p.client.caseDesk[call](params(case_id))), call).toBe('not_allowed')
    }
    await decide(qa[3]!, own, 'dismiss')
    await decide(qa[3]!, case_id, 'dismiss')
    await w.db.deleteFrom('exclusion').execute()
    await w.db.deleteFrom('link').execute()
  })
})

describe('what acting would do', () => {
  test('is what then happens, whatever the person has', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          action: fc.constantFrom(...ACTIONS),
          days: fc.integer({ min: 1, max: 90 }),
          thawed: fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 4 }),
          frozen: fc.integer({ min: 0, max: 300 }),
          held: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 3 }),
          after: fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 3 }),
          heldBefore: fc.integer({ min: 0, max: 50 }),
          earlier: fc.option(fc.constantFrom('limit' as const, 'hold' as const)),
        }),
        async (g) => {
          const p = await someone()
          await addMoney(w, p, { thawed: g.thawed, held: g.heldBefore ? [g.heldBefore] : [] })
          w.clock.advance(HOUR)
          const since = w.clock.now()
          if (g.earlier) {
            const before = await openCase(p, { since })
            await decide(qa[0]!, before, 'impose', g.earlier, 14)
            if (g.earlier === 'hold') await decide(qa[1]!, before, 'confirm')
          }
          await addMoney(w, p, { thawed: g.after, frozen: g.frozen, held: g.held })
          const case_id = await openCase(p, { since })
          const days = Math.min(g.days, MOST_DAYS[g.action])
          const told = await operator.client.caseDesk.preview({ ...params(case_id), query: { days } })
          const own = told.items.find((e) => e.action === g.action)!
          const forQa = (await qa[0]!.client.caseDesk.preview({ ...params(case_id), query: { days } })).items
          expect(forQa.every((e) => e.money === null)).toBe(true)
          const asQa = forQa.find((e) => e.action === g.action)!

          // What is said of the first word is what comes of it.
          const first = await decide(qa[0]!, case_id, 'impose', g.action, days)
          expect(asQa.next).toBe(first.state === 'proposed' ? 'propose' : 'impose')
          expect(asQa.takes_two).toBe(first.state === 'proposed')
          if (first.state === 'proposed') {
            const second = await qa[1]!.client.caseDesk.preview(params(case_id))
            expect(second.items.find((e) => e.action === g.action)).toMatchObject({ next: 'confirm', days: own.days })
            await decide(qa[1]!, case_id, 'confirm')
          }
          const [sanction] = (await operator.client.cases.one(params(case_id))).sanctions
          expect([sanction!.ends_at, sanction!.may_appeal_until]).toEqual([own.ends_at, own.appeal_until])
          // Programs of somebody suspended are refused, so their view is read at the desk.
          const view = await operator.client.caseDesk.seen(params(case_id))
          expect(
            own
              .money!.filter((m) => m.waits_minor !== '0' || m.free_minor !== '0')
              .map((m) => [m.currency, m.waits_minor, m.free_minor]),
          ).toEqual(
            view.waiting
              .filter((m) => m.waits_minor !== '0' || m.withdrawable_minor !== '0')
              .map((m) => [m.currency, m.waits_minor, m.withdrawable_minor]),
          )
          expect(own.money!.find((m) => m.waits_minor !== '0')?.waits_until ?? null).toBe(
            view.waiting.find((m) => m.waits_minor !== '0')?.until ?? null,
          )
          expect(own.leases > 0).toBe(false)
          // The sum of what is taken is what the books say when the time is over.
          const held = await moneyIn(`person:${p.account_id}:held`)
          w.clock.advance(FORFEIT_DAYS * DAY)
          await w.jobs(['end_sanctions'])
          const left = await moneyIn(`person:${p.account_id}:held`)
          expect(held - left).toBe(BigInt(own.money!.find((m) => m.currency === 'POINT')?.taken_minor ?? '0'))
          if (g.action === 'forfeit') expect(held - left).toBe(BigInt(g.held.reduce((a, b) => a + b, 0)))
        },
      ),
      { numRuns: 12, seed: 6 },
    )
  }, 240_000)

  test('says who could be the second person, and who would be left to answer an appeal', async () => {
    const p = await someone()
    const case_id = await openCase(p, { since: w.clock.now(), by: operator })
    const effect = async (by: Person, action: Action) =>
      (await by.client.caseDesk.preview(params(case_id))).items.find((e) => e.action === action)!
    // Of five who decide, the operator opened it: the operator may confirm and leaves all the others to answer.
    expect(await effect(qa[0]!, 'hold')).toMatchObject({ next: 'propose', confirmers: 4, answerers: 3 })
    expect(await effect(operator, 'hold')).toMatchObject({ next: 'propose', confirmers: 4, answerers: 3 })
    expect(await effect(qa[0]!, 'limit')).toMatchObject({ next: 'impose', answerers: 3 })
    expect(await effect(operator, 'forfeit')).toMatchObject({ next: null, refusal: { code: 'nothing_held' } })
    await operator.client.integrity.exclude({
      body: { account_id: p.account_id, other_id: qa[3]!.account_id, reason: 'Same household.' },
    })
    expect(await effect(qa[0]!, 'hold')).toMatchObject({ confirmers: 3, answerers: 2 })
    await decide(qa[0]!, case_id, 'dismiss')
    await w.db.deleteFrom('exclusion').execute()
  })

  test('work in hand stops with a suspension alone; nobody else of the cluster is touched', async () => {
    const [p, other] = [await someone(), await someone()]
    await addLeases(p, 3)
    await addCluster([p, other])
    await addMoney(w, other, { thawed: [70] })
    const case_id = await openCase(p)
    const told = await operator.client.caseDesk.preview(params(case_id))
    expect(told.items.map((e) => [e.action, e.leases])).toEqual([
      ['warn', 0],
      ['limit', 0],
      ['hold', 0],
      ['suspend', 3],
      ['forfeit', 0],
    ])
    expect(told.others).toBe(1)
    const before = await other.client.standing.mine()
    await decide(qa[0]!, case_id, 'impose', 'suspend', 30)
    await decide(qa[1]!, case_id, 'confirm')
    expect(
      await refusal(p.client.assignments.claim_items({ params: { campaign_id: '7' }, body: { count: 1 } })),
      'what it says of work is so',
    ).toBe('account_suspended')
    expect(await other.client.standing.mine()).toEqual(before)
  })
})

describe('cases from a cluster', () => {
  test('are one for each chosen member, with its evidence once; a member of it opens none', async () => {
    const [a, b, c] = (await Promise.all([someone(), someone(), someone()])) as [Person, Person, Person]
    const cluster_id = await addCluster([a, b, c])
    const open = (by: Person, ...who: Person[]) =>
      by.client.caseDesk.open_for_members({
        params: { cluster_id },
        body: { account_ids: who.map((p) => p.account_id), why: 'These accounts seem to be one person.' },
      })
    const { items } = await open(operator, b, a)
    expect(items.map((i) => [i.account_id, i.is_new])).toEqual([
      [a.account_id, true],
      [b.account_id, true],
    ])
    expect(await open(operator, a, b), 'the same is not said twice').toMatchObject({
      items: [{ is_new: false }, { is_new: false }],
    })
    const file = await operator.client.cases.one(params(items[0]!.case_id))
    expect(file.items).toMatchObject([{ kind: 'alike_accounts', strength: 'fair', by_signal: false }])
    expect(file.items[0]!.says).toMatch(/3 accounts/)
    expect((await c.client.standing.mine()).cases, 'nobody else is touched').toEqual([])
    expect(await refusal(open(operator, await someone()))).toBe('not_in_cluster')
    expect(await refusal(open(qa[0]!, a))).toBe('not_allowed')
    const member = await w.person(`op-${made++}`, { roles: ['operator'] })
    const own = await addCluster([member, await someone()])
    expect(
      await refusal(
        member.client.caseDesk.open_for_members({
          params: { cluster_id: own },
          body: { account_ids: [member.account_id], why: 'About myself, of all people.' },
        }),
      ),
    ).toBe('case_own')
  })
})

describe('the trail of a case', () => {
  test('has one line for each time that somebody acted, none for a repeat, and says who and in which words', async () => {
    const p = await someone()
    await w.db.transaction().execute(async (db) => {
      await lockPerson(db, p.account_id)
      await raiseSignal(w.ctx(), db, {
        account_id: p.account_id,
        why: 'Two accounts seem to be one.',
        suspect_since: w.clock.now(),
        evidence: { kind: 'alike_accounts', strength: 'fair', says: 'One wallet was paid by both.' },
      })
    })
    const { case_id } = (await p.client.standing.mine()).cases[0]!
    const lines = async () => (await operator.client.caseDesk.trail(params(case_id))).items
    let count = (await lines()).length
    expect(count).toBe(1)
    /** Acts, and reads the one line that this adds. */
    const adds = async (act: () => Promise<unknown>) => {
      w.clock.advance(60_000)
      await act()
      const now = await lines()
      expect(now.length).toBe(count + 1)
      count = now.length
      const last = now.at(-1)!
      return { by: last.by, who: last.who, steps: last.steps.map((s) => s.kind), says: last.steps[0]!.says, last }
    }
    expect((await lines())[0]).toMatchObject({
      by: 'signal',
      who: null,
      steps: [{ kind: 'case_opened' }, { kind: 'case_evidence_added', strength: 'fair' }],
    })
    const evidence = { kind: 'rule_broken', strength: 'strong', says: 'The same typing mistakes in both.' } as const
    expect(await adds(() => qa[0]!.client.cases.add_evidence({ ...params(case_id), body: evidence }))).toMatchObject({
      by: 'qa',
      who: 'quinn',
      steps: ['case_evidence_added', 'case_waits'],
      says: evidence.says,
    })
    const statement = 'We are two sisters and share a laptop.'
    expect(await adds(() => p.client.standing.state({ ...params(case_id), body: { statement } }))).toMatchObject({
      by: 'person',
      who: null,
      steps: ['case_stated'],
      says: statement,
    })
    expect(await adds(() => decide(operator, case_id, 'impose', 'hold'))).toMatchObject({
      by: 'operator',
      who: 'olga',
      steps: ['case_opinion'],
    })
    expect(await adds(() => decide(qa[0]!, case_id, 'disagree'))).toMatchObject({ steps: ['case_opinion'] })
    await adds(() => decide(operator, case_id, 'impose', 'hold'))
    const confirmed = await adds(() => decide(qa[1]!, case_id, 'confirm'))
    expect(confirmed).toMatchObject({ who: 'quentin', steps: ['case_opinion', 'sanctioned', 'case_closed'] })
    expect(await refusal(decide(qa[1]!, case_id, 'confirm'))).toBe('case_closed')
    expect(await lines()).toHaveLength(count)
    const { sanction_id } = (await p.client.standing.mine()).sanctions[0]!
    expect(
      await adds(() => p.client.standing.appeal({ params: { sanction_id }, body: { reason: 'We are two people.' } })),
    ).toMatchObject({ by: 'person', steps: ['sanction_appealed'], says: 'We are two people.' })
    expect(
      await adds(() =>
        qa[2]!.client.cases.decide_appeal({
          params: { sanction_id },
          body: { upheld: true, answer: 'You are right.' },
        }),
      ),
    ).toMatchObject({ who: 'quiana', steps: ['sanction_appeal_decided', 'sanction_ended'], says: 'You are right.' })

    const q = await someone()
    const stopped = await operator.client.cases.stop({
      params: { account_id: q.account_id },
      body: { reason: 'A key of it is used from two places.' },
    })
    const trail = async () => (await operator.client.caseDesk.trail(params(stopped.case_id))).items
    expect((await trail()).map((l) => l.steps.map((s) => s.kind))).toEqual([
      ['case_opened', 'case_evidence_added', 'case_opinion', 'sanctioned'],
    ])
    w.clock.advance(DAY)
    await w.jobs(['end_sanctions'])
    const last = (await trail()).at(-1)!
    expect([last.by, last.steps.map((s) => s.kind).toSorted()]).toEqual(['time', ['case_closed', 'sanction_ended']])
    const lifted = await openCase(await someone())
    await decide(qa[0]!, lifted, 'impose', 'warn')
    const [s] = (await operator.client.cases.one(params(lifted))).sanctions
    await qa[1]!.client.cases.lift({
      params: { sanction_id: s!.sanction_id },
      body: { reason: 'It has done its work.', mistaken: false },
    })
    expect((await operator.client.caseDesk.trail(params(lifted))).items.at(-1)).toMatchObject({
      who: 'quentin',
      steps: [{ kind: 'sanction_ended', why: 'lifted', says: 'It has done its work.' }],
    })
  })
})

describe("the person's view", () => {
  test('at the desk is, byte for byte, what the person is answered; QA read it without amounts', async () => {
    const p = await someone()
    await addMoney(w, p, { thawed: [80] })
    const case_id = await openCase(p, { since: new Date(w.clock.now().getTime() - HOUR) })
    const mine = async () => (await w.raw(p, { method: 'GET', url: `/v1/me/cases/${case_id}` })).body
    const desk = async (by: Person) => (await w.raw(by, { method: 'GET', url: `/v1/cases/${case_id}/own-view` })).body
    expect(JSON.parse(await mine())).toMatchObject({
      state: 'open',
      evidence: ['alike_accounts'],
      waiting: [{ waits_minor: '80' }],
    })
    expect(await desk(operator)).toBe(await mine())
    expect(await desk(qa[0]!)).not.toMatch(/"80"/)
    await decide(qa[0]!, case_id, 'impose', 'hold')
    expect(JSON.parse(await mine()), 'a proposal is nobody else’s yet').toMatchObject({ state: 'open' })
    await decide(qa[1]!, case_id, 'confirm')
    expect(await desk(operator)).toBe(await mine())
    expect(await mine()).not.toMatch(/One wallet|strong|quinn|Several accounts seem/)
    expect(await refusal((await someone()).client.caseDesk.mine(params(case_id)))).toBe('case_not_found')
  })
})

async function moneyIn(account: string): Promise<bigint> {
  const { rows } = await w.pool.query<{ sum: string }>(
    `select coalesce(sum(case when credit = $1 then amount_minor else -amount_minor end), 0)::text as sum
       from transfer where (credit = $1 or debit = $1) and currency = 'POINT'`,
    [account],
  )
  return BigInt(rows[0]!.sum)
}

async function addLeases(p: Person, count: number): Promise<void> {
  const at = w.clock.now()
  await w.db
    .insertInto('lease')
    .values(
      Array.from({ length: count }, () => ({
        campaign_id: '7',
        account_id: p.account_id,
        target_id: w.parts.newId(),
        lane: 1,
        state: 1,
        version: 1,
        leased_at: at,
        expires_at: new Date(at.getTime() + DAY),
      })),
    )
    .execute()
}

async function addCluster(people: readonly Person[]): Promise<string> {
  const id = w.parts.newId()
  const at = w.clock.now()
  await w.db
    .insertInto('cluster')
    .values({
      id,
      found_at: at,
      changed_at: at,
      strength: fromNats(6),
      members: people.length,
      explained: JSON.stringify({ kinds: {}, pairs: 3, joined: 3 }),
    })
    .execute()
  await w.db
    .insertInto('cluster_member')
    .values(people.map((p) => ({ account_id: p.account_id, cluster_id: id, since: at })))
    .execute()
  return id
}
