import { contentHash, datapointText } from '../../src/engine/datapoint.ts'
import { client } from './api.ts'
import { usePasskey } from './passkeys.ts'
import type { FoundWallet } from './wallets.ts'

/** A key of this device that signs answers. The browser keeps it and gives it to nobody, not even to this page. */
export type DeviceKey = {
  account_id: string
  delegation_id: string
  site: string
  expires_at: string
  key: CryptoKey
}

const DAYS = 60
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' }
const bytes = (text: string) => new TextEncoder().encode(text)
const hex = (b: ArrayBuffer) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, '0')).join('')
const base64url = (b: ArrayBuffer) =>
  btoa(String.fromCharCode(...new Uint8Array(b)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Runs something on the store of keys; a browser that has none (some private windows) simply signs nothing. */
function onStore<T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (typeof indexedDB === 'undefined') return resolve(undefined)
    const opening = indexedDB.open('assay-device', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('key', { keyPath: 'account_id' })
    opening.onerror = () => resolve(undefined)
    opening.onsuccess = () => {
      const asked = run(opening.result.transaction('key', mode).objectStore('key'))
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error as Error)
      asked.transaction!.oncomplete = () => opening.result.close()
    }
  })
}

/** This device's key for an account, as long as it counts. */
export async function deviceKey(accountId: string): Promise<DeviceKey | undefined> {
  const kept = await onStore('readonly', (store): IDBRequest<DeviceKey | undefined> => store.get(accountId))
  // A minute early: what is signed now may wait for the line.
  return kept && Date.parse(kept.expires_at) > Date.now() + 60_000 ? kept : undefined
}

export const forgetDeviceKey = (accountId: string) => onStore('readwrite', (store) => store.delete(accountId))

/** Makes a key on this device and has it vouched for, by a passkey or by a linked wallet. `not_linked`: by neither. */
export async function letDeviceSign(accountId: string, by: 'passkey' | FoundWallet): Promise<'done' | 'not_linked'> {
  const pair = await crypto.subtle.generateKey(ECDSA, false, ['sign'])
  const session_key = hex(await crypto.subtle.exportKey('raw', pair.publicKey))
  const composed = await client.delegations.compose({ body: { session_key, days: DAYS } })
  const { statement } = composed
  let proof: object
  if (by === 'passkey') {
    const { options } = await client.account.fresh_options()
    proof = { passkey: await usePasskey({ ...options, challenge: composed.passkey_challenge }) }
  } else {
    const [address] = (await by.provider.request({ method: 'eth_requestAccounts' })) as string[]
    const { items } = await client.wallets.list()
    const linked = items.find((w) => w.address.toLowerCase() === address?.toLowerCase())
    if (!linked || !address) return 'not_linked'
    const params = [address, JSON.stringify(composed.typed_data)]
    const signature = (await by.provider.request({ method: 'eth_signTypedData_v4', params })) as string
    proof = { wallet: { wallet_id: linked.wallet_id, signature } }
  }
  const { delegation_id, expires_at } = await client.delegations.delegate({ body: { statement, ...proof } })
  const row: DeviceKey = {
    account_id: accountId,
    delegation_id,
    site: statement.site,
    expires_at,
    key: pair.privateKey,
  }
  await onStore('readwrite', (store) => store.put(row))
  return 'done'
}

type Answer = { item_id: string; answer: Record<string, unknown> }

/** Signs answers where this device may; otherwise they go as they are. Work never waits for a signature. */
export async function signAnswers<A extends Answer>(
  at: { account_id: string; campaign_id: string; version: number },
  answers: readonly A[],
): Promise<(A & { signed?: { delegation_id: string; signature: string } })[]> {
  try {
    const found = await deviceKey(at.account_id)
    if (!found) return [...answers]
    return await Promise.all(
      answers.map(async (a) => {
        const text = datapointText({
          site: found.site,
          campaign_id: at.campaign_id,
          item_id: a.item_id,
          version: at.version,
          content_hash: contentHash(a.answer, bytes),
        })
        const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, found.key, bytes(text))
        return { ...a, signed: { delegation_id: found.delegation_id, signature: base64url(signature) } }
      }),
    )
  } catch {
    return [...answers]
  }
}
