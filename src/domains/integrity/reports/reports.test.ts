import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topUp } from '../../../../test/draft.ts'
import { addMoney } from '../../../../test/person-money.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { ApiError } from '../../../client.ts'
import { ensureSeason } from '../../seasons/ensure.ts'
import { lockPerson } from '../standing/queries.ts'
import { raiseSignal } from '../cases/open.ts'

const DAY = 86_400_000
let w: World
let operator: Person
let qa: Person[]
let made = 0
beforeAll(async () => {
  w = await createWorld({ poolSize: 10 })
  await ensureSeason(w.ctx())
  operator = await w.person('olga', { roles: ['operator'] })
  qa = await Promise.all(['quinn', 'quentin', 'quiana'].map((h) => w.person(h, { roles: ['qa'] })))
  await topUp(w, operator, 100_000, 'POINT')
})
afterAll(() => w.close())

const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const people = (n: number, name = 'person') =>
  Promise.all(Array.from({ length: n }, () => w.person(`${name}-${made++}`)))
const handles = new Map<string, string>()
async function handleOf(p: Person): Promise<string> {
  const known = handles.get(p.account_id)
  if (known) return known
  const { handle } = await w.db
    .selectFrom('account')
    .select('handle')
    .where('id', '=', p.account_id)
    .executeTakeFirstOrThrow()
  handles.set(p.account_id, handle)
  return handle
}
const inDays = (days: number) => new Date(w.clock.now().getTime() + days * DAY).toISOString()
const SAYS = 'They told me so in a chat, and offered me one of the accounts.'

async function openDrive(o: { cap?: string; reward?: string } = {}) {
  return operator.client.drives.open({
    body: {
      kind: 'reports',
      title: 'Who comes as many?',
      words: 'Tell us of accounts that are one person’s, and how you know.',
      closes_at: inDays(10),
      currency: 'POINT',
      reward_minor: o.reward ?? '100',
      cap_minor: o.cap ?? '250',
      min_group: 2,
    },
  })
}
async function report(by: Person, drive_id: string, group: readonly Person[]) {
  const accounts = await Promise.all(group.map(handleOf))
  return by.client.drives.report({ params: { drive_id }, body: { accounts, method: 'was_told', says: SAYS } })
}
const read = async (drive_id: string) => (await operator.client.drives.reports({ params: { drive_id } })).items
const take = (report_id: string, group: readonly Person[]) =>
  operator.client.drives.take({ params: { report_id }, body: { account_ids: group.map((p) => p.account_id) } })
/** Two of QA hold this person's pay on the evidence that there is, and something strong beside it. */
async function sanction(case_id: string): Promise<void> {
  await qa[0]!.client.cases.add_evidence({
    params: { case_id },
    body: { kind: 'rule_broken', strength: 'strong', says: 'One wallet was paid out to by all of them.' },
  })
  const body = { reason: 'These accounts are one person’s.', action: 'hold', days: 7 } as const
  await qa[0]!.client.cases.decide({ params: { case_id }, body: { ...body, decision: 'impose' } })
  await qa[1]!.client.cases.decide({ params: { case_id }, body: { decision: 'confirm', reason: 'It carries it.' } })
}
async function moneyIn(account: string): Promise<bigint> {
  const { rows } = await w.pool.query<{ sum: string }>(
    `select coalesce(sum(case when credit = $1 then amount_minor else -amount_minor end), 0)::text as sum
       from transfer where (credit = $1 or debit = $1) and currency = 'POINT'`,
    [account],
  )
  return BigInt(rows[0]!.sum)
}
const statesOf = async (p: Person) => (await p.client.drives.mine({})).items.map((r) => r.state)
const settle = () => w.jobs(['end_sanctions', 'settle_reports'])

