import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../../test/world.ts'
import { webDir } from './web.ts'

let w: World
beforeAll(async () => {
  w = await createWorld()
})
afterAll(() => w.close())

// The test command builds the pages first; a run of this file alone may come before.
test.skipIf(!webDir())('the pages are served with and without compression, and a directory is nothing', async () => {
  for (const encoding of ['gzip, br', 'identity'])
    for (const url of ['/', '/campaigns', '/?from=there']) {
      const answer = await w.raw(undefined, { method: 'GET', url, headers: { 'accept-encoding': encoding } })
      expect([url, encoding, answer.status]).toEqual([url, encoding, 200])
      expect(String(answer.headers['content-type'])).toContain('text/html')
    }
  expect((await w.raw(undefined, { method: 'HEAD', url: '/' })).status).toBe(200)
  expect(
    (await w.raw(undefined, { method: 'GET', url: '/assets/', headers: { 'accept-encoding': 'identity' } })).status,
  ).toBeLessThan(500)
  expect((await w.raw(undefined, { method: 'GET', url: '/no-such.js' })).status).toBe(404)
})
