import { KINDS } from './crowd.ts'
import type { Side } from './due-process.ts'
import type { RunResult } from './run.ts'
import { whole } from './summary.ts'

const row = (head: string, ...cells: (string | number)[]) =>
  `<tr><th scope="row" class="wrap">${head}</th>${cells.map((c) => `<td>${c}</td>`).join('')}</tr>`
const table = (head: readonly string[], rows: readonly string[]) =>
  `<div class="scroll"><table><thead><tr>${head.map((h) => `<th scope="col">${h}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
const hours = (x: number | null) => (x === null ? '–' : `${x.toFixed(1)} h`)

/** Cases, sanctions, appeals and how long they took, for the report; nothing where no rules had them. */
export function processBody(results: readonly RunResult[]): string {
  const d = results.find((r) => r.due_process)?.due_process
  if (!d) return ''
  const kinds = [...new Set([...Object.keys(d.honest.by), ...Object.keys(d.dishonest.by)])].sort()
  const by = (s: Side, kind: string) => whole(s.by[kind] ?? 0)
  const ended = [...new Set([...Object.keys(d.honest.ended), ...Object.keys(d.dishonest.ended)])].sort()
  const sides = [
    row('people', whole(d.honest.people), whole(d.dishonest.people)),
    row('limited in any way', whole(d.honest.limited), whole(d.dishonest.limited)),
    ...kinds.map((k) => row(`people: ${k.replaceAll('_', ' ')}`, by(d.honest, k), by(d.dishonest, k))),
    ...ended.map((e) =>
      row(`ended, ${e.replaceAll('_', ' ')}`, whole(d.honest.ended[e] ?? 0), whole(d.dishonest.ended[e] ?? 0)),
    ),
    row('it lasted, half of the time at most', hours(d.honest.hours.p50), hours(d.dishonest.hours.p50)),
    row('and 95 times in 100 at most', hours(d.honest.hours.p95), hours(d.dishonest.hours.p95)),
    row('waited because the account was new', whole(d.honest.newcomers_waited), whole(d.dishonest.newcomers_waited)),
  ]
  const appeals = [
    row('appeals', whole(d.appeals.opened), whole(d.rejections.appealed)),
    row('of honest people', whole(d.appeals.by_honest), whole(d.rejections.by_honest)),
    row('overturned', whole(d.appeals.overturned), whole(d.rejections.overturned)),
    row('not answered in time, so lifted', whole(d.appeals.overdue), '–'),
    row('half were answered within', hours(d.appeals.hours.p50), hours(d.rejections.hours.p50)),
    row('95 in 100 within', hours(d.appeals.hours.p95), hours(d.rejections.hours.p95)),
  ]
  const deciders = d.deciders.map((x) => row(x.name, whole(x.sanctions), whole(x.overturned)))
  const cases = Object.entries(d.cases.kinds).map(([kind, n]) => row(kind.replaceAll('_', ' '), whole(n)))
  return [
    table(['', 'honest people', 'dishonest people'], sides),
    table(['', 'of sanctions', 'of rejections'], appeals),
    table(['who decided', 'sanctions', 'overturned'], deciders),
    table(['cases began with, and are about', 'how many'], cases),
  ].join('')
}

/** What an hour of honest work, or the same work done otherwise, left of its pay once its effort is taken off. */
export function hoursBody(results: readonly RunResult[]): string {
  const kinds = KINDS.filter((k) => results[0]!.figures.kinds[k].people > 0)
  const rows = kinds.map((k) =>
    row(
      k.replaceAll('_', ' '),
      ...results.flatMap((r) => {
        const { nominal_hours, net_an_hour } = r.figures.kinds[k]
        return [whole(nominal_hours), whole(net_an_hour)]
      }),
    ),
  )
  const money = results.map((r) => {
    const parts = Object.entries(r.figures.money_minor).map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${whole(n)}`)
    return `<p class="soft">${r.rules}: ${parts.join(', ')}, experts ${whole(r.figures.spend_minor.experts)}.</p>`
  })
  return table(['', ...results.flatMap((r) => [`${r.rules}: hours`, 'left an hour'])], rows) + money.join('')
}
