import { GasFailure } from './provider.ts'

/** How one endpoint is asked. */
export type Pace = {
  /** Questions a second, at most. */
  per_second: number
  /** Times that a question is asked again at once before the step gives up; the scan tries again later. */
  tries: number
  timeout_ms: number
}
export const USUAL_PACE: Pace = { per_second: 5, tries: 4, timeout_ms: 20_000 }
const LARGEST_ANSWER = 32_000_000
/** A longer wait than this is the scan's to keep, not the step's. */
const LONGEST_WAIT_MS = 4_000
const FIRST_WAIT_MS = 200

/** What an answer means before anybody reads it. */
export type Verdict = { again: 'rate_limited' | 'unreachable'; wait_ms?: number } | undefined
type Question = { url: string; method?: 'POST'; body?: string; headers?: Record<string, string> }

export type Paced = {
  /** Asks and reads JSON; `judge` may say that what came is a reason to ask again. */
  ask(question: Question, judge?: (json: unknown) => Verdict): Promise<unknown>
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Asks one endpoint at its pace: waits between questions, asks again after what passes, gives up on what does not. */
export function pacedTo(name: string, pace: Partial<Pace> = {}): Paced {
  const { per_second, tries, timeout_ms } = { ...USUAL_PACE, ...pace }
  let free = 0
  const turn = async () => {
    const now = performance.now()
    const at = Math.max(now, free)
    free = at + 1000 / per_second
    if (at > now) await pause(at - now)
  }
  return {
    async ask(question, judge) {
      for (let tried = 1; ; tried++) {
        await turn()
        const outcome = await once(name, question, timeout_ms)
        const verdict = 'json' in outcome ? judge?.(outcome.json) : outcome
        if (!verdict) return (outcome as { json: unknown }).json
        const wait = verdict.wait_ms ?? FIRST_WAIT_MS * 2 ** (tried - 1)
        if (tried >= tries || wait > LONGEST_WAIT_MS)
          throw new GasFailure(
            verdict.again,
            verdict.again === 'rate_limited' ? `${name} asks us to slow down` : `${name} does not answer as it should`,
            verdict.wait_ms,
          )
        await pause(wait)
      }
    },
  }
}

/** One question. Whatever goes wrong on the way is told without the address, which may hold a key. */
async function once(
  name: string,
  question: Question,
  timeout_ms: number,
): Promise<{ json: unknown } | NonNullable<Verdict>> {
  try {
    const answer = await fetch(question.url, {
      method: question.method ?? 'GET',
      headers: { accept: 'application/json', ...question.headers },
      ...(question.body === undefined ? {} : { body: question.body }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout_ms),
    })
    if (answer.status === 429 || answer.status === 503) {
      await answer.body?.cancel()
      const seconds = Number(answer.headers.get('retry-after'))
      return { again: 'rate_limited', ...(seconds > 0 ? { wait_ms: Math.min(seconds, 3600) * 1000 } : {}) }
    }
    // An endpoint may wrap its complaint in an error status; whoever reads it knows better than the number does.
    if (answer.status >= 500 && answer.status !== 500) {
      await answer.body?.cancel()
      return { again: 'unreachable' }
    }
    if (answer.status === 401 || answer.status === 403) {
      await answer.body?.cancel()
      throw new GasFailure('refused', `${name} does not let us in; its key may be wrong`)
    }
    const text = await textOf(answer, name)
    try {
      return { json: JSON.parse(text) as unknown }
    } catch {
      return { again: 'unreachable' }
    }
  } catch (error) {
    if (error instanceof GasFailure) throw error
    return { again: 'unreachable' }
  }
}

async function textOf(answer: Response, name: string): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.length
    if (size > LARGEST_ANSWER) throw new GasFailure('bad_answer', `${name} answers with more than can be read`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
