import type { Command } from 'commander'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import type { Client } from '../client.ts'
import type { Draft } from '../domains/campaigns/contract.ts'
import { type ApiOptions, connectApi, withApiOptions } from './connect.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'
import { patiently } from './replay/lanes.ts'

type CreateOptions = ApiOptions & { items?: string; open?: boolean }
type ImportOptions = ApiOptions & { format?: string; ref?: string; ignore?: string[] }

export function addCampaign(program: Command): void {
  const campaign = program.command('campaign').description('campaigns: create, import items, open')
  withApiOptions(campaign.command('create'))
    .description('draft a campaign from a JSON file, with its items if they are given')
    .argument('<campaign.json>', 'what POST /v1/campaigns takes')
    .option('--items <file>', 'items to import: .csv, .jsonl or Label Studio .json')
    .option('--open', 'open it at once')
    .action(async (file: string, options: CreateOptions) => {
      const draft = readJson(file) as Draft
      await withClient(options, async (client) => {
        const key = createHash('sha256').update(JSON.stringify(draft)).digest('hex').slice(0, 32)
        const made = await client.campaigns.create({ body: draft }, { idempotencyKey: `create-${key}` })
        process.stdout.write(`Campaign ${made.campaign_id} is ${made.status}: ${draft.title}\n`)
        if (options.items) await importFile(client, made.campaign_id, options.items, {})
        if (options.open) await open(client, made.campaign_id)
      })
    })
  withApiOptions(campaign.command('import'))
    .description('import items into a campaign; called again with the same file it goes on where it stopped')
    .argument('<campaign id>')
    .argument('<file>', '.csv, .jsonl or Label Studio .json')
    .option('--format <name>', "csv, jsonl or label_studio (by the file's name)")
    .option('--ref <field>', 'the column or field that names each item')
    .option('--ignore <parts...>', 'parts of a Label Studio task to leave out on purpose')
    .action(async (id: string, file: string, options: ImportOptions) => {
      await withClient(options, (client) => importFile(client, id, file, options))
    })
  withApiOptions(campaign.command('open'))
    .description('open a draft (its pilot first, if it has one), or the rest after the pilot')
    .argument('<campaign id>')
    .action(async (id: string, options: ApiOptions) => {
      await withClient(options, (client) => open(client, id))
    })
}

async function withClient(options: ApiOptions, work: (client: Client) => Promise<void>): Promise<void> {
  const api = await connectApi(options)
  try {
    await work(api.client)
  } finally {
    await api.close()
  }
}

function readJson(file: string): unknown {
  if (!existsSync(file)) throw new Problem(`There is no file ${file}. Check the name.`)
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Problem(`${file} is not valid JSON: ${(error as Error).message}`)
  }
}

const FORMATS = { '.csv': 'csv', '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.json': 'label_studio' } as const
type Format = (typeof FORMATS)[keyof typeof FORMATS]
// A part may hold five million characters; each is at most four bytes.
const PART_CHARACTERS = 2_000_000

async function importFile(client: Client, campaign_id: string, file: string, options: ImportOptions): Promise<void> {
  if (!existsSync(file)) throw new Problem(`There is no file ${file}. Check the name.`)
  const format = (options.format ?? FORMATS[extname(file).toLowerCase() as keyof typeof FORMATS]) as Format | undefined
  if (!format || !Object.values(FORMATS).includes(format))
    throw new Problem(`${file}: say with --format whether this is csv, jsonl or label_studio.`)
  const text = readFileSync(file, 'utf8')
  // The same file is the same import, so that a second call goes on with the first one.
  const import_id = `${basename(file)
    .replaceAll(/[^\w.-]/g, '_')
    .slice(0, 30)}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
  const parts = Math.max(1, Math.ceil(text.length / PART_CHARACTERS))
  const progress = showProgress('Importing', parts)
  let state: { imported: number; unchanged: number; items: number } | undefined
  const params = { campaign_id, import_id }
  const before = await patiently(() => client.campaigns.import_state({ params })).catch(() => undefined)
  if (before?.state === 'done') state = before
  else {
    for (let part = before?.next_part ?? 1; part <= parts; part++) {
      const body = {
        import_id,
        part,
        last: part === parts,
        format,
        text: text.slice((part - 1) * PART_CHARACTERS, part * PART_CHARACTERS),
        ...(options.ref ? { ref_field: options.ref } : {}),
        ...(options.ignore ? { ignore: options.ignore } : {}),
      }
      state = await patiently(() => client.campaigns.import_items({ params: { campaign_id }, body }))
      progress.set(part)
    }
  }
  progress.end()
  process.stdout.write(
    `${state!.imported} items imported, ${state!.unchanged} were there already; the campaign holds ${state!.items}.\n`,
  )
}

async function open(client: Client, campaign_id: string): Promise<void> {
  const opened = await client.campaigns.open({ params: { campaign_id }, body: {} })
  process.stdout.write(
    opened.status === 'awaiting_approval'
      ? `Campaign ${campaign_id} waits for the operator's approval.\n`
      : `Campaign ${campaign_id} is ${opened.status}.\n`,
  )
}
