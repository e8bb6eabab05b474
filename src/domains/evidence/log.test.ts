import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWorld, type World } from '../../../test/world.ts'
import { unpackEntries } from '../../engine/merkle-tiles.ts'
import { LogEdge } from '../../engine/merkle-tiles.ts'
import { isConsistent, isIncluded, leafHash } from '../../engine/merkle-verify.ts'
import { fromHex, handoverText } from '../../engine/signed-note.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { createStore } from '../../platform/files/store.ts'
import { appendPlaced, placeNew } from './append.ts'
import { publishLog, refuseForks } from './publish.ts'
import { loggedSeasons, logOf, newestCheckpoint } from './queries.ts'
import { restartLog } from './rotate.ts'
import { checkSignature, readSigned, sha256 } from './sign-checkpoint.ts'

const PERIOD = 3600
let w: World
let dir: string
let season: string
let seasons = 0

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-log-'))
  w = await createWorld({ config: { data_dir: dir, log_period_seconds: PERIOD } })
})
afterAll(async () => {
  await w.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  season = w.parts.newId()
  const starts_at = new Date(Date.parse('2030-01-01T00:00:00Z') + seasons++ * 86_400_000)
  await w.db
    .insertInto('season')
    .values({
      id: season,
      name: `season ${season}`,
      starts_at,
      ends_at: new Date(starts_at.getTime() + 1000),
      contributor_cap: null,
      rules: '{}',
    })
    .execute()
})

/** Events of the season, in order, as the sequencer leaves them. */
async function happen(n: number, kind = 'case_opened'): Promise<void> {
  const ctx = w.ctx()
  await w.db.transaction().execute((db) =>
    recordEvents(
      ctx,
      db,
      Array.from({ length: n }, (_, i) => ({
        campaign_id: '0',
        kind,
        subject_id: w.parts.newId(),
        body: { log_season_id: season, i },
      })),
    ),
  )
  await w.jobs(['sequence_events'])
}
const keep = async () => w.jobs(['keep_logs'])
const nextPeriod = () => w.clock.advance(PERIOD * 1000)
const get = (path: string) => w.raw(undefined, { method: 'GET', url: `/log/${season}/${path}` })
const view = () => w.stranger.evidence.log({ params: { season_id: season } })
const hex = (b: Uint8Array) => Buffer.from(b).toString('hex')
const bytes = (h: string) => fromHex(h)!

/** Every file of the season's log with its hash. */
function files(): Record<string, string> {
  const out: Record<string, string> = {}
  const walk = (at: string, name: string): void => {
    for (const f of readdirSync(at, { withFileTypes: true }))
      if (f.isDirectory()) walk(join(at, f.name), `${name}${f.name}/`)
      else
        out[`${name}${f.name}`] = createHash('sha256')
          .update(readFileSync(join(at, f.name)))
          .digest('hex')
  }
  walk(join(dir, 'logs', season), '')
  return out
}

