import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { canonicalJson } from '../../platform/canonical.ts'
import { createRng } from '../../platform/rng.ts'
import { cautionsOf, percent } from './caution-rules.ts'
import { chartOptions, duration } from './chart-rules.ts'
import { CHARTS, type Report } from './contract.ts'
import { reportOf, type ReportFacts } from './figure-rules.ts'
import { nearestRank } from './rank-rules.ts'
import { markdownOf, money, plain } from './markdown-rules.ts'
import { addSubject, newTally, type Draw, type LogEvent } from './tally-rules.ts'

type Judged = { task: string; votes: { worker: string; approve: boolean }[]; right: boolean }

/** The log that a replay of these labels leaves: each task handed in once, reviewed by its workers, decided by majority, graded by the truth. */
function logOf(tasks: readonly Judged[]): LogEvent[][] {
  let seq = 0
  return tasks.map(({ votes, right }, i) => {
    const id = String(10_000 + i)
    const event = (kind: string, body: Record<string, unknown>): LogEvent => ({
      seq: String(seq++),
      campaign_id: '7',
      subject_id: id,
      kind,
      at_ms: 1_700_000_000_000 + seq * 1000,
      body,
    })
    const ids = votes.map((_, k) => `${id}${k}`)
    const approved_ids = ids.filter((_, k) => votes[k]!.approve)
    return [
      event('submitted', { author_id: '1', task_class: 'labelling', version: 1 }),
      ...votes.map((v, k) => event('reviewed', { review_id: ids[k], reviewer_id: v.worker, round: 1, expert: false })),
      event('decided', {
        accepted: 2 * approved_ids.length > votes.length,
        round: 1,
        policy: 'majority',
        review_ids: ids,
        approved_ids,
      }),
      event('rewarded', {
        rewards: votes.map(() => ({ kind: 'review_pay', currency: 'POINT', amount_minor: '5', account_id: '1' })),
      }),
      event('audited', { plan_id: '9', position: 1, correct: right, outcome: right ? 'correct' : 'incorrect' }),
    ]
  })
}

const facts = (until: number, draws: Draw[] = [], question = 'Are these two products the same?'): ReportFacts => ({
  season: {
    season_id: '3',
    name: 'Season',
    starts_at: '2026-01-01T00:00:00.000Z',
    ends_at: '2026-02-01T00:00:00.000Z',
  },
  until_seq: String(until),
  first_event_at: null,
  last_event_at: null,
  campaigns: new Map([
    [
      '7',
      { campaign_id: '7', title: 'Same product?', mode: 'review', task_class: 'labelling', language: 'en', question },
    ],
  ]),
  draws: new Map([['7', draws]]),
  scales: new Map([['POINT', 0]]),
})
/** Drawn after everything was decided, as a replay does. */
const drawnLast: Draw = {
  plan_id: '9',
  campaign_id: '7',
  seq: 10n ** 9n,
  at_ms: 0,
  seed: '1',
  double_bps: 0,
  drawn_hash: '',
  strata: [],
}

function reportFrom(tasks: readonly Judged[]): Report {
  const tally = newTally()
  const log = logOf(tasks)
  for (const subject of log) addSubject(tally, new Map([['7', [drawnLast]]]), subject)
  return reportOf(tally, facts(log.flat().length - 1, [drawnLast]))
}

/** The same figures in ten lines that know nothing of events, tallies or intervals. */
function byHand(tasks: readonly Judged[]) {
  const accepted = (t: Judged) => t.votes.filter((v) => v.approve).length * 2 > t.votes.length
  const count = (of: (t: Judged) => boolean) => tasks.filter(of).length
  const share = (n: number, of: number) => (of === 0 ? null : n / of)
  return {
    accepted: count(accepted),
    acceptance: share(count(accepted), tasks.length),
    precision: share(
      count((t) => accepted(t) && t.right),
      count(accepted),
    ),
    agreement: share(
      count((t) => accepted(t) === t.right),
      tasks.length,
    ),
    recall: share(
      count((t) => accepted(t) && t.right),
      count((t) => t.right),
    ),
    base_rate: share(
      count((t) => t.right),
      tasks.length,
    ),
  }
}

function compare(tasks: readonly Judged[], report: Report): void {
  const hand = byHand(tasks)
  expect(report.flow.acceptance.count).toBe(hand.accepted)
  const shares = {
    acceptance: report.flow.acceptance.share,
    precision: report.qa.overall.precision.share,
    agreement: report.qa.overall.agreement.share,
    recall: report.qa.overall.recall.share,
    base_rate: report.qa.overall.base_rate.share,
  }
  const six = (value: number | null) => (value === null ? null : (Math.round(value * 1e6) / 1e6).toFixed(6))
  const { accepted: _, ...expected } = hand
  expect(shares).toEqual(Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, six(value)])))
  expect(report.reviewer_work.reviews).toBe(tasks.reduce((n, t) => n + t.votes.length, 0))
  expect(report.reviewers).toBe(new Set(tasks.flatMap((t) => t.votes.map((v) => v.worker))).size)
}

