import { afterAll, beforeAll, expect, test } from 'vitest'
import { draft } from '../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'

let w: World
let requester: Person
const refused = (call: Promise<unknown>): Promise<ApiError> =>
  call.then(
    () => Promise.reject(new Error('accepted')),
    (e: ApiError) => e,
  )
const fresh = async (more: Parameters<typeof draft>[0] = {}) =>
  (await requester.client.campaigns.create({ body: draft({ open_collection: false, ...more }) })).campaign_id
const refs = async (campaign_id: string) =>
  (
    await w.db.selectFrom('item').select('external_ref').where('campaign_id', '=', campaign_id).orderBy('id').execute()
  ).map((i) => i.external_ref)

beforeAll(async () => {
  w = await createWorld()
  requester = await w.person('rosa', { roles: ['operator'] })
})
afterAll(() => w.close())

const send = (campaign_id: string, part: number, text: string, last: boolean, more: object = {}) =>
  requester.client.campaigns.import_items({
    params: { campaign_id },
    body: { import_id: 'big', part, last, format: 'csv', text, ...more },
  })

test('an import in parts goes on from where it stopped, and a part sent twice is taken once', async () => {
  const id = await fresh()
  expect(
    (await refused(requester.client.campaigns.import_state({ params: { campaign_id: id, import_id: 'big' } }))).code,
  ).toBe('import_not_found')
  // The cut goes through a quoted cell.
  expect(await send(id, 1, 'id,text\na,one\nb,"tw', false)).toEqual({
    import_id: 'big',
    format: 'csv',
    state: 'running',
    next_part: 2,
    rows: 1,
    imported: 1,
    unchanged: 0,
    items: 1,
  })
  expect((await send(id, 1, 'id,text\na,one\nb,"tw', false)).next_part).toBe(2)
  expect(await refused(send(id, 3, 'x', false))).toMatchObject({
    code: 'part_out_of_order',
    message: expect.stringContaining('part 2'),
  })
  expect((await refused(send(id, 2, 'x', false, { format: 'jsonl' }))).code).toBe('import_changed')
  expect((await refused(send(id, 2, 'x', false, { ref_field: 'text' }))).code).toBe('import_changed')
  const wrong = await refused(send(id, 2, 'o"\nc\n', false))
  expect(wrong).toMatchObject({
    code: 'items_invalid',
    fields: [{ field: '/rows/3', code: 'ragged_row', message: 'Row 3 (line 4): it has 1 cells, the header 2.' }],
  })
  expect(
    await requester.client.campaigns.import_state({ params: { campaign_id: id, import_id: 'big' } }),
    'a part that is wrong leaves no trace',
  ).toMatchObject({ next_part: 2, imported: 1 })
  expect(await send(id, 2, 'o,\nlines"\nc,three\n', true)).toMatchObject({
    state: 'done',
    rows: 3,
    imported: 3,
    items: 3,
  })
  expect((await refused(send(id, 3, 'd,four\n', true))).code).toBe('import_over')
  expect(await refs(id)).toEqual(['a', 'b', 'c'])
  expect(
    (await requester.client.campaigns.items({ params: { campaign_id: id }, query: { limit: 2 } })).items,
  ).toMatchObject([{ data: { id: 'a', text: 'one' } }, { data: { text: 'two,\nlines' }, state: 'waiting' }])
  const page = await requester.client.campaigns.items({ params: { campaign_id: id }, query: { limit: 2 } })
  expect(
    (await requester.client.campaigns.items({ params: { campaign_id: id }, query: { limit: 2, after: page.next! } }))
      .items,
  ).toHaveLength(1)
})

test('importing the same again changes nothing; the same reference with other content is refused by name', async () => {
  const id = await fresh()
  await send(id, 1, 'id,text\na,one\nb,two\n', true)
  expect(await send(id, 1, 'id,text\na,one\nb,two\nc,three\n', true, { import_id: 'again' })).toMatchObject({
    imported: 1,
    unchanged: 2,
    items: 3,
  })
  const wrong = await refused(send(id, 1, 'id,text\nd,four\nb,other\n', true, { import_id: 'third' }))
  expect(wrong.fields).toEqual([
    {
      field: '/rows/2',
      code: 'duplicate_ref',
      message: 'Row 2: an item with the reference "b" is there already, with other content.',
    },
  ])
  expect(await refs(id), 'nothing of it was imported').toEqual(['a', 'b', 'c'])
  // Without a reference the content itself tells.
  expect(await send(id, 1, 'text\nx\ny\nx\n', true, { import_id: 'plain' })).toMatchObject({
    imported: 2,
    unchanged: 1,
  })
  expect(
    await send(id, 1, '{"text":"y"}\n{"text":"z"}\n', true, { import_id: 'lines', format: 'jsonl' }),
  ).toMatchObject({ imported: 1, unchanged: 1, items: 6 })
})

