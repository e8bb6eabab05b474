import { readFileSync } from 'node:fs'
import { DEFAULT_TABLE, type LevelTable, readTable } from './level-rules.ts'
import type { ProviderId } from './provider.ts'

/** How the gas of wallets on one chain is learnt. */
export type GasChain = {
  chain_id: number
  name: string
  /** Gas of a layer 2 costs next to nothing: it is shown apart and counts for no level. */
  layer: 'l1' | 'l2'
  method: ProviderId
  explorer: { dialect: 'etherscan' | 'blockscout'; url: string; key: string | undefined; rows: number } | undefined
  rpc_url: string | undefined
  per_second: number
  /** Calls in one request to the node. */
  batch: number
  /** Blocks that must lie above one that counts as final; undefined: what the node calls final. */
  confirmations: number | undefined
}
export type GasSettings = { chains: readonly GasChain[]; table: LevelTable }
type Env = Readonly<Record<string, string | undefined>>

/** What `ASSAY_GAS_…` say. Nothing: Gas ID explains itself and looks nothing up. */
export function gasOf(env: Env): GasSettings {
  const given = env.ASSAY_GAS_LEVELS
  const table = given ? readTable(jsonIn(given, 'ASSAY_GAS_LEVELS')) : DEFAULT_TABLE
  if (typeof table === 'string') throw new Error(`ASSAY_GAS_LEVELS names a file that cannot be used: ${table}.`)
  const chains = [...fromFile(env.ASSAY_GAS_CHAINS), ...fromRpc(env.ASSAY_GAS_RPC)]
  const twice = chains.find((c, i) => chains.findIndex((o) => o.chain_id === c.chain_id) !== i)
  if (twice) throw new Error(`The gas settings name chain ${twice.chain_id} twice.`)
  if (chains.filter((c) => c.layer === 'l1').length > 1)
    throw new Error('The gas settings name more than one layer 1; levels count the gas of one.')
  return { chains, table }
}

/** `1=https://…`: one archive node, and that is enough. */
function fromRpc(given: string | undefined): GasChain[] {
  if (!given) return []
  const [, id, url] = /^(\d{1,15})=(.+)$/.exec(given.trim()) ?? []
  if (!id || !url) throw new Error('ASSAY_GAS_RPC must be a chain id, "=" and the address of an archive node.')
  return [
    {
      chain_id: Number(id),
      name: id === '1' ? 'Ethereum' : `Chain ${id}`,
      layer: 'l1',
      method: 'bisection',
      explorer: undefined,
      rpc_url: address(url, 'ASSAY_GAS_RPC'),
      per_second: 5,
      batch: 50,
      confirmations: undefined,
    },
  ]
}

function fromFile(path: string | undefined): GasChain[] {
  if (!path) return []
  const given = jsonIn(path, 'ASSAY_GAS_CHAINS')
  if (!Array.isArray(given)) throw new Error('ASSAY_GAS_CHAINS must name a file with a list of chains.')
  return given.map((entry, i) => chainIn(entry as Record<string, unknown>, `ASSAY_GAS_CHAINS, entry ${i + 1}`))
}

const KNOWN = ['chain_id', 'name', 'layer', 'method', 'explorer', 'rpc', 'per_second', 'batch', 'confirmations']

function chainIn(c: Record<string, unknown>, where: string): GasChain {
  if (typeof c !== 'object' || c === null) throw new Error(`${where} is no chain.`)
  const strange = Object.keys(c).find((k) => !KNOWN.includes(k))
  if (strange) throw new Error(`${where} has no part "${strange}"; it may have ${KNOWN.join(', ')}.`)
  const number = (name: string, fallback: number, least: number) => {
    const value = c[name] ?? fallback
    if (typeof value !== 'number' || !(value >= least)) throw new Error(`${where}: "${name}" must be a number.`)
    return value
  }
  const chain_id = number('chain_id', 0, 1)
  if (!Number.isSafeInteger(chain_id)) throw new Error(`${where}: "chain_id" must be a whole number.`)
  if (c.layer !== 'l1' && c.layer !== 'l2') throw new Error(`${where}: "layer" must be l1 or l2.`)
  if (c.method !== 'explorer' && c.method !== 'receipts' && c.method !== 'bisection')
    throw new Error(`${where}: "method" must be explorer, receipts or bisection.`)
  const explorer = c.explorer === undefined ? undefined : explorerIn(c.explorer as Record<string, unknown>, where)
  const rpc_url = c.rpc === undefined ? undefined : secretOr(c.rpc as Record<string, unknown>, 'url', where)
  if (c.method === 'explorer' && !explorer) throw new Error(`${where}: the method explorer needs an "explorer".`)
  if (c.method !== 'explorer' && !rpc_url) throw new Error(`${where}: the method ${c.method} needs an "rpc".`)
  return {
    chain_id,
    name: typeof c.name === 'string' && c.name.trim() ? c.name.trim().slice(0, 40) : `Chain ${chain_id}`,
    layer: c.layer,
    method: c.method,
    explorer,
    rpc_url: rpc_url && address(rpc_url, where),
    per_second: number('per_second', 5, 0.01),
    batch: Math.floor(number('batch', 50, 1)),
    confirmations: c.confirmations === undefined ? undefined : Math.floor(number('confirmations', 64, 0)),
  }
}

function explorerIn(e: Record<string, unknown>, where: string): NonNullable<GasChain['explorer']> {
  if (e?.dialect !== 'etherscan' && e?.dialect !== 'blockscout')
    throw new Error(`${where}: the explorer's "dialect" must be etherscan or blockscout.`)
  const key = e.key_file === undefined ? undefined : lineIn(e.key_file, where)
  const rows = e.rows ?? 1000
  if (typeof rows !== 'number' || !Number.isInteger(rows) || rows < 1) throw new Error(`${where}: "rows" is no number.`)
  return { dialect: e.dialect, url: address(String(e.url), where), key, rows }
}

/** An address in the file, or, where it holds a key, in a file of its own. */
function secretOr(given: Record<string, unknown>, name: string, where: string): string {
  if (typeof given?.[name] === 'string') return given[name]
  return lineIn(given?.[`${name}_file`], where)
}

function lineIn(path: unknown, where: string): string {
  if (typeof path !== 'string') throw new Error(`${where}: an address or the name of a file is missing.`)
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw new Error(`${where}: the file ${path} cannot be read.`)
  }
}

function jsonIn(path: string, setting: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch {
    throw new Error(`${setting} must name a file that holds JSON; ${path} does not.`)
  }
}

/** What is said when it is wrong never repeats it: it may hold a key. */
function address(given: string, where: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`${where} must hold an http or https address.`)
  return given
}
