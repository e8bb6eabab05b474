import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { collect, filesOfItsOwn, filesUnder, itemsOf, type Line, lines, setItem } from '../../../test/collected.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { commitTo } from '../../platform/canonical.ts'
import type { Form } from '../templates/contract.ts'
import { entriesPast, type Entry } from './build-queries.ts'
import type { Release } from './contract.ts'

let w: World
let dir: string
let operator: Person
let people: Person[]
const byText = (a = '', b = '') => (a < b ? -1 : 1)

const PAIR: Form = {
  schema: {
    type: 'object',
    properties: {
      better: { type: 'string', enum: ['a', 'b', 'tie'] },
      stars: { type: 'integer', minimum: 1, maximum: 5 },
      why: { type: 'string' },
    },
    required: ['better', 'stars'],
  },
  ui: {
    order: ['better', 'stars', 'why'],
    questions: {
      better: { widget: 'preference', title: 'Which is better?', a_field: 'left', b_field: 'right' },
      stars: { widget: 'scale', title: 'How good?' },
      why: { widget: 'long_text', title: 'Why?' },
    },
    item: [
      { field: 'question', title: 'Question', as: 'text' },
      { field: 'left', title: 'A', as: 'text' },
      { field: 'right', title: 'B', as: 'text' },
    ],
  },
}

beforeAll(async () => {
  const own = filesOfItsOwn()
  dir = join(own.data_dir, 'releases')
  w = await createWorld({ config: own })
  operator = await w.person('operator', { roles: ['operator'] })
  people = await Promise.all(['ann', 'ben', 'cem', 'dee', 'eva'].map((h) => w.person(h)))
})
afterAll(async () => {
  await w.close()
  rmSync(join(dir, '..'), { recursive: true, force: true })
})

const filesOf = (r: Release) => filesUnder(join(dir, r.campaign_id, String(r.number)))
const table = (b: Buffer | undefined): Record<string, string>[] => {
  const [header, ...rows] = parse(b!, { record_delimiter: '\r\n' }) as string[][]
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [header![i]!, cell])))
}
async function release(c: Made): Promise<Release> {
  const asked = await operator.client.releases.create({ params: { campaign_id: c.id }, body: {} })
  await w.jobs(['build_releases'])
  return operator.client.releases.get({ params: { campaign_id: c.id, release_id: asked.release_id } })
}
const account = (i: number) => people[i]!.account_id
const withdraw = (c: Made, submission_id: string, by: Person) =>
  by.client.submissions.withdraw({ params: { campaign_id: c.id, submission_id }, body: {} })