test('Label Studio tasks come in with their ids; what cannot be kept is refused, not dropped', async () => {
  const id = await fresh()
  const text = JSON.stringify([
    { id: 11, data: { text: 'a', meta: { n: 1 } } },
    { id: 12, data: { text: 'b' }, predictions: [{ result: [] }] },
  ])
  expect(await refused(send(id, 1, text, true, { format: 'label_studio' }))).toMatchObject({
    code: 'items_invalid',
    fields: [{ field: '/rows/2', code: 'unknown_part', message: expect.stringContaining('"predictions"') }],
  })
  expect(await send(id, 1, text, true, { format: 'label_studio', ignore: ['predictions'] })).toMatchObject({
    imported: 2,
  })
  expect(await refs(id)).toEqual(['11', '12'])
})

test('two imports at once do not lose or double a row', async () => {
  const id = await fresh()
  const part = (i: number) =>
    `id,text\n${Array.from({ length: 300 }, (_, n) => `r${(i * 150 + n) % 600},t${(i * 150 + n) % 600}`).join('\n')}\n`
  const done = await Promise.all([0, 1, 2, 3].map((i) => send(id, 1, part(i), true, { import_id: `import-${i}` })))
  expect(done.reduce((sum, d) => sum + d.imported, 0)).toBe(600)
  expect(new Set(await refs(id)).size).toBe(600)
})

test('what the form shows must be in every row; open collections and finished campaigns take no items', async () => {
  const form = {
    ...draft().form,
    ui: { ...draft().form.ui, item: [{ field: 'text', title: 'Text', as: 'text' as const }] },
  }
  const id = await fresh({ form })
  expect(await refused(send(id, 1, 'id,words\na,x\n', true))).toMatchObject({
    fields: [{ code: 'field_missing', message: expect.stringContaining('"text"') }],
  })
  const open = await fresh({ open_collection: true })
  expect((await refused(send(open, 1, 'id,text\na,x\n', true))).code).toBe('not_importable')
  await requester.client.campaigns.cancel({ params: { campaign_id: id }, body: {} })
  expect((await refused(send(id, 1, 'id,text\na,x\n', true))).code).toBe('not_importable')
})

test('bytes that no text has are refused before anything reads them', async () => {
  const id = await fresh()
  const raw = (payload: string) =>
    w.raw(requester, {
      method: 'POST',
      url: `/v1/campaigns/${id}/items`,
      headers: { 'content-type': 'application/json' },
      payload,
    })
  for (const text of ['id\\u0000,text\\na,x', 'id,text\\na,\\ud800']) {
    const { status, body } = await raw(`{"import_id":"x","part":1,"last":true,"format":"csv","text":"${text}"}`)
    expect([status, JSON.parse(body).error.code]).toEqual([422, 'invalid_request'])
  }
  const { status } = await raw(
    JSON.stringify({ import_id: 'x', part: 1, last: true, format: 'csv', text: 'x'.repeat(5_000_001) }),
  )
  expect(status).toBe(422)
  expect(await refs(id)).toEqual([])
})

test('a part of four megabytes goes in', async () => {
  const id = await fresh({ quota: 20_000 })
  const text = `id,text\n${Array.from({ length: 20_000 }, (_, i) => `row-${i},${'lorem ipsum '.repeat(16)}${i}`).join('\n')}\n`
  expect(text.length).toBeGreaterThan(4_000_000)
  expect(await send(id, 1, text, true)).toMatchObject({ imported: 20_000, state: 'done' })
  expect(await requester.client.campaigns.clear_items({ params: { campaign_id: id } })).toEqual({
    campaign_id: id,
    removed: 20_000,
  })
})
