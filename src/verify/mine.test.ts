import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { playSeason, type PlayedSeason } from '../../test/season-folder.ts'
import { Tampered } from '../../test/tampered.ts'
import type { Person } from '../../test/world.ts'
import { signCheckpoint } from '../domains/evidence/sign-checkpoint.ts'
import { eraseMe } from '../domains/privacy/erase.ts'
import { PROOF_FORMAT, type ProofFile } from '../engine/proof-file.ts'
import { commitTo } from '../platform/canonical.ts'
import { NoProofs } from './mine-file.ts'
import { verifyMine } from './mine.ts'
import { verifySeason } from './season.ts'

let played: PlayedSeason
let dir: string
let author: Person
let reviewer: Person
let receipts: string[]
const proofs = new Map<Person, ProofFile>()

beforeAll(async () => {
  played = await playSeason()
  dir = await played.write()
  author = played.people.authors[0]!
  reviewer = played.people.reviewers[0]!
  for (const p of [author, reviewer]) proofs.set(p, await proofsOf(p))
  receipts = await receiptsOf(author)
}, 300_000)
afterAll(() => played?.w.close())

/** What the page "My proofs" saves. */
async function proofsOf(p: Person): Promise<ProofFile> {
  const entries: ProofFile['entries'][number][] = []
  for (let after: string | undefined; ;) {
    const page = await p.client.evidence.mine({ query: { limit: 50, ...(after ? { after } : {}) } })
    entries.push(...page.items)
    if (!page.next) break
    after = page.next
  }
  const { origin, keys } = await played.w.stranger.evidence.log({ params: { season_id: played.season_id } })
  const logs = [{ season_id: played.season_id, origin, public_keys: keys.map((k) => k.public_key) }]
  return { format: PROOF_FORMAT, logs, entries }
}
/** Handing the same in again gets the receipt that was given then. */
async function receiptsOf(p: Person): Promise<string[]> {
  const rows = await played.w.db.selectFrom('submission').innerJoin('submission_answer', (j) => j.onRef('submission_answer.submission_id', '=', 'submission.id'))
    .select(['submission.campaign_id', 'submission.item_id', 'submission_answer.answer']).where('submission.author_id', '=', p.account_id).where('submission.campaign_id', '=', played.campaigns.counted).orderBy('submission.id').limit(3).execute() // prettier-ignore
  const words: string[] = []
  for (const r of rows) {
    const payload = { submissions: [{ item_id: r.item_id, answer: r.answer }] }
    const answer = await played.w.raw(p, { method: 'POST', url: `/v1/campaigns/${r.campaign_id}/submissions`, payload })
    if (answer.headers['assay-receipt']) words.push(answer.headers['assay-receipt'] as string)
  }
  return words
}
const copy = (p: Person): ProofFile => structuredClone(proofs.get(p)!)
/** A checkpoint of the same log, signed by its own key at a later time. */
async function later(t: Tampered, seconds: number): Promise<void> {
  const row = await played.w.db.selectFrom('log').select('origin').where('season_id', '=', played.season_id).executeTakeFirstOrThrow() // prettier-ignore
  const keys = await played.w.db.selectFrom('log_key').selectAll().where('season_id', '=', played.season_id).execute()
  const manifest = JSON.parse(readFileSync(t.path('manifest.json'), 'utf8')) as { log: { size: number; root: string } }
  const at = { origin: row.origin, size: manifest.log.size, root: Buffer.from(manifest.log.root, 'hex'), seconds }
  t.put('checkpoint', signCheckpoint(at, keys))
}

