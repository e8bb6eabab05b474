import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { collect, filesOfItsOwn, filesUnder, itemsOf, type Line, lines } from '../../../test/collected.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import { canonicalJson, commitTo, sha256Hex } from '../../platform/canonical.ts'
import { plainText } from '../../platform/files/csv.ts'
import { createStore } from '../../platform/files/store.ts'
import type { Form } from '../templates/contract.ts'
import { buildStep } from './build.ts'
import type { Release } from './contract.ts'
import { type Manifest, releaseOf } from './queries.ts'

let w: World
let dir: string
let operator: Person
let authors: Person[]
let reviewers: Person[]

const RICH: Form = {
  schema: {
    type: 'object',
    required: ['fact', 'kind'],
    properties: {
      fact: { type: 'string', maxLength: 500 },
      kind: { type: 'string', enum: ['river', 'lake'] },
      tags: { type: 'array', items: { type: 'string', enum: ['long', 'deep'] }, uniqueItems: true },
      km: { type: 'number' },
      sure: { type: 'integer', minimum: -5, maximum: 5 },
      source: { type: 'string', format: 'uri' },
    },
  },
  ui: {
    order: ['fact', 'kind', 'tags', 'km', 'sure', 'source'],
    questions: {
      fact: { widget: 'long_text', title: 'A fact' },
      kind: { widget: 'choice', title: 'What is it?' },
      tags: { widget: 'choices', title: 'Tags' },
      km: { widget: 'number', title: 'Length | km' },
      sure: { widget: 'scale', title: 'How sure?' },
      source: { widget: 'link', title: 'Where from?' },
    },
    item: [{ field: 'topic', title: 'Topic', as: 'text' }],
  },
}
const ANSWERS: Record<string, unknown>[] = [
  {
    fact: '=HYPERLINK("http://x","y")',
    kind: 'river',
    tags: ['deep', 'long'],
    km: 1e-7,
    sure: -3,
    source: 'https://example.org/?a=1,2',
  },
  { fact: '\'quoted\' "twice"\r\nline, two — 💪 عربي e\u0301', kind: 'lake', km: -12.5 },
  { fact: '+1', kind: 'river', tags: [] },
  { fact: '', kind: 'lake', sure: 0 },
]

beforeAll(async () => {
  const own = filesOfItsOwn()
  dir = join(own.data_dir, 'releases')
  w = await createWorld({ config: own })
  operator = await w.person('operator', { roles: ['operator'] })
  authors = await Promise.all(['ann', 'ben', 'cem'].map((h) => w.person(h)))
  reviewers = await Promise.all(['rita', 'ravi', 'rosa'].map((h) => w.person(h)))
})
afterAll(async () => {
  await w.close()
  rmSync(join(dir, '..'), { recursive: true, force: true })
})

const byText = (a = '', b = '') => (a < b ? -1 : 1)
const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const at = (c: Made, release?: { release_id: string }) => ({
  params: { campaign_id: c.id, ...(release ? { release_id: release.release_id } : {}) } as {
    campaign_id: string
    release_id: string
  },
})
const filesOf = (r: Release) => filesUnder(join(dir, r.campaign_id, String(r.number)))
const votes = (...approve: boolean[]) =>
  approve.map((a, i) => ({ reviewer: reviewers[i]!.account_id, approve: { fact: a, kind: true } }))

/** Asks for a release and builds it to its end. */
async function release(c: Made, by = operator, note = ''): Promise<Release> {
  const asked = await by.client.releases.create({ ...at(c), body: { note } })
  expect(asked).toMatchObject({
    state: 'building',
    progress: { step: 'select' },
    counts: null,
    files: [],
    content_hash: null,
  })
  await w.jobs(['build_releases'])
  return by.client.releases.get(at(c, asked))
}

