import type { Command } from 'commander'
import { type Auto, auto } from '../engine/auto.ts'
import { dawidSkene } from '../engine/dawid-skene.ts'
import { ebcc } from '../engine/ebcc.ts'
import { ibcc } from '../engine/ibcc.ts'
import { answerOf, type Inference } from '../engine/inference.ts'
import { knowOrGuess } from '../engine/know-or-guess.ts'
import { BadInput, buildLabels, type Labels, votesPerWorker } from '../engine/labels.ts'
import { majority } from '../engine/majority.ts'
import { oneCoin } from '../engine/one-coin.ts'
import { summaryPage } from './infer/page.ts'
import { type Gold, readGold, readVotes, type Votes } from './infer/read.ts'
import { csvParts, type Output, refusePlaces, writeAll } from './infer/write.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'

type InferOptions = { method: string; gold?: string; out: string; workers?: string; summary?: string }

type OnFit = (done: number, of: number) => void
const METHODS: Record<string, (labels: Labels, onFit: OnFit) => Inference> = {
  auto: (labels, onFit) => auto(labels, { onFit }),
  majority,
  one_coin: (labels) => oneCoin(labels),
  know_or_guess: (labels) => knowOrGuess(labels),
  dawid_skene: (labels) => dawidSkene(labels),
  ibcc: (labels) => ibcc(labels),
  ebcc: (labels) => ebcc(labels),
}

export function addInfer(program: Command): void {
  program
    .command('infer')
    .description(
      'find the most probable answer to each task from the labels that people gave, and how reliable each is',
    )
    .argument('<labels>', 'a CSV file with the columns task, worker and label; an empty label is an abstention')
    .requiredOption('--out <file>', 'where the answers go: task,label,probability')
    .option('--method <name>', Object.keys(METHODS).join(', '), 'auto')
    .option('--gold <file>', 'known answers: a CSV file with the columns task and truth')
    .option('--workers <file>', 'where a table of the workers goes')
    .option('--summary <file>', 'where a page to look at goes (HTML, in one file)')
    .action(async (labels: string, options: InferOptions) => {
      for (const line of await infer(labels, options)) process.stdout.write(`${line}\n`)
    })
}

/** Runs the command, and returns what to say: a line each. All files are written, or none. */
export async function infer(path: string, options: InferOptions, show = showProgress): Promise<string[]> {
  const method = METHODS[options.method]
  if (!method)
    throw new Problem(`There is no method "${options.method}". There are ${Object.keys(METHODS).join(', ')}.`)
  const places = [options.out, options.workers, options.summary].filter((p) => p !== undefined)
  refusePlaces(
    places,
    [path, options.gold].filter((p) => p !== undefined),
  )

  const reading = show('Reading', 0)
  const votes = await readVotes(path, (done, of) => reading.set(done, 'bytes', of))
  const gold = options.gold === undefined ? null : await readGold(options.gold, votes)
  reading.end()

  const fitting = show('Fitting models', 1)
  const labels = labelsOf(votes, gold)
  const found = run(() => method(labels, (done, of) => fitting.set(done, 'fits', of)))
  if (options.method !== 'auto') fitting.set(1, '', 1)
  fitting.end()

  const outputs: Output[] = [
    { path: options.out, parts: csvParts(['task', 'label', 'probability'], answers(votes, found)) },
  ]
  if (options.workers !== undefined)
    outputs.push({
      path: options.workers,
      parts: csvParts(['worker', 'votes', 'reliability', 'low', 'high'], workerRows(votes, labels, found)),
    })
  if (options.summary !== undefined)
    outputs.push({ path: options.summary, parts: [summaryPage({ votes, labels, gold, found })] })
  writeAll(outputs)
  return said(votes, gold, found, outputs)
}

function labelsOf(votes: Votes, gold: Gold | null): Labels {
  const sizes = { tasks: votes.tasks.length, workers: votes.workers.length, classes: votes.classes.length }
  return run(() => buildLabels({ ...sizes, ...votes, ...sizes, gold: gold?.answers ?? null }))
}

/** What the engine cannot work with becomes a sentence for a person. */
function run<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof BadInput) throw new Problem(error.message)
    throw error
  }
}

const places = (x: number) => x.toFixed(6)

/** A tie has no label: whoever needs one may break it, but not us, by order. */
function* answers({ tasks, classes }: Votes, { posterior }: Inference): Iterable<string[]> {
  for (let t = 0; t < tasks.length; t++) {
    const answer = answerOf(posterior, classes.length, t)
    const k = answer.class < 0 ? answer.tied[0]! : answer.class
    yield [tasks[t]!, answer.class < 0 ? '' : classes[k]!, places(posterior[t * classes.length + k]!)]
  }
}

function* workerRows(votes: Votes, labels: Labels, { reliability }: Inference): Iterable<string[]> {
  const n = votesPerWorker(labels)
  for (let w = 0; w < votes.workers.length; w++)
    yield [
      votes.workers[w]!,
      String(n[w]),
      places(reliability.mean[w]!),
      places(reliability.low[w]!),
      places(reliability.high[w]!),
    ]
}

function said(votes: Votes, gold: Gold | null, found: Inference, outputs: readonly Output[]): string[] {
  const out = [
    `${votes.label.length} votes by ${votes.workers.length} people on ${votes.tasks.length} tasks, ${votes.classes.length} labels.`,
  ]
  const rows = (n: number) => (n === 1 ? '1 row' : `${n} rows`)
  if (votes.repeats > 0)
    out.push(
      `${rows(votes.repeats)} said again what an earlier row says, the first in line ${votes.first_repeat}; dropped.`,
    )
  if (votes.abstained > 0) out.push(`${rows(votes.abstained)} without a label: abstentions, which say nothing.`)
  if (gold && gold.without_votes > 0)
    out.push(
      `${rows(gold.without_votes)} of known answers ${gold.without_votes === 1 ? 'is about a task' : 'are about tasks'} without a row of labels, the first in line ${gold.first_without_votes}; left out.`,
    )
  if ('why' in found) out.push(...(found as Auto).why, calibrationSaid(found as Auto))
  let ties = 0
  for (let t = 0; t < votes.tasks.length; t++) if (answerOf(found.posterior, votes.classes.length, t).class < 0) ties++
  if (ties > 0) out.push(`${ties === 1 ? '1 task is a tie' : `${ties} tasks are ties`}: the label is left empty.`)
  if (!found.converged) out.push(`${found.method} stopped at its limit of iterations; answers may still move a little.`)
  out.push(...outputs.map(({ path }) => `Written: ${path}`))
  return out
}

function calibrationSaid({ calibration: c }: Auto): string {
  return c.by === 'gold'
    ? `Probabilities are calibrated on ${c.gold} known answers (temperature ${c.temperature.toFixed(2)}).`
    : `Probabilities allow for votes that are not independent (a correlation of ${c.correlation}); known answers (--gold) would calibrate them.`
}
