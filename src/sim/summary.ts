import { CLASSES, KINDS, type SimClass } from './crowd.ts'
import type { DueProcess } from './due-process.ts'
import type { RunResult } from './run.ts'
import { PUBLISHED } from './season-1.ts'

/** A row of the comparison: what is measured, the anchor, each run's figure, what is to be reached and whether it is. */
export type Row = { what: string; anchor: string; values: string[]; reach: string; met: boolean | null }

export const percent = (x: number, digits = 1): string => `${(x * 100).toFixed(digits)} %`
export const whole = (n: number): string => Math.round(n).toLocaleString('en')
export const classWords = (c: SimClass): string => c.replaceAll('_', ' ')

const find = (results: readonly RunResult[], rules: RunResult['rules']): RunResult | undefined =>
  results.find((r) => r.rules === rules)

/** What an honest person earned for a piece of work on average, and what those did who were out to be paid for nothing. */
export function earnings(r: RunResult): { honest: number; attackers: number } {
  const kinds = KINDS.map((k) => ({ kind: k, ...r.figures.kinds[k] }))
  const mean = (some: typeof kinds) => {
    const people = some.reduce((n, k) => n + k.people, 0)
    return people === 0 ? 0 : some.reduce((n, k) => n + k.earned_minor, 0) / people
  }
  return { honest: mean(kinds.filter((k) => k.kind === 'honest')), attackers: mean(kinds.filter((k) => k.attacks)) }
}

/** What a smaller season's figure would be with as many people as were published. */
const atFullSize = (r: RunResult, n: number): number => (n * PUBLISHED.people) / r.people

/** The table of the season: original rules beside ours, against what was published and what is to be reached. */
export function comparison(results: readonly RunResult[]): Row[] {
  const original = find(results, 'original')
  const ours = find(results, 'ours')
  const each = (f: (r: RunResult) => string) => results.map(f)
  const near = (x: number, target: number, by: number) => Math.abs(x - target) <= by
  const rows: Row[] = CLASSES.map((c) => ({
    what: `accepted, ${classWords(c)}`,
    anchor: percent(PUBLISHED.acceptance[c], 0),
    values: each((r) => percent(r.figures.classes[c].acceptance)),
    reach: 'original: within 1 point',
    met: original ? near(original.figures.classes[c].acceptance, PUBLISHED.acceptance[c], 0.01) : null,
  }))
  rows.push(
    {
      what: 'adversarial work accepted, at full size',
      anchor: `${whole(PUBLISHED.adversarial_accepted)}+`,
      values: each((r) => whole(atFullSize(r, r.figures.classes.adversarial.accepted))),
      reach: 'original: 24,000 within rounding',
      met: original ? near(original.figures.classes.adversarial.acceptance, 0.1, 0.01) : null,
    },
    ...CLASSES.map((c) => ({
      what: `precision of acceptance, ${classWords(c)}`,
      anchor: '–',
      values: each((r) => percent(r.figures.classes[c].precision)),
      reach: '',
      met: null,
    })),
    {
      what: 'precision of acceptance, all accepted work',
      anchor: percent(PUBLISHED.precision, 0),
      values: each((r) => percent(r.figures.total.precision)),
      reach: 'original: within 3 points',
      met: original ? near(original.figures.total.precision, PUBLISHED.precision, 0.03) : null,
    },
    {
      what: 'bad work among paid work',
      anchor: percent(1 - PUBLISHED.precision, 0),
      values: each((r) => percent(1 - r.figures.total.precision)),
      reach: 'ours: 3 % at most',
      met: ours ? ours.figures.total.precision >= 0.97 : null,
    },
    {
      what: 'good work rejected',
      anchor: '–',
      values: each((r) => percent(r.figures.total.good_rejected)),
      reach: 'ours: 5 % at most',
      met: ours ? ours.figures.total.good_rejected <= 0.05 : null,
    },
    {
      what: 'verified adversarial work, at full size',
      anchor: whole(PUBLISHED.adversarial_accepted),
      values: each((r) => whole(atFullSize(r, r.figures.classes.adversarial.verified))),
      reach: 'ours: not below the original',
      met:
        original && ours
          ? ours.figures.classes.adversarial.verified >= original.figures.classes.adversarial.verified
          : null,
    },
    {
      what: 'spent, audits included',
      anchor: '–',
      values: each((r) => whole(r.figures.spend_minor.total)),
      reach: 'ours: not above the original',
      met: original && ours ? ours.figures.spend_minor.total <= original.figures.spend_minor.total : null,
    },
    {
      what: 'reviews for each decision',
      anchor: '3',
      values: each((r) => r.figures.total.reviews_each.toFixed(2)),
      reach: '',
      met: null,
    },
    {
      what: 'an honest person earned, on average',
      anchor: '–',
      values: each((r) => whole(earnings(r).honest)),
      reach: '',
      met: null,
    },
    {
      what: 'an attacker earned, on average',
      anchor: '–',
      values: each((r) => whole(earnings(r).attackers)),
      reach: 'ours: below honest',
      met: ours ? earnings(ours).attackers < earnings(ours).honest : null,
    },
    ...dueProcessRows(results),
    {
      what: 'what the auditor found wrong',
      anchor: '0',
      values: each((r) => whole(r.audit.problems.length)),
      reach: 'nothing',
      met: results.every((r) => r.audit.problems.length === 0),
    },
  )
  return rows
}

