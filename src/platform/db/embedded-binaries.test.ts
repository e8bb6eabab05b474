import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findBinaries } from './embedded-binaries.ts'

const asRoot = process.geteuid?.() === 0
const top = mkdtempSync(join(tmpdir(), 'assay-programs-'))
// Root's temporary directory is closed to others; a server's user has to pass through it.
chmodSync(top, 0o711)

afterAll(() => rmSync(top, { recursive: true, force: true }))

describe.skipIf(process.platform !== 'linux')('the server program', { timeout: 30_000 }, () => {
  const search = { dataDir: join(top, 'programs'), runAs: asRoot ? { uid: 65534, gid: 65534 } : {} }

  test('is found as a package, whose missing library links are restored', async () => {
    const { postgres } = await findBinaries(search)
    const packed = join(top, 'packed', 'package')
    cpSync(dirname(dirname(dirname(postgres))), packed, { recursive: true, verbatimSymlinks: true })
    chmodSync(join(top, 'packed'), 0o755)
    const lib = join(packed, 'native', 'lib')
    const drop = (): void => {
      const links = JSON.parse(readFileSync(join(packed, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[]
      for (const { target } of links) rmSync(join(packed, target))
    }
    drop()
    const found = await findBinaries({ ...search, native: join(packed, 'native') })
    expect(found.postgres).toBe(join(packed, 'native', 'bin', 'postgres'))
    expect(readdirSync(lib)).toContain('libpq.so.5')
    // Where its user cannot run it in place, a copy with its links is kept beside the data; older copies go.
    if (!asRoot) return
    drop()
    chmodSync(join(top, 'packed'), 0o700)
    mkdirSync(join(search.dataDir, 'native-1.2.3'), { recursive: true })
    const copy = await findBinaries({ ...search, native: join(packed, 'native') })
    expect(copy.postgres.startsWith(search.dataDir)).toBe(true)
    expect(copy.major).toBe(found.major)
    expect(readdirSync(search.dataDir)).toHaveLength(1)
    const made = statSync(copy.postgres).ctimeMs
    await findBinaries({ ...search, native: join(packed, 'native') })
    expect(statSync(copy.postgres).ctimeMs).toBe(made)
  })

  test('is the newest of the system where there is no package', async () => {
    const systemRoot = join(top, 'system')
    for (const major of ['9.6', '14', '16', '18']) {
      mkdirSync(join(systemRoot, major, 'bin'), { recursive: true })
      for (const name of ['postgres', 'initdb']) {
        writeFileSync(
          join(systemRoot, major, 'bin', name),
          `#!/bin/sh\necho "${name} (PostgreSQL) ${major}.3 (Debian)"`,
          { mode: 0o755 },
        )
      }
    }
    expect(await findBinaries({ ...search, native: undefined, systemRoot })).toMatchObject({
      version: '18.3',
      major: 18,
    })
    // One that is there but does not run is passed over.
    renameSync(join(systemRoot, '18', 'bin', 'initdb'), join(systemRoot, '18', 'bin', 'gone'))
    expect(await findBinaries({ ...search, native: undefined, systemRoot })).toMatchObject({
      version: '16.3',
      major: 16,
    })
  })

  test('that is nowhere gives an error that names the setting to use', async () => {
    const nowhere = { ...search, native: undefined, systemRoot: join(top, 'nowhere') }
    await expect(findBinaries(nowhere)).rejects.toThrow(/No PostgreSQL is packaged for .* Set DATABASE_URL/)
  })
})
