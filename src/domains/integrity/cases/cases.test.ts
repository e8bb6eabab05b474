import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureSeason } from '../../seasons/ensure.ts'
import { makeCampaign } from '../../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { ApiError } from '../../../client.ts'
import { raiseSignal } from './open.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
let w: World
let operator: Person
let deciders: Person[]
let made = 0
beforeAll(async () => {
  w = await createWorld({ poolSize: 12 })
  await ensureSeason(w.ctx())
  operator = await w.person('olga', { roles: ['operator'] })
  deciders = await Promise.all(['quinn', 'quentin', 'quiana', 'qadir'].map((h) => w.person(h, { roles: ['qa'] })))
})
afterAll(() => w.close())

const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const someone = () => w.person(`person-${made++}`)
const REASON = 'Your reviews stopped looking at the work.'

/** Pays somebody so many pieces at this moment, which are thawed `thawed`. */
async function pay(p: Person, pieces: number, thawed: boolean): Promise<void> {
  const at = w.clock.now()
  const n = made++
  const row = (id: string, kind: string, debit: string, credit: string, amount: string) => ({
    campaign_id: '7',
    id,
    kind,
    subject_id: p.account_id,
    debit,
    credit,
    currency: 'POINT',
    amount_minor: amount,
    at,
  })
  await w.db
    .insertInto('transfer')
    .values([
      ...Array.from({ length: pieces }, (_, i) =>
        row(`reward:${n}:${i}`, 'reward', 'campaign:7', `person:${p.account_id}:frozen`, '10'),
      ),
      ...(thawed
        ? [
            row(
              `thaw:${n}`,
              'thaw',
              `person:${p.account_id}:frozen`,
              `person:${p.account_id}:claimable`,
              String(10 * pieces),
            ),
          ]
        : []),
    ])
    .execute()
}
async function readyToClaim(p: Person): Promise<void> {
  await w.db
    .insertInto('payout_destination')
    .values({ account_id: p.account_id, currency: 'POINT', destination: 'bank', changed_at: w.clock.now() })
    .execute()
}
const claim = (p: Person, amount: number) =>
  refusal(p.client.payouts.claim({ body: { currency: 'POINT', amount_minor: String(amount) } }))
const standing = (p: Person) => p.client.standing.mine()

async function openCase(
  p: Person,
  o: { since?: Date; strength?: 'weak' | 'fair' | 'strong'; by?: Person } = {},
): Promise<string> {
  const file = await (o.by ?? operator).client.cases.open({
    body: {
      account_id: p.account_id,
      why: 'Somebody looked at the numbers.',
      ...(o.since ? { suspect_since: o.since.toISOString() } : {}),
      evidence: { kind: 'reviews_changed', strength: o.strength ?? 'fair', says: 'Forty approvals in two minutes.' },
    },
  })
  return file.case_id
}
const decide = (
  by: Person,
  case_id: string,
  decision: 'dismiss' | 'impose' | 'confirm' | 'disagree',
  action?: 'warn' | 'limit' | 'hold' | 'suspend' | 'forfeit',
  days = 7,
) =>
  by.client.cases.decide({
    params: { case_id },
    body: { decision, reason: REASON, ...(action ? { action, days } : {}) },
  })

