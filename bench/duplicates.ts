import { existsSync, readFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { sql } from 'kysely'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { compareTexts, type Compared, type Text } from '../src/domains/checks/novelty.ts'
import { printOf, type Print } from '../src/domains/checks/novelty-rules.ts'
import { bigBytesOf, BUCKET, bytesOf, candidatesFor, insertPrints } from '../src/domains/checks/print-queries.ts'
import { write } from '../src/platform/db/queries.ts'
import { sha256Hex } from '../src/platform/canonical.ts'
import { createRng } from '../src/platform/rng.ts'
import { growthExponent, openBench, quantile, saveResult, watchMachine, type Bench } from './lib/harness.ts'
import { CHANGES, createWriter, paragraphs, wordsAlike } from './lib/prose.ts'

/**
 * Near-duplicates, by the code that checks submissions and in its index in PostgreSQL.
 * 1. Labelled pairs from paragraphs that people wrote: what is found of each way of changing a text, and what is found that
 *    is not there. 2. The index at growing sizes: checks per second, candidates per check, and a key that 100,000 texts share.
 *   npx tsx bench/duplicates.ts [folder] [sizes] [parts: labelled, sizes or both]; a part that is not asked for keeps its figures
 */
const FOLDER = process.argv[2] ?? 'node_modules'
const SIZES = (process.argv[3] ?? '10000,100000,1000000').split(',').map(Number)
const PARTS = process.argv[4] ?? 'labelled,sizes'
const AT = new Date('2026-01-01T00:00:00Z')
const PAIRS = 1_000
const BATCH = 50
const round = (x: number, places = 4) => Number(x.toFixed(places))
const digest = (text: string) => sha256Hex(text).slice(0, 32)
const log = (text: string) => void process.stderr.write(`${text}\n`)

const textOf = (campaign_id: string, id: number, text: string): Text => ({
  work: { campaign_id, id: String(id), item_id: String(id), author_id: '1', version: 1, took_seconds: 1, revises_id: null, language: 'en', answer: {}, data: null },
  question: 'text',
  text,
  before: new Date(AT.getTime() + 86_400_000),
}) // prettier-ignore

async function keep(b: Bench, texts: readonly Text[]): Promise<void> {
  for (let i = 0; i < texts.length; i += BATCH) {
    const part = texts.slice(i, i + BATCH)
    const fresh = (await compareTexts(b.db, part)).flatMap((c) => (c.fresh ? [{ ...c.fresh, printed_at: AT }] : []))
    await write(b.db, ...insertPrints(fresh))
  }
}
async function compareAll(b: Bench, texts: readonly Text[]): Promise<Compared[]> {
  const out: Compared[] = []
  // One at a time: texts of one batch are compared with each other too.
  for (const text of texts) out.push(...(await compareTexts(b.db, [text])))
  return out
}

/** Part 1. The index holds one half of the paragraphs; what is changed comes from it, what is new from the other half. */
async function labelled(b: Bench, prose: readonly string[]) {
  const rng = createRng(7)
  const order = prose.map((text) => ({ text, at: rng.below(2 ** 31) })).toSorted((x, y) => x.at - y.at).map((p) => p.text) // prettier-ignore
  const half = Math.floor(order.length / 2)
  const [held, fresh] = [order.slice(0, half), order.slice(half)]
  await keep(
    b,
    held.map((text, i) => textOf('1', i + 1, text)),
  )
  const isSame = (c: Compared, text: string, floor: number) => {
    const { like, jaccard } = c.likeness ?? { like: undefined, jaccard: 0 }
    // Another text than the one that was changed counts where people would call them the same too.
    return jaccard >= floor && like !== undefined && wordsAlike(held[Number(like) - 1]!, text) >= 0.5
  }
  const wrong = { from_5000: 0, from_7000: 0 }
  const natural = { from_5000: 0, from_7000: 0 }
  const others = await compareAll(b, fresh.map((text, i) => textOf('1', 1_000_000 + i, text))) // prettier-ignore
  others.forEach((c, i) => {
    for (const [name, floor] of [
      ['from_5000', 0.5],
      ['from_7000', 0.7],
    ] as const)
      // prettier-ignore
      if ((c.likeness?.jaccard ?? 0) >= floor) (isSame(c, fresh[i]!, floor) ? natural : wrong)[name] += 1
  })
  const shuffled = held.slice(0, PAIRS).map((t) => t.split(' ').map((w) => ({ w, at: rng.below(2 ** 31) })).toSorted((x, y) => x.at - y.at).map((x) => x.w).join(' ')) // prettier-ignore
  const mixed = await compareAll(b, shuffled.map((text, i) => textOf('1', 2_000_000 + i, text))) // prettier-ignore
  const hard = {
    pairs: shuffled.length,
    from_5000: mixed.filter((c, i) => (c.likeness?.jaccard ?? 0) >= 0.5 && !isSame(c, shuffled[i]!, 0.5)).length,
    from_7000: mixed.filter((c, i) => (c.likeness?.jaccard ?? 0) >= 0.7 && !isSame(c, shuffled[i]!, 0.7)).length,
  }
  const kinds: Record<string, object> = {}
  for (const [kind, change] of Object.entries(CHANGES)) {
    const pairs = held.slice(0, PAIRS).map((text, i) => change(text, rng, fresh[i % fresh.length]!))
    const found = await compareAll(b, pairs.map((text, i) => textOf('1', 3_000_000 + i, text))) // prettier-ignore
    const right = (floor: number) =>
      found.filter((c, i) => (c.likeness?.jaccard ?? 0) >= floor && (c.likeness!.like === String(i + 1) || isSame(c, pairs[i]!, floor))).length // prettier-ignore
    // Of as many changed texts and new ones, so many that are found are copies.
    const precision = (name: 'from_5000' | 'from_7000', hits: number) =>
      round(hits / (hits + ((wrong[name] + hard[name]) * pairs.length) / (fresh.length + hard.pairs)))
    const [five, seven] = [right(0.5), right(0.7)]
    kinds[kind] = {
      recall_from_5000: round(five / pairs.length),
      precision_from_5000: precision('from_5000', five),
      recall_from_7000: round(seven / pairs.length),
      precision_from_7000: precision('from_7000', seven),
      exact: round(found.filter((c) => c.likeness?.same).length / pairs.length),
    }
    log(`${kind} ${JSON.stringify(kinds[kind])}`)
  }
  const padded: Record<string, object> = {}
  for (const times of [0.5, 2, 5]) {
    const pairs = held.slice(0, PAIRS).map((text, i) => {
      let around = ''
      for (let n = i; around.length < text.length * times; n += 17) around += ` ${fresh[n % fresh.length]!}`
      return `${around.slice(0, around.length / 2)} ${text} ${around.slice(around.length / 2)}`
    })
    const found = await compareAll(b, pairs.map((text, i) => textOf('1', 4_000_000 + i, text))) // prettier-ignore
    padded[`padding_${times}_times`] = {
      recall: round(
        found.filter((c) => (c.likeness?.jaccard ?? 0) >= 0.7 || (c.likeness?.padded ?? 0) >= 0.6).length /
          pairs.length,
      ),
    }
  }
  return {
    texts: prose.length,
    held: held.length,
    changed_pairs_of_each_kind: Math.min(PAIRS, held.length),
    new_texts: fresh.length,
    pairs_compared_for_precision: fresh.length * held.length,
    new_texts_wrongly_found: wrong,
    new_texts_that_really_are_alike: natural,
    same_words_in_another_order_wrongly_found: hard,
    kinds,
    padded,
  }
}

const escapeRow = (r: readonly string[]) => `${r.join('\t')}\n`

/** Fills the index as inserts would, by way of COPY; keys are put in order once, at the end. */
async function load(b: Bench, texts: (i: number) => string, first: number, last: number): Promise<void> {
  const client = new pg.Client(b.connection)
  await client.connect()
  await client.query('alter table text_key drop constraint if exists text_key_pkey')
  await client.query('set synchronous_commit = off')
  for (let at = first; at < last; at += 2_500) {
    const prints: string[] = []
    const keys: string[] = []
    for (let i = at; i < Math.min(last, at + 2_500); i++) {
      const print: Print = printOf(texts(i), 'text', digest)!
      const hex = (bytes: Buffer) => `\\\\x${bytes.toString('hex')}`
      const whole = print.shingles.whole ? 't' : 'f'
      prints.push(escapeRow(['2', String(i + 1), 'text', '1', String(i + 1), `\\\\x${print.digest}`, hex(bytesOf(print.shingles)), hex(bytesOf(print.fingerprints)), whole, hex(bigBytesOf(print.keys)), AT.toISOString()])) // prettier-ignore
      for (const key of print.keys) keys.push(escapeRow(['2', String(key), String(i + 1)]))
    }
    const copy = (table: string, rows: string[]) => pipeline(Readable.from(rows.length > 0 ? [rows.join('')] : []), client.query(copyFrom(`copy ${table} from stdin`))) // prettier-ignore
    await copy('text_print (campaign_id, submission_id, question, version, item_id, digest, shingles, fingerprints, whole, keys, printed_at)', prints) // prettier-ignore
    await copy('text_key (campaign_id, key, submission_id)', keys)
    if (at % 100_000 === 0) log(`loaded ${at}`)
  }
  await client.query("set maintenance_work_mem = '2GB'")
  await client.query('alter table text_key add primary key (campaign_id, key, submission_id)')
  await client.query('vacuum analyze text_key')
  await client.query('vacuum analyze text_print')
  await client.query('checkpoint')
  await client.end()
}

type Size = { texts: number; ms_per_check: number; candidates_per_check: number } & Record<string, number>

/** Part 2; every size is kept as soon as it is measured. */
async function scale(b: Bench, prose: readonly string[], keep: (rows: readonly Size[]) => void): Promise<Size[]> {
  await sql`alter table text_print drop constraint if exists text_print_campaign_id_submission_id_fkey`.execute(b.db)
  const writer = createWriter(prose)
  const texts = (i: number) => {
    const rng = createRng(1_000 + i)
    return writer(rng, 30 + rng.below(31))
  }
  const rows: Size[] = []
  let loaded = 0
  for (const size of SIZES) {
    await load(b, texts, loaded, size)
    loaded = size
    const rng = createRng(99)
    // Seven in ten are new, three in ten are copies with a tenth of their words swapped.
    const probes = Array.from({ length: 500 }, (_, i) => {
      const fresh = texts(50_000_000 + i)
      return textOf('2', 900_000_000 + i, i % 10 < 7 ? fresh : CHANGES['words_swapped']!(texts(rng.below(size)), rng, fresh)) // prettier-ignore
    })
    const prints = probes.map((p) => printOf(p.text, 'text', digest)!)
    const took: number[] = []
    let candidates = 0
    let compared = 0
    const others = watchMachine()
    const runs: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      const started = performance.now()
      for (let i = 0; i < probes.length; i += BATCH) {
        const at = performance.now()
        await compareTexts(b.db, probes.slice(i, i + BATCH))
        took.push((performance.now() - at) / BATCH)
      }
      runs.push(probes.length / ((performance.now() - started) / 1000))
    }
    for (let i = 0; i < probes.length; i += BATCH) {
      const found = await candidatesFor(b.db, prints.slice(i, i + BATCH).map((p, no) => ({ no, campaign_id: '2', keys: p.keys }))) // prettier-ignore
      candidates += found.length
      compared += new Set(found.map((f) => f.submission_id)).size
    }
    let found = 0
    for (let i = 0; i < probes.length; i++)
      if (i % 10 >= 7 && ((await compareTexts(b.db, [probes[i]!]))[0]!.likeness?.jaccard ?? 0) >= 0.5) found += 1
    const insertAt = performance.now()
    for (let i = 0; i < 500; i += BATCH) {
      const fresh = (await compareTexts(b.db, probes.slice(i, i + BATCH))).flatMap((c) => (c.fresh ? [c.fresh] : []))
      await write(b.db, ...insertPrints(fresh))
    }
    const inserts = 500 / ((performance.now() - insertAt) / 1000)
    await sql`delete from text_key where submission_id >= 900000000`.execute(b.db)
    await sql`delete from text_print where submission_id >= 900000000`.execute(b.db)
    const { rows: bytes } = await sql<{ keys: string; prints: string }>`
      select pg_total_relation_size('text_key') as keys, pg_total_relation_size('text_print') as prints`.execute(b.db)
    rows.push({
      texts: size,
      checks_per_second: round(quantile(runs, 0.5), 0),
      checks_per_second_with_keeping: round(inserts, 0),
      ms_per_check: round(quantile(took, 0.5), 3),
      p99_ms_per_check: round(quantile(took, 0.99), 3),
      candidates_per_check: round(candidates / probes.length, 2),
      compared_per_batch_of_50: round(compared / (probes.length / BATCH), 1),
      swapped_copies_found: round(found / (probes.length * 0.3)),
      index_bytes_per_text: Math.round((Number(bytes[0]!.keys) + Number(bytes[0]!.prints)) / size),
      ...others(),
    })
    log(JSON.stringify(rows.at(-1)))
    keep(rows)
  }
  return rows
}

