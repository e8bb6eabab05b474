import { readdirSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { importsOf, isSql, readSource, writtenIn } from './source.ts'

/** Earlier domains know nothing of later ones. Add a domain by adding its name here. */
export const DOMAINS = [
  'identity', 'ledger', 'seasons', 'gasid', 'templates', 'groups', 'campaigns', 'integrity', 'exams', 'gold', 'assignment', 'submissions',
  'rewards', 'models', 'redteam', 'checks', 'reliability', 'review', 'payouts', 'truth', 'audits', 'datasets', 'certificates', 'settlement', 'evidence', 'inbox', 'reports', 'privacy', 'operations',
] // prettier-ignore

const TABLES: Record<string, string> = {
  platform: 'event salt event_sequence idempotency job_state installation migration signing_key',
  identity:
    'account passkey recovery_code session api_key one_time invitation invitation_use terms terms_acceptance wallet wallet_nonce delegation',
  ledger: 'currency transfer ledger_audit held_pay',
  seasons: 'season season_member season_board season_score',
  gasid: 'gas_scan gas_found gas_history gas_level gas_credited gas_quest gas_use gas_card',
  campaigns:
    'campaign campaign_version campaign_approval campaign_consent campaign_stats member item item_import item_flag campaign_report price_step',
  integrity:
    'exclusion case_file case_evidence case_opinion sanction sanction_appeal watch cluster cluster_member cluster_mark cluster_apart trust_rank link mark credential_mark report_drive account_report reported_account amnesty_declaration amnesty_account',
  exams: 'exam exam_question exam_attempt',
  gold: 'gold_source gold_item',
  groups: 'person_trait',
  rewards: 'reward_window reward_share',
  models: 'model_vote model_spending model_answer',
  redteam: 'redteam_goal redteam_control redteam_run redteam_sample redteam_spending redteam_pace content_read',
  checks: 'check_run check_again text_print text_key check_spending check_answer',
  reliability: 'snapshot reliability review_plan answer_snapshot',
  assignment: 'queue lease queue_size claim_cursor work_taken judged exposure_choice',
  submissions: 'submission submission_answer submission_signature withdrawal',
  review: 'review decision appeal',
  payouts: 'payout_batch payout payout_destination',
  audits: 'audit_plan audit_stratum audit audit_grade',
  datasets: 'release_notice release release_entry release_revocation',
  certificates: 'acceptance acceptance_piece acceptance_look certificate',
  settlement:
    'payment_token wallet_destination epoch chain_withdrawal claim_drop chain_transaction chain_block chain_event reconciliation release_income income_share token_escrow campaign_escrow',
  evidence: 'log log_key log_checkpoint log_leaf log_owner season_edition',
  inbox: 'inbox_message',
  reports: 'report',
  privacy: 'erasure',
}
/** The only part of the program that may write each table. Anyone may read. */
export const WRITER: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(TABLES).flatMap(([owner, names]) => names.split(' ').map((name) => [name, owner])),
)

/** Platform files without I/O, time or chance, that rules may call. */
const PURE_PLATFORM = new Set(['canonical', 'money', 'refusal', 'rng'].map((name) => `src/platform/${name}.ts`))
const GENERATED = new Set(['src/platform/db/tables.ts'])
const LIMIT = 400

const IMPURE: [RegExp, string][] = [
  [/\bDate\.now\b/, 'Date.now'],
  [/\bnew Date\b(?!\s*\(\s*[^)\s])/, 'new Date()'],
  [/\bMath\.random\b/, 'Math.random'],
  [/\bperformance\./, 'performance'],
]
const OUTSIDE: [RegExp, string][] = [
  [/\bprocess\./, 'process'],
  [/\bfetch\(/, 'fetch'],
  [/\bconsole\./, 'console'],
  [/\bset(?:Timeout|Interval|Immediate)\(/, 'timers'],
  [/\bcrypto\.(?:random|getRandom)/, 'crypto'],
]

const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.startsWith('test/')
const isPure = (file: string) => /^src\/engine\/|\/(?:[\w-]+-)?rules\.ts$/.test(file) && !isTest(file)
const isQueries = (file: string) => /\/(?:[\w-]+-)?queries\.ts$/.test(file)
const domainOf = (file: string) => /^src\/domains\/([^/]+)\//.exec(file)?.[1]
const partOf = (file: string) => domainOf(file) ?? (file.startsWith('src/platform/') ? 'platform' : undefined)

/** Every TypeScript file under a folder, with forward slashes. */
export function filesUnder(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name).replaceAll('\\', '/')
    if (statSync(path).isDirectory()) return name === 'node_modules' ? [] : filesUnder(path)
    return /\.tsx?$/.test(name) ? [path] : []
  })
}