/** Four accepted submissions, one rejected for good, one that may still be appealed, one under review. */
async function reviewed(extra: Parameters<typeof makeCampaign>[1] = { items: [] }): Promise<Made & { ids: string[] }> {
  const c = await makeCampaign(w, {
    form: RICH,
    ...extra,
    items: Array.from({ length: 8 }, (_, i) => ({ topic: `rivers & <lakes> ${i}`, '=n': i })),
  })
  const items = await itemsOf(w, c.id)
  const ids: string[] = []
  for (const [i, answer] of ANSWERS.entries())
    ids.push(
      await collect(w, c.id, {
        author: authors[i % 3]!.account_id,
        item_id: items[i]!,
        answer,
        votes: votes(true, i !== 1, true),
      }),
    )
  ids.push(
    await collect(w, c.id, {
      author: authors[0]!.account_id,
      item_id: items[4]!,
      answer: { fact: 'No.', kind: 'lake' },
      status: 'rejected_final',
      votes: votes(false, false, true),
    }),
  )
  await collect(w, c.id, {
    author: authors[1]!.account_id,
    item_id: items[5]!,
    answer: { fact: 'Hm.', kind: 'lake' },
    status: 'rejected',
    settles_at: new Date(w.clock.now().getTime() + 1000),
    votes: votes(false, false, true),
  })
  await collect(w, c.id, {
    author: authors[2]!.account_id,
    item_id: items[6]!,
    answer: { fact: 'Wait.', kind: 'lake' },
    status: 'in_review',
  })
  return { ...c, ids }
}

