import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FACT_FORM, makeCampaign } from '../../../../test/campaign.ts'
import { ok, Visitor } from '../../../../test/visitor.ts'
import { Wallet } from '../../../../test/wallet.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { judgedIn } from './panel-queries.ts'
import { readLinks } from './queries.ts'
import { fromNats } from './rules.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let w: World
beforeAll(async () => {
  w = await createWorld({ config: { keep_marks: false } })
})
afterAll(() => w.close())

type Someone = { account_id: string }
/** A day later, so that everything is looked at again. */
const gather = async () => {
  w.clock.advance(DAY + HOUR)
  await w.jobs(['gather_links'])
}
const between = async (a: Someone, b: Someone) =>
  (await readLinks(w.db, { accountIds: [a.account_id], now: w.clock.now() }))
    .filter((l) => [l.account_id, l.other_id].includes(b.account_id))
    .map((l) => [l.kind, l.strength, l.times])

/** Somebody with a wallet of their own, proved by its signature. */
async function holder(handle: string) {
  const v = new Visitor(w)
  const { account_id } = await v.join(handle)
  const wallet = new Wallet()
  ok(await wallet.link(v))
  const row = await w.db.selectFrom('wallet').selectAll().where('account_id', '=', account_id).executeTakeFirstOrThrow()
  return { v, account_id, wallet, wallet_id: row.id, address: row.address }
}
type Holder = Awaited<ReturnType<typeof holder>>

/** What a finished look through a wallet's own transactions leaves: payments it sent, by whom they were for. */
async function sent(h: Holder, payments: Record<string, number>, called: Record<string, number> = {}) {
  const list = [
    ...Object.entries(payments).map(([address, plain]) => ({ address, transactions: plain, wei: '1', plain })),
    ...Object.entries(called).map(([address, transactions]) => ({ address, transactions, wei: '1' })),
  ]
  await sql`insert into gas_history (wallet_id, chain_id, account_id, address, provider, completeness, missing, block, block_hash, block_at,
      nonces, authorisations, sums, months, contracts, scanned_at)
    values (${h.wallet_id}, 1, ${h.account_id}, ${h.address}, 'explorer', 'contiguous', 0, 1, '0x', ${w.clock.now()}, 1, 0, '{}', '[]',
      ${JSON.stringify({ list, others: 0 })}, ${w.clock.now()})
    on conflict (wallet_id, chain_id) do update set contracts = excluded.contracts`.execute(w.db)
}
const hex = (h: Holder) => `0x${h.address.toString('hex')}`
const far = (n: number) => `0x${n.toString(16).padStart(40, '0')}`

