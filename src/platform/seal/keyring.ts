import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes as chance } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Content that must not lie about in the clear is sealed: encrypted under a key of its own (AES-256-GCM), which is
 * encrypted under the installation's key. That key is in a file apart from the database, so neither a dump nor a backup
 * shows what is sealed. Sealed JSON is `{"$sealed": "v1.<key's name>.<its own key, wrapped>.<content>"}`.
 */
export type Keyring = {
  /** Any JSON value as its sealed form. */
  seal(value: unknown): Sealed
  /** The value again; what is not sealed, or not by a key of this ring, comes back as it is. */
  open(value: unknown): unknown
  /** The same for a JSON text, as the database driver hands it out. */
  parse(json: string): unknown
  /**
   * A keyed hash: alike for what is alike, and says nothing to whoever has the database without the key file. Each purpose
   * has a key of its own, derived from the newest one.
   */
  mark(purpose: string, text: string): Buffer
}
export type Sealed = { $sealed: string }

type Key = { name: string; secret: Buffer }
/** How the database prints sealed JSON; anything else is not looked at twice. */
const HEAD = '{"$sealed": "'
const NONCE = 12
const TAG = 16

/** A ring of keys, newest first: the first one seals, all of them open. `read` is called at the first need. */
export function keyring(read: () => readonly Buffer[], randomBytes: (n: number) => Uint8Array = chance): Keyring {
  let known: readonly Key[] | undefined
  const keys = () => (known ??= read().map((secret) => ({ name: nameOf(secret), secret })))
  const open = (value: unknown): unknown => {
    const text = isSealed(value) ? value.$sealed : undefined
    if (text === undefined) return value
    const [version, name, wrapped, content] = text.split('.')
    const key = version === 'v1' && wrapped && content ? keys().find((k) => k.name === name) : undefined
    if (!key) return value
    // Whoever may write JSON may write this shape too: what no key of ours sealed stays what it is.
    const own = decrypt(key.secret, Buffer.from(wrapped!, 'base64url'))
    const plain = own && decrypt(own, Buffer.from(content!, 'base64url'))
    return plain ? (JSON.parse(plain.toString('utf8')) as unknown) : value
  }
  return {
    seal(value) {
      const key = keys()[0]!
      const own = Buffer.from(randomBytes(32))
      const wrapped = encrypt(key.secret, own, randomBytes(NONCE))
      const content = encrypt(own, Buffer.from(JSON.stringify(value)), randomBytes(NONCE))
      return { $sealed: `v1.${key.name}.${wrapped.toString('base64url')}.${content.toString('base64url')}` }
    },
    open,
    // Queries put what they read inside of other objects, so sealed values are opened wherever they stand.
    parse: (json) =>
      json.includes(HEAD)
        ? (JSON.parse(json, (_, value: unknown) => open(value)) as unknown)
        : (JSON.parse(json) as unknown),
    mark(purpose, text) {
      const own = createHmac('sha256', keys()[0]!.secret).update(`assay mark\n${purpose}`).digest()
      return createHmac('sha256', own).update(text).digest()
    },
  }
}

/** Whether a value has the sealed form; it may still be of another installation. */
export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Sealed>).$sealed === 'string' &&
  Object.keys(value).length === 1

/** The name says which key it is and nothing else about it. */
export const nameOf = (secret: Buffer): string =>
  createHash('sha256').update('assay seal key\n').update(secret).digest('hex').slice(0, 12)

function encrypt(key: Uint8Array, plain: Uint8Array, nonce: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Buffer): Buffer | undefined {
  if (sealed.length < NONCE + TAG) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE))
  decipher.setAuthTag(sealed.subarray(-TAG))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()])
  } catch {
    return undefined
  }
}

/** The keys of a file, one in hex on each line, newest first; a file that is not there is made with one. */
export function keysIn(path: string): Buffer[] {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  if (!existsSync(path)) {
    // Two processes that start together end up with one key: a whole file gets the name, or is thrown away.
    const made = `${path}.${chance(8).toString('hex')}`
    writeFileSync(made, `${chance(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 })
    linkOrLeave(made, path)
  }
  chmodSync(path, 0o600)
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const keys = lines.map((line) => Buffer.from(line.trim(), 'hex'))
  if (keys.length === 0 || keys.some((k) => k.length !== 32))
    throw new Error(`${path} must hold keys of 64 hexadecimal digits, one on each line, the newest first.`)
  return keys
}

function linkOrLeave(made: string, path: string): void {
  try {
    linkSync(made, path)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(made)
  }
}
