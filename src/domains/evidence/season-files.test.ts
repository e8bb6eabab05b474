import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesOfItsOwn } from '../../../test/collected.ts'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { seasonsDir } from '../../platform/files/place.ts'
import { createStore } from '../../platform/files/store.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { rangeIn } from '../../server/season-files.ts'
import { verifySeason } from '../../verify/season.ts'
import { newestCheckpoint } from './queries.ts'
import { writeFolder } from './write-folder.ts'

const DAY = 86_400_000
let w: World
let ann: Person
let c: Made
let season: string
const LOG = ['sequence_events', 'keep_logs']

beforeAll(async () => {
  w = await createWorld({ config: filesOfItsOwn() })
  ann = await w.person('ann')
  c = await makeCampaign(w, { contributors: [ann], items: Array.from({ length: 6 }, (_, n) => ({ n })) })
  season = (await w.db.selectFrom('campaign').select('season_id').executeTakeFirstOrThrow()).season_id
  await recordEvents(w.ctx(), w.db, [{ campaign_id: '0', kind: 'season_started', subject_id: season, body: { log_season_id: season, season_id: season } }]) // prettier-ignore
  const params = { campaign_id: c.id }
  const { items } = await ann.client.assignments.claim_items({ params, body: { count: 5 } })
  const submissions = items.map((i) => ({ item_id: i.item_id, answer: { fact: `fact of ${i.item_id}` } }))
  await ann.client.submissions.submit({ params, body: { submissions } })
})
afterAll(() => w.close())

const get = (url: string, headers: Record<string, string> = {}) => w.app.inject({ method: 'GET', url, headers })
const files = () => w.stranger.evidence.files({ params: { season_id: season } })
const hour = async () => {
  w.clock.advance(3_600_000)
  await w.jobs(LOG)
}
const happen = () =>
  recordEvents(w.ctx(), w.db, [{ campaign_id: c.id, kind: 'withdrawn', subject_id: w.parts.newId(), body: {} }])

