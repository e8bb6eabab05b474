import { lookup } from 'node:dns/promises'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isPublicAddress } from './addresses.ts'

/** What became of opening a link. `refused`: never tried, because of where it leads. `failed`: perhaps another time. */
export type Opened =
  | { state: 'opened'; status: number; redirects: number }
  | {
      state: 'refused'
      why: 'scheme' | 'port' | 'password' | 'private_address' | 'too_many_redirects' | 'bad_redirect'
    }
  | { state: 'failed'; why: 'no_such_host' | 'no_answer' | 'timed_out' | 'headers_too_large' | 'certificate' }

export type LinkLimits = {
  /** For the whole of it, redirects included. */
  timeout_ms: number
  redirects: number
  ports: readonly number[]
  /** Bytes read of a body before it counts as one; the rest is never asked for. */
  bytes: number
  resolve: (host: string) => Promise<readonly string[]>
  isAllowed: (address: string) => boolean
}
const HEADERS_AT_MOST = 16_384
const LIMITS: LinkLimits = {
  timeout_ms: 10_000,
  redirects: 5,
  ports: [80, 443],
  bytes: 1_024,
  resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map((a) => a.address),
  isAllowed: isPublicAddress,
}

/**
 * Opens a link as a stranger would, and reads no more than that it opens. A name is looked up once, every address it has
 * must be public, and the connection goes to the very address that was looked at: a name that changes its answer between
 * two questions changes nothing. Each redirect is a new link, looked at from the start.
 */
export async function openLink(url: string, given: Partial<LinkLimits> = {}): Promise<Opened> {
  const limits = { ...LIMITS, ...given }
  const signal = AbortSignal.timeout(limits.timeout_ms)
  let next = url
  for (let redirects = 0; redirects <= limits.redirects; redirects++) {
    const place = await placeOf(next, limits, signal)
    if ('state' in place) return place
    const answer = await ask(place.url, place.address, limits, signal)
    if ('state' in answer) return answer
    if (answer.location === undefined) return { state: 'opened', status: answer.status, redirects }
    if (!URL.canParse(answer.location, place.url.href)) return { state: 'refused', why: 'bad_redirect' }
    next = new URL(answer.location, place.url).href
  }
  return { state: 'refused', why: 'too_many_redirects' }
}

async function placeOf(
  link: string,
  limits: LinkLimits,
  signal: AbortSignal,
): Promise<{ url: URL; address: string } | Opened> {
  const url = URL.canParse(link) ? new URL(link) : undefined
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return { state: 'refused', why: 'scheme' }
  if (url.username !== '' || url.password !== '') return { state: 'refused', why: 'password' }
  if (!limits.ports.includes(Number(url.port || (url.protocol === 'https:' ? 443 : 80))))
    return { state: 'refused', why: 'port' }
  // The parser has turned every way of writing an IPv4 address (0x7f.1, 2130706433) into four numbers by now.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  let addresses: readonly string[]
  try {
    addresses = /^[\d.]+$|:/.test(host) ? [host] : await before(signal, limits.resolve(host))
  } catch (error) {
    if (signal.aborted) return { state: 'failed', why: 'timed_out' }
    const { code } = error as { code?: string }
    return { state: 'failed', why: code === 'ENOTFOUND' || code === 'ENODATA' ? 'no_such_host' : 'no_answer' }
  }
  if (addresses.length === 0) return { state: 'failed', why: 'no_such_host' }
  if (!addresses.every(limits.isAllowed)) return { state: 'refused', why: 'private_address' }
  return { url, address: addresses[0]! }
}

const before = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(new Error('timed out'))
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })

type Answer = { status: number; location: string | undefined }
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** One request to one address, until its first bytes. */
function ask(url: URL, address: string, limits: LinkLimits, signal: AbortSignal): Promise<Answer | Opened> {
  return new Promise((resolve) => {
    const isSecure = url.protocol === 'https:'
    const family = address.includes(':') ? 6 : 4
    const request = (isSecure ? requestHttps : requestHttp)({
      method: 'GET',
      host: address,
      port: url.port || (isSecure ? 443 : 80),
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, 'user-agent': 'assay-link-check', accept: '*/*', 'accept-encoding': 'identity' },
      ...(isSecure && !/^[\d.]+$|^\[/.test(url.hostname) && { servername: url.hostname }),
      family,
      agent: false,
      maxHeaderSize: HEADERS_AT_MOST,
      signal,
    })
    const end = (answer: Answer | Opened) => {
      resolve(answer)
      request.destroy()
    }
    request.on('error', (error: NodeJS.ErrnoException) => end(failureOf(error, signal)))
    request.on('response', (response: IncomingMessage) => {
      const status = response.statusCode ?? 0
      if (REDIRECTS.has(status) && response.headers.location !== undefined)
        return end({ status, location: response.headers.location })
      if (status >= 400) return end({ status, location: undefined })
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size >= limits.bytes) end({ status, location: undefined })
      })
      response.on('end', () => end({ status, location: undefined }))
      response.on('error', (error: NodeJS.ErrnoException) => end(failureOf(error, signal)))
      response.on('aborted', () => end({ state: 'failed', why: 'no_answer' }))
    })
    request.end()
  })
}

function failureOf(error: NodeJS.ErrnoException, signal: AbortSignal): Opened {
  if (signal.aborted) return { state: 'failed', why: 'timed_out' }
  if (error.code === 'HPE_HEADER_OVERFLOW') return { state: 'failed', why: 'headers_too_large' }
  const isAboutTrust = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(error.code ?? '')
  return { state: 'failed', why: isAboutTrust ? 'certificate' : 'no_answer' }
}
