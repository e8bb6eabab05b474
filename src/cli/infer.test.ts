import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, describe, expect, test } from 'vitest'
import { infer } from './infer.ts'
import { writeAll } from './infer/write.ts'

const dir = mkdtempSync(join(tmpdir(), 'assay-infer-test-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const quiet = () => ({ set() {}, end() {} })
let runs = 0

/** Runs the command in a directory of its own on files made of these lines. */
async function run(labels: string, options: { gold?: string; method?: string; all?: boolean } = {}) {
  const place = join(dir, String(++runs))
  const file = (name: string) => `${place}-${name}`
  writeFileSync(file('labels.csv'), labels)
  if (options.gold !== undefined) writeFileSync(file('gold.csv'), options.gold)
  const said = await infer(
    file('labels.csv'),
    {
      method: options.method ?? 'majority',
      out: file('answers.csv'),
      ...(options.gold === undefined ? {} : { gold: file('gold.csv') }),
      ...(options.all ? { workers: file('workers.csv'), summary: file('page.html') } : {}),
    },
    quiet,
  )
  const table = (name: string) => parse(readFileSync(file(name), 'utf8'), { columns: true }) as Record<string, string>[]
  return { said, table, file }
}
const written = () => readdirSync(dir).filter((f) => !/-(?:labels|gold)\.csv$/.test(f))

const VOTES = `task,worker,label
a,ann,cat
a,ben,cat
a,cat,dog
b,ann,dog
b,ben,dog
c,ann,"odd, ""name"""
c,ben,cat
`

describe('assay infer', () => {
  test('writes one answer per task, and leaves the label of a tie empty', async () => {
    const { said, table } = await run(VOTES)
    expect(table('answers.csv')).toEqual([
      { task: 'a', label: 'cat', probability: '0.666667' },
      { task: 'b', label: 'dog', probability: '1.000000' },
      { task: 'c', label: '', probability: '0.500000' },
    ])
    expect(said).toContain('7 votes by 3 people on 3 tasks, 3 labels.')
    expect(said).toContain('1 task is a tie: the label is left empty.')
  })

  test.each(['auto', 'one_coin', 'know_or_guess', 'dawid_skene', 'ibcc', 'ebcc'])('runs %s', async (method) => {
    const { table } = await run(VOTES, { method, all: true })
    expect(table('answers.csv').map((r) => r.task)).toEqual(['a', 'b', 'c'])
    for (const row of table('workers.csv')) expect(Number(row.low)).toBeLessThanOrEqual(Number(row.reliability))
  })

  test('takes columns in any order, a byte order mark, abstentions and Windows line ends', async () => {
    const { said, table } = await run('\ufeffnote,label,Task,worker\r\nx,1,t,w\r\ny,,t,v\r\n')
    expect(table('answers.csv')).toEqual([{ task: 't', label: '1', probability: '1.000000' }])
    expect(said).toContain('1 row without a label: abstentions, which say nothing.')
  })

  test('drops exact repeats and names the first', async () => {
    const { said, table } = await run('task,worker,label\na,w,1\na,v,0\na,w,1\na,u,0\na,w,1\n')
    expect(said).toContain('2 rows said again what an earlier row says, the first in line 4; dropped.')
    expect(table('answers.csv')[0]).toMatchObject({ label: '0', probability: '0.666667' })
  })

  test('keeps known answers, and says which rows of them it could not use', async () => {
    const { said, table } = await run(VOTES, { gold: 'task,truth\na,dog\nzzz,dog\n', method: 'auto' })
    expect(table('answers.csv')[0]).toEqual({ task: 'a', label: 'dog', probability: '1.000000' })
    expect(said).toContain(
      '1 row of known answers is about a task without a row of labels, the first in line 3; left out.',
    )
  })

  test('writes a page in one file that shows names as text', async () => {
    const { file } = await run('task,worker,label\na,<script>alert(1)</script>,1\nb,w&co,0\nb,v,1\n', {
      all: true,
      method: 'auto',
      gold: 'task,truth\nb,1\n',
    })
    const page = readFileSync(file('page.html'), 'utf8')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).not.toMatch(/<script|https?:|@import|url\(/)
    for (const heading of ['What carried the answer', 'Calibration', 'Tasks in most doubt', 'People'])
      expect(page).toContain(`<h2>${heading}</h2>`)
  })
})

describe('bad input is a sentence that names the line, and nothing is written', () => {
  const many = (n: number) => `task,worker,label\n${Array.from({ length: n }, (_, i) => `t,w,l${i}`).join('\n')}\n`
  test.each<[string, string, string | undefined, RegExp]>([
    ['an empty file', '', undefined, /labels\.csv is empty\. It needs a header with "task", "worker", "label"\.$/],
    ['a header alone', 'task,worker,label\n', undefined, /has no rows below its header\.$/],
    ['abstentions alone', 'task,worker,label\na,w,\n', undefined, /has no labels: every label is empty, 1 row of them/],
    [
      'a missing column',
      'task,person,label\na,w,1\n',
      undefined,
      /line 1: there is no column "worker"\. The header has/,
    ],
    ['a column twice', 'task,worker,label,task\na,w,1,b\n', undefined, /line 1: there are two columns "task"/],
    ['too few cells', 'task,worker,label\na,w,1\nb,w\n', undefined, /line 3: 2 cells, and the header has 3\.$/],
    ['too many cells', 'task,worker,label\na,w,1,9\n', undefined, /line 2: 4 cells, and the header has 3\.$/],
    ['an open quote', 'task,worker,label\na,w,1\nb,"w,1\n', undefined, /line [34]: Quote Not Closed/],
    ['a missing task', 'task,worker,label\na,w,1\n,w,1\n', undefined, /line 3: the task is missing\.$/],
    ['a missing worker', 'task,worker,label\na, ,1\n', undefined, /line 2: the worker is missing\.$/],
    [
      'a hundred thousand classes',
      many(100_000),
      undefined,
      /line 10002: "l10000" is label number 10001 .* right column\?$/,
    ],
    [
      'gold of no class',
      VOTES,
      'task,truth\na,cat\nb,cow\n',
      /gold\.csv, line 3: nobody used the label "cow"\. The labels of .* are "cat", "dog"/,
    ],
    [
      'gold that contradicts itself',
      VOTES,
      'task,truth\na,cat\na,dog\n',
      /line 3: "a" has the known answer "dog" here and "cat" in line 2\.$/,
    ],
    ['gold without an answer', VOTES, 'task,truth\na,\n', /line 2: the known answer is missing\.$/],
    ['gold without rows', VOTES, 'task,truth\n', /gold\.csv has no rows/],
  ])('%s', async (_, labels, gold, sentence) => {
    const before = written()
    await expect(run(labels, gold === undefined ? {} : { gold })).rejects.toThrow(sentence)
    expect(written()).toEqual(before)
  })

  test('places that cannot be written are refused before any work', async () => {
    const at = (name: string) => join(dir, name)
    writeFileSync(at('x-labels.csv'), VOTES)
    const go = (options: { out: string; workers?: string; method?: string }) =>
      infer(at('x-labels.csv'), { method: 'majority', ...options }, quiet)
    await expect(go({ out: at('x-labels.csv') })).rejects.toThrow(/is an input of this run/)
    await expect(go({ out: at('nowhere/a.csv') })).rejects.toThrow(/There is no directory/)
    await expect(go({ out: dir })).rejects.toThrow(/is not a file/)
    await expect(go({ out: at('a.csv'), workers: at('a.csv') })).rejects.toThrow(/named twice/)
    await expect(go({ out: at('a.csv'), method: 'magic' })).rejects.toThrow(/no method "magic"/)
    await expect(infer(at('no.csv'), { method: 'auto', out: at('a.csv') }, quiet)).rejects.toThrow(/is not there/)
  })

  test('a failure half-way leaves what was there', () => {
    const path = join(dir, 'kept.csv')
    writeFileSync(path, 'before')
    const broken = function* () {
      yield 'half'
      throw new Error('the disk is full')
    }
    const second = join(dir, 'second.csv')
    expect(() =>
      writeAll([
        { path, parts: ['new'] },
        { path: second, parts: broken() },
      ]),
    ).toThrow('the disk is full')
    expect(readFileSync(path, 'utf8')).toBe('before')
    expect(readdirSync(dir).filter((f) => f.includes('assay-infer') || f === 'second.csv')).toEqual([])
  })
})
