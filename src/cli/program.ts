import { Command } from 'commander'
import { addBackup } from './backup.ts'
import { addKey } from './key.ts'
import { addStart } from './start.ts'

/** Every command; `docs/reference/commands.md` has an entry for each, and a test keeps the two together. */
export function createProgram(): Command {
  const program = new Command('assay')
    .description(
      'Collect and label AI training data with an open crowd, review it blind, pay for what holds up, prove how good it is.',
    )
    .option('--verbose', 'show the details of an error')
    .showHelpAfterError('(assay --help lists the commands)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
  addStart(program)
  addBackup(program)
  addKey(program)
  return program
}
