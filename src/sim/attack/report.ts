import { PAGE_STYLE } from '../../cli/infer/style.ts'
import type { AttackResult } from './run.ts'
import { cellsOf, HEAD, promises, rowsOf, saysOf } from './table.ts'

const mark = (met: boolean): string => (met ? '<span class="met">reached</span>' : '<span class="missed">missed</span>')
const OWN_STYLE =
  '.met{color:var(--good)}.missed{color:var(--accent)}td.wrap,th.wrap{white-space:normal;min-width:11rem}'
const cells = (row: readonly string[]): string => row.map((c, i) => (i === 0 ? `<th scope="row">${c}</th>` : `<td>${c}</td>`)).join('') // prettier-ignore

/** What attackers spent and took, in one file without a script. */
export function attackPage(results: readonly AttackResult[]): string {
  const [first] = results
  if (!first) return ''
  const rows = rowsOf(results)
  const title = `${rows.map((r) => r.attack).join(', ')} among ${first.crowd} people`
  const bills = results.flatMap((r) =>
    r.attacks.map((a) => [a.attack, String(r.seed), ...[a.cost.accounts, a.cost.gear, a.cost.work, a.cost.money, a.cost.rest, a.forfeited, a.earned, a.entitled, a.withdrawn_before_detection, a.withdrawn].map((x) => x.toFixed(0)), `${a.clustered} and ${a.stopped}`, `${a.accepted_bad} of ${a.accepted}`]),
  ) // prettier-ignore
  const honest = results.map((r) => [
    `seed ${r.seed}`,
    `${r.honest.limited} of ${r.honest.people}`,
    `${r.honest.clustered} (${Object.entries(r.honest.clustered_bonds).map(([bond, n]) => `${n} ${bond}`).join(', ') || 'none'})`,
    String(r.honest.stopped),
    r.honest.withdrawn.toFixed(0),
    `${r.ownership.own_person} and ${r.ownership.among_allies} of ${r.ownership.reviews}`,
  ]) // prettier-ignore
  const table = (head: readonly string[], body: readonly string[]) =>
    `<div class="scroll"><table><thead><tr>${head.map((h) => `<th scope="col" class="wrap">${h}</th>`).join('')}</tr></thead><tbody>${body.map((row) => `<tr>${row}</tr>`).join('')}</tbody></table></div>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${PAGE_STYLE}${OWN_STYLE}</style>
</head>
<body>
<main>
<header><h1>${title}</h1>
<p class="soft">Made-up people and attackers worked through the application for ${first.days} days, and came for their money for ${first.after} more. All figures are points; an honest hour is worth 200.</p></header>
<section><h2>What stealing costs</h2><p class="soft">Stolen is pay for bad work, for judging one’s own or an ally’s work, and for more than the people behind it could have done with one account each. At least 1.5 is to be reached.</p>
${table(
  [...HEAD, ''],
  rows.map((r) => `${cells(cellsOf(r))}<td>${mark(r.met)}</td>`),
)}
<ul>${rows.map((r) => `<li>${r.attack}: ${saysOf(r.attack)}</li>`).join('')}</ul></section>
<section><h2>Bills</h2><p class="soft">What each attack was spent on, and what its pay was.</p>
${table(['attacker', 'seed', 'accounts', 'gear', 'work', 'fees', 'rest', 'held pay taken', 'earned', 'of it due', 'taken out before it was known', 'taken out in all', 'accounts known and stopped', 'bad among accepted'], bills.map(cells))}</section>
<section><h2>Everybody else</h2><p class="soft">Reviews by the truth: of work by the same person’s other account, and of an ally’s, whether anybody knew or not.</p>
${table(['', 'limited', 'taken for somebody’s other account, by what they share', 'stopped', 'taken out', 'reviews of own, of allies’ work'], honest.map(cells))}
${table(
  ['', '', '', ''],
  promises(results).map(
    (p) => `<th scope="row" class="wrap">${p.what}</th><td>${p.value}</td><td>${p.reach}</td><td>${mark(p.met)}</td>`,
  ),
)}</section>
<footer class="soft">${results.map((r) => `seed ${r.seed}, digest <code style="overflow-wrap:anywhere">${r.digest}</code>`).join('<br>')}</footer>
</main>
</body>
</html>
`
}
