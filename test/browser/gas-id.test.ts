import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashOf } from '../../src/domains/identity/secrets.ts'
import { ensureSeason } from '../../src/domains/seasons/ensure.ts'
import { DEFAULT_TABLE } from '../../src/platform/chain/gas/level-rules.ts'
import { findLocalChain, type LocalChain, startLocalChain } from '../../src/platform/chain/local.ts'
import { webDir } from '../../src/server/web.ts'
import { type History, liveOn } from '../gas-history.ts'
import { gasOn, linked } from '../gas-id.ts'
import { createWorld, type Person, type World } from '../world.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SHOTS = process.env['ASSAY_SCREENSHOTS']
const LOOKS = [
  { name: '360-ltr', width: 360, height: 780, theme: 'light', language: 'en' },
  { name: '360-rtl', width: 360, height: 780, theme: 'dark', language: 'ar' },
  { name: '1280-ltr', width: 1280, height: 860, theme: 'dark', language: 'en' },
] as const
type Look = (typeof LOOKS)[number]

/** The local life reaches the middle of this table. */
const table = {
  ...DEFAULT_TABLE,
  levels: DEFAULT_TABLE.levels.map((l) => ({ ...l, from_wei: l.from_wei / 200n })),
  beans: { times: 60_000n, per: 10n ** 18n },
}

describe.skipIf('missing' in findLocalChain())('the pages of Gas ID', () => {
  let local: LocalChain
  let life: History
  let w: World
  let browser: Browser
  let url: string
  const people = {} as Record<'ann' | 'ben' | 'cid', Person>

  beforeAll(async () => {
    if (!webDir()) throw new Error('build the web pages first: npm run build')
    local = await startLocalChain()
    life = await liveOn(local, 3, { blobs: false })
    w = await createWorld({ at: new Date().toISOString(), config: { gas: gasOn(local.rpcUrl, { table }) } })
    w.parts.clock.now = () => new Date()
    await ensureSeason(w.ctx())
    for (const name of ['ann', 'ben', 'cid'] as const) people[name] = await w.person(name)
    await linked(w, people.ann.account_id, life.address)
    await linked(w, people.ben.account_id, local.accounts[8]!.address.toLowerCase())
    await linked(w, people.ben.account_id, life.contract, { kind: 'contract', chain_id: '31337' })
    url = await w.app.listen({ host: '127.0.0.1', port: 0 })
    browser = await chromium.launch({
      executablePath: process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    })
    if (SHOTS) mkdirSync(SHOTS, { recursive: true })
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await w?.close()
    await local?.stop()
  })

  async function openAs(person: Person | undefined, look: Look) {
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.height },
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    if (person) {
      const token = `browser-${person.account_id}-${w.parts.newId()}`
      const at = new Date()
      await w.db
        .insertInto('session')
        .values({
          token_hash: hashOf(token),
          id: w.parts.newId(),
          account_id: person.account_id,
          how: 'passkey',
          created_at: at,
          fresh_at: at,
          last_seen_at: at,
          expires_at: new Date(at.getTime() + 86_400_000),
        })
        .execute()
      await context.addCookies([{ name: 'assay_session', value: token, url }])
    }
    await context.addInitScript(
      `localStorage.setItem('assay.theme', '${look.theme}'); localStorage.setItem('assay.language', '${look.language}')`,
    )
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('response', (r) => r.status() >= 500 && errors.push(`${r.status()} ${r.url()}`))
    return { page, errors, close: () => context.close() }
  }

  /** Fits the screen, says no keys for words, and stands in nobody's way. */
  async function looksRight(page: Page, errors: string[], name: string, look: Look) {
    await expect.poll(() => page.locator('.shimmer').count(), { timeout: 30_000 }).toBe(0)
    await page.waitForTimeout(200)
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${look.name}.png`), fullPage: true })
    expect(errors).toEqual([])
    expect(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBeLessThanOrEqual(0)
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('body').innerText()).not.toMatch(/\b(?:gas|common):[a-z_.]+/)
    await page.evaluate(AXE)
    const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
      violations: { id: string; nodes: { target: string[] }[] }[]
    }
    expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)).toEqual([])
  }
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

  test('from a linked wallet to a shared card, with the keyboard, on a phone', async () => {
    const look = LOOKS[0]
    const { page, errors, close } = await openAs(people.ann, look)
    try {
      await page.goto(`${url}/gas-id`)
      await button(page, 'Look up my gas').focus()
      await page.keyboard.press('Enter')
      await page.getByText('transactions found').waitFor()
      await looksRight(page, errors, 'gas-id-looking', look)
      await w.jobs(['scan_gas'])
      await page.getByText('Your level').waitFor()
      expect(await page.locator('#gas-level').innerText()).toMatch(/\S/)

      await page.getByRole('listitem').filter({ hasText: 'Have your gas read' }).getByRole('button').press('Enter')
      await page.getByText('10 Beans are yours.').waitFor()

      await button(page, 'Make a card').focus()
      await page.keyboard.press('Enter')
      const picture = page.getByRole('img', { name: /Gas ID card/ })
      await picture.waitFor()
      await expect.poll(() => page.evaluate(`document.querySelector('img[width="1200"]').naturalWidth`)).toBe(1200)
      await button(page, 'Copy the words').press('Enter')
      await button(page, 'Copied').waitFor()
      const words = (await page.evaluate('navigator.clipboard.readText()')) as string
      expect(words.split('\n')).toEqual([
        'Leveled up in the Great Gas Reckoning with ETHGas! 💪',
        expect.stringMatching(
          /^.+ status: \d+\.\d{4,} ETH gas spent, \d+ Beans earned—supporting the Gasless Future!$/,
        ),
        expect.stringMatching(/^Claim your Gas ID at http:\/\/127\.0\.0\.1:\d+\/gas\/[\w-]{22}$/),
      ])
      await looksRight(page, errors, 'gas-id', look)

      // Somebody who has the link.
      const link = words.split(' ').at(-1)!
      const html = await (await fetch(link)).text()
      expect(html).toContain('property="og:image"')
      const other = await openAs(undefined, look)
      await other.page.goto(link)
      await other.page.getByText('this installation signed exactly these facts').waitFor()
      await looksRight(other.page, other.errors, 'gas-card', look)
      expect(await other.page.locator('body').innerText()).not.toContain(life.address.slice(2, 10))

      // It is taken back.
      await button(page, 'Take back').first().press('Enter')
      await page.getByText('The card is gone.').waitFor()
      expect(await (await fetch(link)).text()).not.toContain('og:image')
      await other.page.reload()
      await other.page.getByText('There is no such card').waitFor()
      await looksRight(other.page, other.errors, 'gas-card-gone', look)
      await other.close()
    } finally {
      await close()
    }
  })

  test.each(LOOKS)('every state fits at $name', async (look) => {
    const card = await people.ann.client.gasId.make_card({ body: { show_handle: true, show_wallets: true } })
    for (const [name, who, path] of [
      ['gas-id-full', people.ann, '/gas-id'],
      ['gas-id-unread', people.ben, '/gas-id'],
      ['gas-id-no-wallet', people.cid, '/gas-id'],
      ['gas-card-open', undefined, `/gas/${card.card.card_id}`],
    ] as const) {
      const { page, errors, close } = await openAs(who, look)
      try {
        await page.goto(url + path)
        await page.locator('h1').first().waitFor()
        await looksRight(page, errors, name, look)
      } finally {
        await close()
      }
    }
  })
})
