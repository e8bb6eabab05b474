// npm test: does its own set-up (packages, build, a browser), then runs every check and every test.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { build } from './build.mjs'
import { check } from './check.mjs'
import { root, run, say, setup, stop, tool } from './setup.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const ELSEWHERE = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/snap/bin/chromium',
]

function findChromium() {
  if (process.env.ASSAY_CHROMIUM)
    return existsSync(process.env.ASSAY_CHROMIUM)
      ? process.env.ASSAY_CHROMIUM
      : stop(`ASSAY_CHROMIUM names ${process.env.ASSAY_CHROMIUM}, which is not there.`)
  const places = (process.env.PATH ?? '').split(delimiter).flatMap((dir) => NAMES.map((name) => join(dir, name)))
  return [...places, ...ELSEWHERE].find((path) => existsSync(path))
}

/** The browser of the distribution; installed when it is missing and we may, else named with the command to run. */
async function ensureChromium() {
  const found = findChromium()
  if (found) return found
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version')
  const missing = 'The browser tests need Chromium, which is not here.'
  if (!mayInstall)
    stop(
      `${missing} Run: ${process.platform === 'darwin' ? 'brew install --cask chromium' : 'sudo apt-get install -y chromium'}\nThen run npm test again. (Without a browser: npm test -- --no-browser)`,
    )
  say(`${missing} Installing it with apt-get; this takes a minute.`)
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } }
  const update = await run('apt-get', ['update', '-qq'], quiet)
  const install = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet)
  const now = findChromium()
  if (install.code !== 0 || !now)
    stop(
      `${(update.output + install.output).trim().split('\n').slice(-12).join('\n')}\n\nChromium could not be installed. Run: apt-get install -y chromium\nThen run npm test again. (Without a browser: npm test -- --no-browser)`,
    )
  return now
}

/** `--grep words`, `--project name`, `--no-browser`, and names of test files; the rest is refused. */
function readArguments(given) {
  const out = { files: [], vitest: [], browser: true, whole: true }
  for (let i = 0; i < given.length; i++) {
    const word = given[i]
    if (word === '--grep' || word === '--project') {
      if (!given[i + 1]) stop(`${word} needs a value.`)
      out.vitest.push(word === '--grep' ? '-t' : word, given[++i])
      out.whole = false
      if (word === '--project' && given[i] !== 'browser') out.browser = false
    } else if (word === '--no-browser') {
      out.browser = false
    } else if (word.startsWith('-'))
      stop(`npm test knows --grep, --project, --no-browser and names of test files, not ${word}.`)
    else {
      out.files.push(word)
      out.whole = false
    }
  }
  return out
}

const asked = readArguments(process.argv.slice(2))
await setup()
const chromium = asked.browser ? await ensureChromium() : undefined
const checks = asked.whole ? await check({ tests: false }) : { passed: 0, failed: [] }
const broken = [...checks.failed]
try {
  await build()
} catch (error) {
  if (error.message) say(error.message)
  broken.push('build')
}

const folder = mkdtempSync(join(tmpdir(), 'assay-results-'))
const results = join(folder, 'results.json')
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
if (asked.whole && !asked.browser) asked.vitest.push('--project', '!browser')
say('Tests')
const reporter = process.stdout.isTTY ? 'default' : 'dot'
const { code, signal } = await run(
  tool('vitest'),
  [
    'run',
    `--reporter=${reporter}`,
    '--reporter=json',
    `--outputFile.json=${results}`,
    '--silent=passed-only',
    '--passWithNoTests',
    ...asked.vitest,
    ...asked.files,
  ],
  {
    inherit: true,
    env: { ...(chromium ? { ASSAY_CHROMIUM: chromium } : {}), ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) },
  },
)

if (!existsSync(results))
  stop(`The test runner ended without results (${signal ?? `exit code ${code}`}). The lines above say why.`)
const report = JSON.parse(readFileSync(results, 'utf8'))
// A file that could not be loaded has no tests of its own; it counts as one that failed.
const unloaded = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
)
const failures = [
  ...broken.map((name) => `check: ${name}`),
  ...unloaded.map((file) => `${file.name.replace(`${root}/`, '')}: could not be run`),
  ...report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((t) => t.status === 'failed')
      .map((t) => `${file.name.replace(`${root}/`, '')}: ${t.fullName}`),
  ),
]
if (failures.length > 0)
  say(
    `\nFailed:\n${failures
      .slice(0, 50)
      .map((line) => `  ${line}`)
      .join('\n')}${failures.length > 50 ? `\n  … and ${failures.length - 50} more` : ''}\n`,
  )
// Where the minutes go, for whoever wants to have them back.
const slowest = report.testResults
  .map((file) => ({ name: file.name.replace(`${root}/`, ''), seconds: (file.endTime - file.startTime) / 1000 }))
  .filter((file) => file.seconds >= 20)
  .sort((a, b) => b.seconds - a.seconds)
if (slowest.length > 0)
  say(
    `\nSlowest:\n${slowest
      .slice(0, 12)
      .map((file) => `  ${file.seconds.toFixed(0).padStart(4)} s  ${file.name}`)
      .join('\n')}\n`,
  )
// Something outside the tests went wrong, such as an error that nobody awaited.
const beyond = code !== 0 && failures.length === 0 ? 1 : 0
if (beyond) say('\nFailed: the test runner reported an error outside the tests; it stands above.\n')
const passed = report.numPassedTests + checks.passed
const skipped = report.numPendingTests + report.numTodoTests
process.stdout.write(`${passed} passed, ${failures.length + beyond} failed, ${skipped} skipped\n`)
process.exitCode = failures.length + beyond > 0 ? 1 : 0
