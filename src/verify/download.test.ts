import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256Hex } from '../platform/canonical.ts'
import { rangeIn } from '../server/season-files.ts'
import { downloadSeason, type DownloadOptions } from './download.ts'

const BIG = Buffer.alloc(300_000, 'entry\n')
let contents: Record<string, Buffer>
let listed: { name: string; bytes: number; sha256: string }[]
let dir: string
let server: Server
let base: string
let asked: string[]
/** What the server does instead of answering well; nothing: answers. */
let instead: (request: IncomingMessage, reply: ServerResponse) => boolean

const list = (name: string) => ({ name, bytes: contents[name]!.length, sha256: sha256Hex(contents[name]!) })
beforeEach(async () => {
  contents = { 'entries.jsonl': BIG, 'windows/1-1.jsonl': Buffer.from('w\n'), 'gold.jsonl': Buffer.alloc(0) }
  listed = Object.keys(contents).map(list)
  dir = mkdtempSync(join(tmpdir(), 'assay-download-'))
  asked = []
  instead = () => false
  server = createServer((request, reply) => {
    asked.push(`${request.url} ${request.headers.range ?? ''}`.trim())
    if (instead(request, reply)) return
    if (request.url === '/seasons/7/files/manifest.json') return void reply.writeHead(302, { location: '/seasons/7/files/90/manifest.json' }).end() // prettier-ignore
    const name = request.url!.replace('/seasons/7/files/90/', '')
    if (name === 'manifest.json') return void reply.end(JSON.stringify({ format: 'assay-season-1', season: { id: '7' }, log: {}, files: listed })) // prettier-ignore
    const bytes = contents[name]
    if (!bytes)
      return void reply.writeHead(404).end(JSON.stringify({ error: { code: 'x', message: 'No such file here.' } }))
    const range = rangeIn(request.headers.range, bytes.length)
    if (!range || range === 'none') return void reply.end(bytes)
    reply.writeHead(206).end(bytes.subarray(range.from, range.to + 1))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/seasons/7`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

const fetchIt = (options: Partial<DownloadOptions> = {}) =>
  downloadSeason(base, dir, { most_bytes: 1e9, wait: async () => {}, ...options })
const have = (name: string) => existsSync(join(dir, name)) && readFileSync(join(dir, name)).equals(contents[name]!)

test('everything comes, the manifest first and kept last; asked again, nothing comes twice', async () => {
  await fetchIt()
  expect(asked.slice(0, 2)).toEqual(['/seasons/7/files/manifest.json', '/seasons/7/files/90/manifest.json'])
  for (const name of Object.keys(contents)) expect(have(name), name).toBe(true)
  expect(JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')).season.id).toBe('7')
  asked = []
  await fetchIt()
  expect(asked).toHaveLength(2)
})
test('a line that breaks is gone on with where it was, in the same run and in the next', async () => {
  let cut = 0
  let held: ServerResponse | undefined
  instead = (request, reply) => {
    if (!request.url!.endsWith('entries.jsonl') || cut >= 2) return false
    const from = Number(/\d+/.exec(request.headers.range ?? '0')![0])
    reply.writeHead(from > 0 ? 206 : 200, { 'content-length': BIG.length - from })
    reply.write(BIG.subarray(from, from + 50_000))
    held = reply
    cut += 1
    return true
  }
  // It breaks once something of it has arrived: what was sent and not read is lost with the line.
  const progress = () => {
    held?.destroy()
    held = undefined
  }
  await fetchIt({ progress })
  expect(have('entries.jsonl')).toBe(true)
  expect(asked.filter((a) => a.includes('bytes=')).length).toBe(2)
  writeFileSync(join(dir, 'windows/1-1.jsonl.part'), 'w')
  writeFileSync(join(dir, 'windows/1-1.jsonl'), 'changed')
  asked = []
  await fetchIt()
  expect(asked.at(-1)).toBe('/seasons/7/files/90/windows/1-1.jsonl bytes=1-')
  expect(have('windows/1-1.jsonl')).toBe(true)
})
test('another file than the manifest describes, one that is longer, one that is gone', async () => {
  contents['entries.jsonl'] = Buffer.from(BIG).fill('x', 10, 11)
  await expect(fetchIt()).rejects.toThrow(/its hash differs/)
  contents['entries.jsonl'] = Buffer.concat([BIG, BIG])
  await expect(fetchIt()).rejects.toThrow(/longer than the 300000 bytes/)
  delete contents['entries.jsonl']
  await expect(fetchIt()).rejects.toThrow('No such file here.')
  expect(existsSync(join(dir, 'manifest.json'))).toBe(false)
})
test.each(['../up', '/etc/passwd', 'a/../../b', 'C:\\x', '', '.hidden', 'manifest.json', 'a\0b'])('no file leaves the folder: %j', async (name) => {
  listed.push({ name, bytes: 1, sha256: '' })
  await expect(fetchIt()).rejects.toThrow(/which is no file of a season/)
  expect(asked).toHaveLength(2)
}) // prettier-ignore
test('no more than was allowed, and from nowhere else', async () => {
  await expect(fetchIt({ most_bytes: 1000 })).rejects.toThrow(/--most-gb/)
  instead = (_, reply) => (reply.end('<html>'), true)
  await expect(fetchIt()).rejects.toThrow(/not the manifest of a season/)
  instead = (_, reply) => (reply.writeHead(404).end('{"error":{"message":"This season ends on 2030-01-01."}}'), true)
  await expect(fetchIt()).rejects.toThrow('This season ends on 2030-01-01.')
  const elsewhere = async () => Object.defineProperty(new Response('{}'), 'url', { value: 'https://evil.example/m' })
  await expect(fetchIt({ fetch: elsewhere as typeof fetch })).rejects.toThrow(/which is not followed/)
})
