import { connect, type Socket } from 'node:net'
import { readFileSync } from 'node:fs'

/**
 * A load generator of its own process: keep-alive connections over bare sockets, so that it takes as little as it can
 * of the two cores it shares with what it measures. Reads its plan from a JSON file, prints its result as JSON.
 * Closed loop: each connection sends its next request when the last is answered. Open loop (`rate`): requests are due
 * at Poisson times and their latency counts from when they were due, answered or not.
 */
export type LoadPlan = {
  port: number
  connections: number
  requests: { method: string; path: string; key: string; body: string }[]
  rate?: number
  drop_first_ms?: number
  seed?: number
}
export type LoadResult = {
  seconds: number
  answered: number
  by_status: Record<string, number>
  latencies_ms: number[]
  sample_error: string | undefined
}

const plan = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as LoadPlan

const bytesOf = (r: LoadPlan['requests'][number]) =>
  Buffer.from(
    `${r.method} ${r.path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${r.key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(r.body)}\r\n\r\n${r.body}`,
  )

/** One connection; `send` resolves with the status once the whole answer is in. */
async function open(
  port: number,
): Promise<{ send(bytes: Buffer): Promise<{ status: number; body: string }>; socket: Socket }> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let buffered = ''
  let waiting: ((r: { status: number; body: string }) => void) | undefined
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    buffered += chunk
    const end = buffered.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/content-length: (\d+)/i.exec(buffered.slice(0, end))?.[1] ?? 0)
    if (buffered.length < end + 4 + length) return
    const answer = { status: Number(buffered.slice(9, 12)), body: buffered.slice(end + 4, end + 4 + length) }
    buffered = buffered.slice(end + 4 + length)
    waiting?.(answer)
  })
  return {
    socket,
    send: (bytes) =>
      new Promise((resolve) => {
        waiting = resolve
        socket.write(bytes)
      }),
  }
}

const requests = plan.requests.map(bytesOf)
const pool = await Promise.all(Array.from({ length: plan.connections }, () => open(plan.port)))
const by_status: Record<string, number> = {}
const latencies: number[] = []
let sampleError: string | undefined
let next = 0
const started = performance.now()
const note = (status: number, body: string, since: number) => {
  by_status[status] = (by_status[status] ?? 0) + 1
  if (status !== 200) sampleError ??= body
  if (since - started >= (plan.drop_first_ms ?? 0)) latencies.push(performance.now() - since)
}

if (plan.rate === undefined) {
  await Promise.all(
    pool.map(async (c) => {
      while (next < requests.length) {
        const bytes = requests[next++]!
        const at = performance.now()
        const { status, body } = await c.send(bytes)
        note(status, body, at)
      }
    }),
  )
} else {
  let s = (plan.seed ?? 1) >>> 0
  const fraction = () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return (s + 1) / 2 ** 32
  }
  const due: number[] = []
  let t = started
  for (let i = 0; i < requests.length; i++) due.push((t += (-Math.log(fraction()) / plan.rate) * 1000))
  const free = [...pool]
  await new Promise<void>((resolve) => {
    let done = 0
    const pump = () => {
      while (next < requests.length && free.length > 0 && due[next]! <= performance.now()) {
        const at = due[next]!
        const c = free.pop()!
        void c.send(requests[next++]!).then(({ status, body }) => {
          note(status, body, at)
          free.push(c)
          if (++done === requests.length) resolve()
          else pump()
        })
      }
      if (next < requests.length && free.length > 0) {
        // A timer, late by up to a millisecond that counts as latency: spinning would take one of the two cores.
        setTimeout(pump, due[next]! - performance.now())
      }
    }
    pump()
  })
}
const seconds = (performance.now() - started) / 1000
for (const c of pool) c.socket.destroy()
const result: LoadResult = {
  seconds,
  answered: Object.values(by_status).reduce((a, b) => a + b, 0),
  by_status,
  latencies_ms: latencies,
  sample_error: sampleError,
}
process.stdout.write(JSON.stringify(result))
