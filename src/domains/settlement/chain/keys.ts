import { readFileSync } from 'node:fs'
import { type LocalAccount, mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import type { ChainKey, Config } from '../../../platform/config.ts'

/** On a local chain alone: accounts that everybody knows, rich there and worth nothing elsewhere. The first deploys. */
const LOCAL_PHRASE = 'test test test test test test test test test test test junk'
export const LOCAL_INDEX: Readonly<Record<ChainKey, number>> = { proposer: 1, guardian: 2, settler: 3, relayer: 4 }

/**
 * The key of a role, read from its file at each use; nothing when this installation does not hold it. A key never gets
 * into the database, a log or an answer.
 */
export function signerOf(config: Config, role: ChainKey): LocalAccount | undefined {
  const { chain } = config
  if (!chain) return undefined
  const file = chain.key_files[role]
  if (!file) return chain.mode === 'local' ? localAccount(LOCAL_INDEX[role]) : undefined
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch {
    throw new Error(`The file of the ${role} key cannot be read. Check its path and whether this user may read it.`)
  }
  const key = text.startsWith('0x') ? text : `0x${text}`
  // Whatever the file holds, it is not repeated.
  if (!/^0x[0-9a-fA-F]{64}$/.test(key))
    throw new Error(`The file of the ${role} key must hold 64 hexadecimal digits and nothing else.`)
  return privateKeyToAccount(key as `0x${string}`)
}

/** One of the accounts that a local chain gives money for gas. */
export const localAccount = (addressIndex: number): LocalAccount => mnemonicToAccount(LOCAL_PHRASE, { addressIndex })
