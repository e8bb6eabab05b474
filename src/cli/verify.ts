import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NoSeason, verifySeason } from '../verify/season.ts'
import { downloadSeason, NoDownload } from '../verify/download.ts'
import { parsed } from '../verify/lines.ts'
import { verifyMine, type MineReport } from '../verify/mine.ts'
import { NoProofs } from '../verify/mine-file.ts'
import { mineText, reportText } from '../verify/words.ts'
import { checkCertificate } from './certify-check.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'
import { checkReleaseFiles } from '../verify/release-files.ts'

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description(
      'reckon a season or a release again from its public files alone: votes, decisions, pay, certificates, the root',
    )
    .argument('<place>', "a season's folder or its public address (https://…/seasons/<id>); or a release's folder")
    .option('--to <folder>', 'where to put what is downloaded (assay-season-<id>); run again, it goes on there')
    .option('--most-gb <number>', 'download no more than this', '20')
    .option(
      '--public-key <key...>',
      "keys that must have signed the log's checkpoint, or a file with them, one to a line",
    )
    .option(
      '--mine <file>',
      'your own proofs, as the page "My proofs" saves them: what of yours is there, and what is missing',
    )
    .option('--receipts <file>', 'with --mine: your receipts, one to a line')
    .option('--json', 'print the report as JSON')
    .action(async (place: string, options: Options) => {
      const folder = /^https?:\/\//.test(place) ? await downloaded(place, options) : place
      if (!existsSync(folder)) throw new Problem(`There is nothing at ${folder}.`)
      if (existsSync(join(folder, 'entries.jsonl'))) return season(folder, options)
      if (existsSync(join(folder, 'data.jsonl'))) return release(folder, options.json === true)
      throw new Problem(
        `${folder} is neither a season's folder (it would hold entries.jsonl) nor a release's (data.jsonl).`,
      )
    })
}

type Options = { publicKey?: string[]; json?: boolean; mine?: string; receipts?: string; to?: string; mostGb: string }

async function season(folder: string, options: Options): Promise<void> {
  const mine = options.mine === undefined ? undefined : await own(folder, options.mine, options.receipts)
  const progress = showProgress('Verifying', 0)
  const keys = options.publicKey && (await keysIn(options.publicKey))
  const report = await verifySeason(folder, {
    ...(keys && { keys }),
    progress: (done, of, note) => progress.set(Math.round(done), note, Math.round(of)),
  }).catch((error: unknown) => {
    if (error instanceof NoSeason) throw new Problem(error.message)
    throw error
  })
  progress.end()
  process.stdout.write(
    options.json
      ? `${JSON.stringify(mine ? { ...report, mine } : report, null, 2)}\n`
      : reportText(report) + (mine ? mineText(mine) : ''),
  )
  if (report.findings_in_all > 0 || (mine?.findings.length ?? 0) > 0) process.exitCode = 1
}

/** Fetches a season's folder and answers where it is. */
async function downloaded(address: string, options: Options): Promise<string> {
  const id = /^https?:\/\/[^/]+(?:\/.*)?\/seasons\/(\d{1,19})\/?$/.exec(address)?.[1]
  if (!id) throw new Problem(`${address} is not the address of a season, as https://example.org/seasons/123 is.`)
  const most_bytes = Number(options.mostGb) * 1e9
  if (!(most_bytes > 0)) throw new Problem('--most-gb must be a number above 0.')
  const dir = options.to ?? `assay-season-${id}`
  const progress = showProgress('Downloading', 0)
  const fetched = downloadSeason(address, dir, {
    most_bytes,
    progress: (done, of, note) => progress.set(done, note, of),
  })
  await fetched.catch((error: unknown) => {
    if (error instanceof NoDownload || error instanceof TypeError) throw new Problem(`${error.message} (${address})`)
    throw error
  })
  progress.end()
  process.stderr.write(`The season's files are in ${dir}.\n`)
  return dir
}

/** A person's own part, from files that only they have. */
async function own(folder: string, file: string, receipts: string | undefined): Promise<MineReport> {
  for (const path of [file, receipts])
    if (path !== undefined && !existsSync(path)) throw new Problem(`There is no file at ${path}.`)
  const proofs = parsed(await readFile(file, 'utf8'))
  const words = receipts === undefined ? [] : (await readFile(receipts, 'utf8')).split('\n').map((l) => l.trim())
  return verifyMine(folder, proofs, words.filter(Boolean)).catch((error: unknown) => {
    if (error instanceof NoProofs || error instanceof NoSeason) throw new Problem(error.message)
    throw error
  })
}

async function keysIn(given: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(given.map(async (g) => (existsSync(g) ? readFile(g, 'utf8') : g)))
  return texts.flatMap((t) => t.split('\n').map((line) => line.trim())).filter(Boolean)
}

/** A release by itself: its files against its manifest, and its certificate where it has one. */
async function release(folder: string, json: boolean): Promise<void> {
  const { findings, files, number, title } = await checkReleaseFiles(folder)
  const words = findings.map((f) => f.message)
  if (existsSync(join(folder, 'certificate.json'))) {
    const checked = await checkCertificate([folder], undefined)
    words.push(...checked.findings.map((f) => f.message))
  }
  if (json)
    process.stdout.write(`${JSON.stringify({ number, title, files, findings: [...new Set(words)] }, null, 2)}\n`)
  else {
    process.stdout.write(`Release ${number} of "${title}": ${files} files compared with the manifest.\n`)
    process.stdout.write(
      words.length > 0
        ? [...new Set(words)].map((w) => `Differs: ${w}\n`).join('')
        : 'All is equal. Whether this is the release that the log names is checked with the folder of its season.\n',
    )
  }
  if (words.length > 0) process.exitCode = 1
}
