import type { Command } from 'commander'
import { createStore } from '../platform/files/store.ts'
import { writeSeason } from '../domains/evidence/season-files.ts'
import { attach, placeOf, type PlaceOptions } from './attach.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'

export function addSeason(program: Command): void {
  const season = program.command('season').description('what is published of a season')
  season
    .command('export')
    .description(
      "write a closed season's public folder: its log, and what opens it; on the machine that holds the data",
    )
    .argument('<season id>')
    .argument('<directory>')
    .option('--data <directory>', 'the data directory of the installation')
    .action(async (season_id: string, directory: string, options: PlaceOptions) => {
      const parts = await attach(placeOf(options))
      const progress = showProgress('Writing', 0)
      try {
        const written = await writeSeason(parts, season_id, createStore(directory), {
          progress: (done, total, note) => progress.set(done, note, total),
        }).catch((error: Error) => {
          throw new Problem(error.message)
        })
        progress.end()
        process.stdout.write(
          `${written.size} entries of ${written.origin} and what opens them are in ${directory}, ${written.files.length} files. Anybody checks them with: assay verify ${directory}\n`,
        )
      } finally {
        await parts.close()
      }
    })
}
