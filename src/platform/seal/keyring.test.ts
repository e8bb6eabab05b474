import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { isSealed, keyring, keysIn, nameOf } from './keyring.ts'

const dir = mkdtempSync(join(tmpdir(), 'assay-seal-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const A = Buffer.alloc(32, 1)
const B = Buffer.alloc(32, 2)

test('what is sealed opens to what it was, and shows nothing of it', () => {
  const ring = keyring(() => [A])
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const sealed = ring.seal(value)
      expect(isSealed(sealed)).toBe(true)
      expect(ring.open(sealed)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  expect(JSON.stringify(ring.seal({ prompt: 'zarquon' }))).not.toContain('zarquon')
  expect(ring.seal('x').$sealed).not.toBe(ring.seal('x').$sealed)
})

test('the newest key seals and older ones still open; without its key a value stays sealed', () => {
  const old = keyring(() => [A]).seal('kept')
  const turned = keyring(() => [B, A])
  expect(turned.open(old)).toBe('kept')
  expect(turned.seal('new').$sealed.split('.')[1]).toBe(nameOf(B))
  expect(keyring(() => [B]).open(old)).toEqual(old)
})

test('marks are alike for what is alike, by one purpose and one key alone', () => {
  const [a, b] = [keyring(() => [A]), keyring(() => [B, A])]
  expect(a.mark('network 1', '203.0.113')).toEqual(keyring(() => [A, B]).mark('network 1', '203.0.113'))
  const others = [a.mark('network 2', '203.0.113'), a.mark('network 1', '203.0.114'), b.mark('network 1', '203.0.113')]
  for (const other of others) expect(other).not.toEqual(a.mark('network 1', '203.0.113'))
  expect(a.mark('network 1', '203.0.113').toString('latin1')).not.toContain('203.0.113')
})

test('a changed, cut or made-up envelope is left as it is', () => {
  const ring = keyring(() => [A])
  const { $sealed } = ring.seal({ a: 1 })
  const [v, name, wrapped, content] = $sealed.split('.') as [string, string, string, string]
  const flipped = Buffer.from(content, 'base64url')
  flipped[14]! ^= 1
  for (const made of [
    `${v}.${name}.${wrapped}.${flipped.toString('base64url')}`,
    `${v}.${name}.${content}.${wrapped}`,
    `${v}.${name}.${wrapped}`,
    `${v}.${name}..`,
    `v2.${name}.${wrapped}.${content}`,
    'v1',
    '',
  ])
    expect(ring.open({ $sealed: made })).toEqual({ $sealed: made })
  expect(ring.open({ $sealed, more: 1 })).toEqual({ $sealed, more: 1 })
})

test('the database prints sealed JSON in the form that is looked for', () => {
  const ring = keyring(() => [A])
  const { $sealed } = ring.seal([1, { b: null }])
  expect(ring.parse(`{"$sealed": "${$sealed}"}`)).toEqual([1, { b: null }])
  expect(ring.parse(`{"a": [{"$sealed": "${$sealed}"}, 2]}`)).toEqual({ a: [[1, { b: null }], 2] })
  expect(ring.parse('{"a": {"$sealed": "x"}}')).toEqual({ a: { $sealed: 'x' } })
})

test('a key file is made once, for its owner alone, and read again; a damaged one is named', () => {
  const path = join(dir, 'deep', 'seal.key')
  const [made] = keysIn(path)
  expect(made).toHaveLength(32)
  expect(keysIn(path)).toEqual([made])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8').trim()).toBe(made!.toString('hex'))
  writeFileSync(path, `${B.toString('hex')}\n\n${made!.toString('hex')}\n`)
  expect(keysIn(path)).toEqual([B, made])
  writeFileSync(path, 'not a key\n')
  expect(() => keysIn(path)).toThrow('64 hexadecimal digits')
})