const hours = (x: number | null): string => (x === null ? '–' : `${x.toFixed(1)} h`)

/** What a nominal hour of honest work left, and of the work of those who were out to be paid for nothing. */
export function netAnHour(r: RunResult): { honest: number; attackers: number } {
  const kinds = KINDS.map((k) => ({ kind: k, ...r.figures.kinds[k] }))
  const mean = (some: typeof kinds) => {
    const all = some.reduce((n, k) => n + k.nominal_hours, 0)
    return all === 0 ? 0 : some.reduce((n, k) => n + k.net_an_hour * k.nominal_hours, 0) / all
  }
  return { honest: mean(kinds.filter((k) => k.kind === 'honest')), attackers: mean(kinds.filter((k) => k.attacks)) }
}

/** How due process fared; the original rules know none, and no row is shown where nothing was played under ours. */
function dueProcessRows(results: readonly RunResult[]): Row[] {
  const ours = find(results, 'ours')?.due_process
  if (!ours) return []
  const each = (f: (d: DueProcess) => string) => results.map((r) => (r.due_process ? f(r.due_process) : '–'))
  const share = (part: number, of: number) => (of === 0 ? 0 : part / of)
  return [
    {
      what: 'an hour of honest work leaves, on average',
      anchor: '–',
      values: results.map((r) => whole(netAnHour(r).honest)),
      reach: '',
      met: null,
    },
    {
      what: 'the same work of attackers leaves',
      anchor: '–',
      values: results.map((r) => whole(netAnHour(r).attackers)),
      reach: 'ours: below honest',
      met: results.every((r) => r.rules !== 'ours' || netAnHour(r).attackers < netAnHour(r).honest),
    },
    {
      what: 'honest people limited by mistake',
      anchor: '–',
      values: each((d) => `${percent(share(d.honest.limited, d.honest.people))} (${d.honest.limited})`),
      reach: 'ours: 1 % at most',
      met: share(ours.honest.limited, ours.honest.people) <= 0.01,
    },
    {
      what: 'dishonest people limited',
      anchor: '–',
      values: each((d) => percent(share(d.dishonest.limited, d.dishonest.people))),
      reach: '',
      met: null,
    },
    {
      what: 'appeals of sanctions, answered within (p95)',
      anchor: '–',
      values: each((d) => hours(d.appeals.hours.p95)),
      reach: 'ours: 24 h, or the limit lifts',
      met: ours.appeals.hours.p95 === null ? null : ours.appeals.hours.p95 <= 24,
    },
    {
      what: 'appeals of rejections, answered within (p95)',
      anchor: '–',
      values: each((d) => hours(d.rejections.hours.p95)),
      reach: 'ours: 24 h',
      met: ours.rejections.hours.p95 === null ? null : ours.rejections.hours.p95 <= 24,
    },
  ]
}

/** Why a small season is not the published one; nothing where it is large enough. */
export const cautionOf = (results: readonly RunResult[]): string | undefined =>
  results[0] && results[0].people < PUBLISHED.people / 2
    ? `With ${whole(results[0].people)} people, who they happen to be moves acceptance by several points; what was published is reached on average and at the full size.`
    : undefined

/** The same for a terminal. */
export function summaryLines(results: readonly RunResult[]): string[] {
  const rows = comparison(results)
  const head = ['', 'published', ...results.map((r) => r.rules), '']
  const table = [
    head,
    ...rows.map((r) => [
      r.what,
      r.anchor,
      ...r.values,
      r.met === null ? '' : r.met ? 'reached' : `MISSED (${r.reach})`,
    ]),
  ]
  const widths = head.map((_, i) => Math.max(...table.map((line) => line[i]!.length)))
  const lines = table.map((line) =>
    line
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
  const ends = results.flatMap((r) => [
    `${r.rules}: ${whole(r.people)} people, seed ${r.seed}, ${r.seconds} s, digest ${r.digest}`,
    ...r.audit.problems.slice(0, 5).map((p) => `  the auditor: ${p}`),
  ])
  const caution = cautionOf(results)
  return [...lines, '', ...(caution ? [caution] : []), ...ends]
}