describe("a season's files", () => {
  test('say when they will be there, and are not before all is over and in the log', async () => {
    await hour()
    await expect(files()).rejects.toMatchObject({ code: 'season_files_later', message: expect.stringMatching(/ends on \d{4}-\d\d-\d\d/) }) // prettier-ignore
    expect((await get(`/seasons/${season}/files/manifest.json`)).json()).toMatchObject({ error: { code: 'season_files_later' } }) // prettier-ignore
    await w.db.updateTable('season').set({ closed_at: w.clock.now() }).where('id', '=', season).execute()
    await w.jobs(['write_season_files'])
    await expect(files()).rejects.toMatchObject({ code: 'season_files_wait' })
    await w.db.updateTable('campaign').set({ status: 'closed' }).where('id', '=', c.id).execute()
    // What happened last has no place in the log yet.
    await happen()
    await w.jobs(['write_season_files'])
    await expect(files()).rejects.toMatchObject({ code: 'season_files_wait' })
    await hour()
    await w.jobs(['write_season_files'])
    expect((await files()).edition).toBe((await newestCheckpoint(w.db, season))!.size)
    await expect(w.stranger.evidence.files({ params: { season_id: '1' } })).rejects.toMatchObject({ code: 'season_not_found' }) // prettier-ignore
  })

  test('are served for ever, with their hashes, manifest first, and verify', async () => {
    const { prefix, edition, manifest_sha256, bytes } = await files()
    const first = await get(`/seasons/${season}/files/manifest.json`)
    expect([first.statusCode, first.headers.location]).toEqual([302, `${prefix}/manifest.json`])
    const manifest = await get(`${prefix}/manifest.json`)
    expect(sha256Hex(manifest.rawPayload)).toBe(manifest_sha256)
    const listed = manifest.json<{ files: { name: string; bytes: number; sha256: string }[] }>().files
    const dir = mkdtempSync(join(tmpdir(), 'assay-served-'))
    const store = createStore(dir)
    await store.put('manifest.json', [manifest.rawPayload])
    for (const f of listed) {
      const r = await get(`${prefix}/${f.name}`)
      expect(r.statusCode, f.name).toBe(200)
      expect([sha256Hex(r.rawPayload), r.rawPayload.length, r.headers.etag]).toEqual([f.sha256, f.bytes, `"${f.sha256}"`]) // prettier-ignore
      expect(r.headers['cache-control']).toContain('immutable')
      await store.put(f.name, [r.rawPayload])
    }
    expect(bytes).toBe(listed.reduce((sum, f) => sum + f.bytes, manifest.rawPayload.length))
    const report = await verifySeason(dir)
    expect(report.findings).toEqual([])
    expect(report.size).toBe(edition)
  })

  test('come in parts, and only what the manifest lists comes at all', async () => {
    const { prefix } = await files()
    const url = `${prefix}/entries.jsonl`
    const whole = (await get(url)).rawPayload
    const etag = (await get(url)).headers.etag as string
    const some = await get(url, { range: 'bytes=10-19' })
    expect([some.statusCode, some.headers['content-range'], some.rawPayload.toString()]).toEqual([206, `bytes 10-19/${whole.length}`, whole.subarray(10, 20).toString()]) // prettier-ignore
    const rest = await get(url, { range: 'bytes=100-', 'if-range': etag })
    expect(rest.rawPayload.equals(whole.subarray(100))).toBe(true)
    expect((await get(url, { range: 'bytes=100-', 'if-range': '"another"' })).rawPayload.length).toBe(whole.length)
    expect((await get(url, { range: `bytes=${whole.length}-` })).statusCode).toBe(416)
    expect((await get(url, { 'if-none-match': etag })).statusCode).toBe(304)
    for (const bad of [`${prefix}/../../../seal.key`, `${prefix}/none`, `${prefix}/`, `/seasons/${season}/files/8888/manifest.json`, `/seasons/x/files/manifest.json`])
      expect((await get(bad)).statusCode, bad).toBe(404) // prettier-ignore
    expect(rangeIn('bytes=-5', 10)).toEqual({ from: 5, to: 9 })
    expect(rangeIn('bytes=0-1,3-4', 10)).toBeUndefined()
    expect(rangeIn('bytes=5-2', 10)).toBe('none')
  })

  test('are written again a week later when the log has grown, and the last two stay', async () => {
    const first = await files()
    const grow = async (days: number) => {
      await happen()
      w.clock.advance(days * DAY)
      await w.jobs(LOG)
      await w.jobs(['write_season_files'])
      return (await files()).edition
    }
    expect(await grow(1)).toBe(first.edition)
    const second = await grow(7)
    expect(second).toBe(first.edition + 2)
    expect((await get(`${first.prefix}/checkpoint`)).statusCode).toBe(200)
    await grow(8)
    expect((await get(`${first.prefix}/checkpoint`)).statusCode).toBe(404)
    expect(readdirSync(join(seasonsDir(w.ctx().config), season)).sort()).toEqual(
      [second, second + 1].map(String).sort(),
    )
    // Nothing new, nothing written.
    w.clock.advance(9 * DAY)
    await w.jobs([...LOG, 'write_season_files'])
    expect((await files()).edition).toBe(second + 1)
  })

  test('killed at any step, they are whole or not there, and the next run ends what was begun', async () => {
    await happen()
    await hour()
    const size = (await newestCheckpoint(w.db, season))!.size
    const store = createStore(join(seasonsDir(w.ctx().config), 'tried'))
    let stopped = true
    let least = Number.POSITIVE_INFINITY
    for (let stopAt = 1; stopped; stopAt += 3) {
      await store.remove(season)
      let effects = 0
      stopped = false
      const probe = () => {
        if (++effects === stopAt) {
          stopped = true
          throw new Error('killed')
        }
      }
      await writeFolder(w.ctx(), { season_id: season, size }, store, probe).catch((e: Error) => {
        if (e.message !== 'killed') throw e
        expect(existsSync(join(store.root, season, String(size)))).toBe(false)
      })
      if (!stopped) break
      let again = 0
      await writeFolder(w.ctx(), { season_id: season, size }, store, (effect) => {
        if (effect.startsWith('write ')) again++
      })
      least = Math.min(least, again)
      expect((await verifySeason(join(store.root, season, String(size)))).findings).toEqual([])
    }
    // Files that were finished are not written again.
    expect(least).toBeLessThanOrEqual(2)
    expect(JSON.parse(readFileSync(join(store.root, season, String(size), 'manifest.json'), 'utf8')).log.size).toBe(
      size,
    )
  })
})
