import type { FastifyInstance } from 'fastify'
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { referencePage } from './reference-page.ts'
import { openApiDocument } from './openapi.ts'

/** The API's own description: OpenAPI for programs, a page for people. */
export function serveReference(app: FastifyInstance): void {
  const once = <T>(make: () => T) => {
    let made: T | undefined
    return () => (made ??= make())
  }
  const prepared = (body: string) => ({
    body,
    packed: gzipSync(body, { level: 9 }),
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  })
  const json = once(() => prepared(openApiDocument().text))
  const page = once(() => prepared(referencePage(openApiDocument().document)))
  for (const [url, type, part] of [
    ['/v1/openapi.json', 'application/json; charset=utf-8', json],
    ['/docs/api', 'text/html; charset=utf-8', page],
  ] as const) {
    app.get(url, (request, reply) => {
      const { body, packed, etag } = part()
      void reply.headers({ 'cache-control': 'no-cache', etag, vary: 'accept-encoding' })
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      if (!String(request.headers['accept-encoding']).includes('gzip')) return reply.type(type).send(body)
      return reply.type(type).header('content-encoding', 'gzip').send(packed)
    })
  }
}
