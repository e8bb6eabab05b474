import type { Command } from 'commander'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../client.ts'
import type { Report } from '../domains/reports/contract.ts'
import { type Api, type ApiOptions, connectApi, withApiOptions } from './connect.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'
import { patiently } from './replay/lanes.ts'

type ReportOptions = ApiOptions & { season?: string; format: string; out?: string; publish?: boolean }

export function addReport(program: Command): void {
  withApiOptions(program.command('report'))
    .description('build the season report from the events, and print it')
    .option('--season <id>', 'which season (the one that runs)')
    .option('--format <name>', 'markdown or json', 'markdown')
    .option('--out <file>', 'write it there instead of printing it')
    .option('--publish', 'make it public for good')
    .action(async (options: ReportOptions) => {
      if (options.format !== 'markdown' && options.format !== 'json')
        throw new Problem(`--format is markdown or json, not "${options.format}".`)
      const api = await connectApi(options)
      try {
        const season_id = options.season ?? (await api.client.seasons.current()).season_id
        const { report_id } = await buildReport(api.client, season_id)
        const bytes = await downloadText(
          api,
          `/v1/seasons/${season_id}/reports/${report_id}/report.${options.format === 'json' ? 'json' : 'md'}`,
        )
        if (options.publish) await api.client.reports.publish({ params: { season_id, report_id }, body: {} })
        if (options.out) {
          await writeFile(options.out, bytes)
          process.stderr.write(`Report written: ${options.out}\n`)
        } else process.stdout.write(bytes)
      } finally {
        await api.close()
      }
    })
}

/** Has the report of everything so far built, and waits for it. */
export async function buildReport(
  client: Client,
  season_id: string,
  show = showProgress,
): Promise<{ report_id: string; report: Report }> {
  const { report_id } = await patiently(() => client.reports.build({ params: { season_id }, body: {} }))
  const progress = show('Season report', 0)
  for (;;) {
    const { head, report } = await patiently(() => client.reports.get({ params: { season_id, report_id } }))
    if (head.state === 'failed') throw new Problem(`The report could not be built: ${head.error}`)
    if (head.state === 'ready' && report) {
      progress.set(report.made_from.events, 'events', report.made_from.events)
      progress.end()
      return { report_id, report }
    }
    progress.set(head.progress.done, 'events', head.progress.of)
    await sleep(200)
  }
}

/** A download of the API as text. */
export async function downloadText(api: Pick<Api, 'url' | 'key'>, path: string): Promise<string> {
  const response = await fetch(api.url + path, { headers: { authorization: `Bearer ${api.key}` } })
  if (!response.ok) throw new Problem(`The server answered ${response.status} for ${path}.`)
  return response.text()
}
