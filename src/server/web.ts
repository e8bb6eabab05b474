import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../platform/config.ts'
import { Refusal } from '../platform/refusal.ts'

/** The built web pages, beside the bundle or in `dist/web` of the sources. */
export function webDir(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url))
  return [join(here, 'web'), join(here, '../../dist/web')].find((d) => existsSync(join(d, 'index.html')))
}

/** Longer than any name or path that a disk takes. */
/** The API's addresses and those of the public logs are never pages. */
const isNoPage = (url: string): boolean =>
  url.startsWith('/v1/') || url.startsWith('/log/') || /^\/seasons\/[^/?]*\/files\//.test(url)
const TOO_LONG = /[^/?]{240}|^.{2000}/

/** Serves the web pages; any path that is not the API's is the page's own route. */
export async function serveWeb(app: FastifyInstance, _config: Config): Promise<void> {
  const dir = webDir()
  if (dir) {
    await app.register(fastifyStatic, {
      root: dir,
      wildcard: true,
      index: false,
      preCompressed: true,
      setHeaders: (reply, path) => {
        reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
    // Without a compressed twin to send, the disk takes the bare address for a directory, which it does not show.
    const first = (_request: FastifyRequest, reply: FastifyReply) => reply.sendFile('index.html', dir)
    app.get('/', first)
  }
  // The disk answers a name longer than any file's with a fault, and the API's addresses are never files.
  app.addHook('onRequest', (request, reply, done) => {
    const isFile = request.routeOptions.url === '/*'
    if (isFile && (TOO_LONG.test(request.url) || isNoPage(request.url))) reply.callNotFound()
    else done()
  })
  app.setNotFoundHandler((request, reply) => {
    if (
      !dir ||
      (request.method !== 'GET' && request.method !== 'HEAD') ||
      isNoPage(request.url) ||
      /\.\w+$/.test(request.url.split('?')[0]!)
    )
      throw new Refusal('not_found')
    return reply.header('cache-control', 'no-cache').sendFile('index.html', dir)
  })
}
