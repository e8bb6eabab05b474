// Brings a fresh clone to where the program can be built: the right Node, every package of the lock file.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const STAMP = join(root, 'node_modules/.assay-lock')

/** A sentence for the person, on standard error so that a command's own output stays clean. */
export const say = (line) => process.stderr.write(`${line}\n`)

/** Ends with one sentence and what to do. */
export function stop(line) {
  say(line)
  process.exit(1)
}

/** The path of an installed program. */
export const tool = (name) => join(root, 'node_modules/.bin', name)

/** Runs a program; its output is collected unless `inherit`. Resolves with its exit code (and signal, if one ended it) and what it wrote. */
export function run(command, args, { inherit = false, env = {}, cwd = root } = {}) {
  return new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', inherit ? 'inherit' : 'pipe', inherit ? 'inherit' : 'pipe'],
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    const done = (code, more = '', signal) =>
      resolve({ code, signal, output: output + more, seconds: (performance.now() - started) / 1000 })
    child.once('error', (error) => done(127, `${command} could not be started: ${error.message}\n`))
    child.once('close', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 1), '', signal))
  })
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    stop(
      `Assay needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node, then run the same command again.`,
    )
}

/** The lock file and the kind of machine: packages of one do not run on the other. */
const wanted = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')

function isInstalled() {
  const marker = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(marker)) return false
  if (existsSync(STAMP)) return readFileSync(STAMP, 'utf8') === wanted()
  // Installed by hand with npm, and not older than the lock file.
  return statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

/** Installs the packages when they are missing or older than the lock file. */
export async function setup() {
  checkNode()
  // A published package has no lock file: npm has installed what it needs.
  if (!existsSync(join(root, 'package-lock.json'))) return
  if (isInstalled()) return
  say('Installing packages, once; this takes a minute or two.')
  const started = performance.now()
  const tick = setInterval(
    () => say(`  still installing, ${Math.round((performance.now() - started) / 1000)} s`),
    20_000,
  )
  const byNpm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, [process.env.npm_execpath]] : ['npm', []]
  const { code, output, seconds } = await run(byNpm[0], [
    ...byNpm[1],
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
  ])
  clearInterval(tick)
  if (code !== 0)
    stop(
      `${output.trim()}\n\nThe packages could not be installed. Check the network connection, then run the same command again.`,
    )
  writeFileSync(STAMP, wanted())
  say(`Packages installed in ${Math.round(seconds)} s.`)
}