describe('a case', () => {
  test('keeps back pay for work in question and nothing else, says so, and lapses when nobody decides', async () => {
    const p = await someone()
    await readyToClaim(p)
    await pay(p, 4, true)
    w.clock.advance(10 * DAY)
    const since = w.clock.now()
    await pay(p, 2, true)
    await pay(p, 3, false)
    const case_id = await openCase(p, { since })
    expect(await standing(p)).toMatchObject({
      waiting: [
        {
          currency: 'POINT',
          claimable_minor: '60',
          withdrawable_minor: '40',
          waits_minor: '20',
          why: ['case_open'],
          until: new Date(since.getTime() + 3 * DAY).toISOString(),
        },
      ],
      cases: [{ case_id, evidence: ['reviews_changed'], suspect_since: since.toISOString(), statement: null }],
      sanctions: [],
    })
    expect(await claim(p, 41)).toBe('claim_limited')
    expect(await claim(p, 40)).toBe('accepted')
    expect(await claim(p, 1)).toBe('claim_limited')
    w.clock.advance(3 * DAY)
    expect(await refusal(decide(deciders[0]!, case_id, 'impose', 'warn'))).toBe('case_closed')
    await w.jobs(['end_sanctions'])
    expect(await operator.client.cases.one({ params: { case_id } })).toMatchObject({
      state: 'closed',
      outcome: 'lapsed',
    })
    expect(await claim(p, 20)).toBe('accepted')
    expect((await standing(p)).cases).toEqual([])
  })

  test("one signal keeps nobody's money; a second one, or a person, makes it wait from then on", async () => {
    const signal = (p: Person, kind: 'reviews_changed' | 'work_changed' = 'reviews_changed') =>
      w.db.transaction().execute((db) =>
        raiseSignal(w.ctx(), db, {
          account_id: p.account_id,
          why: 'Reviews stopped being like the ones before them.',
          suspect_since: w.clock.now(),
          evidence: { kind, strength: 'fair', says: 'By more than their habit explains.' },
        }),
      )
    const [p, q] = [await someone(), await someone()]
    for (const person of [p, q]) {
      await readyToClaim(person)
      await signal(person)
      await pay(person, 5, true)
      expect(await claim(person, 10)).toBe('accepted')
      expect((await standing(person)).cases, 'what they are told is that nothing waits').toMatchObject([
        { suspect_since: null },
      ])
    }
    w.clock.advance(2 * DAY)
    await signal(p)
    expect(await claim(p, 10), 'a program that repeats itself has found nothing new').toBe('accepted')
    await signal(p, 'work_changed')
    const [mine] = (await standing(p)).cases
    expect(mine).toMatchObject({ decide_by: new Date(w.clock.now().getTime() + 3 * DAY).toISOString() })
    expect(mine!.suspect_since, 'the work in question is what the first signal named').toBe(
      new Date(w.clock.now().getTime() - 2 * DAY).toISOString(),
    )
    expect(await claim(p, 10)).toBe('claim_limited')
    const case_id = await openCase(q, { since: w.clock.now() })
    expect(await claim(q, 10), 'a person who names a moment has looked').toBe('claim_limited')
    await decide(deciders[0]!, case_id, 'dismiss')
    expect(await claim(q, 10)).toBe('accepted')
  })

  test('is decided within a day of what the person says to it', async () => {
    const p = await someone()
    const case_id = await openCase(p, { since: w.clock.now() })
    w.clock.advance(HOUR)
    const said = await p.client.standing.state({ params: { case_id }, body: { statement: 'I was ill and tired.' } })
    expect(said.decide_by).toBe(new Date(w.clock.now().getTime() + DAY).toISOString())
    expect(
      await refusal(p.client.standing.state({ params: { case_id }, body: { statement: 'And again, longer.' } })),
    ).toBe('case_stated')
    const other = await someone()
    expect(
      await refusal(other.client.standing.state({ params: { case_id }, body: { statement: 'Not about me at all.' } })),
    ).toBe('case_not_found')
    expect((await operator.client.cases.one({ params: { case_id } })).statement).toBe('I was ill and tired.')
    await decide(deciders[0]!, case_id, 'dismiss')
    expect((await standing(p)).cases).toEqual([])
  })

  test('one person a time: more evidence joins the open one, and QA opens it by work without learning whose', async () => {
    const p = await someone()
    const first = await openCase(p)
    expect(await openCase(p)).toBe(first)
    expect((await operator.client.cases.one({ params: { case_id: first } })).items).toHaveLength(2)
    const seen = await deciders[0]!.client.cases.one({ params: { case_id: first } })
    expect([seen.account_id, seen.handle, seen.stakes.money]).toEqual([null, null, []])
    expect(await refusal(openCase(p, { by: deciders[0]! }))).toBe('case_subject_hidden')
    await decide(deciders[0]!, first, 'dismiss')
    expect(await openCase(p)).not.toBe(first)
  })

  test('is not decided, and not read, by a party to it', async () => {
    const q = deciders[0]!
    const own = await openCase(q)
    expect(await refusal(q.client.cases.one({ params: { case_id: own } }))).toBe('case_not_found')
    expect(await refusal(decide(q, own, 'dismiss'))).toBe('case_own')
    expect((await q.client.cases.list({ query: { limit: 200 } })).items.map((c) => c.case_id)).not.toContain(own)
    await decide(deciders[1]!, own, 'dismiss')
    const p = await someone()
    await operator.client.integrity.exclude({
      body: { account_id: p.account_id, other_id: deciders[1]!.account_id, reason: 'Same household.' },
    })
    const case_id = await openCase(p)
    expect(await refusal(decide(deciders[1]!, case_id, 'impose', 'warn'))).toBe('case_own')
    await decide(deciders[0]!, case_id, 'dismiss')
  })
})

