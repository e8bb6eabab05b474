import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { nameOf, publicEntry, sealedOpening } from '../../src/domains/evidence/disclose-rules.ts'
import { decideReview, planReview } from '../../src/engine/stopping.ts'
import { shownSnapshot, coarseWeights } from '../../src/engine/snapshot-shown.ts'
import { weightsFromConfusion, weightsOf, type Snapshot } from '../../src/engine/snapshot.ts'
import { createRng } from '../../src/platform/rng.ts'
import { canonicalJson, commitTo, sha256Hex } from '../../src/platform/canonical.ts'
import { bytesOf, leafHash, RootOf } from '../../src/verify/tree.ts'
import { WindowVotes, type WindowVote } from '../../src/verify/window-votes.ts'
import { windowPay } from '../../src/verify/windows.ts'

const PEOPLE = 10_000
const DAYS = 30
const DAY_MS = 86_400_000
const START = Date.parse('2026-01-05T00:00:00Z')
/** So much work is open at a time: what belongs to one piece lies about so far apart in the log. */
const WAVE = 4_000
const PRICES = [{ currency: 'POINT', contribute_minor: '20', review_minor: '4', bonus_bps: 0 }]
const SETTINGS = {
  prices: PRICES,
  bonus_benchmark: null,
  reviews: { min: 3, max: 7 },
  redundancy: { min: 1, max: 1 },
  hold: { share_bps: 3000, days: 7 },
  reviewer_pay: { base_bps: 2500 },
}

/**
 * Writes the public folder of a season of so many submissions, with the program's own entries and openings: weighed
 * decisions of three votes and more, held pay, audits, windows. Nobody plays it: what is measured is reading.
 */
