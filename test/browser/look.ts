import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SHOTS = process.env['ASSAY_SCREENSHOTS']

/** A busy machine takes its time; what is waited for still has to come. */
export const SOON = { timeout: 20_000 }

/** A picture if one was asked for; nothing in the way of reading or using the page, and nothing wider than it. */
export async function look(page: Page, name: string): Promise<void> {
  // The page itself has come, then its parts: what loads says so, and more may begin once something has come.
  for (let i = 0; i < 2; i++) {
    await page.locator('h1').first().waitFor()
    await expect.poll(() => page.locator('.shimmer').count(), SOON).toBe(0)
    await page.waitForTimeout(150)
  }
  if (SHOTS) {
    mkdirSync(SHOTS, { recursive: true })
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
  }
  const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  expect(wider, `${name} is wider than the screen`).toBeLessThanOrEqual(0)
  // A key instead of words is what a missing text looks like.
  expect(await page.locator('body').innerText()).not.toMatch(
    /\b(?:wallets|onchain|season|earnings|account|common|report|cases|standing|links|drives):[a-z_.]+/,
  )
  await page.evaluate(AXE)
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { target: string[] }[] }[]
  }
  const said = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)
  expect(said, name).toEqual([])
}
