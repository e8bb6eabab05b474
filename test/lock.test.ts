import { expect, test } from 'vitest'

type Lock = { packages: Record<string, object> }
type Checks = {
  lockFaults(lock: Lock): string[]
  looseVersions(manifest: object): string[]
  checkLock(root: string): string[]
}
// Plain JavaScript, because it runs before anything is installed.
const { lockFaults, looseVersions, checkLock } = (await import('../bin/lockcheck.mjs' as string)) as Checks

const whole = (): Lock => ({
  packages: {
    '': {},
    'node_modules/tool': {
      version: '1.2.3',
      integrity: 'sha512-x',
      optionalDependencies: { '@tool/linux': '1.2.3', '@tool/mac': '1.2.3' },
    },
    'node_modules/@tool/linux': { version: '1.2.3', integrity: 'sha512-x' },
    'node_modules/@tool/mac': { version: '1.2.3', integrity: 'sha512-x' },
  },
})

test('this lock file is complete', () => {
  expect(checkLock('.')).toEqual([])
})

test('a lock file without another platform’s binary is caught', () => {
  expect(lockFaults(whole())).toEqual([])
  const lock = whole()
  delete lock.packages['node_modules/@tool/mac']
  expect(lockFaults(lock)).toEqual(['node_modules/tool@1.2.3 lacks 1 of 2 optional packages: @tool/mac'])
})

test('a binary of another version does not count, unless it is nested where npm finds it first', () => {
  const lock = whole()
  lock.packages['node_modules/@tool/mac'] = { version: '9.9.9', integrity: 'sha512-x' }
  expect(lockFaults(lock)).toHaveLength(1)
  lock.packages['node_modules/tool/node_modules/@tool/mac'] = { version: '1.2.3', integrity: 'sha512-x' }
  expect(lockFaults(lock)).toEqual([])
})

test('private registries, missing checksums and loose versions are caught', () => {
  const lock = whole()
  lock.packages['node_modules/a'] = { version: '1.0.0', resolved: 'https://packages.example/a.tgz' }
  expect(lockFaults(lock)).toEqual(['node_modules/a has no checksum', 'node_modules/a is tied to packages.example'])
  expect(looseVersions({ dependencies: { a: '^1.0.0', b: '1.0.0', c: '1.0.0-beta.17' } })).toEqual([
    'a is ^1.0.0; pin it exactly',
  ])
})
