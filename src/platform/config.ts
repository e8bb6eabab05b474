import { gasOf, type GasSettings } from './chain/gas/settings.ts'
import type { LinkLimits } from './outside/open-link.ts'
import { readWalletChains, type WalletChain } from './outside/wallet-chains.ts'
import { readRedTeamConfig, type RedTeamConfig } from './outside/red-team-config.ts'

/** Who signs what on a chain; each may be another key, kept in a file of its own. */
export const CHAIN_KEYS = ['proposer', 'relayer', 'guardian', 'settler'] as const
export type ChainKey = (typeof CHAIN_KEYS)[number]
/** The chain to pay on. `url` is undefined for a local one until it was started. */
export type ChainConfig = {
  mode: 'local' | 'remote'
  url: string | undefined
  /** Files that hold one key each; the keys are read when they sign, and never kept elsewhere. */
  key_files: Readonly<Partial<Record<ChainKey, string>>>
  /** Blocks upon a block that make it final; undefined: what the chain itself calls final. */
  confirmations: number | undefined
  /** Claims that are sent for people in a day, at most. */
  claims_per_day: number
}

/** An OpenAI-compatible endpoint: the base of its addresses, such as `https://models.example/v1`. */
export type ModelConfig = { url: string; key: string | undefined; name: string; timeout_ms: number }

/** Every setting, read once at start. `docs/reference/settings.md` explains each; a test keeps the two together. */
export type Config = {
  database_url: string | undefined
  data_dir: string | undefined
  /** Where the keys of sealed content are; undefined: beside the data. */
  seal_key_file: string | undefined
  host: string
  port: number
  public_url: string | undefined
  roles: readonly ('web' | 'worker')[]
  pool_size: number
  /** Helps plain PostgreSQL, breaks Citus: a deployment's choice. */
  force_generic_plan: boolean
  log_level: string
  trust_proxy: boolean
  /** Requests a minute that one address may make without signing in, and one account may make. */
  rate_per_minute_address: number
  rate_per_minute_account: number
  freeze_days: number
  /** Pieces of paid work whose pay a new account may take out before audits vouch for more; 0: no such limit. */
  newcomer_pieces: number
  /** Ten-thousandths of held pay that stay with an account declared in an amnesty, where the amnesty says nothing else. */
  amnesty_keep_bps: number
  /** Whether visits are marked by neighbourhood and kind of device, as keyed hashes; see docs/concepts/signals.md. */
  keep_marks: boolean
  /** Time between checkpoints of a season's public log, which hides when in it something happened. */
  log_period_seconds: number
  example_campaign: boolean
  /** The endpoint of a model that may vote; undefined: there is none. */
  model: ModelConfig | undefined
  /** Chains that the texts of wallets may name, the usual one first. */
  wallet_chains: readonly WalletChain[]
  /** Models that prompts are run against, and judges; undefined: there are none. */
  red_team: RedTeamConfig | undefined
  /** Whether links are opened to check them, and within which limits; undefined: they are not. */
  link_checks: Partial<LinkLimits> | undefined
  /** Undefined: no chain, and everything but paying on one works. */
  chain: ChainConfig | undefined
  /** Chains on which the gas of wallets is looked up, and the levels it makes. */
  gas: GasSettings
}

type Env = Readonly<Record<string, string | undefined>>

const number = (env: Env, name: string, fallback: number): number => {
  const raw = env[name]
  if (raw === undefined || raw === '') return fallback
  const value = Number(raw)
  if (!Number.isFinite(value) || value < 0)
    throw new Error(`${name} must be a number that is not negative, not "${raw}".`)
  return value
}
const flag = (env: Env, name: string, fallback: boolean): boolean => {
  const raw = env[name]
  if (raw === undefined || raw === '') return fallback
  if (raw === 'true' || raw === '1') return true
  if (raw === 'false' || raw === '0') return false
  throw new Error(`${name} must be true or false, not "${raw}".`)
}

