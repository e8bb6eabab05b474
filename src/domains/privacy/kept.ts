import { callerOf, type Ctx } from '../../platform/context.ts'
import { assert } from '../../platform/refusal.ts'
import { accountById } from '../identity/queries.ts'
import { KEPT_KINDS, type Kept, type KeptKind } from './contract.ts'
import { countKept, keptAfter, newestKept } from './kept-queries.ts'
import { ABOUT, fill } from './words.ts'

const NEWEST = 10
const ROWS_AT_ONCE = 500
/** Each of these leaves one entry in the log; counting the entries themselves would read the whole log. */
const LEAVES_EVIDENCE: readonly KeptKind[] = ['submissions', 'reviews', 'appeals', 'withdrawals', 'audit_grades']

/** Everything that is kept about the caller, in their language: how much, why, and what erasing does to it. */
export async function listKept(ctx: Ctx): Promise<{ items: Kept[]; next: null }> {
  const { account_id } = callerOf(ctx)
  const account = await accountById(ctx.db, account_id)
  assert(account, 'a caller has an account')
  const language = account.language === 'ar' ? 'ar' : 'en'
  const items: Kept[] = []
  for (const kind of KEPT_KINDS) {
    const { [language]: words, on_erasure } = ABOUT[kind]
    const rows = kind === 'evidence' ? [] : await newestKept(ctx.db, kind, account_id, NEWEST)
    const count = rows.length < NEWEST ? rows.length : await countKept(ctx.db, kind, account_id)
    items.push({
      kind,
      title: words.title,
      why: words.why,
      count: kind === 'evidence' ? evidenceCount(items) : count,
      on_erasure,
      newest: rows.map((r) => ({ at: r.at?.toISOString() ?? null, text: shortened(fill(words.line, r.facts)) })),
    })
  }
  return { items, next: null }
}

const evidenceCount = (items: readonly Kept[]): number =>
  1 + items.filter((i) => LEAVES_EVIDENCE.includes(i.kind)).reduce((sum, i) => sum + i.count, 0)
const shortened = (text: string): string => (text.length <= 400 ? text : `${text.slice(0, 398)}…`)

/** All of it as one JSON file, read and sent in parts: memory does not grow with a person's work. */
export async function* exportKept(ctx: Ctx): AsyncGenerator<string> {
  const { account_id } = callerOf(ctx)
  yield `{"format":"assay-personal-data-1","exported_at":${JSON.stringify(ctx.now.toISOString())},"account_id":"${account_id}"`
  for (const kind of KEPT_KINDS) {
    const { title, why } = ABOUT[kind].en
    yield `,\n${JSON.stringify(kind)}:{"title":${JSON.stringify(title)},"why":${JSON.stringify(why)},"on_erasure":"${ABOUT[kind].on_erasure}","rows":[`
    let after = ''
    for (let first = true; ;) {
      const rows = await keptAfter(ctx.db, kind, account_id, after, ROWS_AT_ONCE)
      const part = rows.map((r) => JSON.stringify({ at: r.at?.toISOString() ?? null, ...r.facts })).join(',\n')
      if (part) yield first ? `\n${part}` : `,\n${part}`
      if (rows.length < ROWS_AT_ONCE) break
      first = false
      after = rows.at(-1)!.key
    }
    yield ']}'
  }
  yield '}\n'
}