describe('reports with evidence', () => {
  test('become cases, are confirmed by cases alone once nothing can be appealed, are paid once and shared; the rest goes back', async () => {
    const [ann, bob] = (await people(2, 'reporter')) as [Person, Person]
    const farm = await people(3, 'farm')
    const before = await moneyIn(`requester:${operator.account_id}`)
    const { drive_id } = await openDrive()
    expect(await moneyIn(`drive:${drive_id}`), 'what is promised is put aside').toBe(250n)
    const first = await report(ann, drive_id, farm)
    expect(await report(ann, drive_id, farm.toReversed()), 'the same group by the same person is one report').toEqual(
      first,
    )
    await report(bob, drive_id, farm)
    const waiting = await read(drive_id)
    expect(waiting).toMatchObject([{ strength: 'fair', state: 'under_review' }, { state: 'under_review' }])
    for (const r of waiting) await take(r.report_id, farm)
    const cases = (await read(drive_id))[0]!.accounts.map((a) => a.case_id!)
    expect(new Set(cases).size).toBe(3)
    expect(
      (await read(drive_id))[1]!.accounts.map((a) => a.case_id),
      'a second report joins the same cases',
    ).toEqual(cases)
    await settle()
    for (const id of cases) await sanction(id)
    w.clock.advance(12 * DAY)
    await settle()
    expect(await statesOf(ann), 'it can still be appealed').toEqual(['under_review'])
    expect(JSON.stringify((await ann.client.drives.mine({})).items)).not.toMatch(/case|farm-/)
    w.clock.advance(19 * DAY)
    await Promise.all([settle(), settle()])
    await settle()
    expect([await statesOf(ann), await statesOf(bob)]).toEqual([['confirmed'], ['confirmed']])
    for (const p of [ann, bob]) expect(await moneyIn(`person:${p.account_id}:claimable`)).toBe(50n)
    expect(await moneyIn(`drive:${drive_id}`)).toBe(0n)
    expect(await moneyIn(`requester:${operator.account_id}`), 'money is conserved').toBe(before - 100n)
    expect((await operator.client.drives.run({ query: {} })).items[0]).toMatchObject({ confirmed: 2, left_minor: '0' })
  })

  test('are not confirmed where an appeal is upheld; who was wrong says less the next time, and pays nothing', async () => {
    const [ann] = (await people(1, 'reporter')) as [Person]
    const pair = await people(2, 'pair')
    const { drive_id } = await openDrive()
    await report(ann, drive_id, pair)
    const { report_id } = (await read(drive_id))[0]!
    await take(report_id, pair)
    for (const a of (await read(drive_id))[0]!.accounts) await sanction(a.case_id!)
    for (const p of pair) {
      const { sanction_id } = (await p.client.standing.mine()).sanctions[0]!
      await p.client.standing.appeal({ params: { sanction_id }, body: { reason: 'We are brothers, look again.' } })
      await qa[2]!.client.cases.decide_appeal({
        params: { sanction_id },
        body: { upheld: true, answer: 'They are two.' },
      })
    }
    w.clock.advance(11 * DAY)
    await settle()
    expect(await statesOf(ann)).toEqual(['not_confirmed'])
    expect(await moneyIn(`person:${ann.account_id}:claimable`)).toBe(0n)
    const again = await openDrive()
    await report(ann, again.drive_id, await people(2, 'pair'))
    expect((await read(again.drive_id))[0]).toMatchObject({ strength: 'weak', wrong_before: 1, confirmed_before: 0 })
    w.clock.advance(25 * DAY)
    await settle()
    expect(await statesOf(ann), 'nobody read it: not confirmed, and nobody’s fault').toEqual([
      'not_confirmed',
      'not_confirmed',
    ])
    const third = await openDrive()
    await report(ann, third.drive_id, await people(2, 'pair'))
    expect((await read(third.drive_id))[0]).toMatchObject({ wrong_before: 1 })
  })

  test('bring nothing to whoever belongs to those they report: no farm is worth more reported than kept', async () => {
    const farm = await people(3, 'own')
    const [traitor, a, b] = farm as [Person, Person, Person]
    const at = w.clock.now()
    const cluster_id = w.parts.newId()
    await w.db
      .insertInto('cluster')
      .values({
        id: cluster_id,
        found_at: at,
        changed_at: at,
        strength: 1,
        members: 3,
        explained: JSON.stringify({ kinds: {}, pairs: 3, joined: 3 }),
      })
      .execute()
    await w.db
      .insertInto('cluster_member')
      .values(farm.map((p) => ({ account_id: p.account_id, cluster_id, since: at })))
      .execute()
    const { drive_id } = await openDrive()
    await report(traitor, drive_id, [a, b])
    await take((await read(drive_id))[0]!.report_id, [a, b])
    for (const n of (await read(drive_id))[0]!.accounts) await sanction(n.case_id!)
    w.clock.advance(31 * DAY)
    await settle()
    expect(await statesOf(traitor)).toEqual(['confirmed'])
    expect(await moneyIn(`person:${traitor.account_id}:claimable`)).toBe(0n)
    const back = await w.db
      .selectFrom('transfer')
      .select('amount_minor')
      .where('id', '=', `drive_return:${drive_id}`)
      .executeTakeFirst()
    expect(String(back?.amount_minor), 'all of it goes back').toBe('250')
  })

  test('are refused in words where they make no sense', async () => {
    const [ann, x, y] = (await people(3)) as [Person, Person, Person]
    const { drive_id } = await openDrive()
    expect(await refusal(report(ann, drive_id, [ann, x]))).toBe('report_own')
    const body = { accounts: [await handleOf(x), 'nobody-of-this-name'], method: 'other' as const, says: SAYS }
    expect(await refusal(ann.client.drives.report({ params: { drive_id }, body }))).toBe('report_unknown')
    for (let i = 0; i < 5; i++) await report(ann, drive_id, [x, ...(await people(1))])
    expect(await refusal(report(ann, drive_id, [x, y]))).toBe('report_too_many')
    // An operator does not answer a report of their own, nor one about themselves.
    const mine = await report(operator, drive_id, [x, y])
    expect(await refusal(take(mine.report_id, [x]))).toBe('report_is_mine')
    const second = await w.person(`op-${made++}`, { roles: ['operator'] })
    const about = await report(y, drive_id, [second, x])
    expect(
      await refusal(
        second.client.drives.take({
          params: { report_id: about.report_id },
          body: { account_ids: [second.account_id] },
        }),
      ),
    ).toBe('case_own')
    expect(await refusal(ann.client.drives.reports({ params: { drive_id } }))).toBe('not_allowed')
    w.clock.advance(10 * DAY)
    expect(await refusal(report(y, drive_id, [ann, x]))).toBe('drive_not_open')
    const terms = {
      kind: 'reports',
      title: 'No money',
      words: 'Without any money.',
      closes_at: inDays(3),
      currency: 'POINT',
    } as const
    expect(await refusal(operator.client.drives.open({ body: terms }))).toBe('drive_terms')
    expect(
      await refusal(
        operator.client.drives.open({ body: { ...terms, reward_minor: '5', cap_minor: '90000000', min_group: 2 } }),
      ),
    ).toBe('balance_too_small')
  })
})

