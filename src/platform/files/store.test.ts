import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sha256Hex } from '../canonical.ts'
import { createStore } from './store.ts'

const root = mkdtempSync(join(tmpdir(), 'store-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('store', () => {
  test('a whole file is hashed as it is written, and only its owner may read it', async () => {
    const store = createStore(root)
    const stored = await store.put('a/b.txt', ['one ', 'two'])
    expect(stored).toEqual({ bytes: 7, sha256: sha256Hex('one two') })
    expect(await store.hash('a/b.txt')).toEqual(stored)
    expect(statSync(join(root, 'a/b.txt')).mode & 0o077).toBe(0)
    expect(existsSync(join(root, 'a/b.txt.tmp'))).toBe(false)
  })

  test('a write that stops half way leaves the earlier file', async () => {
    const store = createStore(root)
    await store.put('kept.txt', 'before')
    const torn = (function* () {
      yield 'half'
      throw new Error('stopped')
    })()
    await expect(store.put('kept.txt', torn)).rejects.toThrow('stopped')
    expect(await store.read('kept.txt')).toBe('before')
  })

  test('appending forgets what was written past the known length', async () => {
    const store = createStore(root)
    const end = await store.append('grow.txt', 0, ['abc', Buffer.from('def')])
    expect(end).toBe(6)
    appendFileSync(join(root, 'grow.txt'), 'torn tail')
    expect(await store.append('grow.txt', end, ['ghi'])).toBe(9)
    expect(readFileSync(join(root, 'grow.txt'), 'utf8')).toBe('abcdefghi')
    // A start from nothing replaces the file.
    expect(await store.append('grow.txt', 0, ['x'])).toBe(1)
    expect(readFileSync(join(root, 'grow.txt'), 'utf8')).toBe('x')
  })

  test('a file shorter than what was synced is a fault, never padded', async () => {
    const store = createStore(root)
    await store.append('short.txt', 0, ['abc'])
    await expect(store.append('short.txt', 10, ['x'])).rejects.toThrow('fewer than the 10')
  })

  test('a directory is published whole, and a missing file streams as nothing', async () => {
    const store = createStore(root)
    await store.put('draft/x', '1')
    await store.publish('draft', 'final')
    expect(await store.exists('draft')).toBe(false)
    const found = await store.stream('final/x')
    expect(found?.bytes).toBe(1)
    found?.stream.destroy()
    expect(await store.stream('final/y')).toBeUndefined()
  })
})
