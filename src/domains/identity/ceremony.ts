import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  type WebAuthnCredential,
} from '@simplewebauthn/server'
import type { Ctx } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { needPlace, type Place } from './place.ts'
import { type Purpose, putOneTime, takeOneTime } from './queries.ts'
import { CHALLENGE_MS } from './rules.ts'
import { hashOf } from './secrets.ts'
import { passkeyByCredential, type PasskeyRow, usePasskey } from './way-queries.ts'

type Credential = { id: string; transports: string[] }

/** Makes a challenge that counts once, for five minutes, for one purpose. */
async function challengeFor(
  ctx: Ctx,
  purpose: Purpose,
  accountId: string | null,
  data: object,
): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = new Uint8Array(ctx.randomBytes(32))
  await putOneTime(ctx.db, {
    value_hash: hashOf(Buffer.from(challenge).toString('base64url')),
    purpose,
    account_id: accountId,
    data,
    created_at: ctx.now,
    expires_at: new Date(ctx.now.getTime() + CHALLENGE_MS),
  })
  return challenge
}

/** What a browser needs to make a passkey that later signs in without a name being typed. */
export async function registrationOptions(
  ctx: Ctx,
  purpose: 'create' | 'add_passkey',
  who: { account_id: string; handle: string; known: Credential[]; data: object },
): Promise<Record<string, unknown>> {
  const place = needPlace(ctx)
  const challenge = await challengeFor(ctx, purpose, purpose === 'create' ? null : who.account_id, who.data)
  const userID = Buffer.alloc(8)
  userID.writeBigInt64BE(BigInt(who.account_id))
  return (await generateRegistrationOptions({
    rpName: 'Assay',
    rpID: place.rp_id,
    userName: who.handle,
    userDisplayName: who.handle,
    userID: new Uint8Array(userID),
    challenge,
    timeout: CHALLENGE_MS,
    attestationType: 'none',
    excludeCredentials: who.known as never,
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
  })) as unknown as Record<string, unknown>
}

/** What a browser needs to answer with a passkey. Nobody is named, so nothing says who has an account. */
export async function signInOptions(
  ctx: Ctx,
  purpose: 'sign_in' | 'fresh',
  accountId: string | null,
  allowed: Credential[],
): Promise<Record<string, unknown>> {
  const place = needPlace(ctx)
  const challenge = await challengeFor(ctx, purpose, accountId, {})
  return (await generateAuthenticationOptions({
    rpID: place.rp_id,
    challenge,
    timeout: CHALLENGE_MS,
    userVerification: 'preferred',
    allowCredentials: allowed as never,
  })) as unknown as Record<string, unknown>
}

/** Consumes the challenge that an answer names, before anything else is looked at: it never counts twice, right or wrong. */
async function consume(
  ctx: Ctx,
  purpose: Purpose,
  response: unknown,
): Promise<{ challenge: string; account_id: string | null; data: Record<string, unknown> }> {
  const challenge = challengeIn(response)
  const kept = challenge === undefined ? undefined : await takeOneTime(ctx.db, hashOf(challenge), purpose, ctx.now)
  if (challenge === undefined || !kept) throw new Refusal('challenge_over')
  return { challenge, ...kept }
}

function challengeIn(response: unknown): string | undefined {
  const encoded = (response as { response?: { clientDataJSON?: unknown } } | undefined)?.response?.clientDataJSON
  if (typeof encoded !== 'string' || encoded.length > 4096) return undefined
  try {
    const { challenge, crossOrigin } = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as {
      challenge?: unknown
      crossOrigin?: unknown
    }
    // Assay is never framed by another site, so an answer from a frame is not ours.
    return typeof challenge === 'string' && crossOrigin !== true ? challenge : undefined
  } catch {
    return undefined
  }
}

/** The passkey that a browser made, checked; with whatever was kept beside its challenge. */
export async function verifyNewPasskey(ctx: Ctx, purpose: 'create' | 'add_passkey', response: unknown) {
  const place = needPlace(ctx)
  const kept = await consume(ctx, purpose, response)
  const answer = response as RegistrationResponseJSON
  const checked = await refusing(() =>
    verifyRegistrationResponse({
      response: answer,
      expectedChallenge: kept.challenge,
      ...expected(place),
      requireUserVerification: false,
    }),
  )
  if (!checked.verified) throw new Refusal('passkey_refused')
  const { credential, credentialBackedUp } = checked.registrationInfo
  const passkey = {
    credential_id: credential.id,
    public_key: credential.publicKey,
    counter: String(credential.counter),
    transports: knownTransports(credential.transports),
    synced: credentialBackedUp,
  } satisfies Partial<PasskeyRow>
  return { passkey, ...kept }
}

/** The passkey that answered, checked and its counter moved on; with whatever was kept beside the challenge. */
export async function verifyPasskey(ctx: Ctx, purpose: 'sign_in' | 'fresh', response: unknown) {
  const kept = await consume(ctx, purpose, response)
  const { account_id } = await verifyPasskeyOver(ctx, kept.challenge, response)
  return { account_id, challenge_account_id: kept.account_id }
}

/** The passkey that signed this very challenge, checked and its counter moved on. */
export async function verifyPasskeyOver(
  ctx: Ctx,
  challenge: string,
  response: unknown,
): Promise<{ account_id: string }> {
  const place = needPlace(ctx)
  if (challengeIn(response) !== challenge) throw new Refusal('passkey_refused')
  const answer = response as AuthenticationResponseJSON
  const passkey =
    typeof answer.id === 'string' && answer.id.length <= 2000 ? await passkeyByCredential(ctx.db, answer.id) : undefined
  if (!passkey) throw new Refusal('passkey_unknown')
  const credential = {
    id: passkey.credential_id,
    publicKey: new Uint8Array(passkey.public_key),
    counter: Number(passkey.counter),
  } satisfies WebAuthnCredential
  const checked = await refusing(() =>
    verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge,
      ...expected(place),
      credential,
      requireUserVerification: false,
    }),
  )
  if (!checked.verified) throw new Refusal('passkey_refused')
  const { newCounter, credentialBackedUp } = checked.authenticationInfo
  if (!(await usePasskey(ctx.db, passkey.id, { counter: newCounter, synced: credentialBackedUp, at: ctx.now })))
    throw new Refusal('passkey_refused')
  return { account_id: passkey.account_id }
}

const expected = (place: Place) => ({ expectedOrigin: place.origin, expectedRPID: place.rp_id })

/** The library throws at whatever does not fit: to us that is an expected no. */
async function refusing<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch {
    throw new Refusal('passkey_refused')
  }
}

const TRANSPORTS = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])
const knownTransports = (given: unknown): string[] =>
  Array.isArray(given) ? given.filter((t): t is string => TRANSPORTS.has(t as string)).slice(0, 8) : []
