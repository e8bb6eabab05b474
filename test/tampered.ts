import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson, commitTo, sha256Hex } from '../src/platform/canonical.ts'

// A record of any shape: what is in it is what is tampered with.
// oxlint-disable-next-line typescript/no-explicit-any
type Any = Record<string, any>
const lines = (path: string): Any[] => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l) as Any) // prettier-ignore

/** A copy of a season's folder that somebody meddles with, who knows how the files hang together. */
export class Tampered {
  readonly dir: string
  constructor(of: string) {
    this.dir = mkdtempSync(join(tmpdir(), 'assay-tampered-'))
    cpSync(of, this.dir, { recursive: true })
  }
  path(name: string): string {
    return join(this.dir, name)
  }
  read(name: string): Any[] {
    return lines(this.path(name))
  }
  /** Rewrites a file of lines; the manifest follows, as a forger would have it. */
  write(name: string, values: readonly unknown[]): void {
    this.put(name, values.map((v) => `${canonicalJson(v)}\n`).join(''))
  }
  put(name: string, text: string | Buffer): void {
    writeFileSync(this.path(name), text)
    const manifest = JSON.parse(readFileSync(this.path('manifest.json'), 'utf8')) as Any
    const file = (manifest.files as Any[]).find((f) => f.name === name)
    if (file) file.sha256 = sha256Hex(readFileSync(this.path(name)))
    else (manifest.files as Any[]).push({ name, bytes: 0, sha256: sha256Hex(readFileSync(this.path(name))) })
    writeFileSync(this.path('manifest.json'), `${canonicalJson(manifest)}\n`)
  }
  manifest(change: (m: Any) => void): void {
    const m = JSON.parse(readFileSync(this.path('manifest.json'), 'utf8')) as Any
    change(m)
    writeFileSync(this.path('manifest.json'), `${canonicalJson(m)}\n`)
  }
  edit(name: string, change: (values: Any[]) => unknown): void {
    const values = this.read(name)
    change(values)
    this.write(name, values)
  }
  opening(at: number): Any {
    return this.read('openings.jsonl').find((o) => o.at === at)!
  }
  /** The place of the first entry that fits. */
  find(kind: string, fits: (entry: Any, opening: Any) => boolean = () => true): number {
    const openings = new Map(this.read('openings.jsonl').map((o) => [o.at as number, o]))
    const at = this.read('entries.jsonl').findIndex((e, i) => e.kind === kind && fits(e, openings.get(i) ?? {}))
    if (at < 0) throw new Error(`the folder has a ${kind} that fits`)
    return at
  }
  /** Changes what an entry seals, as one could who keeps the log: the commitment fits again. */
  reseal(at: number, change: (value: Any) => void): void {
    const openings = this.read('openings.jsonl')
    const sealed = openings.find((o) => o.at === at)!.sealed as { salt: string; value: Any }
    change(sealed.value)
    this.write('openings.jsonl', openings)
    this.edit(
      'entries.jsonl',
      (entries) => (entries[at]!.sealed = commitTo(Buffer.from(sealed.salt, 'hex'), sealed.value)),
    )
    this.sign()
  }
  /** Takes an entry and its opening out, and moves all others up. */
  remove(at: number): void {
    this.edit('entries.jsonl', (entries) => entries.splice(at, 1))
    this.write(
      'openings.jsonl',
      this.read('openings.jsonl')
        .filter((o) => o.at !== at)
        .map((o) => (o.at > at ? { ...o, at: o.at - 1 } : o)),
    )
    this.sign()
  }
  /** Makes the log whole again, with a key of one's own: what remains wrong is what it says. */
  sign(): void {
    const entries = readFileSync(this.path('entries.jsonl'), 'utf8').split('\n').filter(Boolean)
    const leaves = entries.map((e) => hash(Buffer.from([0]), Buffer.from(e)))
    this.put('leaves.bin', Buffer.concat(leaves))
    const origin = readFileSync(this.path('checkpoint'), 'utf8').split('\n')[0]!
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    const material = Buffer.concat([Buffer.from([1]), raw])
    const id = hash(Buffer.from(`${origin}\n`), material).subarray(0, 4)
    const body = `${origin}\n${entries.length}\n${rootOf(leaves).toString('base64')}\n`
    const signature = Buffer.concat([id, sign(null, Buffer.from(body), privateKey)])
    this.put('checkpoint', `${body}\n\u2014 ${origin} ${signature.toString('base64')}\n`)
    this.put('keys.txt', `${origin}+${id.toString('hex')}+${material.toString('base64')}\n`)
    this.manifest((m) => {
      m.log.size = entries.length
      m.log.root = rootOf(leaves).toString('hex')
    })
  }
  forget(): void {
    rmSync(this.dir, { recursive: true })
  }
}

const hash = (...parts: Buffer[]): Buffer => {
  const h = createHash('sha256')
  for (const p of parts) h.update(p)
  return h.digest()
}
/** The tree as RFC 6962 writes it down, slowly. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return hash()
  if (leaves.length === 1) return leaves[0]!
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return hash(Buffer.from([1]), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)))
}
