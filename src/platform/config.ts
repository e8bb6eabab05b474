/** Every setting, read once at start. `docs/reference/settings.md` explains each; a test keeps the two together. */
export type Config = {
  database_url: string | undefined
  data_dir: string | undefined
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
  example_campaign: boolean
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

/** Reads the settings from the environment; a wrong one stops the start with a sentence that names it. */
export function readConfig(env: Env): Config {
  const roles = (env.ASSAY_ROLES || 'web,worker').split(',').map((r) => r.trim())
  for (const r of roles)
    if (r !== 'web' && r !== 'worker') throw new Error(`ASSAY_ROLES may name web and worker, not "${r}".`)
  return {
    database_url: env.DATABASE_URL || undefined,
    data_dir: env.ASSAY_DATA || undefined,
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
    example_campaign: flag(env, 'ASSAY_EXAMPLE', true),
  }
}