describe('sanctions', () => {
  test('a warning takes one and does nothing but stand there; it needs evidence and a reason in words', async () => {
    const p = await someone()
    const case_id = await openCase(p, { strength: 'weak' })
    expect(await refusal(decide(deciders[0]!, case_id, 'impose'))).toBe('case_action_missing')
    expect(await refusal(decide(deciders[0]!, case_id, 'impose', 'limit'))).toBe('case_evidence_thin')
    expect(await refusal(decide(deciders[0]!, case_id, 'impose', 'warn', 91))).toBe('case_days_too_many')
    await decide(deciders[0]!, case_id, 'impose', 'warn')
    expect(await standing(p)).toMatchObject({
      waiting: [],
      cases: [],
      sanctions: [{ action: 'warn', reason: REASON, evidence: ['reviews_changed'], provisional: false, appeal: null }],
    })
    expect(JSON.stringify(await standing(p)), 'what was seen, and how strong it is, stays at the desk').not.toMatch(
      /Forty approvals|weak|Somebody looked/,
    )
  })

  test('what is strong takes two different people, and ends by itself', async () => {
    const p = await someone()
    await readyToClaim(p)
    await pay(p, 5, true)
    const case_id = await openCase(p, { strength: 'strong' })
    await decide(deciders[0]!, case_id, 'impose', 'hold')
    expect(await claim(p, 10), 'a proposal holds nothing').toBe('accepted')
    expect(await refusal(decide(deciders[0]!, case_id, 'confirm'))).toBe('case_same_decider')
    await decide(deciders[1]!, case_id, 'disagree')
    expect(await refusal(decide(deciders[1]!, case_id, 'confirm'))).toBe('case_nothing_proposed')
    await decide(deciders[1]!, case_id, 'impose', 'hold')
    const file = await decide(deciders[2]!, case_id, 'confirm')
    expect(file).toMatchObject({ state: 'closed', outcome: 'sanctioned', sanctions: [{ action: 'hold' }] })
    expect(file.opinions.map((o) => o.said)).toEqual(['propose', 'disagree', 'propose', 'confirm'])
    expect(await claim(p, 10)).toBe('claim_limited')
    w.clock.advance(7 * DAY)
    expect(await claim(p, 10), 'a limit that is over does not wait for a job').toBe('accepted')
    await w.jobs(['end_sanctions'])
    expect((await standing(p)).sanctions[0]).toMatchObject({ ended_why: 'over' })
  })

  test('planted fault: the table itself refuses a hold that one person decided, and one that its subject did', async () => {
    const p = await someone()
    const case_id = await openCase(p)
    const row = {
      id: w.parts.newId(),
      case_id,
      account_id: p.account_id,
      action: 'hold',
      reason: REASON,
      imposed_at: w.clock.now(),
      ends_at: new Date(w.clock.now().getTime() + DAY),
    }
    const insert = (ids: string[]) =>
      w.db
        .insertInto('sanction')
        .values({ ...row, deciders: ids })
        .execute()
    await expect(insert([deciders[0]!.account_id])).rejects.toThrow(/check/)
    await expect(insert([deciders[0]!.account_id, p.account_id])).rejects.toThrow(/check/)
    await decide(deciders[0]!, case_id, 'dismiss')
  })

  test('whoever opened a case does not limit alone', async () => {
    const p = await someone()
    const case_id = await openCase(p, { since: w.clock.now() })
    expect(await decide(operator, case_id, 'impose', 'limit')).toMatchObject({ state: 'proposed', proposed: 'limit' })
    await decide(deciders[3]!, case_id, 'confirm')
    expect((await standing(p)).sanctions).toMatchObject([{ action: 'limit' }])
    const without = await openCase(await someone())
    expect(await refusal(decide(deciders[0]!, without, 'impose', 'limit'))).toBe('limit_needs_since')
  })

  test('a suspension leaves the person their account, data, money and appeal', async () => {
    const p = await someone()
    await readyToClaim(p)
    await pay(p, 3, true)
    const case_id = await openCase(p, { strength: 'strong' })
    await decide(deciders[0]!, case_id, 'impose', 'suspend', 30)
    await decide(deciders[1]!, case_id, 'confirm')
    expect(await refusal(p.client.standing.mine()), 'their programs are stopped, a browser is not').toBe(
      'account_suspended',
    )
    const row = await w.db
      .selectFrom('account')
      .select(['suspended_at', 'suspension_reason'])
      .where('id', '=', p.account_id)
      .executeTakeFirstOrThrow()
    expect(row.suspension_reason).toBe(REASON)
    w.clock.advance(30 * DAY)
    await w.jobs(['end_sanctions'])
    expect(await claim(p, 30)).toBe('accepted')
  })

  test('one operator stops an account for a day; unconfirmed, it is free again, and not stopped twice', async () => {
    const p = await someone()
    const stop = () =>
      operator.client.cases.stop({ params: { account_id: p.account_id }, body: { reason: 'The key leaked.' } })
    const { case_id } = await stop()
    expect(await refusal(p.client.standing.mine())).toBe('account_suspended')
    expect(await refusal(decide(operator, case_id, 'confirm'))).toBe('case_same_decider')
    w.clock.advance(DAY)
    await w.jobs(['end_sanctions'])
    expect((await standing(p)).sanctions).toMatchObject([{ provisional: true, ended_why: 'lapsed' }])
    expect(await refusal(stop())).toBe('stopped_lately')
    const other = await someone()
    const stopped = await operator.client.cases.stop({
      params: { account_id: other.account_id },
      body: { reason: 'Runs a script.' },
    })
    await decide(deciders[0]!, stopped.case_id, 'disagree')
    expect((await standing(other)).sanctions).toMatchObject([{ ended_why: 'mistaken' }])
  })
})

