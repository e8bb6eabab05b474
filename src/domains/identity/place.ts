import { isIP } from 'node:net'
import type { Ctx } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'

/** The site a passkey is for: its name, and the origin a browser must have been at. */
export type Place = { origin: string; rp_id: string }

/** Where people reach this server. The `Host` of a request counts only on the machine itself. */
export function placeOf(ctx: Pick<Ctx, 'config' | 'http'>): Place | undefined {
  const url = new URL(ctx.config.public_url ?? ctx.http?.origin ?? 'http://localhost')
  const local = isLocalName(url.hostname)
  // Browsers give passkeys to names under https and to localhost, never to bare addresses.
  if (isIP(url.hostname.replaceAll(/[[\]]/g, '')) || (!local && url.protocol !== 'https:')) return undefined
  return local || ctx.config.public_url ? { origin: url.origin, rp_id: url.hostname } : undefined
}

/** Where passkeys do work, when they do not here; null when nobody has said. */
export function passkeysAt(ctx: Pick<Ctx, 'config' | 'http'>): string | null {
  const place = placeOf(ctx)
  if (place) return place.origin
  const url = new URL(ctx.http?.origin ?? 'http://localhost')
  if (url.hostname !== '127.0.0.1' && url.hostname !== '[::1]') return null
  url.hostname = 'localhost'
  return url.origin
}

export function needPlace(ctx: Pick<Ctx, 'config' | 'http'>): Place {
  const place = placeOf(ctx)
  if (!place) throw new Refusal('passkeys_not_here', { url: passkeysAt(ctx) ?? 'its https address' })
  return place
}

const isLocalName = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost')
