import type { Auto } from '../../engine/auto.ts'
import { calibrationOf } from '../../engine/calibrate.ts'
import type { Inference } from '../../engine/inference.ts'
import { type Labels, votesPerWorker } from '../../engine/labels.ts'
import { PAGE_STYLE } from './style.ts'
import type { Gold, Votes } from './read.ts'

export type Summary = { votes: Votes; labels: Labels; gold: Gold | null; found: Inference }

const SHOWN = { workers: 200, doubtful: 40, classes: 12 }

/** One page about a run, in one file: no script, no address, light and dark. */
export function summaryPage(summary: Summary): string {
  const { votes, labels, gold, found } = summary
  const title = `Inference: ${votes.file}`
  const figures: [string, string][] = [
    ['tasks', whole(votes.tasks.length)],
    ['people', whole(votes.workers.length)],
    ['votes', whole(labels.vote.length)],
    ['labels', whole(votes.classes.length)],
    ['known answers', whole(gold?.known ?? 0)],
    ['mean certainty', percent(certainty(summary))],
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${esc(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${esc(votes.file)}</h1>
<p class="soft">Method <strong>${esc(found.method)}</strong>, ${found.iterations} iterations${found.converged ? '' : ', stopped at the limit'}.</p>
<dl class="figures">${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>
</header>
${[carried(found), calibration(found), shares(summary), doubtful(summary), confusion(summary), people(summary)].join('\n')}
<footer class="soft">Probabilities and reliabilities are estimates from the labels themselves. Intervals are at 95 %.</footer>
</main>
</body>
</html>
`
}

const section = (heading: string, lead: string, body: string) =>
  `<section><h2>${heading}</h2><p class="soft">${lead}</p>${body}</section>`

function carried(found: Inference): string {
  if (!('members' in found)) return ''
  const { members, why, left_out } = found as Auto
  const rows = members.map(
    (m) =>
      `<tr><th scope="row">${esc(m.method)}</th><td class="bar">${bar(m.weight)}</td><td>${percent(m.weight)}</td><td>${Math.exp(m.held_out).toFixed(3)}</td></tr>`,
  )
  return section(
    'What carried the answer',
    esc(why.slice(0, why.length - left_out.length).join(' ')),
    `<div class="scroll"><table><thead><tr><th scope="col">model</th><th scope="col"></th><th scope="col">weight</th><th scope="col">chance of an unseen vote</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${left_out.map((l) => `<p class="soft">${esc(l.method)} was left out: ${esc(l.reason)}.</p>`).join('')}`,
  )
}

function calibration(found: Inference): string {
  const known = 'calibration' in found ? (found as Auto).calibration.known : null
  if (!known || known.truth.length === 0) return ''
  const { ece, bins, accuracy } = calibrationOf(known)
  const points = bins
    .filter((b) => b.tasks > 0)
    .map((b) => {
      const r = 3 + 9 * Math.sqrt(b.tasks / known.truth.length)
      return `<circle cx="${(b.confidence * 240).toFixed(1)}" cy="${(240 - b.right * 240).toFixed(1)}" r="${r.toFixed(1)}"><title>${b.tasks} of them: ${percent(b.confidence)} sure, ${percent(b.right)} right</title></circle>`
    })
  return section(
    'Calibration',
    `On ${known.truth.length === 1 ? 'one known answer' : `${known.truth.length} known answers`} that the models had not seen: ${percent(accuracy)} right, expected calibration error ${percent(ece)}. A point on the line is as often right as it is sure; its size is how many tasks it stands for.`,
    `<svg class="plot" viewBox="-34 -12 290 290" role="img" aria-label="How often answers are right by how sure they are">
<path class="axis" d="M0 0V240H240"/><path class="ideal" d="M0 240L240 0"/>${points.join('')}
<text x="120" y="272" text-anchor="middle">how sure</text><text transform="translate(-20 120) rotate(-90)" text-anchor="middle">how often right</text>
</svg>`,
  )
}

function shares({ votes, found }: Summary): string {
  const order = [...found.prior.keys()].toSorted((a, b) => found.prior[b]! - found.prior[a]!).slice(0, SHOWN.classes)
  const rows = order.map(
    (k) =>
      `<tr><th scope="row">${esc(votes.classes[k]!)}</th><td class="bar">${bar(found.prior[k]!)}</td><td>${percent(found.prior[k]!)}</td></tr>`,
  )
  const more = votes.classes.length - order.length
  return section(
    'How common each label is',
    more > 0 ? `The ${order.length} most common; ${more} more are not shown.` : 'Expected share of the tasks.',
    `<div class="scroll"><table><tbody>${rows.join('')}</tbody></table></div>`,
  )
}

function doubtful({ votes, found, labels }: Summary): string {
  const classes = votes.classes.length
  const best = new Float64Array(votes.tasks.length)
  for (let t = 0; t < best.length; t++)
    for (let k = 0; k < classes; k++) best[t] = Math.max(best[t]!, found.posterior[t * classes + k]!)
  const order = [...best.keys()].toSorted((a, b) => best[a]! - best[b]!).slice(0, SHOWN.doubtful)
  const rows = order
    .filter((t) => best[t]! < 0.95)
    .map((t) => {
      const row = [...votes.classes.keys()]
        .toSorted((a, b) => found.posterior[t * classes + b]! - found.posterior[t * classes + a]!)
        .slice(0, 3)
        .map((k) => `${esc(votes.classes[k]!)} <span class="soft">${percent(found.posterior[t * classes + k]!)}</span>`)
      return `<tr><th scope="row">${esc(votes.tasks[t]!)}</th><td>${labels.start[t + 1]! - labels.start[t]!}</td><td>${row.join(' · ')}</td></tr>`
    })
  if (rows.length === 0) return section('Tasks in most doubt', 'Every task is at least 95 % sure.', '')
  return section(
    'Tasks in most doubt',
    'Where another label, or clearer instructions, would help most.',
    `<div class="scroll"><table><thead><tr><th scope="col">task</th><th scope="col">votes</th><th scope="col">most probable</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  )
}

function confusion({ votes, labels, found }: Summary): string {
  const classes = votes.classes.length
  if (classes > SHOWN.classes) return ''
  const counts = new Float64Array(classes * classes)
  for (let t = 0; t < labels.tasks; t++)
    for (let i = labels.start[t]!; i < labels.start[t + 1]!; i++)
      for (let k = 0; k < classes; k++)
        counts[k * classes + (labels.vote[i]! % classes)]! += found.posterior[t * classes + k]!
  const rows = votes.classes.map((name, k) => {
    let all = 0
    for (let l = 0; l < classes; l++) all += counts[k * classes + l]!
    const cells = votes.classes.map((_, l) => {
      const share = all > 0 ? counts[k * classes + l]! / all : 0
      return `<td class="cell${k === l ? ' right' : ''}" style="--share:${share.toFixed(3)}">${percent(share, 0)}</td>`
    })
    return `<tr><th scope="row">${esc(name)}</th>${cells.join('')}</tr>`
  })
  return section(
    'What is taken for what',
    'Rows are the most probable truth, columns what people said. High figures off the diagonal point to instructions, rather than people.',
    `<div class="scroll"><table class="confusion"><thead><tr><th scope="col"></th>${votes.classes.map((c) => `<th scope="col">${esc(c)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  )
}

function people({ votes, labels, found }: Summary): string {
  const n = votesPerWorker(labels)
  const { mean, low, high } = found.reliability
  const order = [...n.keys()].toSorted((a, b) => n[b]! - n[a]!).slice(0, SHOWN.workers)
  const rows = order.map((w) => {
    const at = (x: number) => (x * 100).toFixed(1)
    const range = `<span class="range" style="--low:${at(low[w]!)}%;--high:${at(high[w]!)}%;--mean:${at(mean[w]!)}%"></span>`
    return `<tr><th scope="row">${esc(votes.workers[w]!)}</th><td>${whole(n[w]!)}</td><td class="bar">${range}</td><td>${percent(mean[w]!)}</td><td class="soft">${percent(low[w]!)} to ${percent(high[w]!)}</td></tr>`
  })
  const more = votes.workers.length - order.length
  return section(
    'People',
    `Expected share of right answers on a typical task, with its interval${more > 0 ? `; the ${order.length} with most votes, ${whole(more)} more are in the table of workers` : ''}.`,
    `<div class="scroll"><table><thead><tr><th scope="col">worker</th><th scope="col">votes</th><th scope="col"></th><th scope="col">reliability</th><th scope="col">interval</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  )
}

function certainty({ votes, found }: Summary): number {
  const classes = votes.classes.length
  let sum = 0
  for (let t = 0; t < votes.tasks.length; t++) {
    let best = 0
    for (let k = 0; k < classes; k++) best = Math.max(best, found.posterior[t * classes + k]!)
    sum += best
  }
  return sum / votes.tasks.length
}

const bar = (share: number) => `<span class="fill" style="--share:${(share * 100).toFixed(1)}%"></span>`
const whole = (n: number) => n.toLocaleString('en')
const percent = (x: number, digits = 1) => `${(x * 100).toFixed(digits)} %`
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const esc = (text: string) => text.replace(/[&<>"']/g, (c) => ESCAPES[c]!)