describe("a person's own proofs against the season's folder", () => {
  test("an author's work is there, decided and paid, and the amounts are what their accounts got", async () => {
    const report = await verifyMine(dir, copy(author))
    expect(report.findings).toEqual([])
    expect(report.works).toBeGreaterThan(20)
    expect(report.decided).toBeGreaterThan(20)
    const { rows } = { rows: await played.w.db.selectFrom('transfer').select(['kind', 'amount_minor']).where('credit', 'like', `person:${author.account_id}:%`).where('debit', 'like', 'campaign:%').execute() } // prettier-ignore
    const all = (xs: readonly { amount_minor: string }[]) => xs.reduce((sum, x) => sum + BigInt(x.amount_minor), 0n)
    expect(rows.length).toBeGreaterThan(0)
    expect(all(report.sums)).toBe(all(rows))
    expect(new Set(report.sums.map((s) => s.kind))).toEqual(new Set(['reward', 'held', 'bonus', 'novelty']))
  })
  test("a reviewer's votes are counted and paid", async () => {
    const report = await verifyMine(dir, copy(reviewer))
    expect(report.findings).toEqual([])
    expect(report.reviews).toBeGreaterThan(20)
    expect(report.sums.some((s) => s.kind === 'review_pay')).toBe(true)
  })
  test('is told which payment they were never shown', async () => {
    const file = copy(author)
    const gone = file.entries.findIndex((e) => (e.openings.pay?.lines.length ?? 0) > 0)
    const [missing] = (file.entries as unknown as ProofFile['entries'][number][]).splice(gone, 1)
    const { findings } = await verifyMine(dir, file)
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatch(
      new RegExp(`^Entry ${missing!.seq} pays .* for your work in entry \\d+, and your proofs hold no line`),
    )
    const votes = copy(reviewer)
    const paid = votes.entries.filter((e) => (e.openings.pay?.lines.length ?? 0) > 0)
    for (const e of paid) (e.openings as { pay: null }).pay = null
    expect((await verifyMine(dir, votes)).findings.join('\n')).toMatch(/pays votes on the work of your entry \d+/)
  })
  test('finds their work left out, their vote not counted, another amount, an entry that is another', async () => {
    const left = async (meddle: (t: Tampered) => void, p = author) => {
      const t = new Tampered(dir)
      meddle(t)
      const { findings } = await verifyMine(t.dir, copy(p))
      t.forget()
      return findings.join('\n')
    }
    const work = proofs.get(author)!.entries.find((e) => JSON.parse(e.entry).kind === 'submitted')!
    expect(await left((t) => t.edit('entries.jsonl', (e) => e.splice(work.seq, 1)))).toMatch(new RegExp(`entry ${work.seq} \\(submitted.*another entry there, and yours was signed`)) // prettier-ignore
    const pay = proofs.get(author)!.entries.find((e) => (e.openings.pay?.lines.length ?? 0) > 0)!
    expect(
      await left((t) => t.edit('openings.jsonl', (all) => {
        for (const r of all.find((o) => o.at === pay.seq)!.sealed.value.rewards) r.amount_minor = `${BigInt(r.amount_minor) + 1n}`
      })),
    ).toMatch(new RegExp(`entry ${pay.seq} .*it pays you .*, and what the folder opens there pays`)) // prettier-ignore
    const vote = proofs.get(reviewer)!.entries.filter((e) => JSON.parse(e.entry).kind === 'reviewed').map((e) => e.seq) // prettier-ignore
    const uncounted = await left((t) => t.edit('openings.jsonl', (all) => {
      const mine = new Set(all.filter((o) => vote.includes(o.at)).map((o) => o.sealed.value.review_id as string))
      for (const o of all) if (o.sealed?.value.review_ids) o.sealed.value.review_ids = o.sealed.value.review_ids.filter((id: string) => !mine.has(id))
    }), reviewer) // prettier-ignore
    expect(uncounted).toMatch(/Your vote in entry \d+ is counted by no decision on that work/)
  })
  test('finds what was changed in the file itself, and what is no file of proofs', async () => {
    const file = copy(author)
    const line = file.entries.find((e) => (e.openings.pay?.lines.length ?? 0) > 0)!
    line.openings.pay!.lines[0]!.value.amount_minor = '1000000'
    const event = file.entries.find((e) => e.openings.event)!
    event.openings.event!.value.subject_id = '1'
    ;(file.entries as unknown as ProofFile['entries'][number][]).push(
      file.entries.find((e) => e !== line && e !== event)!,
    )
    const { findings } = await verifyMine(dir, file)
    expect(findings.join('\n')).toMatch(/does not commit to the line of pay/)
    expect(findings.join('\n')).toMatch(/does not commit to the event/)
    expect(findings.join('\n')).toMatch(/holds entry \d+ twice/)
    await expect(verifyMine(dir, { format: 'x' })).rejects.toThrow(NoProofs)
    const other = copy(author)
    ;(other.logs as unknown as { origin: string }[])[0]!.origin = 'elsewhere/log/1'
    expect(await verifyMine(dir, other)).toMatchObject({ entries: 0, elsewhere: other.entries.length })
  })
  test('receipts are kept, or broken once their time is over', async () => {
    expect(receipts.length).toBeGreaterThan(1)
    expect((await verifyMine(dir, copy(author), receipts)).receipts).toEqual({ kept: receipts.length, waiting: 0 })
    const forged = receipts[0]!.replace(/.{8}$/, 'AAAAAA==')
    expect((await verifyMine(dir, copy(author), [forged])).findings[0]).toMatch(
      /^Line 1 of your receipts is no receipt/,
    )
    const t = new Tampered(dir)
    for (const o of t.read('entries.jsonl').map((e, at) => ({ e, at })).filter(({ e }) => receipts.some((r) => Buffer.from(r.split('.')[1]!, 'base64').toString().includes(String(e.event)))).toReversed())
      t.edit('entries.jsonl', (entries) => entries.splice(o.at, 1)) // prettier-ignore
    await later(t, 1)
    expect((await verifyMine(t.dir, { ...copy(author), entries: [] }, receipts)).receipts.waiting).toBe(receipts.length)
    await later(t, 4_000_000_000)
    const { findings } = await verifyMine(t.dir, { ...copy(author), entries: [] }, receipts)
    expect(findings).toHaveLength(receipts.length)
    expect(findings[0]).toMatch(/it proves that they were left out$|proves that they were left out\.$/)
    t.forget()
  })
})