/** Labels as a crowd of unequal skill would give them, of which one in eight tasks is right. */
function twin(count: number, seed: number): Judged[] {
  const rng = createRng(seed)
  const skills = Array.from({ length: 40 }, () => 0.55 + 0.44 * rng.fraction())
  return Array.from({ length: count }, (_, i) => {
    const right = rng.fraction() < 0.125
    const workers = rng.shuffle(skills.map((_s, w) => w)).slice(0, 3)
    return {
      task: String(i),
      right,
      votes: workers.map((w) => ({ worker: String(100 + w), approve: rng.fraction() < skills[w]! ? right : !right })),
    }
  })
}

describe('figures against an independent count', () => {
  it('of a synthetic crowd', () => {
    const tasks = twin(2000, 11)
    compare(tasks, reportFrom(tasks))
  })
  it('of any labels at all', () => {
    const vote = fc.record({ worker: fc.integer({ min: 1, max: 6 }).map(String), approve: fc.boolean() })
    const task = fc.record({
      task: fc.string(),
      right: fc.boolean(),
      votes: fc.array(vote, { minLength: 1, maxLength: 5 }),
    })
    fc.assert(
      fc.property(fc.array(task, { maxLength: 40 }), (tasks) => compare(tasks, reportFrom(tasks))),
      { numRuns: 60 },
    )
  })

  const folder = process.env.ASSAY_DATA_SETS
  const product = folder ? join(folder, 'crowd', 'product') : ''
  test.skipIf(!existsSync(join(product, 'labels.csv')))(
    'of the product labels, majority of three (needs ASSAY_DATA_SETS)',
    () => {
      const rows = (name: string) =>
        readFileSync(join(product, name), 'utf8')
          .trim()
          .split(/\r?\n/)
          .slice(1)
          .map((l) => l.split(','))
      const truth = new Map(rows('truth.csv').map(([task, value]) => [task!, value === '1']))
      const tasks = new Map<string, Judged>()
      for (const [task, worker, label] of rows('labels.csv')) {
        const one = tasks.get(task!) ?? { task: task!, right: truth.get(task!)!, votes: [] }
        one.votes.push({ worker: worker!, approve: label === '1' })
        tasks.set(task!, one)
      }
      const all = [...tasks.values()]
      const report = reportFrom(all)
      compare(all, report)
      const { precision, agreement, recall } = report.qa.overall
      expect([
        report.flow.judged,
        report.reviewer_work.reviews,
        report.reviewers,
        report.flow.acceptance.count,
      ]).toEqual([8315, 24945, 176, 1089])
      expect([
        percent(report.flow.acceptance.share!),
        percent(precision.share!),
        percent(agreement.share!),
        percent(recall.share!),
      ]).toEqual(['13.1 %', '56.9 %', '89.7 %', '61.3 %'])
      expect(report.data[0]!.says).toContain(
        '"Same product?" asks: Are these two products the same? Most of the work here is not right',
      )
      expect(report.cautions.map((c) => c.code)).toEqual(
        expect.arrayContaining(['two_readings', 'agreement_near_trivial']),
      )
    },
  )
})

describe('the report', () => {
  const tasks = twin(400, 3)
  const report = reportFrom(tasks)

  it('does not depend on the order in which subjects are read', () => {
    const tally = newTally()
    const log = logOf(tasks)
    for (const subject of [...log].reverse()) addSubject(tally, new Map([['7', [drawnLast]]]), subject)
    expect(canonicalJson(reportOf(tally, facts(log.flat().length - 1, [drawnLast])))).toBe(canonicalJson(report))
  })
  it('holds no number that is not whole, so that it prints alike everywhere', () => {
    const walk = (value: unknown): void => {
      if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true)
      else if (value && typeof value === 'object') Object.values(value).forEach(walk)
    }
    walk(report)
  })
  it('says that an agreement which rejecting everything would reach is weak evidence', () => {
    const lazy = tasks.map((t) => ({ ...t, votes: t.votes.map((v) => ({ ...v, approve: false })) }))
    const codes = cautionsOf(reportFrom(lazy)).map((c) => c.code)
    expect(codes).toContain('agreement_near_trivial')
    const waved = tasks.map((t) => ({ ...t, votes: t.votes.map((v) => ({ ...v, approve: true })) }))
    const all = reportFrom(waved)
    expect(all.reviewer_work.approved_everything).toBe(all.reviewer_work.approval.at(-1)!.reviewers)
    expect(all.cautions.map((c) => c.code)).toEqual(expect.arrayContaining(['approved_everything', 'qa_no_rejected']))
    expect(all.qa.overall.precision.share).toBe(all.qa.overall.base_rate.share)
  })
  it('puts a definition beside each number, and every chart under its name', () => {
    const markdown = markdownOf(report, 'abc')
    const rows = markdown.split('\n').filter((l) => l.startsWith('| ') && l.split(' | ').length === 3)
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter((line) => line.split(' | ')[2]!.length < 10)).toEqual([])
    for (const chart of CHARTS) {
      expect(markdown).toContain(`(charts/${chart}.svg)`)
      expect(canonicalJson(JSON.parse(JSON.stringify(chartOptions(report, chart)))).length).toBeGreaterThan(200)
    }
    expect(markdown).toContain('precision')
  })
  it('does not let a title write Markdown', () => {
    expect(plain('a|b\n# [x](http://y) <img>')).toBe('a\\|b \\# \\[x\\](http://y) \\<img\\>')
  })
})

