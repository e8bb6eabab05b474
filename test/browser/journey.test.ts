import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXAMPLE_QUESTIONS } from '../../src/server/example-content.ts'
import { ensureExample } from '../../src/server/example.ts'
import { webDir } from '../../src/server/web.ts'
import { BUDGET_BYTES, measure } from '../../web/size.ts'
import { createWorld, type Person, type World } from '../world.ts'

const MAX_TAPS = 12
let w: World
let browser: Browser
let url: string
let operator: Person
let example: string

beforeAll(async () => {
  if (!webDir()) throw new Error('build the web pages first: npm run build')
  w = await createWorld({ at: new Date().toISOString() })
  operator = await w.person('olive', { roles: ['operator', 'qa'] })
  example = await ensureExample(w.ctx(), operator.account_id)
  await w.jobs()
  // From here on time passes by itself, as it does for whoever sits there.
  w.parts.clock.now = () => new Date()
  // Passkeys belong to names, not to numbers.
  url = (await w.app.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', 'localhost')
  browser = await chromium.launch({
    executablePath: process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await w?.close()
})

type Seat = {
  context: BrowserContext
  page: Page
  taps: number
  tap(target: Locator): Promise<void>
  refused: string[]
}

/** A phone (or a desk) with a device that keeps passkeys, and a count of what its owner touched. */
async function sit(width = 360): Promise<Seat> {
  const context = await browser.newContext({ viewport: { width, height: 780 }, hasTouch: width < 500, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } })
  const refused: string[] = []
  page.on('console', (message) => /content security policy/i.test(message.text()) && refused.push(message.text()))
  page.on('pageerror', (error) => refused.push(error.message))
  const seat: Seat = {
    context, page, refused, taps: 0,
    async tap(target) {
      seat.taps++
      await target.click({ timeout: 15_000 })
    },
  }
  return seat
} // prettier-ignore

const button = (page: Page, name: RegExp) => page.getByRole('button', { name })

/** What people read on the right answers of the example's exam. */
const RIGHT = new Set(
  EXAMPLE_QUESTIONS.flatMap((q) =>
    Object.entries(q.answer).map(([key, value]) => q.form.ui.questions[key]?.labels?.[String(value)] ?? String(value)),
  ),
)

async function passExam(seat: Seat): Promise<void> {
  const { page } = seat
  await button(page, /^Hand in/).waitFor()
  for (const question of await page.locator('main fieldset').all()) {
    const labels = await question.locator('label').allInnerTexts()
    const at = labels.findIndex((label) => RIGHT.has(label.replace(/\s*\n.*$/s, '').trim()))
    expect(at, `an answer to ${labels.join(' / ')}`).toBeGreaterThanOrEqual(0)
    await seat.tap(question.locator('label').nth(at))
  }
  await seat.tap(button(page, /^Hand in/))
}

/** Types the way a phone's keyboard goes on: "next" leads from one text field to the following one. */
async function writeFact(seat: Seat, claim: string): Promise<void> {
  const { page } = seat
  await seat.tap(page.getByLabel('A fact, in one sentence'))
  await page.keyboard.type(claim)
  await page.getByLabel('Where can a reviewer check it?').fill('https://en.wikipedia.org/wiki/Nile')
  await page
    .getByLabel('How does the page support it?')
    .fill('The first paragraph says that it flows north and gives its length.')
  await seat.tap(page.getByText('Places', { exact: true }))
  await seat.tap(page.locator('fieldset').filter({ hasText: 'How sure are you?' }).locator('label').nth(3))
}

async function newcomer(seat: Seat, path: string): Promise<void> {
  const { page } = seat
  await page.goto(url + path)
  await seat.tap(button(page, /^Create my account$/))
  await seat.tap(button(page, /^Agree and start the exam$/))
  await passExam(seat)
}

describe('a newcomer', () => {
  test('comes from an invitation link to a first datapoint in at most 12 taps, without wallet or e-mail; drafts and a lost line included', async () => {
    const seat = await sit()
    const { page, context } = seat
    const { token } = await operator.client.invitations.invite({
      params: { campaign_id: example },
      body: { uses: 5, days: 1 },
    })
    await newcomer(seat, `/join/${token}`)
    await seat.tap(page.getByRole('link', { name: /^Start working/ }))
    await writeFact(seat, 'The Nile flows from south to north for about 6,650 kilometres.')
    await expect.poll(() => page.getByText('Saved on this device').count()).toBe(1)

    // A closed tab loses nothing.
    await page.reload()
    await expect.poll(() => page.getByLabel('A fact, in one sentence').inputValue()).toMatch(/^The Nile flows/)
    await expect.poll(() => button(page, /^Submit/).count(), { timeout: 40_000 }).toBe(1)

    // Neither does a lost line: the work waits on the device, and arrives once.
    await context.setOffline(true)
    await seat.tap(button(page, /^Submit/))
    await page
      .getByText(/waits on this device/)
      .first()
      .waitFor()
    expect((await submissions()).length).toBe(0)
    await context.setOffline(false)
    await page.getByText('Well done, that counts').waitFor({ timeout: 30_000 })
    expect(await submissions()).toHaveLength(1)
    expect(seat.taps).toBeLessThanOrEqual(MAX_TAPS)
    expect(await page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('assay.draft.'))")).toEqual(
      [],
    )
    expect(seat.refused).toEqual([])
    await context.close()
  }, 120_000)

  test('starts without passkeys too, with recovery codes, and comes back with one of them', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 780 } })
    await context.addInitScript('delete window.PublicKeyCredential')
    const page = await context.newPage()
    await page.goto(`${url}/sign-in`)
    await button(page, /^Create my account$/).click()
    const code = (await page.locator('ol li').first().innerText()).trim()
    await page.getByText('I have kept them in a safe place').click()
    await button(page, /^Continue$/).click()
    await button(page, /^Account of/).waitFor()
    const handle = (await button(page, /^Account of/).getAttribute('aria-label'))!.replace('Account of ', '')
    await context.clearCookies()
    await page.goto(`${url}/sign-in?back=/account`)
    await page.getByText('With a recovery code', { exact: true }).click()
    await page.getByLabel('Name', { exact: true }).last().fill(handle)
    await page.getByLabel('Recovery code', { exact: true }).fill(code)
    await page
      .locator('main')
      .getByRole('button', { name: /^Sign in$/ })
      .first()
      .click()
    await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor()
    await context.close()
  }, 120_000)
})