describe('appeals', () => {
  async function sanctioned(): Promise<{ p: Person; sanction_id: string; case_id: string }> {
    const p = await someone()
    const case_id = await openCase(p, { strength: 'strong' })
    await decide(deciders[0]!, case_id, 'impose', 'hold')
    const file = await decide(deciders[1]!, case_id, 'confirm')
    return { p, sanction_id: file.sanctions[0]!.sanction_id, case_id }
  }
  const appeal = (p: Person, sanction_id: string) =>
    p.client.standing.appeal({ params: { sanction_id }, body: { reason: 'I never did that; look again.' } })
  const answer = (by: Person, sanction_id: string, upheld: boolean) =>
    by.client.cases.decide_appeal({ params: { sanction_id }, body: { upheld, answer: 'We looked at all of it.' } })

  test('go to people who had no part, who are asked by how often they were overturned', async () => {
    const { p, sanction_id } = await sanctioned()
    expect(await refusal(appeal(await someone(), sanction_id))).toBe('sanction_not_found')
    const { due_at } = await appeal(p, sanction_id)
    expect(due_at).toBe(new Date(w.clock.now().getTime() + DAY).toISOString())
    expect(await refusal(appeal(p, sanction_id))).toBe('sanction_appealed')
    for (const d of [deciders[0]!, deciders[1]!, operator])
      expect(await refusal(answer(d, sanction_id, false))).toBe('appeal_own_decision')
    const row = await w.db
      .selectFrom('sanction_appeal')
      .select('asked')
      .where('sanction_id', '=', sanction_id)
      .executeTakeFirstOrThrow()
    expect(row.asked.toSorted()).toEqual([deciders[2]!, deciders[3]!].map((d) => d.account_id).toSorted())
    expect((await deciders[2]!.client.cases.appeals()).items).toMatchObject([
      { sanction_id, asked: true, may_decide: true },
    ])
    expect((await deciders[0]!.client.cases.appeals()).items).toMatchObject([{ asked: false, may_decide: false }])
    await answer(deciders[2]!, sanction_id, true)
    expect((await standing(p)).sanctions[0]).toMatchObject({ ended_why: 'overturned', appeal: { upheld: true } })
    expect(await refusal(answer(deciders[3]!, sanction_id, false))).toBe('appeal_not_open')
    const scores = (await operator.client.cases.deciders({ query: { limit: 200 } })).items
    expect(scores.find((d) => d.account_id === deciders[0]!.account_id)).toMatchObject({
      handle: 'quinn',
      overturned: 1,
    })
    expect(scores.find((d) => d.account_id === deciders[2]!.account_id)).toMatchObject({ appeals_decided: 1 })
  })

  test('unanswered after a day, the sanction ends and is counted as overdue; an answer after that is too late', async () => {
    const { p, sanction_id } = await sanctioned()
    await appeal(p, sanction_id)
    w.clock.advance(DAY)
    expect(await refusal(answer(deciders[2]!, sanction_id, false))).toBe('appeal_overdue')
    await w.jobs(['end_sanctions'])
    expect((await standing(p)).sanctions[0]).toMatchObject({
      ended_why: 'appeal_overdue',
      appeal: { upheld: true, answer: null },
    })
    expect(
      await w.db
        .selectFrom('event')
        .select('body')
        .where('kind', '=', 'sanction_appeal_decided')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst(),
    ).toMatchObject({ body: { overdue: true, upheld: true, action: 'hold' } })
  })

  test('come late for a sanction a month old, and in time for one that has run out', async () => {
    const { p, sanction_id } = await sanctioned()
    w.clock.advance(8 * DAY)
    await w.jobs(['end_sanctions'])
    await appeal(p, sanction_id)
    await answer(deciders[2]!, sanction_id, true)
    expect((await standing(p)).sanctions[0]).toMatchObject({ ended_why: 'overturned' })
    const late = await sanctioned()
    w.clock.advance(30 * DAY)
    expect(await refusal(appeal(late.p, late.sanction_id))).toBe('sanction_appeal_over')
  })

  test('and everything else leave a log that names nobody and says no reason', async () => {
    const rows = await w.db
      .selectFrom('event')
      .select('body')
      .where('kind', 'in', [
        'case_opened',
        'case_closed',
        'sanctioned',
        'sanction_ended',
        'sanction_appealed',
        'sanction_appeal_decided',
      ])
      .execute()
    expect(rows.length).toBeGreaterThan(20)
    const all = JSON.stringify(rows)
    expect(all).toContain('season_id')
    expect(all).not.toMatch(/stopped looking|never did that|Forty/)
    const people = await w.db.selectFrom('account').select('id').execute()
    expect(people.filter((p) => all.includes(p.id))).toEqual([])
  })
})