/** Addresses that hold a password are refused: addresses are named in logs, keys never. */
function modelOf(env: Env): ModelConfig | undefined {
  const given = env.ASSAY_MODEL_URL
  if (!given) return undefined
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('ASSAY_MODEL_URL must be an http or https address.')
  if (url.username || url.password) throw new Error('ASSAY_MODEL_URL must not hold a password; use ASSAY_MODEL_KEY.')
  if (!env.ASSAY_MODEL_NAME) throw new Error('ASSAY_MODEL_NAME must name the model to ask at ASSAY_MODEL_URL.')
  if (!/^[\w./:@-]{1,100}$/.test(env.ASSAY_MODEL_NAME))
    throw new Error('ASSAY_MODEL_NAME may hold 100 letters, digits and . / : @ _ - at most.')
  const timeout_ms = 1000 * number(env, 'ASSAY_MODEL_TIMEOUT', 20)
  if (timeout_ms < 1000 || timeout_ms > 120_000) throw new Error('ASSAY_MODEL_TIMEOUT must be from 1 to 120 seconds.')
  const key = env.ASSAY_MODEL_KEY?.trim() || undefined
  if (key && !/^[\x21-\x7e]+$/.test(key)) throw new Error('ASSAY_MODEL_KEY must be one line without spaces.')
  return { url: given.replace(/\/+$/, ''), key, name: env.ASSAY_MODEL_NAME, timeout_ms }
}

/** The chain: none unless it is asked for. An address may hold a provider's key, so it is never named in logs. */
function chainOf(env: Env): ChainConfig | undefined {
  const given = env.ASSAY_CHAIN || 'none'
  if (given === 'none') return undefined
  if (given !== 'local' && !(URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)))
    throw new Error('ASSAY_CHAIN must be none, local, or the http or https address of an RPC endpoint.')
  const key_files: Partial<Record<ChainKey, string>> = {}
  for (const [role, file] of [
    ['proposer', env.ASSAY_CHAIN_PROPOSER_KEY_FILE],
    ['relayer', env.ASSAY_CHAIN_RELAYER_KEY_FILE],
    ['guardian', env.ASSAY_CHAIN_GUARDIAN_KEY_FILE],
    ['settler', env.ASSAY_CHAIN_SETTLER_KEY_FILE],
  ] as const)
    if (file) key_files[role] = file
  return {
    mode: given === 'local' ? 'local' : 'remote',
    url: given === 'local' ? undefined : given,
    key_files,
    // A local chain undoes nothing by itself, and makes no blocks to wait for.
    confirmations: env.ASSAY_CHAIN_CONFIRMATIONS
      ? number(env, 'ASSAY_CHAIN_CONFIRMATIONS', 0)
      : given === 'local'
        ? 0
        : undefined,
    claims_per_day: number(env, 'ASSAY_CHAIN_CLAIMS_PER_DAY', 10_000),
  }
}

/** Reads the settings from the environment; a wrong one stops the start with a sentence that names it. */
export function readConfig(env: Env): Config {
  const roles = (env.ASSAY_ROLES || 'web,worker').split(',').map((r) => r.trim())
  for (const r of roles)
    if (r !== 'web' && r !== 'worker') throw new Error(`ASSAY_ROLES may name web and worker, not "${r}".`)
  return {
    database_url: env.DATABASE_URL || undefined,
    data_dir: env.ASSAY_DATA || undefined,
    seal_key_file: env.ASSAY_SEAL_KEY_FILE || undefined,
    host: env.ASSAY_HOST || '127.0.0.1',
    port: number(env, 'ASSAY_PORT', 8787),
    public_url: env.ASSAY_PUBLIC_URL || undefined,
    roles: roles as ('web' | 'worker')[],
    pool_size: number(env, 'ASSAY_POOL_SIZE', 10),
    force_generic_plan: flag(env, 'ASSAY_FORCE_GENERIC_PLAN', true),
    log_level: env.ASSAY_LOG_LEVEL || 'info',
    trust_proxy: flag(env, 'ASSAY_TRUST_PROXY', false),
    rate_per_minute_address: number(env, 'ASSAY_RATE_ADDRESS', 300),
    rate_per_minute_account: number(env, 'ASSAY_RATE_ACCOUNT', 6000),
    freeze_days: number(env, 'ASSAY_FREEZE_DAYS', 7),
    newcomer_pieces: number(env, 'ASSAY_NEWCOMER_PIECES', 50),
    amnesty_keep_bps: number(env, 'ASSAY_AMNESTY_KEEP_BPS', 1500),
    keep_marks: flag(env, 'ASSAY_KEEP_MARKS', true),
    log_period_seconds: number(env, 'ASSAY_LOG_PERIOD', 3600),
    example_campaign: flag(env, 'ASSAY_EXAMPLE', true),
    model: modelOf(env),
    red_team: readRedTeamConfig(env.ASSAY_RED_TEAM, env),
    wallet_chains: readWalletChains(env.ASSAY_WALLET_CHAINS),
    link_checks: flag(env, 'ASSAY_LINK_CHECKS', false) ? {} : undefined,
    chain: chainOf(env),
    gas: gasOf(env),
  }
}
