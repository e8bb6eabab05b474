import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { collect, filesOfItsOwn, itemsOf } from '../../../test/collected.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import type { Release } from './contract.ts'
import { licenceId, refuseCreate, refuseDownload, refuseLook, refusePublish } from './rules.ts'

let w: World
let dir: string
let operator: Person
let author: Person
let trusted: Person

beforeAll(async () => {
  const own = filesOfItsOwn()
  dir = own.data_dir
  w = await createWorld({ config: own })
  operator = await w.person('operator', { roles: ['operator'] })
  author = await w.person('ann')
  trusted = await w.person('tess', { roles: ['restricted_data'] })
})
afterAll(async () => {
  await w.close()
  rmSync(dir, { recursive: true, force: true })
})

const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const at = (r: Release) => ({ params: { campaign_id: r.campaign_id, release_id: r.release_id } })
const get = async (as: Person | undefined, r: Release, name: string) => {
  const answer = await w.raw(as, {
    method: 'GET',
    url: `/v1/campaigns/${r.campaign_id}/releases/${r.release_id}/files/${name}`,
  })
  return {
    ...answer,
    code: answer.status === 200 ? 'accepted' : (JSON.parse(answer.body) as { error: { code: string } }).error.code,
  }
}

async function collected(
  options: { task_class?: string; licence?: string; personal_data?: string | null } = {},
): Promise<Made & { requester: Person }> {
  const c = await makeCampaign(w, {
    items: [{ n: 1 }, { n: 2 }],
    ...(options.task_class ? { task_class: options.task_class } : {}),
  })
  const consent = {
    terms: 'Be kind.',
    licence: options.licence ?? 'CC BY 4.0',
    adults_only: false,
    countries: null,
    personal_data: options.personal_data ?? null,
  }
  await w.db
    .updateTable('campaign_version')
    .set({ consent: JSON.stringify(consent) })
    .where('campaign_id', '=', c.id)
    .execute()
  const requester = await w.person(`asks${c.id}`)
  await c.join(requester, 'requester')
  for (const item_id of await itemsOf(w, c.id))
    await collect(w, c.id, {
      author: author.account_id,
      item_id,
      answer: { fact: `f ${item_id}` },
      votes: [{ reviewer: operator.account_id, approve: { fact: true } }],
    })
  return { ...c, requester }
}
async function release(c: Made, by: Person): Promise<Release> {
  const asked = await by.client.releases.create({ params: { campaign_id: c.id }, body: {} })
  await w.jobs(['build_releases'])
  return by.client.releases.get(at(asked))
}

