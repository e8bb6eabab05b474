import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from '../../../test/world.ts'
import { ApiError, createClient } from '../../client.ts'
import { startWorker } from '../../server/worker.ts'
import type { Api } from '../connect.ts'
import { readBack, sameLabels } from './check.ts'
import { digestOf, planReplay, readFolder, synthesize, type Label } from './data.ts'
import { prepare, type Steps } from './drive.ts'
import { compareFigures, independently, printShare } from './figures.ts'
import { inLanes, patiently } from './lanes.ts'
import { replay } from './run.ts'

const quiet = () => ({ set: () => {}, end: () => {} })

describe('a replay through the running server', () => {
  let world: World
  let api: Api
  let worker: { stop(): Promise<void> }
  const lines: string[] = []
  let calls = 0
  let breakAfter = Infinity
  const steps: Steps = { say: (line) => void lines.push(line), progress: quiet, lanes: 8 }

  beforeAll(async () => {
    world = await createWorld({ at: new Date().toISOString() })
    const url = await world.app.listen({ host: '127.0.0.1', port: 0 })
    worker = startWorker(world.parts, { take: () => Promise.resolve(true), drop: () => Promise.resolve() })
    const operator = await world.person('operator', { roles: ['operator'] })
    // A line that breaks when told to: the answer is lost after the server did the work.
    const fetchOver: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      if (++calls > breakAfter) throw new ApiError(409, 'line_cut_for_good', 'cut')
      if (calls % 41 === 0) throw new TypeError('fetch failed')
      return response
    }
    const as = (key: string) =>
      createClient({ baseUrl: url, headers: { authorization: `Bearer ${key}` }, fetch: fetchOver })
    api = { client: as(operator.key), as, url, key: operator.key, close: async () => {} }
  })
  afterAll(async () => {
    await worker.stop()
    await world.close()
  })

  test('survives lost answers and a cut in the middle, and ends with what was sent and nothing else', async () => {
    const plan = planReplay(synthesize({ tasks: 60, workers: 9, seed: 3, reviews: 3 }), {
      seed: 5,
      reviews: 3,
      as: 'test',
    })
    expect(plan.labels.length).toBe(180)
    // Cut while reviews are under way; then again after everything is decided.
    breakAfter = 90
    await expect(replay(api, plan, steps)).rejects.toThrow('cut')
    breakAfter = Infinity
    expect(await replay(api, plan, steps)).toBe(true)
    expect(lines.join('\n')).toMatch(/\d+ reviews were there from an earlier call/)
    const { rows } = await world.pool.query<{ n: string; submissions: string }>(
      'select count(*) as n, count(distinct submission_id) as submissions from review',
    )
    expect(rows[0]).toEqual({ n: '180', submissions: '60' })
    // Called once more it sends nothing and finds the same.
    lines.length = 0
    expect(await replay(api, plan, steps)).toBe(true)
    expect(lines.join('\n')).toContain('180 reviews were there from an earlier call; 0 were sent now.')
  }, 120_000)

  test('with the adaptive policy sends fewer reviews, and goes on after a cut', async () => {
    const plan = planReplay(synthesize({ tasks: 60, workers: 9, seed: 4, reviews: 5 }), {
      seed: 5,
      reviews: 5,
      as: 'adaptive',
      stakes: { good_minor: '60', bad_minor: '60' },
    })
    lines.length = 0
    breakAfter = calls + 120
    await expect(replay(api, plan, steps)).rejects.toThrow('cut')
    breakAfter = Infinity
    expect(await replay(api, plan, steps)).toBe(true)
    const [, sent, of] = /^(\d+) reviews instead of (\d+)/m.exec(lines.join('\n'))!
    expect(Number(of)).toBe(300)
    expect(Number(sent)).toBeGreaterThanOrEqual(60)
    expect(Number(sent)).toBeLessThan(250)
    const { rows } = await world.pool.query<{ n: number }>(
      "select count(*)::int as n from event where kind = 'decided' and body ->> 'policy' = 'adaptive'",
    )
    expect(rows[0]!.n).toBe(60)
  }, 120_000)

  test('notices when the database holds something else', async () => {
    const plan = planReplay(synthesize({ tasks: 60, workers: 9, seed: 3, reviews: 3 }), {
      seed: 5,
      reviews: 3,
      as: 'test',
    })
    const place = await prepare(api, plan, steps)
    const held = await readBack(api, plan, place, steps)
    expect(sameLabels(plan.labels, held).same).toBe(true)
    const { rows } = await world.pool.query<{ submission_id: string; reviewer_id: string }>(
      'select submission_id, reviewer_id from review limit 1',
    )
    const turned = `update review set votes = jsonb_set(votes, '{claim,approve}', to_jsonb(not (votes #>> '{claim,approve}')::boolean)) where submission_id = $1 and reviewer_id = $2`
    await world.pool.query(turned, [rows[0]!.submission_id, rows[0]!.reviewer_id])
    expect(sameLabels(plan.labels, await readBack(api, plan, place, steps)).same).toBe(false)
    await world.pool.query(turned, [rows[0]!.submission_id, rows[0]!.reviewer_id])
  }, 60_000)
})

