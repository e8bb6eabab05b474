// Looks at pages as people see them: `npx tsx web/shots.ts <base url> <folder> [--axe] [--cookie name=value] <path>…`
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const given = process.argv.slice(2)
const flag = (name: string) => given.includes(name)
const after = (name: string) => (given.includes(name) ? given[given.indexOf(name) + 1] : undefined)
const plain = given.filter((a, i) => !a.startsWith('--') && !['--cookie', '--only'].includes(given[i - 1] ?? ''))
const [base = '', folder = '', ...paths] = plain
const only = after('--only')
const cookie = after('--cookie')

const LOOKS = [
  { name: '360-light-en', width: 360, height: 780, theme: 'light', language: 'en' },
  { name: '1280-light-en', width: 1280, height: 860, theme: 'light', language: 'en' },
  { name: '360-dark-ar', width: 360, height: 780, theme: 'dark', language: 'ar' },
  { name: '1280-dark-ar', width: 1280, height: 860, theme: 'dark', language: 'ar' },
  { name: '360-light-ar', width: 360, height: 780, theme: 'light', language: 'ar' },
  { name: '1280-dark-en', width: 1280, height: 860, theme: 'dark', language: 'en' },
]

const browser = await chromium.launch({
  executablePath: process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
await mkdir(folder, { recursive: true })
const axe = flag('--axe')
  ? await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  : undefined
let problems = 0
for (const look of LOOKS.filter((l) => !only || only.split(',').includes(l.name))) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    reducedMotion: 'reduce',
    bypassCSP: true,
  })
  if (cookie)
    await context.addCookies([
      { name: cookie.split('=')[0] ?? '', value: cookie.split('=').slice(1).join('='), url: base },
    ])
  await context.addInitScript(
    `localStorage.setItem('assay.theme', '${look.theme}'); localStorage.setItem('assay.language', '${look.language}')`,
  )
  const tab = await context.newPage()
  tab.on('pageerror', (error) => console.log(`  ${look.name} page error: ${error.message.slice(0, 300)}`))
  tab.on(
    'console',
    (message) => message.type() === 'error' && console.log(`  ${look.name} console: ${message.text().slice(0, 300)}`),
  )
  for (const path of paths) {
    await tab.goto(base + path, { waitUntil: 'networkidle' })
    await tab.waitForTimeout(250)
    const name = `${path.replaceAll(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home'}-${look.name}.png`
    await tab.screenshot({ path: join(folder, name), fullPage: true })
    const overflow = await tab.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    if (overflow > 0) console.log(`${path} ${look.name}: ${overflow} px too wide`)
    if (axe) {
      await tab.evaluate(axe)
      const found = (await tab.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
        violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[]
      }
      for (const v of found.violations) {
        problems += v.nodes.length
        console.log(`${path} ${look.name}: ${v.id}: ${v.help}`)
        for (const node of v.nodes.slice(0, 4))
          console.log(`    ${node.target.join(' ')} | ${(node.failureSummary ?? '').split('\n').slice(1, 2).join(' ')}`)
      }
    }
  }
  await context.close()
}
await browser.close()
console.log(axe ? `${problems} accessibility problems` : 'done')
process.exitCode = problems > 0 ? 1 : 0