describe('a release of reviewed work', () => {
  let c: Made & { ids: string[] }
  let r: Release
  let files: Map<string, Buffer>
  beforeAll(async () => {
    c = await reviewed()
    r = await release(c, operator, 'The first <one>.')
    files = filesOf(r)
  })

  test('holds the accepted work that is final, and every file is what the manifest says', () => {
    expect(r).toMatchObject({
      state: 'ready',
      number: 1,
      predecessor_number: null,
      may_download: true,
      publish_refusal: null,
      progress: { step: 'done' },
      error: null,
    })
    expect(r.counts).toEqual({ datapoints: 4, annotations: 5 * 3 * 2, workers: 3, revocations: 0 })
    const manifest = String(files.get('manifest.json'))
    expect(sha256Hex(manifest)).toBe(r.content_hash)
    expect(canonicalJson(JSON.parse(manifest))).toBe(manifest)
    expect([...files.keys()].filter((n) => n !== 'manifest.json')).toEqual(r.files.map((f) => f.name))
    for (const f of r.files)
      expect([
        f.name,
        files.get(f.name)!.length,
        createHash('sha256').update(files.get(f.name)!).digest('hex'),
      ]).toEqual([f.name, f.bytes, f.sha256])
  })

  test('says how varied the texts are: in the manifest, which the content hash covers, and on the card', () => {
    const { diversity } = JSON.parse(String(files.get('manifest.json'))) as Manifest
    expect(diversity).toMatchObject({
      questions: [
        { question: 'fact', texts: 3, effective_texts: 3, effective_ppm: 1_000_000, distinct_1_ppm: 1_000_000 },
      ],
      coverage_bps: null,
      duplicates_avoided: 0,
      languages: [
        { language: 'en', texts: 2 },
        { language: 'und', texts: 2 },
      ],
    })
    const card = String(files.get('README.md'))
    expect(card).toContain('## Variety')
    expect(card).toMatch(/\| `fact` +\| 3 +\| 3\.0 +\| 100\.0 % \|/)
  })

  test('JSON lines keep answers and data as they were given', () => {
    const data = lines(files.get('data.jsonl'))
    expect(data.map((d) => d.answer)).toEqual(ANSWERS)
    expect(data[0]).toMatchObject({
      version: 1,
      data: { topic: 'rivers & <lakes> 0', '=n': 0 },
      reviews: 3,
      decided_on: '2026-01-05',
      item_ref: null,
    })
    expect(data[0]!.contributor).toBe(data[3]!.contributor)
    expect(new Set(data.map((d) => d.contributor)).size).toBe(3)
    expect(new Set(data.map((d) => d.id)).size).toBe(4)
  })

  test('Parquet read back equals the JSON lines', async () => {
    const data = lines(files.get('data.jsonl'))
    const rows = (await parquetReadObjects({ file: new Uint8Array(files.get('data.parquet')!).buffer })) as Line[]
    expect(rows.map(unflatten)).toEqual(data)
    expect(rows[0]).toMatchObject({ answer_km: 1e-7, answer_sure: -3n, reviews: 3n, answer_kind: 'river' })
  })

  test('CSV read back, one apostrophe off each text cell, equals the JSON lines', () => {
    const [header, ...rows] = parse(files.get('data.csv')!, { record_delimiter: '\r\n' }) as string[][]
    const numeric = new Set(['version', 'reviews', 'answer_km', 'answer_sure'])
    const objects = rows.map((row) =>
      Object.fromEntries(
        row.map((cell, i) => [
          header![i],
          cell === '' ? null : numeric.has(header![i]!) ? Number(cell) : plainText(cell),
        ]),
      ),
    )
    expect(objects.map((o) => unflatten(o))).toEqual(lines(files.get('data.jsonl')))
    for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d)/)
  })

  /** Back from columns to the nested record. */
  function unflatten(row: Line): Record<string, unknown> {
    const answer: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(row)) {
      if (!name.startsWith('answer_') || value === null || value === undefined) continue
      answer[name.slice(7)] =
        name === 'answer_tags' ? JSON.parse(value) : typeof value === 'bigint' ? Number(value) : value
    }
    const plain = (v: unknown) => (v === undefined ? null : typeof v === 'bigint' ? Number(v) : v)
    return {
      id: row.id,
      item_ref: plain(row.item_ref),
      version: plain(row.version),
      data: JSON.parse(row.data),
      answer,
      reviews: plain(row.reviews),
      decided_on: row.decided_on,
      contributor: row.contributor,
    }
  }

  test('the long table has every vote, those on rejected work too, by pseudonym', async () => {
    const [header, ...rows] = parse(files.get('annotations.csv')!, { record_delimiter: '\r\n' }) as string[][]
    expect(header!.slice(0, 3)).toEqual(['task', 'worker', 'label'])
    const table = rows.map((row) => Object.fromEntries(row.map((cell, i) => [header![i]!, cell])))
    expect(table).toHaveLength(30)
    const ids = new Set(lines(files.get('data.jsonl')).map((d) => d.id as string))
    expect(table.filter((t) => t.accepted === 'true').every((t) => ids.has(t.task!))).toBe(true)
    const rejected = table.filter((t) => t.accepted === 'false')
    expect(new Set(rejected.map((t) => t.task)).size).toBe(1)
    expect(ids.has(rejected[0]!.task!)).toBe(false)
    expect(
      rejected
        .filter((t) => t.question === 'fact')
        .map((t) => t.label)
        .toSorted(byText),
    ).toEqual(['0', '0', '1'])
    expect(new Set(table.map((t) => t.worker)).size).toBe(3)
    expect(new Set(table.map((t) => t.pool))).toEqual(new Set(['peer']))
    // In order of pseudonym: who voted first is nobody's business.
    const order = table.filter((t) => t.question === 'fact').map((t) => [t.task, t.worker] as const)
    for (const [i, [task, worker]] of order.entries())
      if (i > 0 && order[i - 1]![0] === task) expect(order[i - 1]![1]! < worker!).toBe(true)
    const parquet = (await parquetReadObjects({
      file: new Uint8Array(files.get('annotations.parquet')!).buffer,
    })) as Record<string, unknown>[]
    expect(parquet.map((p) => [p.task, p.worker, String(p.label), p.question, String(p.accepted)])).toEqual(
      table.map((t) => [t.task, t.worker, t.label, t.question, t.accepted]),
    )
  })

  test('provenance opens the commitment in the evidence log', async () => {
    const data = lines(files.get('data.jsonl'))
    const provenance = lines(files.get('provenance.jsonl'))
    expect(provenance.map((p) => p.id)).toEqual(data.map((d) => d.id))
    const log = await w.db
      .selectFrom('event')
      .select('body')
      .where('campaign_id', '=', c.id)
      .where('kind', '=', 'submitted')
      .execute()
    const committed = new Set(log.map((e) => (e.body as { answer_commitment: string }).answer_commitment))
    for (const [i, p] of provenance.entries()) {
      const evidence = p.evidence as { event: string; answer_commitment: string; salt: string }
      expect(evidence.event).toBe('submitted')
      expect(committed.has(evidence.answer_commitment)).toBe(true)
      expect(commitTo(Buffer.from(evidence.salt, 'hex'), data[i]!.answer)).toBe(evidence.answer_commitment)
    }
    expect(provenance[0]).toMatchObject({
      version: 1,
      reviews: 3,
      policy: { mode: 'review', min_reviews: 3, max_reviews: 5 },
      decided_on: '2026-01-05',
    })
  })

  test('no file holds an id, a handle, or a time finer than a day', () => {
    const people = [...authors, ...reviewers]
    for (const [name, bytes] of files) {
      const text = String(bytes)
      for (const p of people) expect(text.includes(p.account_id), `${name} names ${p.account_id}`).toBe(false)
      for (const id of c.ids) expect(text.includes(id), `${name} holds our id`).toBe(false)
      for (const handle of ['rita', 'ravi', 'rosa']) expect(text.includes(handle), `${name} holds a handle`).toBe(false)
    }
    expect(String(files.get('data.jsonl'))).not.toMatch(/\d{2}:\d{2}/)
  })

  test('the card has front matter that loads, and says what is measured and what is not', () => {
    const card = String(files.get('README.md'))
    expect(card).toMatch(/^---\npretty_name: "Campaign \d+"\nlicense: cc-by-4\.0\n/)
    expect(card).toContain(
      '- config_name: items\n  data_files: data.parquet\n  default: true\n- config_name: annotations\n  data_files: annotations.parquet\n---',
    )
    expect(card).toContain('66.7 % (4 of 6)')
    expect(card).toContain('nobody has audited')
    expect(card).toContain('> The first &lt;one&gt;.')
    expect(card).toContain('Length \\| km')
  })

  test('Label Studio tasks carry data, results and pseudonyms', () => {
    const tasks = JSON.parse(String(files.get('label-studio.json'))) as {
      data: Record<string, unknown>
      annotations: { completed_by: { email: string }; result: Record<string, unknown>[] }[]
    }[]
    expect(tasks).toHaveLength(4)
    expect(tasks[0]!.data).toMatchObject({ topic: 'rivers & <lakes> 0' })
    expect(tasks[0]!.annotations[0]!.result).toContainEqual({
      from_name: 'kind',
      to_name: 'item',
      type: 'choices',
      value: { choices: ['river'] },
    })
    expect(tasks[0]!.annotations[0]!.completed_by.email).toMatch(/^w[0-9a-f]{20}@workers\.invalid$/)
    expect(String(files.get('label-studio.xml'))).toContain('<Choice value="river"/>')
  })

  test('the evidence names what was released', async () => {
    const events = await w.db
      .selectFrom('event')
      .select(['subject_id', 'body'])
      .where('campaign_id', '=', c.id)
      .where('kind', '=', 'released')
      .execute()
    expect(events).toMatchObject([
      { subject_id: r.release_id, body: { number: 1, content_hash: r.content_hash, datapoints: 4, predecessor: null } },
    ])
  })

  test('building it again writes the same bytes', async () => {
    await restart(r, 'write')
    w.clock.advance(3 * 86_400_000)
    await w.jobs(['build_releases'])
    const again = await operator.client.releases.get(at(c, r))
    expect(again.content_hash).toBe(r.content_hash)
    expect([...filesOf(again)].map(([n, b]) => [n, sha256Hex(b)])).toEqual(
      [...files].map(([n, b]) => [n, sha256Hex(b)]),
    )
  })
})

