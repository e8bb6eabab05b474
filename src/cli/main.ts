import { CommanderError } from 'commander'
import { sentenceFor } from './problem.ts'
import { createProgram } from './program.ts'

/** Runs one command. An error becomes one sentence and what to do, and exit code 1. */
async function main(argv: readonly string[]): Promise<void> {
  const verbose = argv.includes('--verbose')
  try {
    await createProgram().parseAsync(
      argv.filter((a) => a !== '--verbose'),
      { from: 'user' },
    )
  } catch (error) {
    // The parser has said already what was wrong.
    if (error instanceof CommanderError) process.exitCode = error.exitCode
    else {
      process.stderr.write(`${verbose && error instanceof Error ? error.stack : sentenceFor(error)}\n`)
      process.exitCode = 1
    }
  }
}

await main(process.argv.slice(2))
