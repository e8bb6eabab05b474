import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureSeason } from '../../src/domains/seasons/ensure.ts'
import { recordEvents } from '../../src/platform/events/record.ts'
import { webDir } from '../../src/server/web.ts'
import { createWorld, type World } from '../world.ts'
import { look, SOON } from './look.ts'

describe("a season's public page", () => {
  let w: World
  let browser: Browser
  let url: string
  let season: string
  const dir = mkdtempSync(join(tmpdir(), 'assay-season-page-'))

  beforeAll(async () => {
    if (!webDir()) throw new Error('build the web pages first: npm run build')
    w = await createWorld({ at: new Date().toISOString(), config: { data_dir: dir, log_period_seconds: 3600 } })
    season = (await ensureSeason(w.ctx())).id
    await w.db.transaction().execute((db) =>
      recordEvents(
        w.ctx(),
        db,
        Array.from({ length: 1234 }, (_, i) => ({
          campaign_id: '0',
          kind: 'case_opened',
          subject_id: w.parts.newId(),
          body: { log_season_id: season, i },
        })),
      ),
    )
    await w.jobs(['sequence_events', 'keep_logs'])
    url = (await w.app.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', 'localhost')
    browser = await chromium.launch({
      executablePath: process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    })
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await w?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  /** A stranger's look at the page; `change` is what somebody between the server and the page makes of the answer. */
  async function visit(
    o: { width: number; language: string; theme: string },
    change?: (log: Log) => Log,
  ): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: o.width, height: 780 }, reducedMotion: 'reduce' })
    await context.addInitScript(
      `localStorage.setItem('assay.theme', '${o.theme}'); localStorage.setItem('assay.language', '${o.language}')`,
    )
    const page = await context.newPage()
    if (change)
      await page.route('**/v1/seasons/*/log', async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ response: answer, json: change((await answer.json()) as Log) })
      })
    await page.goto(`${url}/seasons/${season}`)
    await page.locator('h1').first().waitFor()
    return page
  }
  type Log = Record<'size' | 'root' | 'checkpoint' | 'origin', string | number> & { keys: { public_key: string }[] }
  const phone = { width: 360, language: 'en', theme: 'light' }

  test('shows the newest checkpoint to anybody, its signature checked in the browser; on a phone and, in Arabic, at a desk', async () => {
    const page = await visit(phone)
    await page.getByText('This browser checked the signature').waitFor()
    await page.getByText('1,234').first().waitFor()
    const { root, prefix } = await w.stranger.evidence.log({ params: { season_id: season } })
    await page.getByText(root).waitFor()
    await page.getByText(`${prefix}/checkpoint`).first().waitFor()
    await look(page, 'season-360')
    await page.context().close()

    const desk = await visit({ width: 1280, language: 'ar', theme: 'dark' })
    await desk.getByText('تحقق هذا المتصفح من التوقيع').waitFor()
    await look(desk, 'season-1280-ar')
    await desk.context().close()
  }, 120_000)

  test.each<[string, (log: Log) => Log]>([
    ['another size', (log) => ({ ...log, size: 1235 })],
    ['another root', (log) => ({ ...log, root: 'ab'.repeat(32) })],
    [
      'another size, in the checkpoint as well',
      (log) => ({ ...log, size: 1235, checkpoint: String(log.checkpoint).replace('\n1234\n', '\n1235\n') }),
    ],
    ['another key', (log) => ({ ...log, keys: log.keys.map((k) => ({ ...k, public_key: 'cd'.repeat(32) })) })],
    ['no signature', (log) => ({ ...log, checkpoint: `${String(log.checkpoint).split('\n\n')[0]}\n\n` })],
    ['another name of the log', (log) => ({ ...log, origin: 'evil.example/log/1' })],
  ])(
    'says so when the page was given %s',
    async (_, change) => {
      const page = await visit(phone, change)
      await page.getByText('The signature does not check out').waitFor()
      expect(await page.getByText('This browser checked the signature').count()).toBe(0)
      await page.context().close()
    },
    60_000,
  )

  test('a season without a log says that it has none yet', async () => {
    const page = await visit(phone)
    await page.goto(`${url}/reports`)
    await page.getByRole('link', { name: 'On the record' }).first().click()
    await expect.poll(() => new URL(page.url()).pathname, SOON).toBe(`/seasons/${season}`)
    await page.route('**/v1/seasons/*/log', (route) =>
      route.fulfill({ status: 404, json: { error: { code: 'log_not_found', message: 'No log yet.' } } }),
    )
    await page.reload()
    await page.getByText('This season has no public log yet.').waitFor()
    await page.context().close()
  }, 60_000)
})
