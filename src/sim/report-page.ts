import { PAGE_STYLE } from '../cli/infer/style.ts'
import { CLASSES, KINDS, type Kind } from './crowd.ts'
import type { RunResult } from './run.ts'
import { hoursBody, processBody } from './report-process.ts'
import { cautionOf, classWords, comparison, earnings, percent, whole } from './summary.ts'

const OWN_STYLE = `
.met{color:var(--good)}.missed{color:var(--accent)}
.bars{width:100%;height:auto;font-size:12px}
.bars text{fill:var(--ink)}.bars .soft{fill:var(--soft)}
.bars .a{fill:rgb(var(--tint)/.45)}.bars .b{fill:var(--good)}
.key{display:flex;gap:1.2rem;font-size:.85rem;margin:0 0 .6rem;flex-wrap:wrap}
.key span::before{content:'';display:inline-block;width:.8em;height:.8em;border-radius:3px;margin-inline-end:.4em;background:var(--swatch)}
td.wrap,th.wrap{white-space:normal;min-width:11rem}
`

const section = (heading: string, lead: string, body: string) =>
  `<section><h2>${heading}</h2><p class="soft">${lead}</p>${body}</section>`

/** What the runs showed, in one file: no script, no address, light and dark, readable on a phone. */
export function reportPage(results: readonly RunResult[]): string {
  const [first] = results
  if (!first) return ''
  const title = `Season 1, simulated with ${whole(first.people)} people`
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
<header>
<h1>${title}</h1>
<p class="soft">The same made-up people, attackers among them, worked through the application under ${results.map((r) => (r.rules === 'ours' ? 'our rules' : "the platform's original rules")).join(' and under ')}. Their mix was fixed by acceptance rates alone; everything else follows from it.</p>
</header>
${[table(results), precision(results), strategies(results), hourly(results), dueProcess(results), pace(results)].join('\n')}
<footer class="soft">${results.map((r) => `${r.rules}: seed ${r.seed}, digest <code style="overflow-wrap:anywhere">${r.digest}</code>`).join('<br>')}</footer>
</main>
</body>
</html>
`
}

function table(results: readonly RunResult[]): string {
  const rows = comparison(results).map((r) => {
    const mark = r.met === null ? '' : r.met ? '<span class="met">reached</span>' : '<span class="missed">missed</span>'
    return `<tr><th scope="row" class="wrap">${r.what}</th><td>${r.anchor}</td>${r.values.map((v) => `<td>${v}</td>`).join('')}<td class="wrap">${r.reach} ${mark}</td></tr>`
  })
  return section(
    'The season beside what was published',
    'Precision is the share of accepted work that is good. For all accepted work it is weighed by how much of each class was accepted.' +
      (cautionOf(results) ? ` ${cautionOf(results)}` : ''),
    `<div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col">published</th>${results.map((r) => `<th scope="col">${r.rules}</th>`).join('')}<th scope="col">to reach</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  )
}

const key = (results: readonly RunResult[]) =>
  `<p class="key">${results.map((r, i) => `<span style="--swatch:${i === 0 ? 'rgb(var(--tint)/.45)' : 'var(--good)'}">${r.rules}</span>`).join('')}</p>`

type Bars = { name: string; values: (number | null)[] }[]

/** Bars side by side for each name; the figure stands beside its bar. */
function bars(rows: Bars, label: string, show: (x: number) => string, most: number): string {
  const each = rows[0]!.values.length
  const height = each * 16 + 22
  const body = rows.map((row, i) => {
    const y = i * height
    const parts = row.values.map((v, j) =>
      v === null
        ? `<text class="soft" x="0" y="${y + 16 + j * 16 + 10}">none</text>`
        : `<rect class="${j === 0 ? 'a' : 'b'}" x="0" y="${y + 18 + j * 16}" width="${Math.max(1, (v / most) * 260).toFixed(1)}" height="12" rx="3"/><text x="${((Math.max(0, v) / most) * 260 + 6).toFixed(1)}" y="${y + 28 + j * 16}">${show(v)}</text>`,
    )
    return `<text class="soft" x="0" y="${y + 12}">${row.name}</text>${parts.join('')}`
  })
  return `<svg class="bars" style="max-width:34rem" viewBox="0 0 340 ${rows.length * height}" role="img" aria-label="${label}">${body.join('')}</svg>`
}