describe('the plan of a replay', () => {
  const labels = (text: string): Label[] =>
    text.split(' ').map((l) => ({ task: l[0]!, worker: l[1]!, label: l[2] as '0' | '1' }))
  const source = (text: string, truth: string) => ({
    name: 'x',
    question: '?',
    origin: '',
    labels: labels(text),
    truth: new Map(truth.split(' ').map((t) => [t[0]!, t[1] as '0' | '1'])),
  })

  test('leaves out what cannot be replayed, and says so', () => {
    const plan = planReplay(source('aA1 aA1 aB0 aC1 aD1 bA1 bB1 bB0 bC1 cA1 cB1 dA1 dB1 dC1', 'a1 b0 c1'), {
      seed: 1,
      reviews: 3,
      as: 'x',
    })
    expect(plan.tasks).toEqual(['a', 'b'])
    expect(plan.labels.length).toBe(6)
    expect(plan.left_out).toEqual([
      '1 exact duplicate rows',
      '1 second labels of one person for one task; a person reviews a piece of work once',
      '1 tasks whose truth is not known',
      '1 tasks with fewer than 3 labels',
      '1 labels beyond the first 3 of a task in the drawn order',
    ])
  })

  test('is the same for the same seed and another for another one', () => {
    const from = synthesize({ tasks: 30, workers: 7, seed: 1, reviews: 5 })
    const plan = (seed: number, as = 'x') => planReplay(from, { seed, reviews: 3, as })
    expect(plan(1)).toEqual(plan(1))
    expect(plan(2).labels).not.toEqual(plan(1).labels)
    expect(plan(1, 'y').run).not.toBe(plan(1).run)
  })

  test.each([2, 0, 16, 1.5])('refuses %d reviews of each task', (reviews) => {
    expect(() => planReplay(source('aA1', 'a1'), { seed: 1, reviews, as: 'x' })).toThrow(/odd number/)
  })

  test('property: every task has exactly so many labels of different people, and none is made up', () => {
    const label = fc.record({
      task: fc.constantFrom('a', 'b', 'c', 'd'),
      worker: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
      label: fc.constantFrom<'0' | '1'>('0', '1'),
    })
    fc.assert(
      fc.property(
        fc.array(label, { maxLength: 60 }),
        fc.constantFrom(1, 3),
        fc.integer({ min: 0, max: 1000 }),
        (given, reviews, seed) => {
          const truth = new Map([['a', '1'], ['b', '0'], ['c', '1']] as const) // prettier-ignore
          let plan
          try {
            plan = planReplay(
              { name: 'x', question: '?', origin: '', labels: given, truth },
              { seed, reviews, as: 'x' },
            )
          } catch {
            return
          }
          for (const task of plan.tasks) {
            const of = plan.labels.filter((l) => l.task === task)
            expect(of.length).toBe(reviews)
            expect(new Set(of.map((l) => l.worker)).size).toBe(reviews)
            for (const l of of) expect(given).toContainEqual(l)
          }
          expect(plan.labels.length).toBe(plan.tasks.length * reviews)
        },
      ),
    )
  })
})

describe('figures', () => {
  test('are those of a hand-counted example', () => {
    // Accepted: a (right), b (wrong). Rejected: c (wrong), d (right).
    const plan = 'aA1 aB1 aC0 bA1 bB1 bC1 cA0 cB0 cC1 dA0 dB0 dC0'
      .split(' ')
      .map((l) => ({ task: l[0]!, worker: l[1]!, label: l[2] as '0' | '1' }))
    const truth = new Map([['a', '1'], ['b', '0'], ['c', '0'], ['d', '1']] as const) // prettier-ignore
    expect(independently(plan, truth)).toEqual({
      submissions: 4,
      accepted: 2,
      acceptance: '0.500000',
      precision: '0.500000',
      agreement: '0.500000',
      recall: '0.500000',
    })
  })

  test('are printed with six places, rounded half up', () => {
    expect([
      printShare(1089, 8315),
      printShare(2, 3),
      printShare(1, 3),
      printShare(0, 5),
      printShare(5, 5),
      printShare(1, 0),
      printShare(1, 2_000_000),
    ]).toEqual(['0.130968', '0.666667', '0.333333', '0.000000', '1.000000', 'none', '0.000001'])
  })

  test('that differ are named', () => {
    const a = { submissions: 4, accepted: 2, acceptance: '0.5', precision: '0.5', agreement: '0.5', recall: '0.5' }
    expect(compareFigures(a, a).differing).toEqual([])
    const { text, differing } = compareFigures(a, { ...a, recall: '0.6' })
    expect(differing).toEqual(['recall: right work that was accepted'])
    expect(text).toContain('DIFFERS')
  })
})