describe('money', () => {
  test('a wallet that moved from one account to another links both; to have named the same place says little', async () => {
    const [a, b, c] = [await holder('wallet-a'), await holder('wallet-b'), await holder('wallet-c')]
    for (const p of [b, c])
      await w.db
        .insertInto('payout_destination')
        .values({
          account_id: p.account_id,
          currency: 'POINT',
          destination: 'b@pay.example',
          changed_at: w.clock.now(),
        })
        .execute()
    await gather()
    expect([await between(a, b), await between(b, c)]).toEqual([[], [['place_named', fromNats(2), 1]]])
    await w.db.updateTable('session').set({ fresh_at: w.clock.now() }).execute()
    ok(await a.v.delete(`/v1/me/wallets/${a.wallet_id}`))
    ok(await a.wallet.link(b.v))
    await gather()
    expect(await between(a, b)).toEqual([['payout_shared', fromNats(5), 1]])
    // Once half of the pay of both went there, the place says more; a grain that somebody sent there does not.
    const operator = await w.person('payer', { roles: ['operator'] })
    const batch = w.parts.newId()
    await sql`insert into payout_batch (id, currency, state, created_by, created_at) values (${batch}, 'POINT', 'sent', ${operator.account_id}, ${w.clock.now()})`.execute(w.db) // prettier-ignore
    const early = w.parts.newId()
    await sql`insert into payout_batch (id, currency, state, created_by, created_at) values (${early}, 'POINT', 'sent', ${operator.account_id}, ${w.clock.now()})`.execute(w.db) // prettier-ignore
    const duster = await holder('duster')
    for (const [p, of, typed, amount_minor] of [
      [b, batch, 'b@pay.example', '5'],
      [c, batch, ' B@pay.example ', '5'],
      [duster, early, 'own@pay.example', '50'],
      [duster, batch, 'b@pay.example', '1'],
    ] as const)
      // prettier-ignore
      await w.db
        .insertInto('payout')
        .values({ batch_id: of, account_id: p.account_id, amount_minor, destination: typed, state: 'sent', changed_at: w.clock.now() }) // prettier-ignore
        .execute()
    await gather()
    expect(await between(b, c)).toEqual([['payout_shared', fromNats(3), 1], ['place_named', fromNats(2), 1]]) // prettier-ignore
    expect(await between(b, duster)).toEqual([])
  })

  test('dust links nobody: what a wallet received is not its own doing', async () => {
    const victim = await holder('victim')
    const farm = await Promise.all(['farm-a', 'farm-b', 'farm-c'].map(holder))
    await sent(victim, { [far(77)]: 9, [far(78)]: 9, [far(79)]: 9 }, { [far(500)]: 200 })
    // Every wallet of the farm pays the victim, and calls what the victim calls, again and again.
    for (const f of farm) await sent(f, { [hex(victim)]: 1_000 }, { [far(500)]: 200 })
    await gather()
    for (const f of farm) expect(await between(victim, f)).toEqual([])
    // They have tied themselves to each other: all of them mostly paid one address.
    expect((await between(farm[0]!, farm[1]!)).map(([kind]) => kind)).toEqual(['wallet_swept_to'])

    // The planted fault: the victim's own payments to one of them, and the same evidence links.
    await sent(victim, { [far(77)]: 9, [far(78)]: 9, [far(79)]: 9, [hex(farm[0]!)]: 2 })
    await gather()
    expect(await between(victim, farm[0]!)).toEqual([['wallet_shared_funder', fromNats(4), 2]])
    expect(await between(victim, farm[1]!)).toEqual([])
  })

  test('wallets that were paid by one and paid it back are linked with it and with each other', async () => {
    const [hub, a, b] = [await holder('hub'), await holder('spoke-a'), await holder('spoke-b')]
    await sent(hub, { [hex(a)]: 2, [hex(b)]: 2 })
    await sent(a, { [hex(hub)]: 3 })
    await sent(b, { [hex(hub)]: 3 })
    await gather()
    const kinds = async (x: Holder, y: Holder) => (await between(x, y)).map(([kind]) => kind)
    expect(await kinds(a, b)).toEqual(['wallet_shared_funder', 'wallet_swept_to'])
    expect(await kinds(hub, a)).toEqual(['wallet_shared_funder'])
  })
})

describe('passkeys and invitations', () => {
  test('a passkey that goes from one account to another links both, though the first has it no more', async () => {
    const [a, b] = [await holder('key-a'), await holder('key-b')]
    await gather()
    const key = await w.db.selectFrom('passkey').selectAll().where('account_id', '=', a.account_id).executeTakeFirstOrThrow() // prettier-ignore
    await w.db.deleteFrom('passkey').where('id', '=', key.id).execute()
    await gather()
    await w.db
      .insertInto('passkey')
      .values({ ...key, id: w.parts.newId(), account_id: b.account_id })
      .execute()
    await gather()
    expect(await between(a, b)).toEqual([['credential_shared', fromNats(6), 1]])
    const { rows } = await sql<{ all: string }>`select string_agg(c::text, ' ') as all from credential_mark c`.execute(w.db) // prettier-ignore
    const id = Buffer.from(key.credential_id, 'base64url')
    for (const told of [key.credential_id, id.toString('hex')]) expect(rows[0]!.all).not.toContain(told)
  })

  test('who came by an invitation is linked with who invited them, a little', async () => {
    const [host, guest] = [await w.person('host'), await w.person('guest')]
    const id = w.parts.newId()
    await sql`insert into invitation (token_hash, id, invited_by, created_at, expires_at, uses_left)
      values (${`hash-${id}`}, ${id}, ${host.account_id}, ${w.clock.now()}, ${new Date(w.clock.now().getTime() + DAY)}, 3)`.execute(w.db) // prettier-ignore
    await w.db.insertInto('invitation_use').values({ invitation_id: id, account_id: guest.account_id, used_at: w.clock.now() }).execute() // prettier-ignore
    await gather()
    expect(await between(host, guest)).toEqual([['invited', fromNats(0.5), 1]])
  })
})