describe('a release of redundant answers', () => {
  let c: Made
  let r: Release
  let files: Map<string, Buffer>
  const given: string[] = []
  beforeAll(async () => {
    c = await makeCampaign(w, {
      mode: 'redundancy',
      form: PAIR,
      settings: { redundancy: { min: 3, max: 5 } },
      items: ['one', 'two', 'three', 'four'].map((q) => ({ question: q, left: `${q} a`, right: `${q} b` })),
    })
    const items = await itemsOf(w, c.id)
    const say = async (
      item: number,
      who: number,
      better: string,
      stars: number,
      status: 'accepted' | 'rejected_final' = 'accepted',
    ) =>
      given.push(
        await collect(w, c.id, { author: account(who), item_id: items[item]!, answer: { better, stars }, status }),
      )
    await say(0, 0, 'a', 4)
    await say(0, 1, 'a', 5)
    await say(0, 2, 'b', 1, 'rejected_final')
    await setItem(w, c.id, items[0]!, 'done', { better: 'a', stars: 4 })
    for (const who of [0, 1, 2]) await say(1, who, 'tie', 3)
    await setItem(w, c.id, items[1]!, 'done', { better: 'tie', stars: 3 })
    for (const [who, better] of [
      [0, 'a'],
      [1, 'b'],
      [3, 'tie'],
    ] as const)
      await say(2, who, better, 3)
    await setItem(w, c.id, items[2]!, 'unresolved', null)
    await collect(w, c.id, {
      author: account(4),
      item_id: items[3]!,
      answer: { better: 'a', stars: 1 },
      status: 'answered',
    })
    r = await release(c)
    files = filesOf(r)
  })

  test('holds items with their answers, how often each was given and the share that agrees', () => {
    expect(r.counts).toEqual({ datapoints: 2, annotations: 18, workers: 4, revocations: 0 })
    const data = lines(files.get('data.jsonl'))
    expect(data[0]).toMatchObject({
      data: { question: 'one' },
      answer: { better: 'a', stars: 4 },
      answers: 3,
      version: 1,
      counts: { better: { a: 2, b: 1 }, stars: { 4: 1, 5: 1, 1: 1 } },
      // A neighbouring star agrees; the share says so.
      probability: { better: 2 / 3, stars: 2 / 3 },
    })
    expect(data[1]).toMatchObject({ answer: { better: 'tie' }, probability: { better: 1, stars: 1 } })
    expect(data.map((d) => 'contributor' in d)).toEqual([false, false])
  })

  test('the gold table has one row for each question, in Parquet as in CSV', async () => {
    const gold = table(files.get('gold.csv'))
    expect(gold.map((g) => [g.question, g.label, Number(g.probability), g.answers])).toEqual([
      ['better', 'a', 2 / 3, '3'],
      ['stars', '4', 2 / 3, '3'],
      ['better', 'tie', 1, '3'],
      ['stars', '3', 1, '3'],
    ])
    const parquet = (await parquetReadObjects({ file: new Uint8Array(files.get('gold.parquet')!).buffer })) as Line[]
    expect(parquet.map((p) => [p.task, p.question, p.label, p.probability, p.answers])).toEqual(
      gold.map((g) => [g.task, g.question, g.label, Number(g.probability), BigInt(g.answers!)]),
    )
  })

  test('the long table has every answer of decided items, unresolved ones marked', () => {
    const rows = table(files.get('annotations.csv'))
    expect(Object.keys(rows[0]!).slice(0, 3)).toEqual(['task', 'worker', 'label'])
    expect(rows.filter((x) => x.resolved === 'false')).toHaveLength(6)
    const tasks = new Set(lines(files.get('data.jsonl')).map((d) => d.id as string))
    expect(new Set(rows.filter((x) => x.resolved === 'true').map((x) => x.task))).toEqual(tasks)
    // Whoever counts them gets what `data` says.
    const first = lines(files.get('data.jsonl'))[0]!
    expect(
      rows
        .filter((x) => x.task === first.id && x.question === 'better')
        .map((x) => x.label)
        .toSorted(byText),
    ).toEqual(['a', 'a', 'b'])
  })

  test('preference pairs are as TRL reads them, and a tie prefers nothing', () => {
    const data = lines(files.get('data.jsonl'))
    expect(lines(files.get('preferences.jsonl'))).toEqual([
      { id: data[0]!.id, prompt: 'one', chosen: 'one a', rejected: 'one b', probability: 2 / 3 },
    ])
    expect(String(files.get('README.md'))).toContain(
      '- config_name: gold\n  data_files: gold.parquet\n- config_name: preferences\n  data_files: preferences.jsonl\n---',
    )
    expect(String(files.get('README.md'))).toContain('66.7 % (2 of 3)')
  })

  test('Label Studio gets every answer, and the aggregate as a prediction', () => {
    const tasks = JSON.parse(String(files.get('label-studio.json'))) as Line[]
    expect(tasks[0]!.annotations).toHaveLength(3)
    expect(tasks[0]!.predictions[0].result).toContainEqual({
      from_name: 'stars',
      to_name: 'item',
      type: 'number',
      value: { number: 4 },
    })
  })

  test('a page never cuts an item in two, however many answered it', async () => {
    const whole = await entriesPast(w.db, { campaign_id: c.id, id: r.release_id }, '0', 1000)
    expect(whole).toHaveLength(9)
    for (const limit of [1, 2, 3, 4, 5, 7]) {
      const pages: Entry[] = []
      for (;;) {
        const page = await entriesPast(
          w.db,
          { campaign_id: c.id, id: r.release_id },
          pages.at(-1)?.datapoint_id ?? '0',
          limit,
        )
        if (page.length === 0) break
        expect(page.length % 3).toBe(0)
        pages.push(...page)
      }
      expect(pages).toEqual(whole)
    }
  })

  test('a successor leaves out a withdrawn answer, revokes it by name, and an item nobody answers any more', async () => {
    // One of three answers to the first item; all answers to the second.
    await withdraw(c, given[0]!, people[0]!)
    for (const i of [3, 4, 5]) await withdraw(c, given[i]!, people[i - 3]!)
    const second = await release(c)
    expect(second).toMatchObject({ number: 2, predecessor_number: 1, counts: { datapoints: 1, revocations: 4 } })
    const now = filesOf(second)
    const revoked = (JSON.parse(String(now.get('revocations.json'))) as Line).revoked as Line[]
    const [one, two] = lines(files.get('data.jsonl'))
    const answers = table(files.get('annotations.csv'))
    expect(revoked.filter((v) => v.id === one!.id)).toMatchObject([
      { whole: false, reason: 'withdrawn', revoked_in: 2, last_released_in: 1 },
    ])
    expect(answers.some((a) => a.answer_id === revoked.find((v) => v.id === one!.id)!.answer_id)).toBe(true)
    expect(revoked.filter((v) => v.id === two!.id).map((v) => v.whole)).toEqual([true, true, true])
    expect(lines(now.get('data.jsonl'))[0]).toMatchObject({
      id: one!.id,
      answers: 2,
      counts: { better: { a: 1, b: 1 } },
      probability: { better: 0.5 },
    })
  })
})

