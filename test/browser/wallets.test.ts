import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Deployed } from '../../src/domains/settlement/deploy.ts'
import { findLocalChain } from '../../src/platform/chain/local.ts'
import { webDir } from '../../src/server/web.ts'
import { giveClaimable, linkWallet, startTestChain, type TestChain } from '../chain.ts'
import { createWorld, type Person, type World } from '../world.ts'
import { ensureSeason } from '../../src/domains/seasons/ensure.ts'
import { draft } from '../draft.ts'
import { look, SOON } from './look.ts'
import { injectWallet, type Injected } from './test-wallet.ts'

const JOBS = ['advance_epochs', 'send_transactions', 'read_chain', 'credit_claims', 'relay_claims', 'reconcile_chain']
const UNIT = 10n ** 16n
const key = (n: number): Hex => `0x${(0x5eed + n).toString(16).padStart(64, '0')}`
let keys = 0
const twoKeys = (): Hex[] => [key((keys += 1)), key((keys += 1))]

describe.skipIf('missing' in findLocalChain())('wallets in a browser', () => {
  let w: World
  let chain: TestChain
  let at: Deployed
  let browser: Browser
  let url: string
  let operator: Person
  const dir = mkdtempSync(join(tmpdir(), 'assay-wallets-'))

  beforeAll(async () => {
    if (!webDir()) throw new Error('build the web pages first: npm run build')
    chain = await startTestChain()
    // The same on the chain and in the books: time that passes by itself, and that a test can move on.
    const config = {
      chain: chain.config(),
      data_dir: dir,
      wallet_chains: [{ chain_id: 31_337, rpc_url: chain.rpcUrl }],
    }
    w = await createWorld({ at: new Date().toISOString(), config })
    const started = Date.now()
    const virtual = w.parts.clock.now
    w.parts.clock.now = () => new Date(virtual().getTime() + Date.now() - started)
    operator = await w.person('olive', { roles: ['operator'] })
    at = await chain.deploy()
    await operator.client.ledger.create_currency({ body: { code: 'TOK', scale: 2, name: 'Test dollar' } })
    await operator.client.settlement.add_token({
      body: { currency: 'TOK', ...at, step_minor: '1000', least_people: 1, every_hours: 0 },
    })
    url = (await w.app.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', 'localhost')
    Object.assign(w.parts.config, { public_url: url })
    browser = await chromium.launch({
      executablePath: process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    })
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await w?.close()
    await chain?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  type Seat = { context: BrowserContext; page: Page; wallet: Injected; wrong: string[] }
  async function sit(
    o: { width?: number; language?: string; theme?: string; wallet?: Parameters<typeof injectWallet>[2] | null } = {},
  ): Promise<Seat> {
    const width = o.width ?? 360
    const context = await browser.newContext({
      viewport: { width, height: 780 },
      hasTouch: width < 500,
      reducedMotion: 'reduce',
    })
    await context.addInitScript(
      `localStorage.setItem('assay.theme', '${o.theme ?? 'light'}'); localStorage.setItem('assay.language', '${o.language ?? 'en'}')`,
    )
    const wallet = await injectWallet(context, twoKeys(), o.wallet ?? {})
    const page = await context.newPage()
    const wrong: string[] = []
    page.on('console', (m) => /content security policy/i.test(m.text()) && wrong.push(m.text()))
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('response', (r) => r.status() >= 500 && wrong.push(`${r.status()} ${r.url()}`))
    return { context, page, wallet, wrong }
  }
  const button = (page: Page, name: RegExp) => page.getByRole('button', { name })

  const meOf = async (page: Page) =>
    (await page.evaluate('fetch("/v1/me").then((r) => r.json())')) as {
      account_id: string
      session: { how: string }
      wallets: number
    }

  test('on a phone: start with a wallet, come back with it, link a second, have one paid, claim, and hold it on the chain', async () => {
    const seat = await sit()
    const { page, wallet } = seat
    await page.goto(`${url}/sign-in`)
    await button(page, /^Start with a wallet/).click()
    await look(page, 'wallet-choice-360')
    // Whoever closes the wallet has changed their mind, and nothing is wrong.
    wallet.closeNext()
    await button(page, /^Test wallet/).click()
    await page.getByText('You closed the wallet. Nothing was signed.').waitFor()
    await button(page, /^Test wallet/).click()
    await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
    const me = await meOf(page)
    expect(me).toMatchObject({ wallets: 1, session: { how: 'new_account' } })
    expect(wallet.signed[0]).toContain(
      `${new URL(url).host} wants you to sign in with your Ethereum account:\n${wallet.address(0)}`,
    )
    expect(wallet.signed[0]).toContain('Chain ID: 31337')

    await page.evaluate(
      'fetch("/v1/me/sign-out", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })',
    )
    await page.goto(`${url}/sign-in`)
    await button(page, /^Sign in with a wallet/).click()
    await button(page, /^Test wallet/).click()
    await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
    expect(await meOf(page)).toMatchObject({ account_id: me.account_id, session: { how: 'wallet' } })

    await page.goto(`${url}/account`)
    wallet.use(1)
    await button(page, /^Link a wallet/).click()
    await button(page, /^Test wallet/).click()
    await expect.poll(() => page.locator('#wallets li').count(), SOON).toBe(2)
    await page.locator('#wallets li').nth(1).getByRole('button', { name: 'Name', exact: true }).click()
    await page.locator('dialog[open]').getByLabel('Name', { exact: true }).fill('Savings')
    await page.locator('dialog[open]').getByRole('button', { name: 'Save' }).click()
    await page.locator('#wallets').getByText('Savings').waitFor()
    await look(page, 'account-wallets-360')

    // Ten minutes later the choice of where money goes asks who is there; a linked wallet is an answer.
    w.clock.advance(11 * 60_000)
    const person = { account_id: me.account_id } as Person
    await giveClaimable(w, person, 'TOK', 4_250n)
    await page.goto(`${url}/earnings`)
    await page
      .getByLabel('Wallet that is paid')
      .selectOption({ label: `Savings · ${wallet.address(1).slice(0, 6)}…${wallet.address(1).slice(-4)}` })
    await button(page, /^Use my wallet/).click()
    await look(page, 'earnings-confirm-360')
    await button(page, /^Test wallet/).click()
    const claim = button(page, /^Claim TOK 40.00/)
    await expect.poll(() => claim.isEnabled(), SOON).toBe(true)
    await look(page, 'earnings-before-360')
    await claim.click()
    await page.getByText('Waits for an epoch').waitFor()

    await operator.client.settlement.start_epoch({ body: { currency: 'TOK' } })
    const work = async (rounds: number) => {
      for (let i = 0; i < rounds; i++) {
        w.clock.advance(60_000)
        await w.jobs(JOBS)
      }
    }
    await work(3)
    await page.reload()
    await page.getByText('In an epoch', { exact: true }).waitFor()
    await look(page, 'earnings-window-360')
    await chain.fund(at, 4_000n * UNIT)
    await chain.pass(4 * 86_400)
    const isClaimed = async () => {
      const rows = await w.db
        .selectFrom('chain_withdrawal')
        .select('state')
        .where('account_id', '=', me.account_id)
        .execute()
      return rows.every((r) => r.state === 'claimed')
    }
    // Sent, mined, read and credited follow each other; how many rounds that takes is the machine's matter.
    for (let n = 0; n < 20 && !(await isClaimed()); n++) await work(1)
    expect(await isClaimed()).toBe(true)
    expect(await chain.balance(at, wallet.address(1) as Hex)).toBe(4_000n * UNIT)
    await page.reload()
    await page.getByText('In the wallet', { exact: true }).waitFor()
    await look(page, 'earnings-claimed-360')
    await button(page, /^Open the proof/).click()
    await page.getByText(at.distributor.toLowerCase()).waitFor()
    await page.getByText(wallet.address(1).toLowerCase()).first().waitFor()
    await look(page, 'proof-360')
    await page.keyboard.press('Escape')

    // What the operator could not send is said with its reason, and one may ask again.
    const address = Buffer.from(wallet.address(1).slice(2), 'hex')
    const retry_at = new Date(w.clock.now().getTime() + 86_400_000)
    const drop = {
      currency: 'TOK',
      address,
      reason: 'The token refuses this address.',
      tries: 1,
      dropped_at: w.clock.now(),
    }
    await w.db
      .insertInto('claim_drop')
      .values({ ...drop, retry_at })
      .execute()
    await page.reload()
    await page.getByText(drop.reason).waitFor()
    await look(page, 'earnings-dropped-360')
    await button(page, /^Try again now/).click()
    await page.getByText('nothing_on_chain').waitFor()
    expect(seat.wrong).toEqual([])
    await seat.context.close()
  }, 180_000)

  test('at a desk, by keyboard alone, in Arabic: sign in, link, unlink; the last way in stays', async () => {
    const seat = await sit({ width: 1280, language: 'ar', theme: 'dark' })
    const { page, wallet } = seat
    await page.goto(`${url}/sign-in`)
    const start = button(page, /^ابدأ بمحفظة/)
    await start.focus()
    await page.keyboard.press('Enter')
    await page.locator('dialog[open]').waitFor()
    await look(page, 'wallet-choice-1280-ar')
    // Escape closes the choice and gives the focus back.
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator(':focus').innerText(), SOON).toMatch(/^ابدأ بمحفظة/)
    await page.keyboard.press('Enter')
    const found = page.locator('dialog[open]').getByRole('button', { name: 'Test wallet' })
    await found.waitFor()
    for (let n = 0; n < 10 && !/Test wallet/.test(await page.locator(':focus').innerText()); n++)
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
    await page.goto(`${url}/account`)
    await page.locator('#wallets li').waitFor()
    await page
      .locator('#wallets')
      .getByRole('button', { name: /^فكّ ربط المحفظة/ })
      .press('Enter')
    await page.locator('#wallets').getByText('last_way_in').waitFor()
    await look(page, 'account-wallets-1280-ar')
    wallet.use(1)
    await button(page, /^اربط محفظة/).press('Enter')
    await page.locator('dialog[open]').getByRole('button', { name: 'Test wallet' }).press('Enter')
    await expect.poll(() => page.locator('#wallets li').count(), SOON).toBe(2)
    await page
      .locator('#wallets')
      .getByRole('button', { name: /^فكّ ربط المحفظة/ })
      .first()
      .press('Enter')
    await expect.poll(() => page.locator('#wallets li').count(), SOON).toBe(1)
    await giveClaimable(w, { account_id: (await meOf(page)).account_id } as Person, 'TOK', 7_500n)
    await page.goto(`${url}/earnings`)
    await page.getByLabel('المحفظة التي يُدفع لها').waitFor()
    await look(page, 'earnings-1280-ar')
    expect(seat.wrong).toEqual([])
    await seat.context.close()
  }, 120_000)

  test('on a phone a requester pays a budget into the escrow from their own wallet, and sees where it is', async () => {
    const seat = await sit({ wallet: { rpc_url: chain.rpcUrl } })
    const { page, wallet } = seat
    const rosa = await w.person('rosa')
    await ensureSeason(w.ctx())
    const address = wallet.address(0) as Hex
    await linkWallet(w, rosa, address)
    const { escrow, first_block } = await chain.deployEscrow(at)
    await operator.client.escrow.add({ params: { currency: 'TOK' }, body: { escrow, first_block } })
    await chain.test.setBalance({ address, value: 10n ** 18n })
    const prices = [{ currency: 'TOK', contribute_minor: '100', review_minor: '10', bonus_bps: 0 }]
    const { campaign_id } = await rosa.client.campaigns.create({ body: draft({ open_collection: true, settings: { prices } as never }) }) // prettier-ignore
    const missing = async () =>
      (await rosa.client.campaigns.manage({ params: { campaign_id } })).budget.find((b) => b.currency === 'TOK')!
        .missing_minor
    const pay = async () => {
      await button(page, /from my wallet$/).click()
      await button(page, /^Test wallet/).click()
    }

    await page.goto(`${url}/sign-in`)
    await button(page, /^Sign in with a wallet/).click()
    await button(page, /^Test wallet/).click()
    await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
    await page.goto(`${url}/requests/${campaign_id}/edit?step=open`)
    await page.getByRole('heading', { name: 'Keep the budget in an escrow' }).waitFor()
    await pay()
    await page.getByText(/The wallet did not answer|The chain refused/).waitFor()
    await look(page, 'escrow-refused-360')
    await page.keyboard.press('Escape')
    await chain.mint(at, address, 10n ** 24n)
    await pay()
    await page.getByText('It is in the contract.').waitFor()
    expect(await missing(), 'nothing counts before its block was read').not.toBe('0')
    for (let i = 0; i < 3; i++) await w.jobs(JOBS)
    expect(await missing()).toBe('0')
    await page.reload()
    await page.getByText('Not used yet').waitFor()
    await look(page, 'escrow-360')
    expect(seat.wrong).toEqual([])
    await seat.context.close()
  }, 120_000)

  test('a wallet of before counts when none introduces itself; without any the page says that none is needed', async () => {
    const seat = await sit({ wallet: { old: true, name: 'Old' } })
    await seat.page.goto(`${url}/sign-in`)
    await button(seat.page, /^Start with a wallet/).click()
    await button(seat.page, /^The wallet in this browser/).click()
    await seat.page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
    await seat.context.close()

    const context = await browser.newContext({ viewport: { width: 360, height: 780 } })
    const page = await context.newPage()
    await page.goto(`${url}/sign-in`)
    await button(page, /^Sign in with a wallet/).click()
    await page.getByText('There is no wallet in this browser').waitFor()
    await look(page, 'no-wallet-360')
    await context.close()
  }, 60_000)

  test('an unknown wallet is told what to do, in words', async () => {
    const seat = await sit()
    await seat.page.goto(`${url}/sign-in`)
    await button(seat.page, /^Sign in with a wallet/).click()
    await button(seat.page, /^Test wallet/).click()
    await seat.page.getByText(/This wallet is on no account here/).waitFor()
    await look(seat.page, 'wallet-unknown-360')
    await seat.context.close()
  }, 60_000)
})