describe('work', () => {
  const BEES = 'Honey bees dance on the comb to tell their sisters in which direction and how far away the flowers are that they have found.' // prettier-ignore
  const KRILL = 'Blue whales are the largest animals that have ever lived, and yet they feed on krill, which are hardly longer than a finger.' // prettier-ignore

  test('nearly one text for different items links two people, unless the second had been shown the first', async () => {
    const [first, second, third, honest] = [await w.person('text-a'), await w.person('text-b'), await w.person('text-c'), await w.person('text-d')] // prettier-ignore
    const c = await makeCampaign(w, {
      contributors: [first, second, third, honest],
      reviewers: [],
      form: FACT_FORM,
      items: Array.from({ length: 12 }, (_, i) => ({ topic: `topic ${i}` })),
      settings: { checks: [{ kind: 'near_duplicate', on_fail: 'reject' }], reviews: { min: 1, max: 1 } },
    })
    const params = { campaign_id: c.id }
    const handIn = async (p: Person, facts: string[]) => {
      const { items } = await p.client.assignments.claim_items({ params, body: { count: facts.length } })
      w.clock.advance(600_000)
      const body = { submissions: facts.map((fact, i) => ({ item_id: items[i]!.item_id, answer: { fact } })) }
      const handed = await p.client.submissions.submit({ params, body })
      await w.jobs(['run_checks', 'conclude_checked'])
      return handed.items.map((s) => s.submission_id)
    }
    const [bees] = await handIn(first, [BEES, KRILL])
    // The third is handed the first's text to review, and copies it.
    const at = w.clock.now()
    await w.db.insertInto('lease').values({ campaign_id: c.id, account_id: third.account_id, target_id: bees!, lane: 2, state: 3, version: 1, leased_at: at, expires_at: at, directed_by: null }).execute() // prettier-ignore
    await handIn(second, [BEES.replace('sisters', 'siblings'), KRILL.replace('finger', 'thumb')])
    await handIn(third, [BEES.replace('comb', 'hive')])
    await handIn(honest, ['An octopus has three hearts, two of which stop beating whenever it swims.'])
    await gather()
    expect(await between(first, second)).toEqual([['copied_text', fromNats(2), 2]])
    expect(await between(first, third)).toEqual([])
    expect(await between(first, honest)).toEqual([])
  })

  test('two who judge all they share in the same minute for days are linked; who judges it later, or was sent to it, is not', async () => {
    const [author, ...judges] = await Promise.all(['script-author', 'script-a', 'script-b', 'human'].map((h) => w.person(h))) // prettier-ignore
    const [a, b, human] = judges as [Person, Person, Person]
    const c = await makeCampaign(w, {
      contributors: [author!],
      reviewers: judges,
      form: FACT_FORM,
      items: Array.from({ length: 9 }, (_, i) => ({ topic: `topic ${i}` })),
      settings: { reviews: { min: 3, max: 3 }, batch_size: 9 },
    })
    const params = { campaign_id: c.id }
    const { items } = await author!.client.assignments.claim_items({ params, body: { count: 9 } })
    const body = { submissions: items.map((i, n) => ({ item_id: i.item_id, answer: { fact: `Fact number ${n}.` } })) }
    await author!.client.submissions.submit({ params, body })
    const votes = { fact: { approve: true } }
    const judge = async (p: Person, submission_id: string) =>
      p.client.reviews.record({ params, body: { reviews: [{ submission_id, votes }] } })
    for (let day = 0; day < 3; day++) {
      const mine = await a.client.assignments.claim_reviews({ params, body: { count: 3 } })
      const work = mine.items.map((i) => i.submission_id)
      for (const p of [b, human])
        for (const target_id of work)
          await w.db.insertInto('lease').values({ campaign_id: c.id, account_id: p.account_id, target_id, lane: 2, state: 1, version: 1, leased_at: w.clock.now(), expires_at: new Date(w.clock.now().getTime() + DAY), directed_by: null }).execute() // prettier-ignore
      for (const id of work) {
        w.clock.advance(240_000)
        await judge(a, id)
        w.clock.advance(10_000)
        await judge(b, id)
      }
      w.clock.advance(HOUR)
      for (const id of work) await judge(human, id)
      w.clock.advance(DAY - 2 * HOUR)
    }
    await gather()
    const kinds = async (x: Person, y: Person) => (await between(x, y)).map(([kind]) => kind)
    expect(await kinds(a, b)).toEqual(['lockstep'])
    expect([await kinds(a, human), await kinds(b, human), await kinds(a, author!)]).toEqual([[], [], []])
    // What an operator directed somebody to was not drawn: it is not evidence.
    const since = new Date(0)
    expect(await judgedIn(w.db, c.id, since, 100)).toHaveLength(27)
    await w.db.updateTable('lease').set({ directed_by: author!.account_id }).where('account_id', '=', b.account_id).execute() // prettier-ignore
    expect(await judgedIn(w.db, c.id, since, 100)).toHaveLength(18)
    expect((await judgedIn(w.db, c.id, since, 1))[0]).toMatchObject({ author_id: author!.account_id, approves: true, good: null }) // prettier-ignore
  })
})
