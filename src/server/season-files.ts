import type { FastifyInstance } from 'fastify'
import { folderFile, seasonFiles } from '../domains/evidence/read-folder.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Parts } from './app.ts'

const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * The public folders of closed seasons as static files, for anybody and any cache in between. A folder's files never
 * change; only which folder is the newest does. A download that broke goes on where it was.
 */
export function serveSeasonFiles(app: FastifyInstance, parts: Parts): void {
  app.get('/seasons/:season_id/files/manifest.json', async (request, reply) => {
    const { season_id } = request.params as { season_id: string }
    if (!/^\d{1,19}$/.test(season_id)) throw new Refusal('not_found')
    const { prefix } = await seasonFiles(parts, season_id)
    return reply
      .header('access-control-allow-origin', '*')
      .header('cache-control', 'public, max-age=60')
      .redirect(`${prefix}/manifest.json`, 302)
  })
  app.get('/seasons/:season_id/files/:edition/*', async (request, reply) => {
    const { season_id, edition, '*': name } = request.params as Record<'season_id' | 'edition' | '*', string>
    const isPlace = /^\d{1,19}$/.test(season_id) && /^\d{1,15}$/.test(edition)
    const file = isPlace ? await folderFile(parts, { season_id, edition: Number(edition), name }) : undefined
    if (!file) throw new Refusal('not_found')
    const etag = `"${file.sha256}"`
    void reply.headers({
      'access-control-allow-origin': '*',
      'cache-control': FOR_EVER,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      etag,
    })
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    void reply.type(typeOf(name))
    const asked = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    const range = asked ? rangeIn(request.headers.range, file.bytes) : undefined
    if (range === 'none')
      return reply.code(416).header('content-range', `bytes */${file.bytes}`).type('text/plain; charset=utf-8').send('')
    const { from, to } = range ?? { from: 0, to: file.bytes - 1 }
    if (range) void reply.code(206).header('content-range', `bytes ${from}-${to}/${file.bytes}`)
    void reply.header('content-length', to - from + 1)
    if (file.bytes === 0) return reply.send('')
    return reply.send(await file.stream(from, to))
  })
}

const typeOf = (name: string): string =>
  name.endsWith('.jsonl')
    ? 'application/jsonl'
    : name.endsWith('.json')
      ? 'application/json'
      : name.endsWith('.bin')
        ? 'application/octet-stream'
        : 'text/plain; charset=utf-8'

/** One stretch of bytes as a request asks for it. Nothing where it asks for none, or for several: then all is sent. */
export function rangeIn(asked: string | undefined, bytes: number): { from: number; to: number } | 'none' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(asked ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  const from = found[1] === '' ? Math.max(0, bytes - Number(found[2])) : Number(found[1])
  const to = found[1] === '' || found[2] === '' ? bytes - 1 : Math.min(bytes - 1, Number(found[2]))
  return from > to ? 'none' : { from, to }
}
