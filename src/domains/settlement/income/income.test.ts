import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign } from '../../../../test/campaign.ts'
import { collect } from '../../../../test/collected.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { auditInstallation } from '../../ledger/audit.ts'
import { balanceOf } from '../../ledger/queries.ts'

describe('income of a release', () => {
  let w: World
  let operator: Person
  let authors: Person[]
  let reviewers: Person[]
  let params: { campaign_id: string; release_id: string }

  beforeAll(async () => {
    w = await createWorld()
    operator = await w.person('olga', { roles: ['operator'] })
    authors = await Promise.all(['ann', 'abe'].map((h) => w.person(h)))
    reviewers = await Promise.all(['rita', 'ravi'].map((h) => w.person(h)))
    const c = await makeCampaign(w, { contributors: authors, reviewers, items: Array.from({ length: 5 }, () => ({})) })
    const items = await w.db.selectFrom('item').select('id').where('campaign_id', '=', c.id).orderBy('id').execute()
    const votes = reviewers.map((r) => ({ reviewer: r.account_id, approve: { fact: true } }))
    const release_id = w.parts.newId()
    params = { campaign_id: c.id, release_id }
    await w.db
      .insertInto('release')
      .values({
        campaign_id: c.id,
        id: release_id,
        number: 1,
        state: 'ready',
        cut_at: w.clock.now(),
        pseudonym_key: Buffer.alloc(32),
        datapoint_key: Buffer.alloc(32),
        manifest: '{}',
        content_hash: 'ab',
        created_by: operator.account_id,
        created_at: w.clock.now(),
        ready_at: w.clock.now(),
      })
      .execute()
    // Three pieces by one, one by the other, and one that is not in the release.
    for (const [i, item] of items.entries()) {
      const author = authors[i === 3 ? 1 : 0]!.account_id
      const id = await collect(w, c.id, { author, item_id: item.id, answer: { fact: 'x' }, votes })
      if (i < 4)
        await w.db
          .insertInto('release_entry')
          .values({ campaign_id: c.id, release_id, datapoint_id: item.id, submission_id: id, in_data: true })
          .execute()
    }
  })
  afterAll(() => w?.close())

  const body = { currency: 'USD', amount_minor: '1001', reference: 'sale-1', reviewer_bps: 2_000 }
  const has = (p: Person, state: string) => balanceOf(w.db, `person:${p.account_id}:${state}`, 'USD')

  test('is split once, by pieces, however often and at however many desks it is recorded', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => operator.client.income.record({ params, body })))
    expect(new Set(all.map((a) => a.income_id)).size).toBe(1)
    // 200 of 1001 to eight reviews, 801 to four pieces: 600 and 200, and 100 each; one unit does not divide.
    expect(all[0]).toMatchObject({ people: 4, remainder_minor: '1', amount_minor: '1001' })
    expect(await Promise.all([...authors, ...reviewers].map((p) => has(p, 'frozen')))).toEqual([600n, 200n, 100n, 100n])
    expect(await balanceOf(w.db, `remainder:${params.campaign_id}`, 'USD')).toBe(1n)
    expect(await balanceOf(w.db, `income:${params.release_id}`, 'USD')).toBe(0n)
    const other = { ...body, amount_minor: '1002' }
    await expect(operator.client.income.record({ params, body: other })).rejects.toMatchObject({
      code: 'reference_used',
    })
  })

  test('is shown to each, and thaws as any pay does', async () => {
    expect((await authors[0]!.client.income.mine({})).items).toMatchObject([
      { amount_minor: '600', of_minor: '1001', datapoints: 3, reviews: 0, release_number: 1 },
    ])
    for (let day = 0; day < 9; day++) {
      w.clock.advance(86_400_000)
      await w.jobs(['thaw'])
    }
    expect(await Promise.all([...authors, ...reviewers].map((p) => has(p, 'claimable')))).toEqual([
      600n,
      200n,
      100n,
      100n,
    ])
    const { problems } = await auditInstallation({ db: w.db })
    expect(problems.filter((p) => ['accounts', 'balances', 'thaw', 'campaigns'].includes(p.check))).toEqual([])
  })

  test('that gives nobody a unit is refused, and so is what is no release', async () => {
    const little = { ...body, amount_minor: '1', reference: 'sale-2' }
    await expect(operator.client.income.record({ params, body: little })).rejects.toMatchObject({
      code: 'income_for_nobody',
    })
    const nowhere = { ...params, release_id: '1' }
    await expect(
      operator.client.income.record({ params: nowhere, body: { ...body, reference: 'sale-3' } }),
    ).rejects.toMatchObject({ code: 'release_not_found' })
  })
})