describe('forfeiture', () => {
  /** Holds 30 of a person's pay for three pieces of work in a campaign, from now on. */
  async function hold(p: Person): Promise<string> {
    const { id } = await makeCampaign(w, { items: [] })
    const at = w.clock.now()
    const pieces = Array.from({ length: 3 }, () => w.parts.newId())
    await w.db
      .insertInto('transfer')
      .values(
        pieces.map((piece) => ({
          campaign_id: id,
          id: `held:${piece}:POINT`,
          kind: 'held',
          subject_id: piece,
          debit: `campaign:${id}`,
          credit: `person:${p.account_id}:held`,
          currency: 'POINT',
          amount_minor: '10',
          at,
        })),
      )
      .execute()
    await w.db
      .insertInto('held_pay')
      .values(
        pieces.map((piece) => ({
          campaign_id: id,
          submission_id: piece,
          account_id: p.account_id,
          currency: 'POINT',
          amount_minor: '10',
          held_at: at,
          release_at: new Date(at.getTime() + 2 * DAY),
        })),
      )
      .execute()
    return id
  }
  const moneyIn = async (account: string): Promise<string> => {
    const { rows } = await w.pool.query<{ sum: string }>(
      `select coalesce(sum(case when credit = $1 then amount_minor else -amount_minor end), 0)::text as sum
         from transfer where (credit = $1 or debit = $1) and currency = 'POINT'`,
      [account],
    )
    return rows[0]!.sum
  }
  async function forfeiting(): Promise<{ p: Person; campaign: string; sanction_id: string }> {
    const p = await someone()
    const since = w.clock.now()
    const campaign = await hold(p)
    const case_id = await openCase(p, { since, strength: 'strong' })
    await decide(deciders[0]!, case_id, 'impose', 'forfeit', 1)
    expect(await refusal(decide(deciders[0]!, case_id, 'confirm'))).toBe('case_same_decider')
    const file = await decide(deciders[1]!, case_id, 'confirm')
    return { p, campaign, sanction_id: file.sanctions[0]!.sanction_id }
  }

  test('takes held pay only when its days are over, and then from the work in question alone', async () => {
    const { p, campaign } = await forfeiting()
    w.clock.advance(6.9 * DAY)
    await w.jobs(['end_sanctions', 'release_held'])
    expect(await moneyIn(`person:${p.account_id}:held`), 'kept beyond its time, and not taken').toBe('30')
    const before = BigInt(await moneyIn(`campaign:${campaign}`))
    w.clock.advance(0.1 * DAY)
    await w.jobs(['end_sanctions'])
    expect(await moneyIn(`person:${p.account_id}:held`)).toBe('0')
    expect(BigInt(await moneyIn(`campaign:${campaign}`)) - before).toBe(30n)
    expect((await standing(p)).sanctions).toMatchObject([
      { action: 'forfeit', ended_why: 'over', may_appeal_until: null },
    ])
  })

  test('takes nothing while an appeal is open, nor after one that was upheld or that nobody answered', async () => {
    const { p, sanction_id } = await forfeiting()
    w.clock.advance(6.5 * DAY)
    await p.client.standing.appeal({ params: { sanction_id }, body: { reason: 'My work was right, look again.' } })
    w.clock.advance(0.6 * DAY)
    await w.jobs(['end_sanctions'])
    expect(await moneyIn(`person:${p.account_id}:held`)).toBe('30')
    w.clock.advance(0.4 * DAY)
    await w.jobs(['end_sanctions', 'release_held'])
    expect((await standing(p)).sanctions).toMatchObject([{ ended_why: 'appeal_overdue' }])
    expect(await moneyIn(`person:${p.account_id}:held`)).toBe('0')
    expect(await moneyIn(`person:${p.account_id}:frozen`), 'it goes its way').toBe('30')
  })

  test('is refused where nothing is held, and a dismissed case lets go of what it kept', async () => {
    const p = await someone()
    const nothing = await openCase(p, { since: w.clock.now(), strength: 'strong' })
    expect(await refusal(decide(deciders[0]!, nothing, 'impose', 'forfeit', 7))).toBe('nothing_held')
    await decide(deciders[0]!, nothing, 'dismiss')
    const since = w.clock.now()
    await hold(p)
    const case_id = await openCase(p, { since, strength: 'strong' })
    w.clock.advance(2.5 * DAY)
    await w.jobs(['release_held'])
    expect(await moneyIn(`person:${p.account_id}:held`)).toBe('30')
    await decide(deciders[0]!, case_id, 'dismiss')
    await w.jobs(['release_held'])
    expect(await moneyIn(`person:${p.account_id}:held`)).toBe('0')
  })
})