describe('successors', () => {
  test('a withdrawn and an erased datapoint are revoked in every later release, and events say so', async () => {
    const c = await makeCampaign(w, { items: Array.from({ length: 6 }, (_, i) => ({ n: i })) })
    const items = await itemsOf(w, c.id)
    const ids: string[] = []
    for (const i of [0, 1, 2, 3])
      ids.push(
        await collect(w, c.id, {
          author: account(i % 2),
          item_id: items[i]!,
          answer: { fact: `fact ${i}` },
          votes: [{ reviewer: account(3), approve: { fact: true } }],
        }),
      )
    const first = await release(c)
    await withdraw(c, ids[0]!, people[0]!)
    await w.db.deleteFrom('submission_answer').where('submission_id', '=', ids[1]!).execute()
    const second = await release(c)
    ids.push(
      await collect(w, c.id, {
        author: account(2),
        item_id: items[4]!,
        answer: { fact: 'fact 4' },
        votes: [{ reviewer: account(3), approve: { fact: true } }],
      }),
    )
    await withdraw(c, ids[2]!, people[0]!)
    const third = await release(c)
    const restarts = await w.db.selectFrom('release').select('progress').where('campaign_id', '=', c.id).execute()
    expect(
      restarts.map((x) => (x.progress as Line).restarts),
      'the set was right from the start',
    ).toEqual([0, 0, 0])

    const idOf = new Map(lines(filesOf(first).get('data.jsonl')).map((d) => [d.answer.fact as string, d.id as string]))
    const revoked = (r: Release) => (JSON.parse(String(filesOf(r).get('revocations.json'))) as Line).revoked as Line[]
    const byId = (a: Line, b: Line) => (a.id < b.id ? -1 : 1)
    expect(revoked(first)).toEqual([])
    const inSecond = [
      { id: idOf.get('fact 0'), whole: true, reason: 'withdrawn', revoked_in: 2, last_released_in: 1 },
      { id: idOf.get('fact 1'), whole: true, reason: 'erased', revoked_in: 2, last_released_in: 1 },
    ]
    expect(revoked(second).sort(byId)).toEqual(inSecond.sort(byId))
    expect(revoked(third).sort(byId)).toEqual(
      [
        ...inSecond,
        { id: idOf.get('fact 2'), whole: true, reason: 'withdrawn', revoked_in: 3, last_released_in: 2 },
      ].sort(byId),
    )
    expect(lines(filesOf(third).get('data.jsonl')).map((d) => d.answer.fact)).toEqual(['fact 3', 'fact 4'])
    // The name of a datapoint lasts, so that a revocation can be applied to a copy.
    expect(lines(filesOf(third).get('data.jsonl'))[0]!.id).toBe(idOf.get('fact 3'))
    const events = await w.db
      .selectFrom('event')
      .select(['subject_id', 'body'])
      .where('campaign_id', '=', c.id)
      .where('kind', '=', 'revoked')
      .orderBy('id')
      .execute()
    expect(events.map((e) => [e.subject_id, (e.body as Line).reason, (e.body as Line).number])).toEqual([
      [ids[0], 'withdrawn', 2],
      [ids[1], 'erased', 2],
      [ids[2], 'withdrawn', 3],
    ])
    const manifest = JSON.parse(String(filesOf(third).get('manifest.json'))) as Line
    expect(manifest.predecessor).toEqual({ number: 2, content_hash: second.content_hash })
  })

  test('no person has the same name in two releases, of one campaign or of two', async () => {
    const made: Release[] = []
    for (let k = 0; k < 2; k++) {
      const c = await makeCampaign(w, { items: [{ n: 1 }, { n: 2 }] })
      const items = await itemsOf(w, c.id)
      for (const i of [0, 1])
        await collect(w, c.id, {
          author: account(i),
          item_id: items[i]!,
          answer: { fact: `f ${i}` },
          votes: [2, 3, 4].map((p) => ({ reviewer: account(p), approve: { fact: true } })),
        })
      made.push(await release(c), await release(c))
    }
    const names = made.map(
      (r) =>
        new Set([
          ...table(filesOf(r).get('annotations.csv')).map((x) => x.worker!),
          ...lines(filesOf(r).get('data.jsonl')).map((d) => d.contributor as string),
        ]),
    )
    for (const n of names) expect(n.size).toBe(5)
    for (const [i, a] of names.entries())
      for (const b of names.slice(i + 1)) expect([...a].filter((x) => b.has(x))).toEqual([])
    // Datapoints keep their names within a campaign, and share none with another.
    const points = made.map((r) => lines(filesOf(r).get('data.jsonl')).map((d) => d.id as string))
    expect(points[0]).toEqual(points[1])
    expect(points[0]!.filter((x) => points[2]!.includes(x))).toEqual([])
    // No file of one release holds a name of another.
    const text = [...filesOf(made[1]!).values()].map(String).join('\n')
    for (const name of names[0]!) expect(text.includes(name)).toBe(false)
  })

  test('an audit is in the card with sample sizes and intervals', async () => {
    const c = await makeCampaign(w, { items: Array.from({ length: 10 }, (_, i) => ({ n: i })) })
    const items = await itemsOf(w, c.id)
    const campaign = await w.db
      .selectFrom('campaign')
      .select('season_id')
      .where('id', '=', c.id)
      .executeTakeFirstOrThrow()
    const plan_id = w.parts.newId()
    await w.db
      .insertInto('audit_plan')
      .values({
        id: plan_id,
        season_id: campaign.season_id,
        campaign_id: c.id,
        seed: '1',
        double_bps: 0,
        drawn_until: w.clock.now(),
        drawn_hash: '',
        created_by: operator.account_id,
        created_at: w.clock.now(),
      })
      .execute()
    await w.db
      .insertInto('audit_stratum')
      .values([
        { plan_id, campaign_id: c.id, accepted: true, population: 8, drawn: 8 },
        { plan_id, campaign_id: c.id, accepted: false, population: 2, drawn: 2 },
      ])
      .execute()
    for (const [i, item_id] of items.entries()) {
      const accepted = i < 8
      const id = await collect(w, c.id, {
        author: account(0),
        item_id,
        answer: { fact: `f ${i}` },
        status: accepted ? 'accepted' : 'rejected_final',
        votes: [{ reviewer: account(3), approve: { fact: accepted } }],
      })
      // QA finds two of eight accepted wrong, one of two rejected right, and cannot settle one.
      const grades = i === 7 ? 2 : 1
      await w.db
        .insertInto('audit')
        .values({
          campaign_id: c.id,
          submission_id: id,
          plan_id,
          round: 1,
          accepted,
          grades_wanted: grades,
          grades,
          correct_grades: i === 7 ? 1 : i < 5 || i === 8 ? 1 : 0,
          closed_at: w.clock.now(),
        })
        .execute()
    }
    const card = String(filesOf(await release(c)).get('README.md'))
    expect(card).toContain('(9 pieces, and 1 more on which graders disagreed evenly)')
    expect(card).toMatch(/\| precision \| 71\.4 % \| 35\.\d % to 91\.\d % \| 7 \|/)
    expect(card).toMatch(/\| agreement \| 67\.\d % \|/)
  })
})

