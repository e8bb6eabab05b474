import type { ModelConfig } from '../config.ts'
import type { Log } from '../log.ts'

const LONGEST_REPLY = 1_000_000
/** What an endpoint answered. Status 0: nothing that could be used. */
export type ChatReply = { status: number; retry_after: string | null; timed_out?: boolean; body?: unknown }

/** One call of an OpenAI-compatible endpoint. Whatever goes wrong on the way is status 0; neither key nor content is ever logged. */
export async function postChat(config: ModelConfig, request: object, log: Log): Promise<ChatReply> {
  try {
    const answer = await fetch(`${config.url}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(config.key === undefined ? {} : { authorization: `Bearer ${config.key}` }),
      },
      body: JSON.stringify(request),
      redirect: 'error',
      signal: AbortSignal.timeout(config.timeout_ms),
    })
    const { status } = answer
    if (status !== 200) {
      await answer.body?.cancel()
      log.warn({ status }, 'the model endpoint refused')
      return { status, retry_after: answer.headers.get('retry-after') }
    }
    const body = await textOf(answer)
    try {
      return { status, retry_after: null, body: JSON.parse(body) as unknown }
    } catch {
      return { status, retry_after: null, body: null }
    }
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'the model endpoint did not answer')
    return { status: 0, retry_after: null, timed_out: error instanceof Error && error.name === 'TimeoutError' }
  }
}

async function textOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.length
    if (size > LONGEST_REPLY) throw new RangeError('the reply is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
