import { verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import {
  checkContinues,
  checkEntry,
  checkPromises,
  isOmission,
  LogFault,
  readEntries,
  readHead,
  trustedHead,
  trustedReceipt,
  type Head,
  type LogSource,
  type Means,
} from '../../engine/log-reader.ts'
import { LogEdge, packEntries, TILE_WIDTH, tilePath } from '../../engine/merkle-tiles.ts'
import { readReceipt } from '../../engine/receipt.ts'
import { sha256 } from '../../engine/sha256.ts'
import { fromHex } from '../../engine/signed-note.ts'
import { commitTo } from '../../platform/canonical.ts'
import { eventFacts, eventSalt } from './promise-rules.ts'
import { logKeys, logOf } from './queries.ts'
import { publicKey, signCheckpoint } from './sign-checkpoint.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let w: World
let ann: Person
let bob: Person
let eve: Person
let c: Made
let season: string
const by: Means & { bytes: (t: string) => Uint8Array } = {
  hash: sha256,
  check: (key, text, signature) => verify(null, Buffer.from(text), publicKey(key), signature),
  bytes: (text) => Buffer.from(text),
}

beforeAll(async () => {
  w = await createWorld()
  ann = await w.person('ann')
  bob = await w.person('bob')
  eve = await w.person('eve')
  const cat = await w.person('cat')
  c = await makeCampaign(w, {
    contributors: [ann, bob],
    reviewers: [eve, cat, await w.person('dan')],
    items: Array.from({ length: 12 }, (_, i) => ({ n: i })),
    settings: { reviews: { min: 1, max: 1 } },
  })
  season = (await w.db.selectFrom('campaign').select('season_id').executeTakeFirstOrThrow()).season_id
})
afterAll(() => w.close())

type Answer = { status: number; receipt: string; body: never }
async function post(p: Person, path: string, payload: object, key?: string): Promise<Answer> {
  const r = await w.raw(p, {
    method: 'POST',
    url: `/v1/campaigns/${c.id}/${path}`,
    payload,
    headers: key ? { 'idempotency-key': key } : {},
  })
  return { status: r.status, receipt: r.headers['assay-receipt'] as string, body: JSON.parse(r.body) as never }
}
async function lease(p: Person): Promise<string> {
  const { items } = await p.client.assignments.claim_items({ params: { campaign_id: c.id }, body: { count: 1 } })
  return items[0]!.item_id
}
const handIn = (p: Person, item_id: string, fact: string, key?: string) =>
  post(p, 'submissions', { submissions: [{ item_id, answer: { fact } }] }, key)

/** The log as a stranger reads it, over HTTP; `change` is what lies in between. */
async function source(change: (path: string, bytes: Buffer) => Buffer = (_, b) => b): Promise<LogSource> {
  const log = await w.stranger.evidence.log({ params: { season_id: season } })
  return {
    origin: log.origin,
    keys: log.keys.map((k) => fromHex(k.public_key)!),
    async read(path) {
      const r = await w.app.inject({ url: `${log.prefix}/${path}` })
      if (r.statusCode !== 200) throw new Error(`${path}: ${r.statusCode}`)
      return change(path, r.rawPayload)
    },
  }
}
const publish = async (after = HOUR) => {
  w.clock.advance(after)
  await w.jobs(['sequence_events', 'keep_logs'])
}

describe('a receipt', () => {
  test('promises the work by a time, is the same when asked again, and is kept by the log', async () => {
    const item = await lease(ann)
    const first = await handIn(ann, item, 'water is wet', 'key-1')
    expect(first.status).toBe(200)
    const { receipt } = readReceipt(first.receipt)!
    expect(receipt.events).toHaveLength(1)
    expect(receipt.by_seconds * 1000 - w.clock.now().getTime()).toBeGreaterThanOrEqual(DAY)
    // By its key, and by nature without one.
    w.clock.advance(5000)
    expect((await handIn(ann, item, 'water is wet', 'key-1')).receipt).toBe(first.receipt)
    expect((await handIn(ann, item, 'water is wet')).receipt).toBe(first.receipt)

    await publish()
    const log = await source()
    expect(await trustedReceipt(first.receipt, log, by)).toEqual(receipt)
    const head = await readHead(log, by)
    expect(await checkPromises([first.receipt], log, head, by)).toEqual([{ state: 'kept', seqs: [expect.any(Number)] }])
  })

  test("of a review is its reviewer's, though others' reviews are recorded with it, and names nothing of theirs", async () => {
    const item = await lease(bob)
    await handIn(bob, item, 'fire is hot')
    const reviewers = [eve, await w.person('fay')]
    await c.join(reviewers[1]!, 'reviewer')
    const taken = []
    for (const p of reviewers) {
      const work = await p.client.assignments.claim_reviews({ params: { campaign_id: c.id }, body: { count: 1 } })
      taken.push({ p, submission_id: work.items[0]!.submission_id })
    }
    const answers = await Promise.all(
      taken.map(({ p, submission_id }) =>
        post(p, 'reviews', { reviews: [{ submission_id, votes: { fact: { approve: true } } }] }),
      ),
    )
    for (const a of answers) {
      expect(a.status).toBe(200)
      expect(readReceipt(a.receipt)!.receipt.events).toHaveLength(1)
    }
    expect(answers[0]!.receipt).not.toBe(answers[1]!.receipt)
    // Each is for the review's own event, and the same again.
    for (const [i, { p, submission_id }] of taken.entries()) {
      const again = await post(p, 'reviews', { reviews: [{ submission_id, votes: { fact: { approve: true } } }] })
      expect(again.receipt).toBe(answers[i]!.receipt)
      const log = (await logOf(w.db, season))!
      const event = await w.db
        .selectFrom('event')
        .selectAll()
        .where('kind', '=', 'reviewed')
        .where('subject_id', '=', submission_id)
        .executeTakeFirstOrThrow()
      expect((event.body as { reviewer_id: string }).reviewer_id).toBe(p.account_id)
      const facts = eventFacts({ ...event, at: event.at.toISOString(), body: event.body as never })
      expect(readReceipt(answers[i]!.receipt)!.receipt.events).toEqual([commitTo(eventSalt(log, event.id), facts)])
    }
  })

  test('is not given for a refusal, nor by what answers nothing', async () => {
    const refused = await post(ann, 'submissions', { submissions: [{ item_id: '1', answer: { fact: 'x' } }] })
    expect(refused.status).not.toBe(200)
    expect(refused.receipt).toBeUndefined()
    const read = await w.raw(ann, { method: 'GET', url: '/v1/me/account' })
    expect(read.headers['assay-receipt']).toBeUndefined()
  })

  test('forged, changed or of another log is none', async () => {
    const item = await lease(ann)
    const { receipt } = await handIn(ann, item, 'ice is cold')
    await publish()
    const log = await source()
    const [v, body, signature] = receipt.split('.') as [string, string, string]
    const later = Buffer.from(body, 'base64')
      .toString()
      .replace(/\n\d+\n/, '\n9999999999\n')
    for (const bad of [
      '',
      'v1',
      `v2.${body}.${signature}`,
      `${v}.${Buffer.from(later).toString('base64')}.${signature}`,
      `${v}.${body}.${Buffer.alloc(64).toString('base64')}`,
      `${receipt}.`,
    ])
      await expect(trustedReceipt(bad, log, by), bad).rejects.toThrow(LogFault)
    await expect(trustedReceipt(receipt, { ...log, origin: 'elsewhere/log/1' }, by)).rejects.toThrow(LogFault)
  })
})

/** The log signed over other entries than it should hold: what an operator with the key could do. */
async function dishonest(
  change: (entries: Uint8Array[]) => Uint8Array[],
  signedAt: number,
): Promise<{ log: LogSource; head: Head }> {
  const honest = await source()
  const entries: Uint8Array[] = []
  for await (const { entry } of readEntries(honest, await readHead(honest, by), by))
    entries.push(Uint8Array.from(entry))
  const served = change(entries)
  const edge = new LogEdge(sha256)
  const files = new Map<string, Uint8Array>()
  for (const e of served)
    edge.append(e, ({ level, index, hashes }) => files.set(tilePath({ level, index, width: TILE_WIDTH }), hashes))
  for (const { level, index, hashes } of edge.partial())
    files.set(tilePath({ level, index, width: hashes.length / 32 }), hashes)
  for (let i = 0; i < served.length; i += TILE_WIDTH) {
    const bundle = served.slice(i, i + TILE_WIDTH)
    files.set(tilePath({ level: 'entries', index: i / TILE_WIDTH, width: bundle.length }), packEntries(bundle))
  }
  const at = { origin: honest.origin, size: edge.size, root: edge.root(), seconds: Math.floor(signedAt / 1000) }
  const note = signCheckpoint(at, await logKeys(w.db, season))
  files.set('checkpoint', Buffer.from(note))
  const log = {
    ...honest,
    read: (path: string) => (files.has(path) ? Promise.resolve(files.get(path)!) : Promise.reject(new Error(path))),
  }
  return { log, head: await readHead(log, by) }
}

describe('what an operator could do', () => {
  let receipt: string
  let seq: number
  beforeAll(async () => {
    const item = await lease(bob)
    receipt = (await handIn(bob, item, 'grass is green')).receipt
    await publish()
    const log = await source()
    const [kept] = await checkPromises([receipt], log, await readHead(log, by), by)
    seq = (kept as { seqs: number[] }).seqs[0]!
  })

  test('leaving an entry out breaks a promise, and anybody can check the proof', async () => {
    const without = (entries: Uint8Array[]) => entries.filter((_, i) => i !== seq)
    const early = await dishonest(without, w.clock.now().getTime())
    const [waiting] = await checkPromises([receipt], early.log, early.head, by)
    expect(waiting!.state).toBe('waiting')
    const late = await dishonest(without, w.clock.now().getTime() + 3 * DAY)
    const [broken] = await checkPromises([receipt], late.log, late.head, by)
    expect(broken).toMatchObject({ state: 'broken', missing: readReceipt(receipt)!.receipt.events })
    // A stranger, with the proof as text and the log's own entries.
    const proof = JSON.parse(JSON.stringify((broken as { proof: object }).proof)) as never
    expect(await isOmission(proof, late.log, by)).toBe(true)
    // It is no proof against a log that holds the entry, nor where a receipt or a checkpoint was made up.
    const honest = await dishonest((e) => e, w.clock.now().getTime() + 3 * DAY)
    expect(await isOmission({ receipt, checkpoint: honest.head.note }, honest.log, by)).toBe(false)
    expect(await isOmission({ receipt, checkpoint: early.head.note }, early.log, by)).toBe(false)
    const forged = { receipt, checkpoint: late.head.note.replace(/\n\d+\n/, '\n1\n') }
    await expect(isOmission(forged, late.log, by)).rejects.toThrow(/signed/)
    // The commitment's letters in another field are not the entry.
    const words = readReceipt(receipt)!.receipt.events[0]!
    const hidden = await dishonest(
      (e) => [...without(e), Buffer.from(JSON.stringify({ a: { event: words }, event: 'x' }))],
      w.clock.now().getTime() + 3 * DAY,
    )
    expect((await checkPromises([receipt], hidden.log, hidden.head, by))[0]!.state).toBe('broken')
  })

  test('swapping entries, tiles or bytes is found and named', async () => {
    const whole = await source()
    const head = await readHead(whole, by)
    const all = async (log: LogSource) => {
      for await (const _ of readEntries(log, head, by));
    }
    await all(whole)
    const swap = (path: string, bytes: Buffer) =>
      path.startsWith('tile/entries') ? Buffer.from(packEntries(swapped(bytes))) : bytes
    await expect(all(await source(swap))).rejects.toThrow(/Entry 0 is not the one/)
    const cut = (path: string, bytes: Buffer) => (path.startsWith('tile/entries') ? bytes.subarray(0, -1) : bytes)
    await expect(all(await source(cut))).rejects.toThrow(/Bundle 0 does not hold its/)
    const changed = (path: string, bytes: Buffer) =>
      path.startsWith('tile/entries') ? Buffer.from(bytes.map((b, i) => (i === 40 ? b ^ 1 : b))) : bytes
    await expect(all(await source(changed))).rejects.toThrow(/Entry 0 is not the one/)
    const note = (path: string, bytes: Buffer) =>
      path === 'checkpoint'
        ? Buffer.from(bytes.toString().replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) - 1}\n`))
        : bytes
    await expect(readHead(await source(note), by)).rejects.toThrow(/No key/)
  })

  test('cutting the log back, or showing another to somebody else, is found by whoever kept a checkpoint', async () => {
    const honest = await source()
    const kept = await readHead(honest, by)
    const shorter = await dishonest((e) => e.slice(0, -2), w.clock.now().getTime() + DAY)
    // A shorter log that is a beginning of the longer is no fork, and yet promises are broken in it.
    await checkContinues(honest, shorter.head, kept, by)
    expect(shorter.head.checkpoint.size).toBeLessThan(kept.checkpoint.size)
    const other = await dishonest(
      (e) => [...e.slice(0, -2), Buffer.from('{"v":1}'), Buffer.from('{"v":2}'), Buffer.from('{"v":3}')],
      w.clock.now().getTime() + DAY,
    )
    await expect(checkContinues(other.log, kept, other.head, by)).rejects.toMatchObject({ code: 'forked' })
    const same = await dishonest((e) => e.toReversed(), w.clock.now().getTime() + DAY)
    await expect(checkContinues(same.log, kept, same.head, by)).rejects.toMatchObject({ code: 'forked' })
    expect(await trustedHead(kept.note, honest, by)).toEqual(kept)
  })
})

const swapped = (bundle: Buffer): Uint8Array[] => {
  const out: Uint8Array[] = []
  for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at))
    out.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)))
  return [out[1]!, out[0]!, ...out.slice(2)]
}

test('an entry with its proof is checked without the log', async () => {
  const log = await source()
  const proven = await w.stranger.evidence.entry({ params: { season_id: season, seq: 2 } })
  expect((await checkEntry(proven, log, by)).checkpoint.size).toBe(proven.size)
  await expect(checkEntry({ ...proven, seq: 1 }, log, by)).rejects.toMatchObject({ code: 'not_included' })
  await expect(checkEntry({ ...proven, entry: `${proven.entry} ` }, log, by)).rejects.toMatchObject({
    code: 'not_included',
  })
  await expect(checkEntry(proven, { ...log, keys: [Buffer.alloc(32, 1)] }, by)).rejects.toMatchObject({
    code: 'unsigned',
  })
})