/** A key that 100,000 texts share, put there behind the cap's back. */
async function hotKey(b: Bench, prose: readonly string[]) {
  const writer = createWriter(prose)
  const probe = textOf('3', 1, writer(createRng(5), 50))
  const print = printOf(probe.text, 'text', digest)!
  const time = async () => {
    const took: number[] = []
    for (let i = 0; i < 50; i++) {
      const at = performance.now()
      await compareTexts(b.db, [probe])
      took.push(performance.now() - at)
    }
    return round(quantile(took, 0.5), 2)
  }
  const alone = await time()
  await sql`insert into text_key (campaign_id, key, submission_id)
    select 3, k, 10 + g from unnest(${print.keys}::bigint[]) k, generate_series(1, 100000) g where k = any(${print.keys.slice(0, 8)}::bigint[])`.execute(
    b.db,
  )
  await sql`insert into text_print select 3, 10 + g, 'text', 1, 10 + g, ${Buffer.alloc(16)}, ${bytesOf(print.shingles)}, ${bytesOf(print.fingerprints)}, true, ''::bytea, ${AT} from generate_series(1, 200) g`.execute(b.db) // prettier-ignore
  await sql`analyze text_key`.execute(b.db)
  const shared = await time()
  const candidates = await candidatesFor(b.db, [{ no: 0, campaign_id: '3', keys: print.keys }])
  return { members_of_each_of_8_keys: 100_000, ms_alone: alone, ms_with_hot_keys: shared, candidates: candidates.length, bucket: BUCKET } // prettier-ignore
}