describe('who may have a release', () => {
  test('the requester and operators; nobody else until it is published', async () => {
    const c = await collected()
    const r = await release(c, c.requester)
    const other = await w.person(`other${c.id}`)
    const reader = await w.person(`reader${c.id}`, { scopes: ['contribute'] })
    await c.join(reader, 'requester')
    await c.join(author, 'contributor')
    for (const [who, said] of [
      [c.requester, 'accepted'],
      [operator, 'accepted'],
      [author, 'release_not_yours'],
      [other, 'release_not_yours'],
      [trusted, 'release_not_yours'],
      [undefined, 'release_not_found'],
      [reader, 'scope_missing'],
    ] as const) {
      expect((await get(who, r, 'data.jsonl')).code, `for ${who?.account_id}`).toBe(said)
    }
    expect(await code(author.client.releases.list({ params: { campaign_id: c.id } }))).toBe('release_not_yours')
    expect(await code(author.client.releases.create({ params: { campaign_id: c.id }, body: {} }))).toBe('not_allowed')
    expect(await code(w.stranger.releases.get(at(r)))).toBe('not_signed_in')
    expect(await code(other.client.releases.publish({ ...at(r), body: {} }))).toBe('not_allowed')
    expect((await w.stranger.releases.published()).items).toEqual([])

    const published = await c.requester.client.releases.publish({ ...at(r), body: {} })
    expect(published).toMatchObject({
      published_at: w.clock.now().toISOString(),
      publish_refusal: null,
      content_hash: r.content_hash,
    })
    expect(await c.requester.client.releases.publish({ ...at(r), body: {} }), 'a second time changes nothing').toEqual(
      published,
    )
    for (const who of [undefined, author, other]) expect((await get(who, r, 'data.jsonl')).code).toBe('accepted')
    expect((await w.stranger.releases.published()).items).toMatchObject([
      { campaign_id: c.id, number: 1, licences: ['CC BY 4.0'], latest: true },
    ])
    const page = await w.stranger.releases.page({ params: { campaign_id: c.id, number: 1 } })
    expect(page).toMatchObject({
      content_hash: r.content_hash,
      counts: { datapoints: 2 },
      successor_number: null,
      predecessor_number: null,
    })
    expect(page.card).toMatch(/^# Campaign/)
    const kinds = await w.db
      .selectFrom('event')
      .select('kind')
      .where('campaign_id', '=', c.id)
      .where('kind', '=', 'published')
      .execute()
    expect(kinds).toHaveLength(1)
  })

  test('prompts that work are handed out when the makers of the models have had their time, not before', async () => {
    const c = await collected({ task_class: 'adversarial' })
    await w.db.updateTable('account').set({ roles: ['restricted_data'] }).where('id', '=', c.requester.account_id).execute() // prettier-ignore
    w.clock.advance(3000)
    const r = await release(c, c.requester)
    expect(await code(c.requester.client.releases.give_notice({ ...at(r), body: { told: 'the maker' } }))).toBe(
      'notice_not_needed',
    )
    expect((await get(c.requester, r, 'data.jsonl')).code).toBe('accepted')
    await w.pool.query(
      `update campaign_version set settings = settings || '{"red_team": {"notice_days": 30}}' where campaign_id = $1`,
      [c.id],
    )
    expect((await get(c.requester, r, 'data.jsonl')).code).toBe('notice_needed')
    expect((await get(c.requester, r, 'manifest.json')).code).not.toMatch(/notice/)
    const told = await c.requester.client.releases.give_notice({ ...at(r), body: { told: 'security@model.example' } })
    expect(told.notice).toMatchObject({ days: 30, told_at: w.clock.now().toISOString() })
    w.clock.advance(29 * 86_400_000)
    // Telling again does not start the days anew, nor end them.
    const again = await c.requester.client.releases.give_notice({ ...at(r), body: { told: 'somebody else' } })
    expect(again.notice).toEqual(told.notice)
    expect((await get(c.requester, r, 'data.jsonl')).code).toBe('notice_running')
    w.clock.advance(86_400_000)
    expect((await get(c.requester, r, 'data.jsonl')).code).toBe('accepted')
  })

  test('restricted data only with that right, requester and operator included', async () => {
    const c = await collected({ task_class: 'adversarial' })
    expect(await code(c.requester.client.releases.create({ params: { campaign_id: c.id }, body: {} }))).toBe(
      'restricted_data_needed',
    )
    expect(await code(operator.client.releases.create({ params: { campaign_id: c.id }, body: {} }))).toBe(
      'restricted_data_needed',
    )
    const right = async (p: Person, roles: string[]) => {
      await w.db.updateTable('account').set({ roles }).where('id', '=', p.account_id).execute()
      // Who someone is, is believed for two seconds.
      w.clock.advance(3000)
    }
    await right(c.requester, ['restricted_data'])
    const r = await release(c, c.requester)
    expect((await get(c.requester, r, 'data.jsonl')).code).toBe('accepted')
    expect((await get(trusted, r, 'data.jsonl')).code).toBe('accepted')
    expect((await get(operator, r, 'data.jsonl')).code).toBe('restricted_data_needed')
    expect((await get(author, r, 'data.jsonl')).code).toBe('release_not_yours')
    expect((await get(undefined, r, 'data.jsonl')).code).toBe('release_not_found')
    for (const name of ['manifest.json', 'README.md', 'annotations.csv'])
      expect((await get(operator, r, name)).code).toBe('restricted_data_needed')
    await right(c.requester, [])
    expect((await get(c.requester, r, 'data.jsonl')).code, 'a right that was taken away').toBe('restricted_data_needed')
    expect(await c.requester.client.releases.get(at(r)), 'numbers and hashes hold no data').toMatchObject({
      may_download: false,
      publish_refusal: 'restricted_not_public',
    })
    expect(await code(c.requester.client.releases.publish({ ...at(r), body: {} }))).toBe('restricted_not_public')
    // Even a row that says published does not open it.
    await w.db
      .updateTable('release')
      .set({ published_at: w.clock.now(), published_by: operator.account_id })
      .where('id', '=', r.release_id)
      .execute()
    expect((await get(undefined, r, 'data.jsonl')).code).toBe('release_not_found')
    await w.db
      .updateTable('release')
      .set({ published_at: null, published_by: null })
      .where('id', '=', r.release_id)
      .execute()
  })

  test('what contributors agreed to decides whether it may be published', async () => {
    const closed = await collected({ licence: 'For our research only' })
    const r = await release(closed, closed.requester)
    expect(r.publish_refusal).toBe('licence_not_open')
    expect(await code(closed.requester.client.releases.publish({ ...at(r), body: {} }))).toBe('licence_not_open')
    const personal = await collected({ personal_data: 'We ask for your town.' })
    const p = await release(personal, personal.requester)
    expect(await code(personal.requester.client.releases.publish({ ...at(p), body: {} }))).toBe(
      'personal_data_not_public',
    )
    const data = (await get(personal.requester, p, 'data.jsonl')).body
      .trim()
      .split('\n')
      .map((l) => (JSON.parse(l) as { contributor: unknown }).contributor)
    expect(data, 'texts about a person are not put side by side').toEqual([null, null])
  })
})

describe('downloads and lists', () => {
  test('a file comes with its length, type and hash, and is what the manifest says', async () => {
    const c = await collected()
    const r = await release(c, c.requester)
    for (const f of r.files) {
      const answer = await w.app.inject({
        method: 'GET',
        url: `/v1/campaigns/${c.id}/releases/${r.release_id}/files/${f.name}`,
        headers: { authorization: `Bearer ${c.requester.key}` },
      })
      expect([
        answer.statusCode,
        answer.headers['content-type'],
        answer.headers.etag,
        Number(answer.headers['content-length']),
      ]).toEqual([200, f.media_type, `"${f.sha256}"`, f.bytes])
      expect(sha256Hex(answer.rawPayload)).toBe(f.sha256)
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="${f.name}"`)
    }
    expect(sha256Hex((await get(c.requester, r, 'manifest.json')).body)).toBe(r.content_hash)
  })

  test.each(['nothing.csv', '..%2F..%2Fmanifest.json', 'data.jsonl%00', '.state.json', '1.state.json', 'state.json'])(
    '%s is refused',
    async (name) => {
      const c = await collected()
      const r = await release(c, c.requester)
      expect(['file_not_found', 'invalid_request', 'malformed_json', 'not_found']).toContain(
        (await get(c.requester, r, name)).code,
      )
    },
  )

  test('an unfinished release has nothing to download, and a second is not begun', async () => {
    const c = await collected()
    const asked = await c.requester.client.releases.create(
      { params: { campaign_id: c.id }, body: {} },
      { idempotencyKey: 'one' },
    )
    expect(
      await c.requester.client.releases.create({ params: { campaign_id: c.id }, body: {} }, { idempotencyKey: 'one' }),
      'a retried request answers the same',
    ).toEqual(asked)
    expect(await code(c.requester.client.releases.create({ params: { campaign_id: c.id }, body: {} }))).toBe(
      'release_building',
    )
    expect((await get(c.requester, asked, 'data.jsonl')).code).toBe('release_not_ready')
    expect(await code(c.requester.client.releases.publish({ ...at(asked), body: {} }))).toBe('release_not_ready')
    await w.jobs(['build_releases'])
    const asks = await Promise.all(
      [1, 2, 3].map(() => code(c.requester.client.releases.create({ params: { campaign_id: c.id }, body: {} }))),
    )
    expect(asks.sort()).toEqual(['accepted', 'release_building', 'release_building'])
    await w.jobs(['build_releases'])
    const list = await c.requester.client.releases.list({ params: { campaign_id: c.id }, query: { limit: 1 } })
    expect([list.items.map((i) => i.number), list.next]).toEqual([[2], list.items[0]!.release_id])
    expect(
      (
        await c.requester.client.releases.list({
          params: { campaign_id: c.id },
          query: { limit: 1, after: list.next! },
        })
      ).items.map((i) => i.number),
    ).toEqual([1])
  })

  test('a campaign without final accepted work has no release, and one that is not there neither', async () => {
    const c = await makeCampaign(w, { items: [{ n: 1 }] })
    const [item_id] = await itemsOf(w, c.id)
    await collect(w, c.id, {
      author: author.account_id,
      item_id: item_id!,
      answer: { fact: 'x' },
      settles_at: new Date(w.clock.now().getTime() + 60_000),
    })
    expect(await code(operator.client.releases.create({ params: { campaign_id: c.id }, body: {} }))).toBe(
      'release_empty',
    )
    w.clock.advance(60_000)
    expect((await release(c, operator)).counts).toMatchObject({ datapoints: 1 })
    expect(await code(operator.client.releases.create({ params: { campaign_id: '999' }, body: {} }))).toBe(
      'campaign_not_found',
    )
    expect(await code(operator.client.releases.get({ params: { campaign_id: c.id, release_id: '999' } }))).toBe(
      'release_not_found',
    )
    expect(await code(w.stranger.releases.page({ params: { campaign_id: c.id, number: 1 } }))).toBe('release_not_found')
  })

  test('published releases are listed newest first, a page at a time', async () => {
    const before = (await w.stranger.releases.published()).items.length
    const c = await collected()
    for (let i = 0; i < 3; i++) {
      w.clock.advance(1000)
      await c.requester.client.releases.publish({ ...at(await release(c, c.requester)), body: {} })
    }
    const first = await w.stranger.releases.published({ query: { limit: 2 } })
    expect(first.items.map((i) => [i.number, i.latest])).toEqual([
      [3, true],
      [2, false],
    ])
    const second = await w.stranger.releases.published({ query: { limit: 50, after: first.next! } })
    expect(second.items.length).toBe(before + 1)
    expect(second.items[0]).toMatchObject({ campaign_id: c.id, number: 1, latest: false })
    expect((await w.stranger.releases.page({ params: { campaign_id: c.id, number: 1 } })).successor_number).toBe(3)
  })
})

describe('rules', () => {
  const nobody = { is_requester: false, is_operator: false, may_see_restricted: false }
  const open = { restricted: false, task_class: 'labelling' }
  test.each([
    ['adversarial without the flag', { restricted: false, task_class: 'adversarial' }],
    ['the flag on another class', { restricted: true, task_class: 'labelling' }],
  ])('%s is restricted', (_, kind) => {
    const requester = { ...nobody, is_requester: true }
    expect(refuseCreate(kind, requester)).toBe('restricted_data_needed')
    expect(refuseCreate(kind, { ...requester, may_see_restricted: true })).toBeUndefined()
    expect(refuseLook(kind, requester)).toBeUndefined()
    expect(refuseDownload(kind, { ...nobody, is_operator: true }, { is_published: false })).toBe(
      'restricted_data_needed',
    )
    expect(refuseDownload(kind, { ...nobody, may_see_restricted: true }, { is_published: false })).toBeUndefined()
    expect(refuseDownload(kind, undefined, { is_published: true })).toBe('release_not_found')
    expect(refusePublish(kind, 'ready', [])).toEqual({ code: 'restricted_not_public' })
  })
  test('publishing: first broken rule wins', () => {
    const agreed = { version: 1, licence: 'mine', asks_personal_data: true }
    expect(refusePublish({ ...open, restricted: true }, 'building', [agreed])?.code).toBe('release_not_ready')
    expect(refusePublish({ ...open, restricted: true }, 'ready', [agreed])?.code).toBe('restricted_not_public')
    expect(refusePublish(open, 'ready', [agreed])?.code).toBe('personal_data_not_public')
    expect(refusePublish(open, 'ready', [{ ...agreed, asks_personal_data: false }])).toEqual({
      code: 'licence_not_open',
      licence: 'mine',
    })
    expect(
      refusePublish(open, 'ready', [
        { version: 1, licence: 'CC0', asks_personal_data: false },
        { version: 2, licence: 'mine', asks_personal_data: false },
      ])?.code,
    ).toBe('licence_not_open')
    expect(
      refusePublish(open, 'ready', [{ version: 1, licence: 'CC0-1.0', asks_personal_data: false }]),
    ).toBeUndefined()
  })
  test.each([
    ['CC BY 4.0', 'cc-by-4.0'],
    ['CC-BY-4.0', 'cc-by-4.0'],
    ['Creative Commons Attribution 4.0 International License (CC BY 4.0)', 'cc-by-4.0'],
    ['CC BY 4.0 https://creativecommons.org/licenses/by/4.0/', 'cc-by-4.0'],
    ['CC0', 'cc0-1.0'],
    ['CC0 v1.0', 'cc0-1.0'],
    ['Apache License, Version 2.0', 'apache-2.0'],
    ['MIT', 'mit'],
    ['ODC-By v1.0', 'odc-by'],
    ['not CC BY 4.0', undefined],
    ['CC BY 4.0 for internal use', undefined],
    ['proprietary', undefined],
    ['CC BY', undefined],
    ['', undefined],
  ])('licence "%s" is %s', (name, id) => {
    expect(licenceId(name)).toBe(id)
  })
})
