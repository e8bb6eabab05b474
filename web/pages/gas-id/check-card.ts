import type { SignedCard } from '../../../src/domains/gasid/contract.ts'

/** `foreign`: signed, but by a key that is not this installation's. `unable`: this browser has no Ed25519. */
export type CardCheck = 'signed' | 'foreign' | 'wrong' | 'unable'

/** Whether a card is signed by the key it names, and whether that key is the installation's: found out in this browser. */
export async function checkCard(signed: SignedCard, installationKey: string | undefined): Promise<CardCheck> {
  const { card, signature } = signed
  let key: CryptoKey
  try {
    key = await crypto.subtle.importKey('raw', bytesOf(signature.public_key), 'Ed25519', false, ['verify'])
  } catch {
    return 'unable'
  }
  const text = new TextEncoder().encode(canonical(card))
  const isSigned = await crypto.subtle.verify('Ed25519', key, bytesOf(signature.value), text).catch(() => false)
  if (!isSigned) return 'wrong'
  return installationKey === signature.public_key ? 'signed' : 'foreign'
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
  try {
    return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
  } catch {
    return new Uint8Array(0)
  }
}

/** Canonical JSON (RFC 8785) of what a card holds: objects, lists, text, whole numbers, yes and no. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
      .join(',')}}`
  return JSON.stringify(value)
}