const prose = paragraphs(FOLDER)
log(`${prose.length} paragraphs`)
const b = await openBench({
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
})
try {
  await sql`alter table text_print drop constraint text_print_campaign_id_submission_id_fkey`.execute(b.db)
  const kept = existsSync('bench/results/duplicates.json')
    ? (JSON.parse(readFileSync('bench/results/duplicates.json', 'utf8')) as Record<string, unknown>)
    : {}
  const pairs = PARTS.includes('labelled') ? await labelled(b, prose) : kept['labelled']
  const result = { labelled: pairs, sizes: kept['sizes'], growth: kept['growth'], hot_key: kept['hot_key'] }
  const save = () => saveResult('duplicates', `npx tsx bench/duplicates.ts ${FOLDER} ${SIZES.join(',')}`, result)
  if (PARTS.includes('sizes')) {
    result.hot_key = await hotKey(b, prose)
    await sql`truncate text_key, text_print`.execute(b.db)
    await scale(b, prose, (sizes) => {
      result.sizes = sizes
      result.growth = {
        ms_per_check_by_size: round(growthExponent(sizes.map((s) => ({ x: s.texts, y: s.ms_per_check }))), 2),
        candidates_by_size: round(growthExponent(sizes.map((s) => ({ x: s.texts, y: s.candidates_per_check }))), 2),
      }
      if (sizes.length > 1) save()
    })
  }
  save()
} finally {
  await b.close()
}