describe('an amnesty', () => {
  const open = () =>
    operator.client.drives.open({
      body: {
        kind: 'amnesty',
        title: 'Say it yourself',
        words: 'Whoever has several accounts says so.',
        closes_at: inDays(10),
      },
    })

  test('joins accounts by their own word: they keep their share of held pay, stand as one, and nothing follows', async () => {
    const [main, second, third] = (await people(3, 'many')) as [Person, Person, Person]
    for (const p of [main, second]) await addMoney(w, p, { thawed: [40], frozen: 20, held: [10, 20, 30, 40] })
    const drive = await open()
    expect(drive.keep_bps).toBe(1500)
    const params = { drive_id: drive.drive_id }
    const old = await main.client.drives.declare({ params, body: {} })
    const { code } = await main.client.drives.declare({ params, body: {} })
    expect(await refusal(second.client.drives.join({ params, body: { code: old.code } }))).toBe('amnesty_code_wrong')
    const back = await moneyIn('campaign:7')
    expect(await second.client.drives.join({ params, body: { code } })).toEqual({
      accounts: 2,
      given_back: [{ currency: 'POINT', amount_minor: '70' }],
      kept: [{ currency: 'POINT', amount_minor: '30' }],
    })
    expect(await refusal(second.client.drives.join({ params, body: { code } }))).toBe('amnesty_joined')
    expect(await moneyIn(`person:${second.account_id}:held`)).toBe(30n)
    expect((await moneyIn('campaign:7')) - back).toBe(70n)
    const whole = (p: Person, state: string) => moneyIn(`person:${p.account_id}:${state}`)
    expect([await whole(second, 'claimable'), await whole(second, 'frozen')], 'what froze is not touched').toEqual([
      40n,
      20n,
    ])
    expect(await whole(main, 'held'), 'whose code it is keeps all').toBe(100n)
    await third.client.drives.join({ params, body: { code } })
    const { rows } = await w.pool.query<{ n: number }>("select count(*)::int as n from link where kind = 'declared'")
    expect(rows[0]!.n, 'each with each').toBe(3)
    await w.jobs(['find_clusters'])
    const clusters = await w.db
      .selectFrom('cluster_member')
      .select('cluster_id')
      .where(
        'account_id',
        'in',
        [main, second, third].map((p) => p.account_id),
      )
      .execute()
    expect([clusters.length, new Set(clusters.map((c) => c.cluster_id)).size]).toEqual([3, 1])
    // No case comes of it: neither by a program nor by hand.
    await w.db.transaction().execute(async (db) => {
      await lockPerson(db, second.account_id)
      await raiseSignal(w.ctx(), db, {
        account_id: second.account_id,
        why: 'Accounts seem to be one.',
        suspect_since: null,
        evidence: { kind: 'alike_accounts', strength: 'strong', says: 'One wallet.' },
      })
    })
    for (const p of [main, second, third]) expect((await p.client.standing.mine()).cases).toEqual([])
    const opening = (kind: 'alike_accounts' | 'copied_work') =>
      operator.client.cases.open({
        body: {
          account_id: second.account_id,
          why: 'Somebody looked at it.',
          evidence: { kind, strength: 'fair', says: 'The same words, thrice.' },
        },
      })
    expect(await refusal(opening('alike_accounts'))).toBe('case_declared')
    expect(await refusal(opening('copied_work')), 'of anything else they answer like everybody').toBe('accepted')
  })

  test('comes too late once a case about it was opened; a code is nobody’s elsewhere', async () => {
    const [main, late] = (await people(2, 'late')) as [Person, Person]
    const params = { drive_id: (await open()).drive_id }
    const { code } = await main.client.drives.declare({ params, body: {} })
    await operator.client.cases.open({
      body: {
        account_id: late.account_id,
        why: 'Two accounts seem to be one.',
        evidence: { kind: 'alike_accounts', strength: 'fair', says: 'One wallet was paid by both.' },
      },
    })
    expect(await refusal(late.client.drives.join({ params, body: { code } }))).toBe('amnesty_case_open')
    expect(await refusal(late.client.drives.declare({ params, body: {} }))).toBe('amnesty_case_open')
    const other = await open()
    const [fresh] = (await people(1)) as [Person]
    expect(await refusal(fresh.client.drives.join({ params: { drive_id: other.drive_id }, body: { code } }))).toBe(
      'amnesty_code_wrong',
    )
    w.clock.advance(10 * DAY)
    expect(await refusal(fresh.client.drives.join({ params, body: { code } }))).toBe('drive_not_open')
  })

  test('two accounts that join at the same moment both stand, once; the books agree', async () => {
    const [main, ...others] = (await people(5, 'race')) as [Person, ...Person[]]
    for (const p of others) await addMoney(w, p, { held: [10, 90] })
    const params = { drive_id: (await open()).drive_id }
    const { code } = await main.client.drives.declare({ params, body: {} })
    const said = await Promise.all(
      [...others, ...others].map((p) => refusal(p.client.drives.join({ params, body: { code } }))),
    )
    expect(said.filter((s) => s === 'accepted')).toHaveLength(4)
    expect(said.filter((s) => s === 'amnesty_joined')).toHaveLength(4)
    for (const p of others) expect(await moneyIn(`person:${p.account_id}:held`)).toBe(100n)
  })
})