describe('a season log', () => {
  test('is published once a period, and nothing of it before', async () => {
    await expect(view()).rejects.toMatchObject({ code: 'log_not_found' })
    await happen(3)
    await keep()
    const first = await view()
    expect(first.size).toBe(3)
    expect(first.origin).toBe(`localhost:8787/log/${season}`)
    await happen(300)
    await keep()
    // The period is not over: nothing has its place yet, and neither the checkpoint nor any file tells.
    expect((await logOf(w.db, season))!.size).toBe(3)
    expect((await view()).size).toBe(3)
    expect((await get('tile/entries/000')).status).toBe(404)
    expect((await get('tile/entries/000.p/4')).status).toBe(404)
    expect((await get('tile/entries/000.p/3')).status).toBe(200)
    await expect(w.stranger.evidence.entry({ params: { season_id: season, seq: 3 } })).rejects.toMatchObject({
      code: 'entry_not_published',
      detail: { size: 3 },
    })
    nextPeriod()
    await keep()
    const second = await view()
    expect(second.size).toBe(303)
    expect((await get('tile/entries/000')).status).toBe(200)
    // What was published stays where it was.
    expect((await get('tile/entries/000.p/3')).status).toBe(200)
    expect((await get('tile/entries/001.p/48')).status).toBe(404)
    // Nothing new is signed anew, with a later time.
    nextPeriod()
    await keep()
    const third = await view()
    expect([third.size, third.root]).toEqual([303, second.root])
    expect(third.checkpoint).not.toBe(second.checkpoint)
    expect(Date.parse(third.signed_at) - Date.parse(second.signed_at)).toBe(PERIOD * 1000)
  })

  test('is read by a stranger from its files alone, and every entry is proved', async () => {
    await happen(700)
    await keep()
    const log = await view()
    const served = await get('checkpoint')
    expect(served.headers['content-type']).toContain('text/plain')
    expect(served.body).toBe(log.checkpoint)
    const key = { public_key: bytes(log.keys[0]!.public_key) }
    const read = (await readSigned(served.body, log.origin, [key]))!
    expect(read.checkpoint.size).toBe(700)
    expect(read.signed_at_seconds).toBe(Math.floor(w.clock.now().getTime() / 1000))

    // All entries, from bundles, hash to the root.
    const edge = new LogEdge(sha256)
    for (const path of ['000', '001', '002.p/188']) {
      const r = await w.app.inject({ url: `/log/${season}/tile/entries/${path}` })
      expect(r.headers['cache-control']).toContain('immutable')
      for (const entry of unpackEntries(r.rawPayload)!) edge.append(entry)
    }
    expect(edge.size).toBe(700)
    expect(hex(edge.root())).toBe(log.root)
    const tile = await w.app.inject({ url: `/log/${season}/tile/1/000.p/2` })
    expect(tile.rawPayload.length).toBe(64)

    for (const seq of [0, 1, 255, 256, 511, 512, 699]) {
      const e = await w.stranger.evidence.entry({ params: { season_id: season, seq } })
      const leaf = leafHash(Buffer.from(e.entry), sha256)
      const claim = { leaf, index: e.seq, size: e.size, root: bytes(e.root) }
      expect(isIncluded(claim, e.proof.map(bytes), sha256)).toBe(true)
      expect(JSON.parse(e.entry)).toMatchObject({ v: 1, day: '2026-01-05' })
    }
  })

  test('grows consistently, and says so between any two sizes', async () => {
    const seen = []
    for (const n of [1, 254, 2, 300, 1]) {
      await happen(n)
      nextPeriod()
      await keep()
      seen.push(await view())
    }
    expect(seen.map((s) => s.size)).toEqual([1, 255, 257, 557, 558])
    for (const [i, a] of seen.entries())
      for (const b of seen.slice(i)) {
        const answer = await w.stranger.evidence.consistency({
          params: { season_id: season },
          query: { from: a.size, to: b.size },
        })
        const claim = { from: a.size, to: b.size, from_root: bytes(a.root), to_root: bytes(b.root) }
        expect(isConsistent(claim, answer.proof.map(bytes), sha256)).toBe(true)
      }
    for (const query of [{ from: 1, to: 559 }, { from: 600 }, { from: 5, to: 4 }])
      await expect(w.stranger.evidence.consistency({ params: { season_id: season }, query })).rejects.toMatchObject({
        code: 'size_not_published',
      })
  })

  test('has nothing at any other address', async () => {
    await happen(1)
    await keep()
    for (const path of ['tile/0/000', 'tile/64/000', 'tile/entries/000.p/1.tmp', 'edge', 'tile/'])
      expect((await get(path)).status, path).toBe(404)
    expect((await w.raw(undefined, { method: 'GET', url: '/log/..%2f..%2fx/checkpoint' })).status).toBe(404)
    expect((await w.raw(undefined, { method: 'GET', url: '/log/1/checkpoint' })).status).toBe(404)
  })
})