/** Sets a finished release back to a step of its building, files gone. */
async function restart(r: Release, step: 'select' | 'write'): Promise<void> {
  if (step === 'select') await w.db.deleteFrom('release_entry').where('release_id', '=', r.release_id).execute()
  const progress = JSON.stringify({ step, done: 0, total: 0, restarts: 0, tries: 0 })
  await w.db
    .updateTable('release')
    .set({ state: 'building', progress, manifest: null, content_hash: null, ready_at: null })
    .where('id', '=', r.release_id)
    .execute()
  rmSync(join(dir, r.campaign_id, String(r.number)), { recursive: true, force: true })
}

/** Builds to the end with small stretches; `probe` may stop the process before it touches the disk. */
async function buildSmall(r: Release, probe?: () => void): Promise<string> {
  const store = createStore(dir, probe)
  for (let steps = 0; steps < 100; steps++) {
    const now = (await releaseOf(w.db, r.campaign_id, r.release_id))!
    if (now.state === 'ready') return now.content_hash!
    await buildStep(w.ctx(), store, now, { datapoints: 2, annotations: 1000, bytes: 1 << 20 }).catch((e: Error) => {
      if (e.message !== 'killed') throw e
    })
  }
  throw new Error('building did not end')
}

describe('building', () => {
  test('stopped at any effect, and gone on with, it writes the same bytes', async () => {
    const c = await reviewed()
    const r = await release(c)
    await restart(r, 'select')
    const wanted = await buildSmall(r)
    const bytes = [...filesOf(r)].map(([n, b]) => [n, sha256Hex(b)])
    // Every effect in the nightly run; otherwise each fourth, which still lands on every kind.
    const stride = process.env.ASSAY_NIGHTLY ? 1 : 4
    for (let stopAt = 1, stopped = true; stopped; stopAt += stride) {
      await restart(r, 'write')
      let effects = 0
      stopped = false
      const hash = await buildSmall(r, () => {
        if (++effects !== stopAt) return
        stopped = true
        throw new Error('killed')
      })
      expect(hash, `stopped at effect ${stopAt}`).toBe(wanted)
      expect([...filesOf(r)].map(([n, b]) => [n, sha256Hex(b)])).toEqual(bytes)
      expect(readdirSync(join(dir, c.id)), 'nothing is left over').toEqual(['1'])
      if (!stopped) expect(stopAt).toBeGreaterThan(60)
    }
  })

  test('a torn tail, and a directory that is gone, do not reach the release', async () => {
    const c = await reviewed()
    const r = await release(c)
    await restart(r, 'select')
    const wanted = await buildSmall(r)
    for (const harm of ['tail', 'gone'] as const) {
      await restart(r, 'write')
      let appended = 0
      const partial = join(dir, c.id, '1.partial')
      const hash = await buildSmall(r, () => {
        if (++appended !== 40) return
        if (harm === 'tail')
          for (const name of readdirSync(partial))
            appendFileSync(join(partial, name), 'half a record that was never synced')
        else rmSync(join(dir, c.id), { recursive: true })
        throw new Error('killed')
      })
      expect(hash, `after ${harm}`).toBe(wanted)
    }
  })

  test('Parquet of many row groups holds every row once', async () => {
    const c = await reviewed()
    const r = await release(c)
    await restart(r, 'write')
    await buildSmall(r)
    const file = new Uint8Array(filesOf(r).get('data.parquet')!).buffer
    expect(parquetMetadata(file).row_groups.map((g) => Number(g.num_rows))).toEqual([2, 2])
    expect((await parquetReadObjects({ file })).map((row) => row.id)).toEqual(
      lines(filesOf(r).get('data.jsonl')).map((d) => d.id),
    )
  })

  test('what is withdrawn or erased while it is built does not get out', async () => {
    const c = await reviewed()
    const asked = await operator.client.releases.create({ ...at(c), body: {} })
    const store = createStore(dir)
    for (;;) {
      const now = (await releaseOf(w.db, c.id, asked.release_id))!
      if (now.progress.step === 'hash') break
      await buildStep(w.ctx(), store, now)
    }
    await authors[1]!.client.submissions.withdraw({ params: { campaign_id: c.id, submission_id: c.ids[1]! }, body: {} })
    await w.db.deleteFrom('submission_answer').where('submission_id', '=', c.ids[2]!).execute()
    await w.jobs(['build_releases'])
    const r = await operator.client.releases.get(at(c, asked))
    expect(r).toMatchObject({ state: 'ready', counts: { datapoints: 2, annotations: 18 } })
    expect(lines(filesOf(r).get('data.jsonl')).map((d) => d.answer)).toEqual([ANSWERS[0], ANSWERS[3]])
    expect(String(filesOf(r).get('annotations.csv')).split('\r\n')).toHaveLength(1 + 18 + 1)
  })

  test('when nothing is left the release fails, says so, and its number is not given again', async () => {
    const c = await reviewed()
    const asked = await operator.client.releases.create({ ...at(c), body: {} })
    await w.db
      .deleteFrom('submission_answer')
      .where('campaign_id', '=', c.id)
      .where('submission_id', 'in', c.ids.slice(0, 4))
      .execute()
    await w.jobs(['build_releases'])
    expect(await operator.client.releases.get(at(c, asked))).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('withdrawn or erased'),
      may_download: false,
    })
    expect(await code(operator.client.releases.create({ ...at(c), body: {} }))).toBe('release_empty')
    const items = await itemsOf(w, c.id)
    await collect(w, c.id, {
      author: authors[0]!.account_id,
      item_id: items[7]!,
      answer: ANSWERS[0]!,
      votes: votes(true, true, true),
    })
    expect(await release(c)).toMatchObject({ state: 'ready', number: 2, predecessor_number: null })
  })

  test('a step that keeps failing gives the release up, after trying again', async () => {
    const c = await reviewed()
    const asked = await operator.client.releases.create({ ...at(c), body: {} })
    // A file where the campaign's directory has to be.
    writeFileSync(join(dir, c.id), '')
    for (let i = 0; i < 5; i++) await expect(w.jobs(['build_releases'])).rejects.toThrow(/ENOTDIR|EEXIST/)
    rmSync(join(dir, c.id))
    expect(await operator.client.releases.get(at(c, asked))).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('5 times at the step "write"'),
    })
  })
})