describe('after somebody erased their account', () => {
  test('the folder from before and one written anew verify, and nothing of theirs can be opened', async () => {
    const { w } = played
    const own = proofs.get(author)!.entries.filter((e) => e.openings.event)
    const answers = own.flatMap((e) => {
      const salted = e.openings.content.find((c) => c.name === 'answer')
      const commitment = (e.openings.event!.value.body as Record<string, string>).answer_commitment
      return salted?.value && commitment ? [{ ...salted, commitment, event: String(e.openings.event!.value.id) }] : []
    })
    expect(answers.length).toBeGreaterThan(20)
    const opens = async () => {
      const salts = await w.db.selectFrom('salt').select('salt').execute()
      return answers.filter((a) => salts.some((s) => commitTo(s.salt, a.value) === a.commitment)).length
    }
    expect(await opens()).toBe(answers.length)
    const votes = proofs.get(reviewer)!.entries.filter((e) => JSON.parse(e.entry).kind === 'reviewed')
    for (const p of [author, reviewer]) {
      const session_id = w.parts.newId()
      await w.db.insertInto('session').values({ id: session_id, account_id: p.account_id, token_hash: `session ${session_id}`, how: 'passkey', created_at: w.clock.now(), fresh_at: w.clock.now(), expires_at: new Date(w.clock.now().getTime() + 3_600_000), last_seen_at: w.clock.now() }).execute() // prettier-ignore
      const ctx = w.ctx(p.account_id)
      const { handle } = await w.db.selectFrom('account').select('handle').where('id', '=', p.account_id).executeTakeFirstOrThrow() // prettier-ignore
      await eraseMe(
        { ...ctx, caller: { ...ctx.caller!, via: 'session', session_id } },
        { handle, money: 'keep_behind_code' },
      )
    }
    await w.jobs(['finish_erasures'])

    // What opened every answer opens none; of votes only approvals keep their salt.
    expect(await opens()).toBe(0)
    const kept = await w.db.selectFrom('salt').select(['purpose', 'subject_id']).where('subject_id', 'in', [...answers.map((a) => a.event), ...votes.map((v) => String(v.openings.event!.value.id))]).execute() // prettier-ignore
    expect(new Set(kept.map((s) => s.purpose))).toEqual(new Set(['approvals']))
    expect(await w.db.selectFrom('log_owner').select('leaf').where('account_id', 'in', [author.account_id, reviewer.account_id]).execute()).toEqual([]) // prettier-ignore

    const after = await played.write()
    for (const folder of [dir, after]) expect((await verifySeason(folder)).findings).toEqual([])
    const files = ['entries.jsonl', 'openings.jsonl', 'leaves.bin', 'snapshots.jsonl', 'gold.jsonl']
    for (const name of files)
      expect(readFileSync(join(after, name)).equals(readFileSync(join(dir, name))), name).toBe(true)
    const texts = files.filter((f) => f.endsWith('.jsonl')).map((f) => readFileSync(join(after, f), 'utf8')).join('') // prettier-ignore
    for (const a of answers) {
      expect(texts.includes(a.salt)).toBe(false)
      expect(texts.includes((a.value as { fact: string }).fact)).toBe(false)
    }
    expect(existsSync(join(after, 'manifest.json'))).toBe(true)
    // Their own proofs, which they kept, still hold: erasing took nothing from them.
    expect((await verifyMine(after, copy(author))).findings).toEqual([])
  })
})
