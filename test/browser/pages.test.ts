import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { webDir } from '../../src/server/web.ts'
import { seed, type Seeded } from './seed.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SHOTS = process.env['ASSAY_SCREENSHOTS']
const ONLY = process.env['ASSAY_PAGES']
const LOOKS = [
  { name: '360-ltr', width: 360, height: 780, theme: 'light', language: 'en' },
  { name: '1280-ltr', width: 1280, height: 860, theme: 'dark', language: 'en' },
  { name: '360-rtl', width: 360, height: 780, theme: 'dark', language: 'ar' },
  { name: '1280-rtl', width: 1280, height: 860, theme: 'light', language: 'ar' },
] as const
// Each page is looked at in both widths, directions and themes; all four looks are for the long run and for whoever wants pictures.
const TAKEN =
  process.env['ASSAY_NIGHTLY'] || SHOTS ? LOOKS : LOOKS.filter((l) => l.name === '1280-ltr' || l.name === '360-rtl')
type Who = 'stranger' | 'operator' | 'requester' | 'contributor' | 'reviewer' | 'nobody'

/** Every page: who looks at it, and where it is in the seeded world; `open` brings up what is not there at once. */
const PAGES: { name: string; as: Who; path: (s: Seeded) => string; open?: (page: Page) => Promise<void> }[] = [
  { name: 'home', as: 'stranger', path: () => '/' },
  { name: 'sign-in', as: 'stranger', path: () => '/sign-in' },
  { name: 'campaigns', as: 'stranger', path: () => '/campaigns' },
  { name: 'campaign', as: 'contributor', path: (s) => `/campaigns/${s.ids.main}` },
  { name: 'work', as: 'contributor', path: (s) => `/work/${s.ids.pilot}` },
  { name: 'review', as: 'reviewer', path: (s) => `/review/${s.ids.main}` },
  { name: 'my-work', as: 'contributor', path: () => '/my-work' },
  { name: 'submission', as: 'contributor', path: (s) => `/my-work/${s.ids.main}/${s.ids.submission}` },
  { name: 'my-quality', as: 'contributor', path: () => '/my-quality' },
  { name: 'my-quality-reviewer', as: 'reviewer', path: () => '/my-quality' },
  { name: 'my-quality-empty', as: 'nobody', path: () => '/my-quality' },
  { name: 'earnings', as: 'contributor', path: () => '/earnings' },
  { name: 'my-standing', as: 'contributor', path: () => '/my-standing' },
  { name: 'my-standing-case', as: 'contributor', path: (s) => `/my-standing/${s.ids.case}` },
  { name: 'drives', as: 'contributor', path: () => '/drives' },
  { name: 'my-standing-clear', as: 'nobody', path: () => '/my-standing' },
  { name: 'inbox', as: 'contributor', path: () => '/inbox' },
  { name: 'account', as: 'contributor', path: () => '/account' },
  { name: 'missing', as: 'stranger', path: () => '/no-such-page' },

  { name: 'reports', as: 'stranger', path: () => '/reports' },
  { name: 'season', as: 'stranger', path: (s) => `/seasons/${s.ids.season}` },
  { name: 'season-report', as: 'stranger', path: (s) => `/seasons/${s.ids.season}/report` },
  { name: 'leaderboard', as: 'contributor', path: (s) => `/seasons/${s.ids.season}/leaderboard` },
  { name: 'dataset', as: 'stranger', path: (s) => `/datasets/${s.ids.main}/${s.ids.release}` },

  { name: 'requests', as: 'requester', path: () => '/requests' },
  { name: 'requests-empty', as: 'nobody', path: () => '/requests' },
  { name: 'budget', as: 'requester', path: () => '/requests/budget' },
  ...(['progress', 'quality', 'flags', 'items', 'money', 'people', 'releases'] as const).map((tab) => ({
    name: `request-${tab}`,
    as: 'requester' as const,
    path: (s: Seeded) => `/requests/${s.ids.main}?tab=${tab}`,
  })),
  { name: 'request-pilot', as: 'requester', path: (s) => `/requests/${s.ids.pilot}` },
  { name: 'request-not-mine', as: 'nobody', path: (s) => `/requests/${s.ids.main}` },
  ...(['basics', 'instructions', 'form', 'pay', 'consent', 'items', 'exam', 'open'] as const).map((step) => ({
    name: `edit-${step}`,
    as: 'requester' as const,
    path: (s: Seeded) => `/requests/${s.ids.draft}/edit?step=${step}`,
  })),
  { name: 'new', as: 'requester', path: () => '/requests/new' },
  { name: 'new-version', as: 'requester', path: (s) => `/requests/${s.ids.pilot}/edit?step=pay` },

  { name: 'qa', as: 'operator', path: () => '/qa' },
  { name: 'qa-plan', as: 'operator', path: (s) => `/qa/plans/${s.ids.plan}` },
  { name: 'qa-claims', as: 'operator', path: () => '/qa/claims' },
  { name: 'qa-claim-proved', as: 'operator', path: (s) => `/qa/claims/${s.ids.main}/${s.ids.proved}` },
  { name: 'qa-claim-open', as: 'operator', path: (s) => `/qa/claims/${s.ids.main}/${s.ids.claimed}` },
  {
    name: 'qa-claim-begin',
    as: 'operator',
    path: (s) => `/qa/claims/${s.ids.main}/${s.ids.unclaimed}`,
    async open(page) {
      await page.locator('main button').last().click()
      await page.locator('dialog table').waitFor()
    },
  },
  { name: 'qa-reliability', as: 'operator', path: (s) => `/qa/reliability/${s.ids.main}` },
  { name: 'qa-grade', as: 'operator', path: (s) => `/qa/grade/${s.ids.main}` },
  { name: 'qa-expert', as: 'operator', path: (s) => `/qa/expert/${s.ids.main}` },
  { name: 'qa-replies', as: 'operator', path: (s) => `/qa/replies/${s.ids.red}` },
  { name: 'request-red-team', as: 'requester', path: (s) => `/requests/${s.ids.red}?tab=quality` },
  { name: 'edit-red-team', as: 'requester', path: (s) => `/requests/${s.ids.red_draft}/edit?step=pay` },
  { name: 'qa-cases', as: 'operator', path: () => '/qa/cases' },
  { name: 'qa-case', as: 'operator', path: (s) => `/qa/cases/${s.ids.case}` },
  {
    name: 'qa-case-decide',
    as: 'operator',
    path: (s) => `/qa/cases/${s.ids.case}`,
    async open(page) {
      await page.locator('main button.bg-bad, main button').filter({ hasText: /./ }).last().click()
      await page.locator('dialog textarea').first().waitFor()
    },
  },
  { name: 'qa-not-mine', as: 'contributor', path: () => '/qa' },

  { name: 'operator', as: 'operator', path: () => '/operator' },
  ...(
    [
      'people',
      'approvals',
      'reports',
      'clusters',
      'drives',
      'money',
      'settlement',
      'seasons',
      'jobs',
      'health',
    ] as const
  ).map((place) => ({
    name: `operator-${place}`,
    as: 'operator' as const,
    path: () => `/operator/${place}`,
  })),
  { name: 'operator-person', as: 'operator', path: (s) => `/operator/people/${s.ids.contributor}` },
  { name: 'operator-batch', as: 'operator', path: (s) => `/operator/money/${s.ids.batch ?? '1'}` },
  { name: 'operator-not-mine', as: 'contributor', path: () => '/operator' },
]