describe('what was published is not contradicted', () => {
  test('a database from before the checkpoint does not sign, and says what to do', async () => {
    await happen(5)
    await keep()
    const backup = (await logOf(w.db, season))!
    const signed = await newestCheckpoint(w.db, season)
    await happen(5)
    nextPeriod()
    await keep()
    // The restored backup: the log ends where it was, and other things happen from there on.
    await w.db.deleteFrom('log_checkpoint').where('season_id', '=', season).where('size', '>', '5').execute()
    await w.db
      .updateTable('log')
      .set({ size: '5', edge: backup.edge, tail: backup.tail })
      .where('season_id', '=', season)
      .execute()
    nextPeriod()
    await expect(keep()).rejects.toThrow(/older than what others have seen.*assay log restart/)
    expect((await newestCheckpoint(w.db, season))!.note).toBe(signed!.note)
    expect((await get('checkpoint')).body).toContain('\n10\n')
    await restartLog(w.ctx(), season)
  })

  test('another log of the same size does not take its place', async () => {
    await happen(4)
    await keep()
    const file = join(dir, 'logs', season, 'checkpoint')
    const note = readFileSync(file, 'utf8')
    writeFileSync(file, note.replace(/\n4\n.{43}=/, `\n4\n${Buffer.alloc(32, 7).toString('base64')}`))
    nextPeriod()
    await expect(keep()).rejects.toThrow(/published with another content/)
    writeFileSync(file, 'nonsense')
    await expect(keep()).rejects.toThrow(/cannot be read/)
    writeFileSync(file, note)
    await keep()
  })

  test('an end that was changed in the database stops the next checkpoint', async () => {
    await happen(300)
    await keep()
    const { edge } = (await logOf(w.db, season))!
    const swapped = Buffer.concat([edge.subarray(32, 64), edge.subarray(0, 32), edge.subarray(64)])
    await w.db.updateTable('log').set({ edge: swapped }).where('season_id', '=', season).execute()
    nextPeriod()
    await expect(keep()).rejects.toThrow(/published with another content|does not continue what was published at 300/)
    await w.db.updateTable('log').set({ edge }).where('season_id', '=', season).execute()
    await happen(300)
    await keep()
    expect((await view()).size).toBe(600)
  })
})

describe('keys and new beginnings', () => {
  test('a new key signs beside the old, which hands over to it and then retires', async () => {
    const operator = await w.person(`op${season}`, { roles: ['operator'] })
    await happen(2)
    await keep()
    const [first] = (await view()).keys
    w.clock.advance(1000)
    const second = await operator.client.evidence.rotate({ params: { season_id: season }, body: {} })
    const text = handoverText({
      origin: (await view()).origin,
      from: bytes(first!.public_key),
      to: bytes(second.public_key),
      seconds: Math.floor(w.clock.now().getTime() / 1000),
    })
    expect(second.handed_over_by).toBe(first!.public_key)
    expect(checkSignature(bytes(first!.public_key), text, Buffer.from(second.handover!, 'base64'))).toBe(true)
    const signedBy = async () => {
      const { checkpoint, origin, keys } = await view()
      const by = await Promise.all(
        keys.map((k) => readSigned(checkpoint, origin, [{ public_key: bytes(k.public_key) }])),
      )
      return by.map((found) => found !== undefined)
    }
    nextPeriod()
    await keep()
    expect(await signedBy()).toEqual([true, true])
    w.clock.advance(8 * 86_400_000)
    await keep()
    expect(await signedBy()).toEqual([false, true])
    const { client } = await w.person(`no${season}`)
    await expect(client.evidence.rotate({ params: { season_id: season }, body: {} })).rejects.toMatchObject({
      code: 'not_allowed',
    })
  })

  test('a log whose past is lost begins again under another name, and says so', async () => {
    await happen(3)
    await keep()
    const old = await view()
    await restartLog(w.ctx(), season)
    nextPeriod()
    await keep()
    const next = await view()
    expect([next.size, next.prefix, next.earlier]).toEqual([3, `/log/${season}-2`, [`/log/${season}`]])
    expect(next.origin).toBe(`${old.origin}-2`)
    expect((await w.raw(undefined, { method: 'GET', url: `${next.prefix}/checkpoint` })).body).toBe(next.checkpoint)
    expect((await get('checkpoint')).body).toBe(old.checkpoint)
    await expect(refuseForks(w.ctx())).resolves.toBeUndefined()
  })

  test('a start with an older database is refused in words', async () => {
    await happen(3)
    await keep()
    await w.db.deleteFrom('log_checkpoint').where('season_id', '=', season).execute()
    await expect(refuseForks(w.ctx())).rejects.toThrow(/older than what others have seen/)
    await restartLog(w.ctx(), season)
    await refuseForks(w.ctx())
  })
})