function precision(results: readonly RunResult[]): string {
  const rows: Bars = [
    ...CLASSES.map((c) => ({
      name: classWords(c),
      values: results.map((r) => 1 - r.figures.classes[c].precision),
    })),
    { name: 'all accepted work', values: results.map((r) => 1 - r.figures.total.precision) },
  ]
  const most = Math.max(0.01, ...rows.flatMap((r) => r.values.map((v) => v ?? 0)))
  const rejected: Bars = CLASSES.map((c) => ({
    name: classWords(c),
    values: results.map((r) => r.figures.classes[c].good_rejected),
  }))
  const mostRejected = Math.max(0.01, ...rejected.flatMap((r) => r.values.map((v) => v ?? 0)))
  return (
    section(
      'Bad work among paid work',
      'What QA would find wrong if it looked at everything that was accepted.',
      key(results) + bars(rows, 'Share of accepted work that is bad, by class', percent, most),
    ) +
    section(
      'Good work rejected',
      'Only a simulation, or QA of rejected work, can see this.',
      key(results) + bars(rejected, 'Share of good work that was rejected, by class', percent, mostRejected),
    )
  )
}

const WORDS: Partial<Record<Kind, string>> = {
  always_accept: 'approves everything',
  majority_follower: 'says what is usual',
  prior_sampler: 'guesses by what is usual',
  inverter: 'says the opposite',
  bot: 'a model writes and votes',
  sleeper: 'honest first, then not',
  sock_puppet: 'reviews its own other account',
}

function strategies(results: readonly RunResult[]): string {
  const kinds = KINDS.filter((k) => results[0]!.figures.kinds[k].people > 0)
  const each = (r: RunResult, k: Kind) => {
    const { earned_minor, people } = r.figures.kinds[k]
    return people === 0 ? null : earned_minor / people
  }
  const rows: Bars = kinds.map((k) => ({
    name: `${k.replaceAll('_', ' ')}${WORDS[k] ? ` – ${WORDS[k]}` : ''} (${results[0]!.figures.kinds[k].people})`,
    values: results.map((r) => each(r, k)),
  }))
  const most = Math.max(1, ...rows.flatMap((r) => r.values.map((v) => v ?? 0)))
  const lines = kinds.map((k) => {
    const cells = results.map((r) => {
      const t = r.figures.kinds[k]
      return `<td>${whole(t.accepted)} of ${whole(t.submissions)}</td><td>${whole(t.accepted_bad)}</td><td>${whole(t.reviews)}</td><td>${t.reviews === 0 ? '–' : percent(t.votes_right)}</td>`
    })
    return `<tr><th scope="row">${k.replaceAll('_', ' ')}</th>${cells.join('')}</tr>`
  })
  const heads = results
    .map(
      (r) =>
        `<th scope="col">${r.rules}: accepted</th><th scope="col">of it bad</th><th scope="col">reviews</th><th scope="col">votes right</th>`,
    )
    .join('')
  const said = results.map((r) => {
    const e = earnings(r)
    return `${r.rules}: honest ${whole(e.honest)}, attackers ${whole(e.attackers)}`
  })
  return section(
    'Who earned what',
    `Points for each person over the season, by what they are; how many there are in brackets. Averages: ${said.join('; ')}.`,
    `${key(results)}${bars(rows, 'Points earned for each person, by strategy', whole, most)}
<div class="scroll"><table><thead><tr><th scope="col"></th>${heads}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`,
  )
}

const hourly = (results: readonly RunResult[]): string =>
  section(
    'What an hour left',
    'Hours are what the work would take an honest person; from its pay is taken what the effort is worth that each kind really makes.',
    hoursBody(results),
  )

function dueProcess(results: readonly RunResult[]): string {
  const body = processBody(results)
  return body === ''
    ? ''
    : section(
        'Cases, limits and appeals',
        'Who is honest only the simulator knows. An open case that keeps pay waiting counts as a limit.',
        body,
      )
}

function pace(results: readonly RunResult[]): string {
  const parts = [...new Set(results.flatMap((r) => Object.keys(r.meter)))]
  const lines = parts.map((part) => {
    const cells = results.map((r) => {
      const m = r.meter[part]
      return m
        ? `<td>${whole(m.requests)}</td><td>${m.pieces > 0 ? whole(m.pieces) : '–'}</td><td>${(m.ms / m.requests).toFixed(1)} ms</td>`
        : '<td>–</td><td>–</td><td>–</td>'
    })
    return `<tr><th scope="row">${part}</th>${cells.join('')}</tr>`
  })
  return section(
    'Pace',
    results.map((r) => `${r.rules}: ${whole(r.seconds)} s for ${whole(r.figures.total.submissions)} submissions and ${whole(r.figures.total.reviews)} reviews`).join('; '), // prettier-ignore
    `<div class="scroll"><table><thead><tr><th scope="col"></th>${results.map((r) => `<th scope="col">${r.rules}: requests</th><th scope="col">pieces</th><th scope="col">each request</th>`).join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`,
  )
}
