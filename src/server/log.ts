import type { FastifyInstance, FastifyReply } from 'fastify'
import { checkpointFile, tileFile } from '../domains/evidence/read-log.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Parts } from './app.ts'

const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * The public logs as static files (C2SP tlog-tiles): anybody, signed in or not, from any page of any site, and any cache
 * in between. Tiles never change; the checkpoint is kept for some seconds.
 */
export function serveLog(app: FastifyInstance, parts: Parts): void {
  const open = (reply: FastifyReply) => reply.header('access-control-allow-origin', '*')
  const addressOf = (params: unknown): string => {
    const { address } = params as { address: string }
    if (!/^[0-9]{1,19}(-[0-9]{1,4})?$/.test(address)) throw new Refusal('not_found')
    return address
  }
  app.get('/log/:address/checkpoint', async (request, reply) => {
    const note = await checkpointFile(parts, addressOf(request.params))
    return open(reply).type('text/plain; charset=utf-8').header('cache-control', 'public, max-age=5').send(note)
  })
  app.get('/log/:address/tile/*', async (request, reply) => {
    const path = `tile/${(request.params as { '*': string })['*']}`
    const bytes = await tileFile(parts, addressOf(request.params), path)
    return open(reply).type('application/octet-stream').header('cache-control', FOR_EVER).send(Buffer.from(bytes))
  })
}
