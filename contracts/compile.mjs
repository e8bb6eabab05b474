// npm run contracts: compiles contracts/ with the packaged compiler and writes contracts/artifacts/*.json, which are
// committed, so that nothing else ever compiles. `--check` compares instead.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What is deployed, and from where; everything else is inherited or imported by these. */
const FOLDERS = ['contracts/src', 'contracts/test-tokens']

/** How the compiler is asked; the long run of `contracts/foundry.toml` asks the same. */
export const SETTINGS = {
  evmVersion: 'cancun',
  optimizer: { enabled: true, runs: 10_000 },
  // Without a hash of the comments in it, the bytecode says whether the program is the same.
  metadata: { bytecodeHash: 'none' },
  // Two thousand gas less for each claim than by the compiler's older way.
  viaIR: true,
}

const read = (path) =>
  path.startsWith('@') ? readFileSync(require.resolve(path), 'utf8') : readFileSync(join(root, path), 'utf8')

/** Every source that the given ones need, by its path. */
export function sourcesOf(paths) {
  const out = new Map()
  const visit = (path) => {
    if (out.has(path)) return
    const text = read(path)
    out.set(path, text)
    for (const [, to] of text.matchAll(/^\s*import\s[^;]*?["']([^"']+)["']\s*;/gm))
      visit(to.startsWith('.') ? join(dirname(path), to).replaceAll('\\', '/') : to)
  }
  for (const path of paths) visit(path)
  return new Map([...out].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Paths of our own sources. */
export const ownSources = () =>
  FOLDERS.flatMap((dir) =>
    readdirSync(join(root, dir))
      .sort()
      .map((name) => `${dir}/${name}`),
  ).filter((f) => f.endsWith('.sol'))

/** What a contract is made from: its sources, OpenZeppelin's included, the settings and the compiler's version. */
export function sourceHash(path) {
  const hash = createHash('sha256').update(JSON.stringify(SETTINGS)).update(compilerVersion())
  for (const [name, text] of sourcesOf([path])) hash.update(`${name}\0${text}\0`)
  return hash.digest('hex')
}

/** The version in the package's own words; loading the compiler takes a second, and this does not need it. */
export const compilerVersion = () =>
  `solc ${JSON.parse(readFileSync(require.resolve('solc/package.json'), 'utf8')).version}`

/** Compiles what it is given; returns artifacts by contract name. Mistakes and warnings of ours end it. */
export function compile(paths = ownSources()) {
  const solc = require('solc')
  const sources = Object.fromEntries([...sourcesOf(paths)].map(([name, content]) => [name, { content }]))
  const outputSelection = { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } }
  const out = JSON.parse(
    solc.compile(JSON.stringify({ language: 'Solidity', sources, settings: { ...SETTINGS, outputSelection } })),
  )
  const faults = (out.errors ?? []).filter(
    (e) => e.severity === 'error' || e.sourceLocation?.file.startsWith('contracts/'),
  )
  if (faults.length > 0) throw new Error(faults.map((e) => e.formattedMessage).join('\n'))
  const artifacts = {}
  for (const [path, contracts] of Object.entries(out.contracts)) {
    if (!paths.includes(path)) continue
    for (const [contractName, { abi, evm }] of Object.entries(contracts)) {
      if (evm.bytecode.object === '') continue
      if (evm.deployedBytecode.object.length / 2 > 24_576) throw new Error(`${contractName} is over 24,576 bytes`)
      artifacts[contractName] = {
        contractName,
        source: path,
        sourceHash: sourceHash(path),
        compiler: compilerVersion(),
        abi,
        bytecode: `0x${evm.bytecode.object}`,
      }
    }
  }
  return artifacts
}

export const artifactText = (artifact) => `${JSON.stringify(artifact, null, 1)}\n`

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = join(root, 'contracts/artifacts')
  mkdirSync(folder, { recursive: true })
  for (const [name, artifact] of Object.entries(compile())) {
    writeFileSync(join(folder, `${name}.json`), artifactText(artifact))
    process.stderr.write(`${name}: ${(artifact.bytecode.length / 2 - 1).toLocaleString('en')} bytes\n`)
  }
}
