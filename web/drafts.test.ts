import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { draftName, dropAllDrafts, dropDraft, keepDraft, pruneDrafts, readDraft } from './drafts.ts'

const key = { account_id: '1', campaign_id: '2', item_id: '3', version: 4 }
let full = false
function storage(): Storage {
  const kept: Record<string, string> = {}
  // What is stored stands as plain properties, as in a browser, because the drafts list them.
  const methods = {
    getItem: (name: string) => (Object.hasOwn(kept, name) ? kept[name]! : null),
    setItem: (name: string, value: string) => {
      if (full) throw new DOMException('full', 'QuotaExceededError')
      kept[name] = value
    },
    removeItem: (name: string) => void delete kept[name],
  }
  return new Proxy(kept, {
    get: (target, name) => methods[name as keyof typeof methods] ?? target[name as string],
  }) as unknown as Storage
}

beforeEach(() => {
  full = false
  vi.stubGlobal('localStorage', storage())
})
afterEach(() => {
  dropDraft(key)
  vi.unstubAllGlobals()
})

test('a draft comes back as it was, for this item and version alone', () => {
  expect(keepDraft(key, { why: 'because', marks: ['a'] })).toBe('device')
  expect(readDraft(key)).toEqual({ why: 'because', marks: ['a'] })
  expect(readDraft({ ...key, version: 5 })).toBeUndefined()
  expect(readDraft({ ...key, account_id: '9' })).toBeUndefined()
  dropDraft(key)
  expect(readDraft(key)).toBeUndefined()
})

test('a device that is full keeps the draft in the tab and says so', () => {
  full = true
  expect(keepDraft(key, { why: 'x' })).toBe('tab')
  expect(readDraft(key)).toEqual({ why: 'x' })
  full = false
  expect(keepDraft(key, { why: 'y' })).toBe('device')
  expect(readDraft(key)).toEqual({ why: 'y' })
})

test('a damaged entry counts as none', () => {
  localStorage.setItem(draftName(key), '{"values":')
  expect(readDraft(key)).toBeUndefined()
})

test('a month without a touch is enough; a day is not', () => {
  keepDraft(key, { why: 'x' })
  pruneDrafts(Date.now() + 24 * 3600_000)
  expect(readDraft(key)).toBeDefined()
  pruneDrafts(Date.now() + 31 * 24 * 3600_000)
  expect(readDraft(key)).toBeUndefined()
})

test('erasing an account takes its drafts and no other’s', () => {
  const other = { ...key, account_id: '11' }
  keepDraft(key, { a: 1 })
  keepDraft(other, { b: 2 })
  dropAllDrafts('1')
  expect([readDraft(key), readDraft(other)]).toEqual([undefined, { b: 2 }])
})
