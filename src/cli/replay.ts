import type { Command } from 'commander'
import { type ApiOptions, connectApi, withApiOptions } from './connect.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'
import { planReplay, readFolder, type Source, synthesize } from './replay/data.ts'
import { replay } from './replay/run.ts'

type ReplayOptions = ApiOptions & {
  synthetic?: string
  seed: string
  reviews: string
  inFlight: string
  as: string
  question?: string
  policy: string
  good: string
  bad: string
}

export function addReplay(program: Command): void {
  withApiOptions(program.command('replay'))
    .description(
      'send real labels through a running server, one review each, and check that what comes out is what went in',
    )
    .argument('[folder]', 'a folder with labels.csv (task,worker,label) and truth.csv (task,truth), labels 0 and 1')
    .option('--synthetic <tasks,workers,seed>', 'made-up labels of the same kind instead of a folder')
    .option('--reviews <number>', 'reviews of each task, an odd number', '3')
    .option('--seed <number>', 'the order in which labels are sent', '1')
    .option('--in-flight <number>', 'how many requests at a time', '32')
    .option('--as <name>', 'a name for this replay; the same name goes on with the same one', 'first')
    .option('--question <text>', 'what a 1 says yes to')
    .option('--policy <name>', 'majority: every review; adaptive: only while the doubt is worth one', 'majority')
    .option('--good <points>', 'adaptive: what a right answer is worth; a review costs 5', '100')
    .option('--bad <points>', 'adaptive: what accepting a wrong answer costs', '100')
    .action(async (folder: string | undefined, options: ReplayOptions) => {
      const seed = whole('--seed', options.seed, 0, 2 ** 31)
      const reviews = whole('--reviews', options.reviews, 1, 15)
      const lanes = whole('--in-flight', options.inFlight, 1, 1000)
      if (options.policy !== 'majority' && options.policy !== 'adaptive')
        throw new Problem(`--policy is majority or adaptive, not "${options.policy}".`)
      const points = (name: '--good' | '--bad', text: string) => String(whole(name, text, 1, 1_000_000_000))
      const stakes = { good_minor: points('--good', options.good), bad_minor: points('--bad', options.bad) }
      const plan = planReplay(sourceOf(folder, options, reviews), {
        seed,
        reviews,
        as: options.as,
        ...(options.policy === 'adaptive' && { stakes }),
      })
      const api = await connectApi(options, { orStart: true })
      try {
        const fits = await replay(api, plan, {
          say: (line) => void process.stdout.write(`${line}\n`),
          progress: showProgress,
          lanes,
        })
        if (!fits) process.exitCode = 1
      } finally {
        await api.close()
      }
    })
}

function sourceOf(folder: string | undefined, options: ReplayOptions, reviews: number): Source {
  if (options.synthetic !== undefined) {
    if (folder) throw new Problem('Give a folder or --synthetic, not both.')
    const parts = options.synthetic.split(',')
    if (parts.length !== 3) throw new Problem('--synthetic takes tasks,workers,seed, such as 200,20,1.')
    const [tasks, workers, seed] = parts.map((p, i) => whole('--synthetic', p.trim(), i === 2 ? 0 : 1, 2 ** 31)) as [
      number,
      number,
      number,
    ]
    if (workers < reviews) throw new Problem(`${reviews} reviews of each task need at least ${reviews} workers.`)
    return synthesize({ tasks, workers, seed, reviews })
  }
  if (!folder)
    throw new Problem('Name a folder with labels.csv and truth.csv, or make labels up with --synthetic 200,20,1.')
  return readFolder(folder, options.question)
}

function whole(name: string, text: string, low: number, high: number): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < low || n > high)
    throw new Problem(`${name} must be a whole number from ${low} to ${high}, not "${text}".`)
  return n
}
