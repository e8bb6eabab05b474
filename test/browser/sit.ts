import { type Browser, chromium, type Page } from 'playwright-core'
import { hashOf } from '../../src/domains/identity/secrets.ts'
import type { Person, World } from '../world.ts'

const DAY = 86_400_000

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })

/** A browser session of this person, as the value of the session cookie. */
export async function sessionOf(w: World, person: Person): Promise<string> {
  const token = `browser-${person.account_id}-${w.parts.newId()}`
  const at = w.clock.now()
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
      expires_at: new Date(at.getTime() + 30 * DAY),
    })
    .execute()
  return token
}

export type Look = { width: number; theme?: 'light' | 'dark'; language?: 'en' | 'ar' }

/** Somebody signed in at a browser of their own; what goes wrong on the page is kept in `errors`. */
export async function sitDown(
  browser: Browser,
  at: { w: World; url: string; person: Person },
  { width, theme = 'light', language = 'en' }: Look,
): Promise<{ page: Page; errors: string[]; leave(): Promise<void> }> {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 780 : 860 },
    reducedMotion: 'reduce',
  })
  await context.addCookies([{ name: 'assay_session', value: await sessionOf(at.w, at.person), url: at.url }])
  await context.addInitScript(
    `localStorage.setItem('assay.theme', '${theme}'); localStorage.setItem('assay.language', '${language}')`,
  )
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('response', (r) => r.status() >= 500 && errors.push(`${r.status()} ${r.url()}`))
  return { page, errors, leave: () => context.close() }
}
