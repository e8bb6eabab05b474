import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'

/** A model that prompts are run against, or that judges replies. `practice:` stands for the models to practise on. */
export type ModelEndpoint = {
  name: string
  provider: string
  url: string
  key: string | undefined
  model: string
  temperature: number
  timeout_ms: number
  /** Limits of its provider: calls a minute, and calls and tokens in all. */
  per_minute: number
  max_calls: number
  max_tokens: number
}
export type RedTeamConfig = { targets: readonly ModelEndpoint[]; judges: readonly ModelEndpoint[] }

export const PRACTICE_URL = 'practice:'
/** Judges come in threes, so that two carry a verdict. */
export const JUDGES = 3

const practice = (name: string): ModelEndpoint => ({
  name,
  provider: 'practice',
  url: PRACTICE_URL,
  key: undefined,
  model: name,
  temperature: 1,
  timeout_ms: 1000,
  per_minute: 1_000_000,
  max_calls: Number.MAX_SAFE_INTEGER,
  max_tokens: Number.MAX_SAFE_INTEGER,
})

/** Targets and judges that need no network and know nothing harmful. */
export const PRACTICE: RedTeamConfig = {
  targets: ['practice-soft', 'practice-usual', 'practice-firm'].map(practice),
  judges: ['practice-judge-strict', 'practice-judge-careful', 'practice-judge-credulous'].map(practice),
}

/** What distinguishes one state of a target from another; keys are no part of it. */
export const configHash = (endpoints: readonly ModelEndpoint[]): string =>
  createHash('sha256')
    .update(JSON.stringify(endpoints.map((e) => [e.name, e.url, e.model, e.temperature])))
    .digest('hex')
    .slice(0, 16)

type Env = Readonly<Record<string, string | undefined>>

/** `practice`, or a JSON file of providers, targets and judges; a wrong one stops the start with a sentence. */
export function readRedTeamConfig(given: string | undefined, env: Env): RedTeamConfig | undefined {
  if (!given) return undefined
  if (given === 'practice') return PRACTICE
  let file: unknown
  try {
    file = JSON.parse(readFileSync(given, 'utf8'))
  } catch (error) {
    throw new Error(
      `ASSAY_RED_TEAM names ${given}, which is no JSON file that can be read (${(error as Error).message}).`,
    )
  }
  const at = (path: string, message: string) => new Error(`ASSAY_RED_TEAM, ${path} in ${given}: ${message}`)
  const providers = objectOf(objectOf(file)?.['providers'])
  if (!providers) throw at('providers', 'say under which names which addresses are asked.')
  const list = (key: 'targets' | 'judges', least: number): ModelEndpoint[] => {
    const all = objectOf(file)?.[key]
    if (!Array.isArray(all) || all.length < least) throw at(key, `there must be ${least} at least.`)
    const made = all.map((one, i) => endpointOf(objectOf(one) ?? {}, providers, env, (m) => at(`${key}[${i}]`, m)))
    if (new Set(made.map((e) => e.name)).size < made.length) throw at(key, 'each must have a name of its own.')
    return made
  }
  const judges = list('judges', JUDGES)
  if (judges.length > JUDGES) throw at('judges', `there must be ${JUDGES}, so that two carry a verdict.`)
  return { targets: list('targets', 2), judges }
}

function endpointOf(
  one: Record<string, unknown>,
  providers: Record<string, unknown>,
  env: Env,
  problem: (message: string) => Error,
): ModelEndpoint {
  const name = one['name']
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,59}$/.test(name))
    throw problem('its name must be small letters, digits, dots, - and _, 60 at most.')
  const provider = one['provider']
  const p =
    typeof provider === 'string' && Object.hasOwn(providers, provider) ? objectOf(providers[provider]) : undefined
  if (typeof provider !== 'string' || !p) throw problem('its provider must be one of those under "providers".')
  const url = p['url']
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw problem(`the url of provider ${provider} must be an http or https address.`)
  if (new URL(url).username || new URL(url).password)
    throw problem(`the url of provider ${provider} must not hold a password; name a variable in "key_env".`)
  const model = one['model']
  if (typeof model !== 'string' || model.length < 1 || model.length > 200) throw problem('say which model to ask for.')
  const key_env = p['key_env']
  const key = typeof key_env === 'string' ? env[key_env]?.trim() || undefined : undefined
  if (typeof key_env === 'string' && !key) throw problem(`the variable ${key_env} of provider ${provider} is not set.`)
  const number = (from: Record<string, unknown>, field: string, fallback: number, low: number, high: number) => {
    const value = from[field] ?? fallback
    if (typeof value !== 'number' || !(value >= low && value <= high))
      throw problem(`${field} must be a number from ${low} to ${high}.`)
    return value
  }
  const most = Number.MAX_SAFE_INTEGER
  return {
    name,
    provider,
    url: url.replace(/\/+$/, ''),
    key,
    model,
    temperature: number(one, 'temperature', 1, 0, 2),
    timeout_ms: 1000 * number(p, 'timeout_seconds', 60, 1, 300),
    per_minute: number(p, 'per_minute', 60, 1, 1_000_000),
    // Money is spent here: without a cap of its own a provider is not asked.
    max_calls: number(p, 'max_calls', 0, 1, most),
    max_tokens: number(p, 'max_tokens', 0, 1, most),
  }
}

const objectOf = (x: unknown): Record<string, unknown> | undefined =>
  typeof x === 'object' && x !== null && !Array.isArray(x) ? (x as Record<string, unknown>) : undefined