describe('work that went through the queue', () => {
  const claimAndSubmit = async (c: Made, p: Person, answer: (data: Line) => Record<string, unknown>) => {
    const { items } = await p.client.assignments.claim_items({ params: { campaign_id: c.id }, body: {} })
    if (items.length > 0)
      await p.client.submissions.submit({
        params: { campaign_id: c.id },
        body: { submissions: items.map((i) => ({ item_id: i.item_id, answer: answer(i.data as Line) })) },
      })
    return items.length
  }

  test('reviewed: what peers accepted is released, with the votes that accepted it and evidence that opens', async () => {
    const [author, ...reviewers] = people as [Person, ...Person[]]
    const c = await makeCampaign(w, {
      contributors: [author],
      reviewers,
      items: [{ n: 1 }, { n: 2 }, { n: 3 }],
      settings: { revision_seconds: 60 },
    })
    expect(await claimAndSubmit(c, author, (d) => ({ fact: `fact ${d.n}` }))).toBe(3)
    for (const r of reviewers.slice(0, 3)) {
      const { items } = await r.client.assignments.claim_reviews({ params: { campaign_id: c.id }, body: {} })
      const vote = (ok: boolean) => ({ fact: ok ? { approve: true } : { approve: false, reason: 'wrong' as const } })
      await r.client.reviews.record({
        params: { campaign_id: c.id },
        body: {
          reviews: items.map((i) => ({
            submission_id: i.submission_id,
            votes: vote((i.answer as Line).fact !== 'fact 2'),
          })),
        },
      })
    }
    const first = await release(c)
    expect(
      lines(filesOf(first).get('data.jsonl'))
        .map((d) => d.answer.fact as string)
        .toSorted(byText),
    ).toEqual(['fact 1', 'fact 3'])
    expect(first.counts, 'the rejection may still be appealed').toMatchObject({ annotations: 6 })
    w.clock.advance(61_000)
    await w.jobs(['settle_rejections'])
    const second = await release(c)
    expect(second.counts, 'now it is final, and its votes are raw labels').toMatchObject({
      datapoints: 2,
      annotations: 9,
      revocations: 0,
    })
    for (const p of lines(filesOf(second).get('provenance.jsonl'))) {
      const answer = lines(filesOf(second).get('data.jsonl')).find((d) => d.id === p.id)!.answer
      expect(commitTo(Buffer.from(p.evidence.salt, 'hex'), answer)).toBe(p.evidence.answer_commitment)
    }
  })

  test('redundant: what people agreed on is released', async () => {
    const c = await makeCampaign(w, {
      mode: 'redundancy',
      form: PAIR,
      contributors: people,
      settings: { redundancy: { min: 3, max: 3 } },
      items: [
        { question: 'q', left: 'l', right: 'r' },
        { question: 'Q', left: 'L', right: 'R' },
      ],
    })
    for (const [i, p] of people.slice(0, 3).entries())
      await claimAndSubmit(c, p, (d) => ({
        better: d.question === 'Q' ? ['a', 'b', 'tie'][i] : i === 0 ? 'b' : 'a',
        stars: 4,
      }))
    await w.jobs(['decide_items'])
    const r = await release(c)
    expect(r.counts).toMatchObject({ datapoints: 1, annotations: 12, workers: 3 })
    expect(lines(filesOf(r).get('data.jsonl'))[0]).toMatchObject({
      answer: { better: 'a', stars: 4 },
      counts: { better: { a: 2, b: 1 } },
      probability: { better: 2 / 3, stars: 1 },
    })
  })
})