export function writeBigSeason(
  dir: string,
  submissions: number,
  campaignCount = 7,
): { entries: number; votes: number; bytes: number } {
  mkdirSync(join(dir, 'windows'), { recursive: true })
  const keys = { entry_key: new Uint8Array(32).fill(5) }
  const rng = createRng(7)
  const out = lineFiles(dir)
  const tree = new RootOf()
  let ids = 7_300_000_000_000_000_000n
  let size = 0
  let votes = 0
  const record = (
    campaign_id: string,
    kind: string,
    subject_id: string,
    at: number,
    body: Record<string, unknown>,
    commits: Record<string, unknown> = {},
    weighed?: unknown,
  ) => {
    const open: Record<string, unknown> = {}
    const full = { ...body }
    for (const [name, value] of Object.entries(commits)) {
      const salt = createHash('sha256').update(`${ids}${name}`).digest().subarray(0, 16)
      full[`${name}_commitment`] = commitTo(salt, value)
      open[name] = { salt: salt.toString('hex'), value }
    }
    const event = { campaign_id, id: String(ids++), kind, subject_id, at: new Date(at).toISOString(), body: full }
    const text = canonicalJson(publicEntry(event, keys))
    const leaf = leafHash(Buffer.from(text))
    out.write('entries.jsonl', text)
    out.bytes('leaves.bin', bytesOf(leaf))
    tree.add(leaf)
    const sealed = sealedOpening(event, keys)
    if (sealed || weighed || Object.keys(open).length > 0)
      out.write(
        'openings.jsonl',
        canonicalJson({
          at: size,
          ...(sealed && { sealed }),
          ...(Object.keys(open).length > 0 && { open }),
          ...(weighed !== undefined && { weighed }),
        }),
      )
    size += 1
  }

  // Weights of ten thousand people, anew each day.
  const accuracy = Float64Array.from({ length: PEOPLE }, () => 0.6 + 0.38 * rng.fraction())
  const snapshots: Snapshot[] = Array.from({ length: DAYS + 5 }, (_, day) => ({
    format: 'assay-snapshot-1', batch: `simple_research-${day}`, event: '1', unit_bits: 16, classes: ['reject', 'accept'], prior: [-20_000, 20_000], margin: [1, 1],
    default_weights: weightsFromConfusion([0.8, 0.2, 0.2, 0.8], 2), signals: {},
    people: Object.fromEntries(Array.from(accuracy, (a, i) => { const p = Math.min(0.98, Math.max(0.55, a + 0.04 * (rng.fraction() - 0.5))); return [`${i}`, coarseWeights(weightsFromConfusion([p, 1 - p, 1 - p, p], 2))] })),
  })) // prettier-ignore
  const plan = planReview(
    { good: 60, bad: 200 },
    [{ name: 'fresh', price: 4, approves_good: 0.8, rejects_bad: 0.8, max: 7 }],
    { least: 3 },
  )
  const plan_body = canonicalJson(plan)
  const plan_hash = sha256Hex(plan_body)
  out.write('plans.jsonl', canonicalJson({ hash: plan_hash, body: plan_body }))
  const campaigns = Array.from({ length: campaignCount }, (_, i) => String(7_200_000_000_000_000_000n + BigInt(i)))
  record('0', 'season_started', '1', START, {
    season_id: '1',
    name: 'Big',
    starts_at: '',
    ends_at: '',
    contributor_cap: null,
    rules: {},
  })
  for (const [i, c] of campaigns.entries()) {
    record(c, 'campaign_opened', c, START, { title: `Campaign ${i}`, mode: 'review', requester_id: '1' })
    record(c, 'campaign_versioned', c, START, { version: 1, settings: SETTINGS })
    record(c, 'campaign_funded', c, START, { currency: 'POINT', amount_minor: '1000000000', by: '1' })
  }
  for (const s of snapshots) {
    const shown = shownSnapshot(s)
    out.write('snapshots.jsonl', canonicalJson(shown))
    record(campaigns[0]!, 'review_planned', campaigns[0]!, START, {
      version: 1,
      snapshot: s.batch,
      snapshot_hash: sha256Hex(canonicalJson(shown)),
      hash: plan_hash,
      crowd: {},
    })
  }
  const windows = new Map<string, WindowVote[]>()
  for (let from = 0; from < submissions; from += WAVE) {
    const day = Math.floor((from / submissions) * DAYS)
    const at = START + day * DAY_MS
    const snapshot = snapshots[day]!
    const wave = Array.from({ length: Math.min(WAVE, submissions - from) }, () => ({
      id: String(ids++),
      c: rng.below(campaignCount),
      good: rng.below(6) > 0,
      author: rng.below(PEOPLE),
      reviews: [] as { id: string; who: number; approve: boolean }[],
      done: false,
    }))
    for (const s of wave)
      record(campaigns[s.c]!, 'submitted', s.id, at, {
        item_id: String(ids++),
        author_id: `${s.author}`,
        version: 1,
        task_class: 'simple_research',
        took_seconds: 90,
        answer_commitment: sha256Hex(s.id),
      })
    for (let round = 0; round < 7; round++)
      for (const s of wave) {
        if (s.done) continue
        const who = rng.below(PEOPLE)
        const approve = rng.fraction() < accuracy[who]! ? s.good : !s.good
        const review_id = String(ids++)
        s.reviews.push({ id: review_id, who, approve })
        votes += 1
        record(
          campaigns[s.c]!,
          'reviewed',
          s.id,
          at,
          { review_id, reviewer_id: `${who}`, round: 1, expert: false, took_seconds: 40 },
          { approvals: { fact: approve } },
        )
        const said = s.reviews.map((r) => ({ person: `${r.who}`, said: r.approve ? 1 : 0, pool: 'fresh' }))
        const outcome = decideReview(plan, snapshot, said)
        if (outcome.decision === 'need') continue
        s.done = true
        const accepted = outcome.decision === 'accept'
        const lead = said.reduce(
          (sum, v) => sum + weightsOf(snapshot, v.person)[v.said]![1]! - weightsOf(snapshot, v.person)[v.said]![0]!,
          snapshot.prior[1]! - snapshot.prior[0]!,
        )
        const weighed = { votes: Object.fromEntries(s.reviews.map((r) => { const [reject, accept] = weightsOf(snapshot, `${r.who}`); return [nameOf(keys, 'review', r.id), r.approve ? { accept } : { reject }] })) } // prettier-ignore
        record(
          campaigns[s.c]!,
          'decided',
          s.id,
          at,
          {
            accepted,
            round: 1,
            questions: { fact: accepted },
            policy: 'adaptive',
            snapshot: snapshot.batch,
            plan: plan_hash,
            leads: { fact: lead },
            confidence_bps: Math.round(10_000 / (1 + Math.exp(-Math.abs(lead) / 65_536))),
            min: 3,
            max: 7,
            review_ids: s.reviews.map((r) => r.id),
            approved_ids: s.reviews.filter((r) => r.approve).map((r) => r.id),
          },
          {},
          weighed,
        )
        const rewards = [
          ...(accepted
            ? [
                { kind: 'reward', account_id: `${s.author}`, currency: 'POINT', amount_minor: '14' },
                { kind: 'held', account_id: `${s.author}`, currency: 'POINT', amount_minor: '6' },
              ]
            : []),
          ...s.reviews.map((r) => ({
            kind: 'review_pay',
            account_id: `${r.who}`,
            currency: 'POINT',
            amount_minor: '1',
          })),
        ]
        record(campaigns[s.c]!, 'rewarded', s.id, at, { rewards })
        const correct = rng.below(12) === 0 ? s.good === accepted : null
        if (correct !== null)
          record(campaigns[s.c]!, 'audited', s.id, at, {
            plan_id: '5',
            grader_id: '9',
            position: 1,
            correct,
            questions: { fact: s.good },
          })
        const n = Math.min(3, Math.floor((day / DAYS) * 4)) + 1
        const key = `${s.c}-${n}`
        if (!windows.has(key)) windows.set(key, [])
        for (const r of s.reviews)
          windows.get(key)!.push({
            work: nameOf(keys, 'work', s.id),
            round: 1,
            version: 1,
            person: nameOf(keys, 'person', `${key}:${r.who}`),
            approves: r.approve,
            accepted,
            correct: correct === null ? null : s.good === accepted,
            own: true,
          })
      }
  }
  const terms = new Map([[1, SETTINGS]])
  for (const [key, rows] of windows) {
    const [c, n] = key.split('-').map(Number) as [number, number]
    const head = { campaign: campaigns[c]!, window: n, last: n === 4, kept_apart: false, carries: [] }
    const file = `windows/${campaigns[c]}-${n}.jsonl`
    out.write(file, canonicalJson(head))
    for (const row of rows) out.write(file, canonicalJson(row))
    const columns = new WindowVotes()
    for (const row of rows) columns.push(row)
    for (const text of windowPay(head, columns, [], terms as never)) {
      const [, amount, reviews, factor] = /review_bonus (\d+) POINT for (\d+) reviews of version 1 at (\d+)/.exec(text)!
      record(campaigns[c]!, 'rewarded', '1', START + DAYS * DAY_MS, {
        window: n,
        rewards: [
          {
            kind: 'review_bonus',
            account_id: '1',
            currency: 'POINT',
            amount_minor: amount!,
            version: 1,
            reviews: Number(reviews),
            factor_ppm: Number(factor),
          },
        ],
      })
    }
  }
  const files = out.close()
  const origin = 'bench.example/log/1'
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const material = Buffer.concat([Buffer.from([1]), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
  const id = createHash('sha256').update(`${origin}\n`).update(material).digest().subarray(0, 4)
  const body = `${origin}\n${size}\n${bytesOf(tree.root()).toString('base64')}\n`
  const put = (name: string, text: string) => {
    const fd = openSync(join(dir, name), 'w')
    writeSync(fd, text)
    closeSync(fd)
    files.push({ name, bytes: text.length, sha256: sha256Hex(text) })
  }
  put(
    'checkpoint',
    `${body}\n\u2014 ${origin} ${Buffer.concat([id, sign(null, Buffer.from(body), privateKey)]).toString('base64')}\n`,
  )
  put('keys.txt', `${origin}+${id.toString('hex')}+${material.toString('base64')}\n`)
  put('gold.jsonl', '')
  const manifest = {
    format: 'assay-season-1',
    season: { id: '1', name: 'Big' },
    log: { origin, size, root: bytesOf(tree.root()).toString('hex') },
    files: [...files],
  }
  put('manifest.json', `${canonicalJson(manifest)}\n`)
  return { entries: size, votes, bytes: files.reduce((sum, f) => sum + f.bytes, 0) }
}

/** Files that grow line by line, with their hashes. */
function lineFiles(dir: string) {
  const open = new Map<string, { fd: number; waiting: Buffer[]; size: number }>()
  const of = (name: string) => {
    let f = open.get(name)
    if (!f) open.set(name, (f = { fd: openSync(join(dir, name), 'w'), waiting: [], size: 0 }))
    return f
  }
  const bytes = (name: string, data: Buffer) => {
    const f = of(name)
    f.waiting.push(data)
    f.size += data.length
    if (f.size > 1 << 20) flush(f)
  }
  const flush = (f: { fd: number; waiting: Buffer[]; size: number }) => {
    writeSync(f.fd, Buffer.concat(f.waiting))
    f.waiting = []
    f.size = 0
  }
  return {
    bytes,
    write: (name: string, text: string) => bytes(name, Buffer.from(`${text}\n`)),
    close() {
      return [...open].map(([name, f]) => {
        flush(f)
        closeSync(f.fd)
        const data = readFileSync(join(dir, name))
        return { name, bytes: data.length, sha256: sha256Hex(data) }
      })
    },
  }
}