describe('strata by draw', () => {
  const submission = (n: number, seq: number, accepted: boolean, grades: boolean[]): LogEvent[] => {
    const event = (kind: string, s: number, body: Record<string, unknown>): LogEvent => ({
      seq: String(s),
      campaign_id: '7',
      subject_id: String(100 + n),
      kind,
      at_ms: s * 1000,
      body,
    })
    return [
      event('submitted', seq, { author_id: '1', task_class: 'simple_research' }),
      event('reviewed', seq + 1, { review_id: `r${n}`, reviewer_id: '2', expert: false }),
      event('decided', seq + 2, { accepted, round: 1, review_ids: [`r${n}`], approved_ids: accepted ? [`r${n}`] : [] }),
      ...grades.map((correct, i) =>
        event('audited', 1000 + 10 * n + i, {
          position: i + 1,
          correct,
          ...(i === grades.length - 1 ? { outcome: '' } : {}),
        }),
      ),
    ]
  }
  const draw = (seq: bigint): Draw => ({ ...drawnLast, plan_id: String(seq), seq })
  const read = (subjects: LogEvent[][], draws: Draw[]) => {
    const tally = newTally()
    for (const s of subjects) addSubject(tally, new Map([['7', draws]]), s)
    return reportOf(tally, facts(5000, draws))
  }

  it('weighs each draw by what it stands for, and says what none covers', () => {
    // Before the first draw: 10 accepted, 2 graded, both right. Between the draws: 10 accepted, all graded, none right. After: 5.
    const early = Array.from({ length: 10 }, (_, i) => submission(i, i * 3, true, i < 2 ? [true] : []))
    const late = Array.from({ length: 10 }, (_, i) => submission(20 + i, 200 + i * 3, true, [false]))
    const after = Array.from({ length: 5 }, (_, i) => submission(40 + i, 400 + i * 3, true, []))
    const { overall } = read([...early, ...late, ...after], [draw(100n), draw(300n)]).qa
    // Ten that are right as far as known, ten that are not: half, where counting pieces would say 2 of 12.
    expect(overall).toMatchObject({
      precision: { share: '0.500000', n: 12 },
      population: 25,
      graded: 12,
      not_covered: 5,
    })
  })
  it('lets most graders speak, and leaves even ones out', () => {
    const subjects = [
      submission(1, 0, true, [true, true]),
      submission(2, 5, true, [true, false, false]),
      submission(3, 10, false, [false, true]),
    ]
    const { overall, double_grading } = read(subjects, [draw(500n)]).qa
    expect(overall.precision).toMatchObject({ share: '0.500000', n: 2 })
    expect(double_grading).toMatchObject({ pairs: 3, agreed: 1, third_grades: 1 })
  })
})

describe('small rules', () => {
  it('takes the value at nearest rank', () => {
    expect(
      nearestRank(
        new Map([
          [3, 1],
          [1, 2],
          [9, 1],
        ]),
        { of: 1, in: 2 },
      ),
    ).toBe(1)
    expect(
      nearestRank(
        new Map([
          [3, 1],
          [1, 2],
          [9, 1],
        ]),
        { of: 9, in: 10 },
      ),
    ).toBe(9)
    expect(nearestRank(new Map(), { of: 1, in: 2 })).toBeNull()
  })
  it.each([
    ['0.130968', '13.1 %'],
    ['1.000000', '100.0 %'],
    ['0.000000', '0.0 %'],
    ['0.999999', '100.0 %'],
  ])('prints %s as %s', (share, text) => expect(percent(share)).toBe(text))
  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [3600, '1 h'],
    [4980, '1 h 23 min'],
    [90_061, '1 d 1 h'],
  ])('prints %i seconds as %s', (seconds, text) => expect(duration(seconds)).toBe(text))
  it.each([
    ['1234567', 2, '12,345.67'],
    ['5', 2, '0.05'],
    ['1234567', 0, '1,234,567'],
    ['7.50', 0, '7.50'],
    ['750.25', 2, '7.5025'],
  ])('prints %s with scale %i as %s', (minor, scale, text) => expect(money(minor, scale)).toBe(text))
})