test('a reviewer works through a submission with the keyboard alone', async () => {
  const seat = await sit(1280)
  const { page } = seat
  await newcomer(seat, `/sign-in?back=/campaigns/${example}`)
  await page.getByRole('link', { name: /^Start reviewing/ }).press('Enter')
  await button(page, /^Approve/)
    .first()
    .waitFor()
  const questions = await button(page, /^Approve/).count()
  for (let i = 0; i < questions - 1; i++) await page.keyboard.press('a')
  await page.keyboard.press('d')
  await page.keyboard.press('1')
  await page.keyboard.press('c')
  await page.keyboard.type('One step too sure.')
  await page.keyboard.press('Escape')
  await expect.poll(() => button(page, /^Submit review/).count(), { timeout: 60_000 }).toBe(1)
  await page.keyboard.press('Enter')
  await page.getByText(/1 review in this sitting/).waitFor({ timeout: 15_000 })
  const votes = await w.db.selectFrom('review').selectAll().where('campaign_id', '=', example).execute()
  expect(votes).toHaveLength(1)
  expect(JSON.stringify(votes[0], (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).toContain(
    'One step too sure.',
  )
  expect(seat.refused).toEqual([])
  await seat.context.close()
}, 180_000)

test('the work page stays within its script budget in every language', () => {
  const sizes = measure(webDir()!).map(({ language, bytes }) => ({ language, bytes }))
  expect(sizes.filter((s) => s.bytes > BUDGET_BYTES)).toEqual([])
})

/** What people handed in, the example's own samples aside. */
async function submissions(): Promise<{ id: string }[]> {
  return w.db
    .selectFrom('submission')
    .innerJoin('account', 'account.id', 'submission.author_id')
    .select('submission.id')
    .where('campaign_id', '=', example)
    .where('account.handle', 'not like', 'assay-samples%')
    .execute()
}
