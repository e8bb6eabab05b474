import type { Command } from 'commander'
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { artefactOf, goalsIn, type ProvedPrompt } from '../domains/redteam/artefact-rules.ts'
import { type ApiOptions, connectApi, withApiOptions } from './connect.ts'
import { Problem } from './problem.ts'

const LARGEST = 200_000_000

export function addRedTeam(program: Command): void {
  const group = program
    .command('red-team')
    .description('goals and proved prompts, in the published form for jailbreak artefacts')
  withApiOptions(group.command('import-goals'))
    .description(
      'add the goals that an artefact names to the list of goals; its prompts and replies stay where they are',
    )
    .argument('<file>', 'a JSON file of the published form')
    .action(async (file: string, options: ApiOptions) => {
      const found = goalsIn(readArtefact(file))
      if ('problem' in found) throw new Problem(`${file} is no artefact: ${found.problem}`)
      const api = await connectApi(options, { scopes: ['operate'] })
      let added = 0
      try {
        const there = new Set((await api.client.redteam.goals({})).items.map((g) => g.goal_id))
        for (const goal of found.goals) {
          if (there.has(goal.goal_id)) continue
          await api.client.redteam.add_goal({ body: goal })
          added++
        }
      } finally {
        await api.close()
      }
      process.stdout.write(`${added} goals added, ${found.goals.length - added} were there; ${found.prompts} prompts not read.\n`) // prettier-ignore
    })
  group
    .command('export')
    .description('write what a release proved on one target as an artefact')
    .argument('<directory>', "a release's files, as assay release --out fetched them")
    .argument('<target>', 'the name of the target')
    .argument('<file>', 'where to write it')
    .option('--prompt <question>', 'the question that holds the prompt', 'prompt')
    .option('--goals <artefact>', 'an artefact whose goals give names their wording')
    .action(async (directory: string, target: string, file: string, options: { prompt: string; goals?: string }) => {
      if (existsSync(file)) throw new Problem(`${file} is there already. Name another file.`)
      const proved = await provedIn(directory, options.prompt)
      if (proved.every((p) => p.proof.targets.every((t) => t.target !== target)))
        throw new Problem(`No prompt of ${directory} was run on ${target}. It names: ${targetsOf(proved).join(', ') || 'no target'}.`) // prettier-ignore
      const named = options.goals ? goalsIn(readArtefact(options.goals)) : { goals: [] }
      if ('problem' in named) throw new Problem(`${options.goals} is no artefact: ${named.problem}`)
      const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as { created_on?: string }
      const artefact = artefactOf(proved, target, {
        date: manifest.created_on ?? '',
        goals: new Map(named.goals.map((g) => [g.goal_id, g])),
      })
      writeFileSync(file, `${JSON.stringify(artefact, null, 2)}\n`, { mode: 0o600 })
      const { total_number_of_jailbreaks: worked, number_of_submitted_prompts: all } = artefact.parameters
      process.stdout.write(`${file}: ${all} prompts run on ${target}, ${worked} of them worked at least once.\n`)
    })
}

function readArtefact(file: string): unknown {
  if (!existsSync(file)) throw new Problem(`There is no file ${file}. Check the name.`)
  if (statSync(file).size > LARGEST) throw new Problem(`${file} is larger than ${LARGEST / 1e6} MB.`)
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Problem(`${file} is no JSON (${(error as Error).message}).`)
  }
}

const targetsOf = (proved: readonly ProvedPrompt[]): string[] =>
  [...new Set(proved.flatMap((p) => p.proof.targets.map((t) => t.target)))].toSorted()

/** Prompts of a release with what was proved of each; the two files list datapoints in the same order. */
async function provedIn(directory: string, question: string): Promise<ProvedPrompt[]> {
  const prompts = new Map<string, string>()
  for await (const line of linesOf(join(directory, 'data.jsonl'))) {
    const { id, answer } = JSON.parse(line) as { id: string; answer: Record<string, unknown> }
    if (typeof answer[question] === 'string') prompts.set(id, answer[question])
  }
  const proved: ProvedPrompt[] = []
  for await (const line of linesOf(join(directory, 'provenance.jsonl'))) {
    const { id, proof } = JSON.parse(line) as { id: string; proof?: ProvedPrompt['proof'] }
    const prompt = prompts.get(id)
    if (proof && prompt !== undefined) proved.push({ prompt, proof })
  }
  return proved
}

function linesOf(path: string): AsyncIterable<string> {
  if (!existsSync(path)) throw new Problem(`${path} is not there. Fetch the release with assay release --out first.`)
  return createInterface({ input: createReadStream(path), crlfDelay: Infinity })
}
