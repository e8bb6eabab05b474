import type { Command } from 'commander'
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { releasesDir } from '../platform/files/place.ts'
import { attachDatabase, placeOf, type PlaceOptions } from './attach.ts'
import { dump } from './backup/dump.ts'
import { load } from './backup/load.ts'
import { Problem } from './problem.ts'
import { showProgress, type Progress } from './progress.ts'

const megabytes = (path: string) => `${(statSync(path).size / 1e6).toFixed(1)} MB`

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('write everything, as of one moment, into one file; the server may go on working')
    .argument('<file>', 'where to write it, such as assay-2026-11-22.gz')
    .option('--data <directory>', 'the data directory of the installation')
    .option('--force', 'replace the file if it is there')
    .action(async (file: string, options: PlaceOptions & { force?: boolean }) => {
      const to = resolve(file)
      if (existsSync(to) && !options.force)
        throw new Problem(`${to} is there already. Name another file, or add --force to replace it.`)
      const where = placeOf(options)
      const database = await attachDatabase(where)
      let progress: Progress | undefined
      let done = 0
      try {
        const header = await dump({
          connection: database.connection,
          filesDir: releasesDir(where.config),
          to,
          now: new Date(),
          onStart: (rows) => (progress = showProgress('Backing up', rows)),
          onRows: (rows) => progress?.set((done += rows)),
        })
        progress?.end()
        process.stdout.write(
          `Backup written: ${to} (${megabytes(to)}; ${header.tables.length} tables, ${done} rows, ${header.files.length} release files).\n`,
        )
        process.stdout.write('It holds secrets: keep it where only you can read it.\n')
      } finally {
        await database.close()
      }
    })

  program
    .command('restore')
    .description('bring a backup back, all of it or nothing')
    .argument('<file>', 'a file that assay backup wrote')
    .option('--data <directory>', 'the data directory to restore into')
    .option('--force', 'replace what the database holds')
    .action(async (file: string, options: PlaceOptions & { force?: boolean }) => {
      const from = resolve(file)
      if (!existsSync(from)) throw new Problem(`There is no file ${from}. Check the name.`)
      const where = placeOf(options)
      const database = await attachDatabase(where, { create: true })
      let progress: Progress | undefined
      let done = 0
      try {
        const header = await load({
          connection: database.connection,
          filesDir: releasesDir(where.config),
          from,
          force: options.force ?? false,
          onStart: (_, rows) => (progress = showProgress('Restoring', rows)),
          onRows: (rows) => progress?.set((done += rows)),
        })
        progress?.end()
        process.stdout.write(
          `Restored: ${header.tables.length} tables, ${done} rows, ${header.files.length} release files, as of ${header.made_at}.\n`,
        )
        process.stdout.write('Start it with: npm start\n')
      } finally {
        await database.close()
      }
    })
}