/** What stands in the way of somebody using the page. */
type Found = { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }

let seeded: Seeded
let browser: Browser
const cookies = new Map<Who, string>()

beforeAll(async () => {
  if (!webDir()) throw new Error('build the web pages first: npm run build')
  seeded = await seed()
  for (const [who, person] of Object.entries(seeded.people)) cookies.set(who as Who, await seeded.session(person))
  browser = await chromium.launch({
    executablePath: process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
  if (SHOTS) mkdirSync(SHOTS, { recursive: true })
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await seeded?.close()
})

/** One browser profile for each look and person, so that scripts are fetched and compiled once. */
const profiles = new Map<string, BrowserContext>()

async function profile(look: (typeof LOOKS)[number], as: Who): Promise<BrowserContext> {
  const name = `${look.name} ${as}`
  const made = profiles.get(name)
  if (made) return made
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    reducedMotion: 'reduce',
  })
  profiles.set(name, context)
  const cookie = cookies.get(as)
  if (cookie) await context.addCookies([{ name: 'assay_session', value: cookie, url: seeded.url }])
  await context.addInitScript(
    `localStorage.setItem('assay.theme', '${look.theme}'); localStorage.setItem('assay.language', '${look.language}')`,
  )
  return context
}

async function open(
  look: (typeof LOOKS)[number],
  as: Who,
): Promise<{ page: Page; errors: string[]; close(): Promise<void> }> {
  const page = await (await profile(look, as)).newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('response', (response) => response.status() >= 500 && errors.push(`${response.status()} ${response.url()}`))
  return { page, errors, close: () => page.close() }
}

describe.each(TAKEN)('$name', (look) => {
  test.each(PAGES.filter((p) => !ONLY || new RegExp(ONLY).test(p.name)))(
    '$name',
    async ({ name, as, path, open: bringUp }) => {
      const { page, errors, close } = await open(look, as)
      try {
        await page.goto(seeded.url + path(seeded), { waitUntil: 'load' })
        await page.locator('h1').first().waitFor()
        // Live pages ask again and again, so the network never rests; what is loading says so.
        await expect.poll(() => page.locator('.shimmer').count(), { timeout: 30_000 }).toBe(0)
        await bringUp?.(page)
        await page.waitForTimeout(150)
        if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${look.name}.png`), fullPage: true })
        expect(errors).toEqual([])
        expect(await page.title()).toMatch(/\S/)
        expect(
          await page.evaluate('({ dir: document.documentElement.dir, lang: document.documentElement.lang })'),
        ).toEqual({ dir: look.language === 'ar' ? 'rtl' : 'ltr', lang: look.language })
        expect(
          await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
          'wider than the screen',
        ).toBeLessThanOrEqual(0)
        expect(await page.locator('h1').count()).toBe(1)
        // A key instead of words is what a missing text looks like.
        expect(await page.locator('body').innerText()).not.toMatch(
          /\b(?:common|work|review|requester|qa|operator|report|desk|forms|campaigns|certificate|policy|quality|season|wallets|settlement|onchain|earnings|account|red_team|cases|standing|links|drives):[a-z_.]+/,
        )
        // The page's own policy refuses injected scripts; the browser's debugger may still run them.
        await page.evaluate(AXE)
        const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
          violations: Found[]
        }
        expect(
          violations.map(
            (v) =>
              `${v.id}: ${v.help}: ${v.nodes
                .slice(0, 3)
                .map((n) => n.target.join(' '))
                .join(' | ')}`,
          ),
        ).toEqual([])
      } finally {
        await close()
      }
    },
  )
})
