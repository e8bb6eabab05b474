import type { Command } from 'commander'
import { type Scope, SCOPES } from '../platform/http/endpoint.ts'
import { attach, placeOf, type PlaceOptions } from './attach.ts'
import { makeOperatorKey } from './local-key.ts'
import { Problem } from './problem.ts'

type KeyOptions = PlaceOptions & { name: string; scopes?: string; hours?: string }

export function addKey(program: Command): void {
  const key = program.command('key').description('API keys for programs')
  key
    .command('create')
    .description('make an API key of the operator; only on the machine that holds the data')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--scopes <names>', `which of ${SCOPES.join(', ')} (all)`)
    .option('--hours <number>', 'when it ends by itself (never)')
    .option('--data <directory>', 'the data directory of the installation')
    .action(async (options: KeyOptions) => {
      const scopes = options.scopes ? options.scopes.split(',').map((s) => s.trim()) : [...SCOPES]
      const unknown = scopes.find((s) => !SCOPES.includes(s as Scope))
      if (unknown !== undefined) throw new Problem(`There is no scope "${unknown}". Choose from ${SCOPES.join(', ')}.`)
      const hours = options.hours === undefined ? undefined : Number(options.hours)
      if (hours !== undefined && !(hours > 0))
        throw new Problem(`--hours must be a number above zero, not "${options.hours}".`)
      const parts = await attach(placeOf(options))
      try {
        const made = await makeOperatorKey(parts, { name: options.name, scopes: scopes as Scope[], hours })
        process.stdout.write(`${made.key}\n`)
        process.stderr.write(
          `Shown this once. It may: ${scopes.join(', ')}${made.expires_at ? `; until ${made.expires_at.toISOString()}` : ''}. End it on the operator's account page.\n`,
        )
      } finally {
        await parts.close()
      }
    })
}
