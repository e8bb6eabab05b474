import { canonicalJson, sha256Hex } from '../../../platform/canonical.ts'

/** What a person states: this key, which one of their devices holds, may sign my datapoints here until then. */
export type Delegation = {
  /** The site it is for, without the scheme: no other site may use it. */
  site: string
  account_id: string
  /** A P-256 public key: its uncompressed point, 65 bytes in hex. */
  session_key: string
  issued_at: string
  expires_at: string
}

/** Longer than a season, shorter than anybody remembers having agreed. */
export const MOST_DAYS = 60
/** The statement is signed within minutes of being composed; an old one found somewhere is worth nothing. */
const SIGN_WITHIN_MS = 10 * 60_000

/** The statement as a wallet shows it (EIP-712): every field readable, nothing that could be a transaction. */
export const typedData = (d: Delegation) => ({
  domain: { name: 'Assay', version: '1' },
  types: {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
    ],
    Delegation: [
      { name: 'purpose', type: 'string' },
      { name: 'site', type: 'string' },
      { name: 'account', type: 'string' },
      { name: 'sessionKey', type: 'bytes' },
      { name: 'issuedAt', type: 'string' },
      { name: 'expiresAt', type: 'string' },
    ],
  },
  primaryType: 'Delegation' as const,
  message: {
    purpose: 'Let this device sign my datapoints. It can move no money.',
    site: d.site,
    account: d.account_id,
    sessionKey: `0x${d.session_key}` as const,
    issuedAt: d.issued_at,
    expiresAt: d.expires_at,
  },
})

/** What a passkey signs instead: the hash of the same statement is its challenge. */
export const passkeyChallenge = (d: Delegation): string =>
  Buffer.from(sha256Hex(`assay delegation/v1\n${canonicalJson(d)}`), 'hex').toString('base64url')

/** Why a statement does not count now; a refusal code, or nothing. */
export function refuseStatement(
  d: Delegation,
  here: { site: string; account_id: string; now: Date },
): 'delegation_foreign' | 'delegation_stale' | 'delegation_too_long' | undefined {
  if (d.site !== here.site || d.account_id !== here.account_id) return 'delegation_foreign'
  const age = here.now.getTime() - Date.parse(d.issued_at)
  if (!(age >= -60_000 && age <= SIGN_WITHIN_MS)) return 'delegation_stale'
  const length = Date.parse(d.expires_at) - Date.parse(d.issued_at)
  if (!(length > 0 && length <= MOST_DAYS * 86_400_000)) return 'delegation_too_long'
  return undefined
}

/** Why a delegation lends its key to nothing at this time, for this person. */
export function refuseDelegation(
  found: { account_id: string; expires_at: Date; revoked_at: Date | null } | undefined,
  at: { account_id: string; now: Date },
): 'delegation_unknown' | 'delegation_over' | undefined {
  // Somebody else's is as unknown as one that never was.
  if (!found || found.account_id !== at.account_id) return 'delegation_unknown'
  if (found.revoked_at || found.expires_at <= at.now) return 'delegation_over'
  return undefined
}