describe('many at once', () => {
  test('of many who confirm at the same time one does, and one sanction comes of it', async () => {
    for (let round = 0; round < 5; round++) {
      const p = await someone()
      const case_id = await openCase(p, { strength: 'strong' })
      await decide(operator, case_id, 'impose', 'hold')
      const said = await Promise.all(deciders.map((d) => refusal(decide(d, case_id, 'confirm'))))
      expect(said.filter((s) => s === 'accepted')).toHaveLength(1)
      expect(said.filter((s) => s === 'case_closed')).toHaveLength(3)
      expect((await standing(p)).sanctions).toHaveLength(1)
    }
  })

  test('an answer and the job that ends overdue appeals never both have their way', async () => {
    for (let round = 0; round < 8; round++) {
      const p = await someone()
      const case_id = await openCase(p, { strength: 'strong' })
      await decide(deciders[0]!, case_id, 'impose', 'hold')
      const file = await decide(deciders[1]!, case_id, 'confirm')
      const { sanction_id } = file.sanctions[0]!
      await p.client.standing.appeal({ params: { sanction_id }, body: { reason: 'I never did that; look again.' } })
      // A worker whose clock is ahead meets an answer in its last moment.
      const late = { ...w.ctx(), now: new Date(w.clock.now().getTime() + DAY) }
      const { endWhatIsOver } = await import('./lapse.ts')
      const [said] = await Promise.all([
        refusal(
          deciders[2]!.client.cases.decide_appeal({
            params: { sanction_id },
            body: { upheld: false, answer: 'We looked at all of it.' },
          }),
        ),
        endWhatIsOver(late),
      ])
      const [s] = (await standing(p)).sanctions
      if (said === 'accepted') expect(s).toMatchObject({ ended_why: null, appeal: { upheld: false } })
      else expect([said, s!.ended_why, s!.appeal!.upheld]).toEqual(['appeal_not_open', 'appeal_overdue', true])
    }
  })

  test('claims against a hold that is just being confirmed: none goes out after it', async () => {
    for (let round = 0; round < 5; round++) {
      const p = await someone()
      await readyToClaim(p)
      await pay(p, 8, true)
      const case_id = await openCase(p, { strength: 'strong' })
      await decide(deciders[0]!, case_id, 'impose', 'hold')
      await Promise.all([decide(deciders[1]!, case_id, 'confirm'), ...Array.from({ length: 8 }, () => claim(p, 10))])
      const { rows } = await w.pool.query<{ went: string }>(
        "select count(*) as went from event where kind = 'claimed' and body ->> 'account_id' = $1",
        [p.account_id],
      )
      // A claim that began later waits for the person's turn and then reads the hold.
      const out = BigInt(rows[0]!.went) * 10n
      expect((await standing(p)).waiting[0]!.claimable_minor).toBe(String(80n - out))
      expect(await claim(p, 1)).toBe('claim_limited')
    }
  })
})

describe('new accounts', () => {
  test('take out pay for their first pieces, for what audits vouch for, and after a month all of it', async () => {
    const p = await someone()
    await readyToClaim(p)
    await pay(p, 50, true)
    expect((await standing(p)).waiting).toMatchObject([{ withdrawable_minor: '500', waits_minor: '0', why: [] }])
    await pay(p, 50, true)
    expect((await standing(p)).waiting).toMatchObject([
      { withdrawable_minor: '500', waits_minor: '500', why: ['newcomer'] },
    ])
    expect(await claim(p, 501)).toBe('claim_limited')
    expect(await claim(p, 500)).toBe('accepted')
    w.clock.advance(30 * DAY)
    expect(await claim(p, 500)).toBe('accepted')
  })
})