test('stopped once events have their places, it publishes those first and nothing that came after among them', async () => {
  const placed = async () =>
    (await w.db.selectFrom('log_leaf').select(['seq', 'leaf']).where('season_id', '=', season).orderBy('leaf').execute())
      .map((p) => Number(p.seq)) // prettier-ignore
  const of = async () => (await loggedSeasons(w.db)).find((x) => x.season_id === season)!
  await happen(20)
  await placeNew(w.ctx(), await of())
  const first = await placed()
  await happen(20)
  await keep()
  expect((await view()).size).toBe(20)
  nextPeriod()
  // Appended and not published: the same.
  await placeNew(w.ctx(), await of())
  await appendPlaced(w.ctx(), createStore(join(dir, 'logs')), season, 250)
  const second = await placed()
  await happen(20)
  await keep()
  expect((await view()).size).toBe(40)
  nextPeriod()
  await keep()
  expect((await view()).size).toBe(60)
  const all = await placed()
  expect([all.slice(0, 20), all.slice(0, 40)]).toEqual([first, second])
  expect(Math.max(...first)).toBe(19)
  expect(all.toSorted((a, b) => a - b)).toEqual(all.map((_, i) => i))
})

/** Stops before its nth touch of the disk, for every n, and goes on; like a process that is killed and started again. */
test('killed at any step, it publishes the same log', async () => {
  await happen(600)
  const run = async (probe: () => void): Promise<void> => {
    const s = createStore(join(dir, 'logs'), probe)
    const of = (await loggedSeasons(w.db)).find((x) => x.season_id === season)!
    await placeNew(w.ctx(), of)
    while (await appendPlaced(w.ctx(), s, season, 250));
    await publishLog(w.ctx(), s, season)
  }
  await run(() => {})
  const wanted = files()
  const root = (await newestCheckpoint(w.db, season))!.root
  const seen: string[] = []
  let stopped = true
  for (let stopAt = 1; stopped; stopAt++) {
    rmSync(join(dir, 'logs', season), { recursive: true })
    await w.db.deleteFrom('log_checkpoint').where('season_id', '=', season).execute()
    const none = { size: '0', edge: Buffer.alloc(0), tail: Buffer.alloc(0) }
    await w.db.updateTable('log').set(none).where('season_id', '=', season).execute()
    let effects = 0
    stopped = false
    await run(() => {
      if (++effects !== stopAt) return
      stopped = true
      throw new Error('killed')
    }).catch((e: Error) => {
      if (e.message !== 'killed') throw e
      // What is published at this moment is whole, or nothing is.
      seen.push(readdirSync(dir).length > 0 && Object.keys(filesOrNone()).includes('checkpoint') ? 'published' : 'none')
    })
    if (stopped) await run(() => {})
    const found = files()
    for (const name of Object.keys(found)) if (name.endsWith('.tmp')) delete found[name]
    expect(found, `stopped at effect ${stopAt}`).toEqual(wanted)
    expect((await newestCheckpoint(w.db, season))!.root).toEqual(root)
  }
  expect(seen.length).toBeGreaterThan(15)
  expect(new Set(seen)).toEqual(new Set(['none']))
})

function filesOrNone(): Record<string, string> {
  try {
    return files()
  } catch {
    return {}
  }
}
