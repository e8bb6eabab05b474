import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** The few forms of CBOR that an attestation without a statement needs. */
function cbor(value: unknown): Buffer {
  const head = (type: number, n: number): Buffer => {
    if (n < 24) return Buffer.from([(type << 5) | n])
    return n < 256 ? Buffer.from([(type << 5) | 24, n]) : Buffer.from([(type << 5) | 25, n >> 8, n & 255])
  }
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([k, v]) => [cbor(k), cbor(v)])])
  throw new Error(`cannot write ${typeof value} as CBOR`)
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

export type Ceremony = { challenge: string; rpId?: string; rp?: { id?: string } }
type How = {
  origin?: string
  rpId?: string
  counter?: number
  synced?: boolean
  userVerified?: boolean
  crossOrigin?: boolean
}

/** A passkey in software: real keys, real signatures, and whatever mistake a test asks for. */
export class Authenticator {
  readonly id = randomBytes(16)
  readonly origin: string
  counter = 0
  private readonly keys: { privateKey: KeyObject; publicKey: KeyObject } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  })

  constructor(origin = 'http://localhost') {
    this.origin = origin
  }

  create(options: Ceremony, how: How = {}): Record<string, unknown> {
    const clientData = this.clientData('webauthn.create', options.challenge, how)
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', this.authData(options, how, true)],
    ])
    const response = {
      clientDataJSON: base64url(clientData),
      attestationObject: base64url(cbor(attestation)),
      transports: ['internal', 'hybrid'],
    }
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      authenticatorAttachment: 'platform',
      response,
    }
  }

  get(options: Ceremony, how: How = {}): Record<string, unknown> {
    const clientData = this.clientData('webauthn.get', options.challenge, how)
    const authData = this.authData(options, how, false)
    const signature = sign(
      'sha256',
      Buffer.concat([authData, createHash('sha256').update(clientData).digest()]),
      this.keys.privateKey,
    )
    const response = {
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(authData),
      signature: base64url(signature),
    }
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      response,
    }
  }

  private clientData(type: string, challenge: string, how: How): Buffer {
    return Buffer.from(
      JSON.stringify({ type, challenge, origin: how.origin ?? this.origin, crossOrigin: how.crossOrigin ?? false }),
    )
  }

  private authData(options: Ceremony, how: How, withKey: boolean): Buffer {
    const rpId = how.rpId ?? options.rpId ?? options.rp?.id ?? new URL(this.origin).hostname
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(how.counter ?? ++this.counter)
    // User present, user verified, backup eligible and state, attested data.
    const flags = 0x01 | (how.userVerified === false ? 0 : 0x04) | (how.synced ? 0x18 : 0) | (withKey ? 0x40 : 0)
    const head = [createHash('sha256').update(rpId).digest(), Buffer.from([flags]), counter]
    if (!withKey) return Buffer.concat(head)
    const { x, y } = this.keys.publicKey.export({ format: 'jwk' }) as { x: string; y: string }
    const key = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ])
    return Buffer.concat([...head, Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, cbor(key)])
  }
}