/** What is wrong with a file, each as `file: rule: detail`. The rules are those of ARCHITECTURE.md. */
export function faults(file: string, text: string): string[] {
  const out: string[] = []
  const say = (rule: string, detail: string) => out.push(`${file}: ${rule}: ${detail}`)
  const { code, literals } = readSource(text)
  for (const { spec, typeOnly } of importsOf(code)) importFaults(file, spec, typeOnly, say)

  const from = domainOf(file)
  if (from && !DOMAINS.includes(from)) say('order', `${from} is not listed in DOMAINS`)
  if (isPure(file))
    for (const [pattern, name] of [...IMPURE, ...OUTSIDE]) if (pattern.test(code)) say('pure', `no ${name} here`)
  if (from && !isTest(file) && !isPure(file))
    for (const [pattern, name] of IMPURE)
      if (pattern.test(code)) say('clock', `time and chance come from ctx, not from ${name}`)
  if (file.startsWith('src/') && !isTest(file))
    sqlFaults(
      file,
      code,
      literals.filter(isSql).map((l) => l.text),
      say,
    )
  if (/^\s*export \* from/m.test(code)) say('barrel', 'name what is exported')
  if (/\b(?:TODO|FIXME|XXX)\b/.test(text) && file !== 'test/tidy.ts')
    say('unfinished', 'finish it or say it in the docs')
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  if (lines > LIMIT && !isTest(file) && !GENERATED.has(file)) say('size', `${lines} lines; split at ${LIMIT}`)
  return out
}

type Say = (rule: string, detail: string) => void

function importFaults(file: string, spec: string, typeOnly: boolean, say: Say): void {
  const relative = spec.startsWith('.')
  const to = relative ? normalize(join(dirname(file), spec.split('?')[0]!)).replaceAll('\\', '/') : spec
  if (relative && !/\.(?:tsx?|mjs|json|css|svg)$/.test(to)) say('extension', `import the real file name, not ${spec}`)
  if (isTest(file)) return
  const runs = !typeOnly
  if (file.startsWith('src/engine/') && !to.startsWith('src/engine/'))
    say('engine', `the engine imports only the engine, not ${to}`)
  else if (isPure(file) && runs && !mayRuleImport(to)) say('pure', `must not import ${to}`)
  if (file.startsWith('src/platform/') && /^src\/(?:domains|server|cli|sim|api\.ts|client\.ts)/.test(to))
    say('layer', `the platform must not know ${to}`)
  if (file.startsWith('src/domains/') && /^src\/(?:server|cli|sim|api\.ts|client\.ts)/.test(to))
    say('layer', `a domain must not know ${to}`)
  if (
    /^src\/domains\/[^/]+\/contract\.ts$/.test(file) &&
    runs &&
    !/^typebox(?:\/|$)|^src\/platform\/http\/|\/contract\.ts$/.test(to)
  )
    say('contract', `must stay loadable in a browser, not import ${to}`)
  if (
    file.startsWith('web/') &&
    to.startsWith('src/') &&
    !/^src\/(?:api|client)\.ts$|\/contract\.ts$|^src\/engine\/|^src\/domains\/reliability\/(?:plan|outlook)-rules\.ts$|^src\/platform\/chain\/typed-data\.ts$/.test(
      to,
    ) &&
    (runs || !to.startsWith('src/platform/http/'))
  )
    say('web', `may not import ${to}`)
  const [from, into] = [domainOf(file), domainOf(to)]
  if (from && into && from !== into && DOMAINS.indexOf(into) > DOMAINS.indexOf(from))
    say('order', `${from} comes before ${into}`)
  if (into && to.endsWith('/routes.ts') && !file.startsWith('src/server/'))
    say('order', 'routes are imported by the server only')
}

const mayRuleImport = (to: string) =>
  to.startsWith('src/engine/') ||
  /\/(?:[\w-]+-)?rules\.ts$|\/contract\.ts$/.test(to) ||
  PURE_PLATFORM.has(to) ||
  /^typebox(?:\/|$)/.test(to)

function sqlFaults(file: string, code: string, statements: string[], say: Say): void {
  const built = [
    ...code.matchAll(/\.(?:insertInto|replaceInto|updateTable|deleteFrom|mergeInto)\(\s*(?:['"`](\w+)|(\w+))/g),
  ]
  const isOfDomains = /^src\/(?:domains|cli|sim)\//.test(file)
  const reads = /\.selectFrom\(/.test(code)
  if (isOfDomains && !isQueries(file) && (built.length > 0 || reads || statements.length > 0))
    say('sql', 'put SQL in queries.ts')
  const named = [...built.map((m) => m[1] ?? `(${m[2]})`), ...statements.flatMap(writtenIn)]
  const own = ctesOf(statements)
  for (const table of new Set(named)) {
    if (own.has(table)) continue
    const owner = WRITER[table]
    if (!owner) say('writer', `${table} has no owner in TABLES`)
    else if (owner !== partOf(file)) say('writer', `${table} is written by ${owner} only`)
  }
}

/** Names of common table expressions, which look like tables in a statement. */
const ctesOf = (statements: string[]) =>
  new Set(
    statements.flatMap((s) =>
      [
        ...s.matchAll(
          /(?:\bwith(?:\s+recursive)?|,)\s+(\w+)(?:\s*\([^)]*\))?\s+as\s+(?:(?:not\s+)?materialized\s+)?\(/gi,
        ),
      ].map((m) => m[1]!),
    ),
  )
