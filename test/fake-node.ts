import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Call = { id: number; method: string; params: unknown[] }
type Reply = { id: number; result?: unknown; error?: { code: number; message: string } }
/** What a node does wrong. */
export type NodeManner = {
  /** Every n-th request is no answer: a broken connection. */
  break_every?: number
  /** Every n-th request has one call that is asked to slow down. */
  limit_every?: number
  /** Every n-th request is answered with this status. */
  status_every?: [n: number, status: number]
  /** Blocks below this one have no state any more. */
  archive_from?: number
  /** Changes an answer; nothing: it is left out. */
  change?: (call: Call, reply: Reply) => Reply | undefined
}

/** A node in front of another one, which fails and lies as it is told to. */
export async function fakeNode(behind: string, manner: NodeManner) {
  let asked = 0
  const server = createServer((request, response) => {
    void (async () => {
      asked += 1
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      if (manner.break_every && asked % manner.break_every === 0) return void request.socket.destroy()
      if (manner.status_every && asked % manner.status_every[0] === 0)
        return void response.writeHead(manner.status_every[1]).end('no')
      const body = Buffer.concat(parts).toString('utf8')
      const calls = JSON.parse(body) as Call[]
      const answer = await fetch(behind, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      let replies = (await answer.json()) as Reply[]
      if (manner.limit_every && asked % manner.limit_every === 0)
        replies = replies.map((r, i) =>
          i === 0 ? { id: r.id, error: { code: -32_005, message: 'limit exceeded' } } : r,
        )
      replies = replies.flatMap((reply) => {
        const call = calls.find((c) => c.id === reply.id)!
        const block = call.method === 'eth_getTransactionCount' ? Number(call.params[1]) : Number.POSITIVE_INFINITY
        if (block < (manner.archive_from ?? 0))
          return [{ id: reply.id, error: { code: -32_000, message: 'missing trie node 00aa' } }]
        const changed = manner.change ? manner.change(call, reply) : reply
        return changed ? [changed] : []
      })
      // Batches may be answered in any order.
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(replies.toReversed()))
    })().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve()).closeAllConnections()
      }),
  }
}
