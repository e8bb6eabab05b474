import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPublicAddress } from './addresses.ts'
import { openLink, type LinkLimits } from './open-link.ts'

/** A real server on this machine, which for these tests counts as public; every other address is as it is. */
let server: Server
let port: number
let seen: { path: string; host: string | undefined }[] = []
const pages: Record<string, (response: ServerResponse) => void> = {
  '/page': (r) => r.end('hello'),
  '/empty': (r) => r.writeHead(204).end(),
  '/gone': (r) => r.writeHead(404).end('x'.repeat(10_000)),
  '/away': (r) => r.writeHead(302, { location: '/page' }).end(),
  '/round': (r) => r.writeHead(302, { location: '/round' }).end(),
  '/inside': (r) => r.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  '/inside-by-name': (r) => r.writeHead(307, { location: `http://inside.test:${port}/` }).end(),
  '/to-file': (r) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/to-port': (r) => r.writeHead(302, { location: 'http://a.test:25/' }).end(),
  '/to-nothing': (r) => r.writeHead(302, { location: 'http://[half' }).end(),
  '/endless': (r) => {
    const timer = setInterval(() => r.write('x'.repeat(65_536)), 1)
    r.on('close', () => clearInterval(timer))
  },
  '/drip': (r) => {
    r.writeHead(200)
    r.flushHeaders()
    const timer = setInterval(() => r.write('x'), 60)
    r.on('close', () => clearInterval(timer))
  },
  '/silent': () => undefined,
  '/headers': (r) => r.writeHead(200, { 'x-long': 'y'.repeat(60_000) }).end('x'),
  '/cut': (r) => {
    r.writeHead(200, { 'content-length': '100' })
    r.write('x')
    setTimeout(() => r.destroy(), 20)
  },
}
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ path: request.url!, host: request.headers.host })
    ;(pages[request.url!] ?? ((r: ServerResponse) => r.writeHead(500).end()))(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const names: Record<string, string[]> = { 'a.test': ['127.0.0.1'], 'inside.test': ['10.0.0.5'], 'both.test': ['127.0.0.1', '10.0.0.5'] } // prettier-ignore
const limits = (given: Partial<LinkLimits> = {}): Partial<LinkLimits> => ({
  ports: [port],
  timeout_ms: 400,
  redirects: 3,
  isAllowed: (address) => address === '127.0.0.1' || isPublicAddress(address),
  resolve: async (host) => {
    const found = names[host]
    if (!found) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
    return found
  },
  ...given,
})
const open = (path: string, given?: Partial<LinkLimits>) => openLink(`http://a.test:${port}${path}`, limits(given))

describe('opening a link', () => {
  test.each([
    ['/page', { state: 'opened', status: 200, redirects: 0 }],
    ['/empty', { state: 'opened', status: 204, redirects: 0 }],
    ['/away', { state: 'opened', status: 200, redirects: 1 }],
    ['/gone', { state: 'opened', status: 404, redirects: 0 }],
    ['/round', { state: 'refused', why: 'too_many_redirects' }],
    ['/inside', { state: 'refused', why: 'port' }],
    ['/inside-by-name', { state: 'refused', why: 'private_address' }],
    ['/to-file', { state: 'refused', why: 'scheme' }],
    ['/to-port', { state: 'refused', why: 'port' }],
    ['/to-nothing', { state: 'refused', why: 'bad_redirect' }],
    ['/endless', { state: 'opened', status: 200, redirects: 0 }],
    ['/drip', { state: 'failed', why: 'timed_out' }],
    ['/silent', { state: 'failed', why: 'timed_out' }],
    ['/headers', { state: 'failed', why: 'headers_too_large' }],
    ['/cut', { state: 'failed', why: 'no_answer' }],
  ])('%s', async (path, came) => {
    expect(await open(path)).toEqual(came)
  })

  test('a name is asked for once, and what it answered is what is connected to', async () => {
    seen = []
    let asked = 0
    // The second answer would lead inside: the classic trick of rebinding.
    const resolve = () => Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.5'])
    expect(await open('/page', { resolve })).toMatchObject({ state: 'opened' })
    expect(asked).toBe(1)
    expect(seen).toEqual([{ path: '/page', host: `a.test:${port}` }])
    // A redirect to the same name is a new link, and asks anew.
    asked = 0
    expect(await open('/away', { resolve })).toEqual({ state: 'refused', why: 'private_address' })
  })

  test('one private address among public ones is one too many; a name that never answers takes no longer than allowed', async () => {
    expect(await openLink(`http://both.test:${port}/page`, limits())).toEqual({ state: 'refused', why: 'private_address' })
    expect(await openLink(`http://nowhere.test:${port}/`, limits())).toEqual({ state: 'failed', why: 'no_such_host' })
    const never = () => new Promise<string[]>(() => undefined)
    expect(await open('/page', { resolve: never })).toEqual({ state: 'failed', why: 'timed_out' })
  }) // prettier-ignore

  test.each(['ftp://a.test/', 'javascript:alert(1)', 'http://', 'not a link'])('%s is no link to open', async (url) => {
    expect(await openLink(url, limits())).toEqual({ state: 'refused', why: 'scheme' })
  })

  test.each(['0x7f.1', '2130706433', '127.1', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '017700000001', 'localhost.'])(
    'however this machine is written (%s), it is not opened',
    async (host) => {
      const resolve = () => Promise.resolve(['127.0.0.1'])
      const came = await openLink(`http://${host}:${port}/page`, { ports: [port], timeout_ms: 400, resolve })
      expect(came).toEqual({ state: 'refused', why: 'private_address' })
    },
  ) // prettier-ignore

  test('a password in a link is not sent', async () => {
    expect(await openLink(`http://me:secret@a.test:${port}/page`, limits())).toEqual({
      state: 'refused',
      why: 'password',
    })
  })
})

test.each([
  ['8.8.8.8', true],
  ['2606:4700:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['168.63.129.16', false],
  ['100.100.100.200', false],
  ['192.0.0.192', false],
  ['198.18.0.1', false],
  ['203.0.113.7', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['0.0.0.0', false],
  ['::', false],
  ['::1', false],
  ['::ffff:8.8.8.8', false],
  ['::8.8.8.8', false],
  ['64:ff9b::a00:1', false],
  ['64:ff9b:1::a00:1', false],
  ['2002:a00:1::', false],
  ['2001:0:1:2:3:4:5:6', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['2001:db8::1', false],
  ['nonsense', false],
])('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic)
})
