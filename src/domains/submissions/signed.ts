import { createPublicKey, verify } from 'node:crypto'
import type { Ctx, Db } from '../../platform/context.ts'
import { Refusal, refuseIf } from '../../platform/refusal.ts'
import { siteOf } from '../identity/delegations/delegate.ts'
import { delegationById } from '../identity/delegations/queries.ts'
import { datapointText } from '../../engine/datapoint.ts'
import { refuseDelegation } from '../identity/delegations/rules.ts'

/** A device's signature over an answer, as it is handed in. */
export type Signed = { delegation_id: string; signature: string }
/** The same, checked: what is kept, and what the evidence commits to. */
export type CheckedSignature = Signed & { session_key: string }

type Datapoint = { campaign_id: string; item_id: string; version: number; content_hash: string }

/** Checks that a key of this person signed this very answer. Wrong, expired, revoked and foreign keys are refused in words. */
export async function checkedSignature(
  ctx: Ctx,
  db: Db,
  who: string,
  of: { signed: Signed; datapoint: Datapoint },
): Promise<CheckedSignature> {
  const { signed, datapoint } = of
  const found = await delegationById(db, signed.delegation_id)
  refuseIf(refuseDelegation(found, { account_id: who, now: ctx.now }))
  const text = datapointText({ site: siteOf(ctx), ...datapoint })
  if (!isSignedByDevice(found!.session_key, text, Buffer.from(signed.signature, 'base64url')))
    throw new Refusal('datapoint_signature_wrong')
  return { ...signed, session_key: found!.session_key.toString('hex') }
}

/** Whether a P-256 key, given as its uncompressed point, signed a text (ECDSA over SHA-256, r and s side by side). */
export function isSignedByDevice(point: Uint8Array, text: string, signature: Uint8Array): boolean {
  if (signature.length !== 64 || point.length !== 65) return false
  try {
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: Buffer.from(point.subarray(1, 33)).toString('base64url'),
      y: Buffer.from(point.subarray(33)).toString('base64url'),
    }
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature)
  } catch {
    // Bytes that are no point of the curve.
    return false
  }
}
