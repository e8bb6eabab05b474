import type { Command } from 'commander'
import { auditInstallation, auditText } from '../domains/ledger/audit.ts'
import { attach, placeOf, type PlaceOptions } from './attach.ts'

export function addLedger(program: Command): void {
  const ledger = program.command('ledger').description('the books')
  ledger
    .command('audit')
    .description(
      'recompute every balance and reward from decisions, reviews and transfers; on the machine that holds the data',
    )
    .option('--data <directory>', 'the data directory of the installation')
    .option('--json', 'print the findings as JSON')
    .action(async (options: PlaceOptions & { json?: boolean }) => {
      const parts = await attach(placeOf(options))
      try {
        let spoke = performance.now()
        const report = await auditInstallation(parts, (p) => {
          if (performance.now() - spoke < 2000) return
          spoke = performance.now()
          process.stderr.write(
            `Auditing, part ${p.part + 1} of ${p.parts}: ${p.rows} ${p.check.replaceAll('_', ' ')}\n`,
          )
        })
        process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : auditText(report)}\n`)
        if (!report.clean) process.exitCode = 1
      } finally {
        await parts.close()
      }
    })
}