describe('a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-folder-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

  test('is refused with a sentence when a part of it is missing or its labels are not 0 and 1', () => {
    expect(() => readFolder(join(folder, 'nowhere'), undefined)).toThrow(/labels.csv is missing/)
    write('labels.csv', 'task,worker\n1,2\n')
    write('truth.csv', 'task,truth\n1,1\n')
    expect(() => readFolder(folder, undefined)).toThrow(/no column "label"/)
    write('labels.csv', 'task,worker,label\n1,2,Yes\n')
    expect(() => readFolder(folder, undefined)).toThrow(/the label "Yes"/)
    write('labels.csv', 'task,worker,label\n1,2,1\n')
    write('truth.csv', 'task,truth\n1,3\n')
    expect(() => readFolder(folder, undefined)).toThrow(/the label "3"/)
  })

  test('says its question', () => {
    write('labels.csv', 'task,worker,label\n1,2,1\n')
    write('truth.csv', 'task,truth\n1,1\n')
    write('SOURCE.md', '# x\n- task: positive tweet about a company?, binary\n- origin: somebody 2012\n')
    expect(readFolder(folder, undefined)).toMatchObject({
      question: 'Positive tweet about a company?',
      origin: 'somebody 2012',
    })
    expect(readFolder(folder, 'Really?').question).toBe('Really?')
  })

  const real = process.env.ASSAY_DATA_SETS
  test.skipIf(!real || !existsSync(join(real ?? '', 'crowd/product')))(
    'of the real data gives the published figures (ASSAY_DATA_SETS names where they are)',
    () => {
      const plan = planReplay(readFolder(join(real!, 'crowd/product'), undefined), { seed: 1, reviews: 3, as: 'x' })
      expect([plan.tasks.length, plan.labels.length, plan.workers.length, plan.left_out]).toEqual([
        8315,
        24945,
        176,
        [],
      ])
      const figures = independently(plan.labels, plan.truth)
      expect(figures.accepted).toBe(1089)
      expect(
        [figures.acceptance, figures.precision, figures.agreement, figures.recall].map((f) => Number(f).toFixed(3)),
      ).toEqual(['0.131', '0.569', '0.897', '0.613'])
    },
  )
})

describe('lanes', () => {
  test('work on so many at a time and stop at the first error', async () => {
    let now = 0
    let most = 0
    const done: number[] = []
    await inLanes([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
      most = Math.max(most, ++now)
      await new Promise((r) => setImmediate(r))
      now -= 1
      done.push(n)
    })
    expect([most, done.toSorted()]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]])
    let started = 0
    const broken = inLanes(
      Array.from({ length: 100 }, (_, i) => i),
      2,
      async (n) => {
        started += 1
        if (n === 3) throw new Error('three')
        await new Promise((r) => setImmediate(r))
      },
    )
    await expect(broken).rejects.toThrow('three')
    expect(started).toBeLessThan(10)
  })

  test('wait for a server that restarts, and take a refusal for an answer', async () => {
    let tries = 0
    expect(await patiently(async () => (++tries < 3 ? Promise.reject(new TypeError('fetch failed')) : 'yes'))).toBe(
      'yes',
    )
    await expect(patiently(async () => Promise.reject(new ApiError(409, 'not_openable', 'no')))).rejects.toThrow('no')
    await expect(patiently(async () => Promise.reject(new TypeError('fetch failed')), 60)).rejects.toThrow(
      'fetch failed',
    )
  })

  test('a digest does not depend on the order', () => {
    const labels: Label[] = [{ task: '1', worker: '2', label: '0' }, { task: '1', worker: '3', label: '1' }] // prettier-ignore
    expect(digestOf(labels)).toBe(digestOf(labels.toReversed()))
    expect(digestOf(labels)).not.toBe(digestOf(labels.slice(1)))
  })
})
