import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Hex, toHex } from 'viem'
import { type HDAccount, mnemonicToAccount } from 'viem/accounts'

/** Known to everybody, rich on every local chain, worth nothing anywhere else. */
const DEV_PHRASE = 'test test test test test test test test test test test junk'
const DEV_ACCOUNTS = 10

export type LocalChain = {
  rpcUrl: string
  chainId: number
  /** Accounts of the development phrase, each with money for gas. */
  accounts: HDAccount[]
  /** The private key of an account, for files that settings name. */
  keyOf(account: HDAccount): Hex
  /** Ends the chain; with a state file, after writing it. */
  stop(): Promise<void>
  /** Resolves when the chain's process has ended, for whatever reason. */
  ended: Promise<void>
}

export type LocalOptions = {
  /** Default: one that is free. */
  port?: number
  /** Where the chain is kept when it stops, and read from when it starts. Default: it is forgotten. */
  stateFile?: string
  chainId?: number
  hardfork?: string
  /** Seconds between blocks; default: a block for each transaction, at once. */
  blockTime?: number
  /** When its first block was; default: now. */
  startsAt?: Date
}

/** Where the packaged local chain lies, or why there is none on this machine. */
export function findLocalChain(): { path: string } | { missing: string } {
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch
  const name = `@foundry-rs/anvil-${process.platform}-${arch}`
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const path = join(folder, 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil')
    if (existsSync(path)) return { path }
  } catch {
    // Not installed, or not made for this kind of machine.
  }
  return { missing: `There is no local chain here: the package ${name} is not installed.` }
}

/**
 * The binary itself, not its wrapper in JavaScript: 76 ms to the first answer instead of 153. On POSIX a shell stands
 * between, which ends the chain as soon as the pipe to us closes, so that it never outlives us, even if we are killed.
 */
const KEEPER = 'exec 3<&0; "$@" </dev/null & chain=$!; (cat <&3 >/dev/null; kill "$chain" 2>/dev/null) & wait "$chain"'

/** Starts an EVM on this machine alone, without any network, and waits until it answers. */
export async function startLocalChain(options: LocalOptions = {}): Promise<LocalChain> {
  const found = findLocalChain()
  if ('missing' in found) throw new Error(found.missing)
  const args = `--host 127.0.0.1 --port ${options.port ?? 0} --accounts ${DEV_ACCOUNTS}
    --chain-id ${options.chainId ?? 31_337} --hardfork ${options.hardfork ?? 'osaka'}`.split(/\s+/)
  args.push('--mnemonic', DEV_PHRASE)
  if (options.stateFile) args.push('--state', options.stateFile)
  if (options.startsAt) args.push('--timestamp', String(Math.floor(options.startsAt.getTime() / 1000)))
  if (options.blockTime) args.push('--block-time', String(options.blockTime))
  const child =
    process.platform === 'win32'
      ? spawn(found.path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn('/bin/sh', ['-c', KEEPER, 'local-chain', found.path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  // A pipe that closes while the chain ends is how it ends.
  child.stdin?.on('error', () => {})
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async () => {
    if (child.stdin) child.stdin.end()
    else child.kill('SIGTERM')
    await ended
  }
  try {
    const rpcUrl = `http://127.0.0.1:${await listeningPort(child)}`
    const chainId = await askChainId(rpcUrl)
    const accounts = Array.from({ length: DEV_ACCOUNTS }, (_, addressIndex) =>
      mnemonicToAccount(DEV_PHRASE, { addressIndex }),
    )
    return { rpcUrl, chainId, accounts, keyOf: (account) => toHex(account.getHdKey().privateKey!), stop, ended }
  } catch (error) {
    await stop()
    throw error
  }
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    const read = (data: Buffer) => {
      // It says a line for each request; only the first part, with its address or its complaint, is kept.
      if (said.length < 20_000) said += String(data)
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port) resolve(Number(port))
    }
    child.stdout!.on('data', read)
    child.stderr!.on('data', read)
    child.once('error', reject)
    child.once('close', () => reject(new Error(`The local chain ended before it listened:\n${said.trim()}`)))
  })
}

async function askChainId(rpcUrl: string): Promise<number> {
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
  })
  const { result } = (await response.json()) as { result: string }
  return Number(result)
}
