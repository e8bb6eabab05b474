import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  download,
  gradeWaiting,
  releaseAgain,
  releaseOfAnswers,
  releaseOfWork,
  type Released,
} from '../../test/certified.ts'
import { filesOfItsOwn } from '../../test/collected.ts'
import { createWorld, type Person, type World } from '../../test/world.ts'
import type { Certificate, Signed } from '../domains/certificates/contract.ts'
import { signed } from '../domains/certificates/issue.ts'
import { signingKey } from '../platform/signing/queries.ts'
import { keyFrom, pemOf, publicKeyIn, type SigningKey } from '../platform/signing/keys.ts'
import { canonicalJson, sha256Hex } from '../platform/canonical.ts'
import { checkCertificate } from './certify-check.ts'
import { Problem } from './problem.ts'
import { createProgram } from './program.ts'

let w: World
let root: string
let good: string
let other: string
let key: SigningKey
let operator: Person
let graders: Person[]
let again: Released
const own = filesOfItsOwn()

beforeAll(async () => {
  w = await createWorld({ config: own })
  root = mkdtempSync(join(tmpdir(), 'assay-certify-'))
  operator = await w.person('operator', { roles: ['operator'] })
  const author = await w.person('ann')
  graders = await Promise.all(['quinn', 'quentin'].map((h) => w.person(h, { roles: ['qa'] })))
  const r = await releaseOfWork(w, operator, author, 150, 8)
  await graders[0]!.client.certificates.start({ params: r.params, body: { at_least: '0.85' } })
  await gradeAll(r)
  good = join(root, 'good')
  await download(w, operator, r, good)
  // The next release of the campaign holds the same work, and the same names; it is another release all the same.
  const next = await releaseAgain(w, operator, r.campaign_id)
  again = { ...next, truth: r.truth }
  other = join(root, 'other')
  const base = `/v1/campaigns/${r.campaign_id}/releases/${next.params.release_id}`
  cpSync(good, other, { recursive: true })
  for (const name of [...next.release.files.map((f) => f.name).filter((n) => !n.endsWith('.parquet')), 'manifest.json'])
    writeFileSync(join(other, name), (await w.raw(operator, { method: 'GET', url: `${base}/files/${name}` })).body)
  key = (await signingKey(w.db))!
})
afterAll(async () => {
  await w.close()
  rmSync(root, { recursive: true, force: true })
  rmSync(own.data_dir, { recursive: true, force: true })
})

/** Everybody grades what waits, until nothing does. */
async function gradeAll(r: Released): Promise<void> {
  for (let graded = 1; graded > 0;) {
    graded = 0
    for (const who of graders) graded += await gradeWaiting(who, r.campaign_id, (id) => r.truth.get(id)!)
    await w.jobs(['read_audits'])
  }
}

let made = 0
type LogLine = { position: number; id: string; outcome: string; grades: { right: boolean; questions: object }[] }
const linesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((l) => JSON.parse(l) as LogLine)
const textOf = (lines: LogLine[]) => lines.map((l) => `${canonicalJson(l)}\n`).join('')

/** A copy of what was certified, with something changed. `resign`: by whom who holds a key, hash of the log included. */
function changed(change: {
  from?: string
  certificate?: (c: Certificate) => void
  file?: (f: Signed) => void
  log?: (lines: LogLine[]) => LogLine[]
  data?: (text: string) => string
  resign?: SigningKey
}): string {
  const dir = join(root, `case${made++}`)
  cpSync(change.from ?? good, dir, { recursive: true })
  const at = (name: string) => join(dir, name)
  const file = JSON.parse(readFileSync(at('certificate.json'), 'utf8')) as Signed
  if (change.data) writeFileSync(at('data.jsonl'), change.data(readFileSync(at('data.jsonl'), 'utf8')))
  if (change.log) {
    const log = textOf(change.log(linesOf(readFileSync(at('audit-log.jsonl'), 'utf8'))))
    writeFileSync(at('audit-log.jsonl'), log)
    if (change.resign) file.certificate.audit_log.sha256 = sha256Hex(log)
  }
  change.certificate?.(file.certificate)
  change.file?.(file)
  writeFileSync(at('certificate.json'), change.resign ? signed(file.certificate, change.resign) : canonicalJson(file))
  return dir
}
const codes = async (dir: string, trusted?: Buffer) => [
  ...new Set((await checkCertificate([dir], trusted)).findings.map((f) => f.code)),
]
const flip = (l: LogLine): LogLine => ({
  ...l,
  outcome: 'right',
  grades: l.grades.map(() => ({ right: true, questions: { kind: true } })),
})
const isWrong = (l: LogLine) => l.outcome === 'wrong'

describe('a certificate and its release', () => {
  test('hold as they were issued, with the key that is known', async () => {
    const { findings, notes, file } = await checkCertificate([good], key.public_key)
    expect(findings).toEqual([])
    expect(notes.filter((n) => !n.includes('parquet'))).toEqual([])
    expect(file.certificate.claim.at_least).toBe('0.850000')
    // At least one was found wrong, or the cases below would change nothing.
    expect(linesOf(readFileSync(join(good, 'audit-log.jsonl'), 'utf8')).some(isWrong)).toBe(true)
  })

  test('hold wherever the files lie', async () => {
    const apart = join(root, 'apart')
    cpSync(join(good, 'certificate.json'), join(apart, 'certificate.json'))
    cpSync(join(good, 'audit-log.jsonl'), join(apart, 'audit-log.jsonl'))
    expect((await checkCertificate([apart, good], undefined)).findings).toEqual([])
  })
})

describe('a release of inferred answers', () => {
  test('graders see what was inferred, nobody grades own answers, and the certificate holds offline', async () => {
    const people = await Promise.all(['amy', 'ben', 'cem'].map((h) => w.person(h)))
    const both = await w.person('both', { roles: ['qa'] })
    const r = await releaseOfAnswers(w, operator, [people[0]!, people[1]!, both], 60, 3)
    expect(r.release.counts).toMatchObject({ datapoints: 60 })
    const started = await graders[0]!.client.certificates.start({ params: r.params, body: { at_least: '0.8' } })
    expect(started).toMatchObject({ lot: 60 })
    await expect(both.client.audits.claim({ params: r.params, body: {} })).rejects.toMatchObject({
      code: 'answered_here',
    })
    const { items } = await graders[0]!.client.audits.claim({ params: r.params, body: { count: 50 } })
    expect(items.length).toBeGreaterThan(0)
    expect(items.map((i) => i.answer['stars'])).toEqual(items.map(() => 3))
    await gradeAll(r)
    const end = await graders[0]!.client.certificates.get({ params: r.params })
    expect(end.state).toBe('proved')
    const files = join(root, 'answers')
    await download(w, operator, r, files)
    const { findings, file } = await checkCertificate([files], key.public_key)
    expect(findings).toEqual([])
    expect(file.certificate.release.datapoints).toBe(60)
    const names = linesOf(readFileSync(join(files, 'data.jsonl'), 'utf8')).map((d) => d.id)
    const audited = linesOf(readFileSync(join(files, 'audit-log.jsonl'), 'utf8'))
    expect(audited.length).toBe(end.audits)
    expect(audited.every((l) => names.includes(l.id))).toBe(true)
  })
})

// Each fault is planted twice where it can be: by someone who cannot sign, and by someone who holds the key.
describe('what was changed is found and named', () => {
  test('a grade', async () => {
    const log = (lines: LogLine[]) => lines.map((l) => (isWrong(l) ? flip(l) : l))
    expect(await codes(changed({ log }))).toEqual(expect.arrayContaining(['log_hash', 'precision', 'statement']))
    expect(await codes(changed({ log, resign: key }))).toEqual(expect.arrayContaining(['precision', 'statement']))
  })
  test('an outcome that its grades do not say', async () => {
    const log = (lines: LogLine[]) => lines.map((l) => (isWrong(l) ? { ...l, outcome: 'right' } : l))
    expect(await codes(changed({ log, resign: key }))).toEqual(['log_outcome'])
  })
  test('the release', async () => {
    const found = await codes(changed({ from: other }))
    expect(found).toEqual(expect.arrayContaining(['content_hash', 'release']))
    expect(found).not.toContain('signature')
  })
  test('the statement', async () => {
    const certificate = (c: Certificate) => void (c.statement = c.statement.replace('85 %', '99 %'))
    expect(await codes(changed({ certificate }))).toEqual(['signature', 'statement'])
    expect(await codes(changed({ certificate, resign: key }))).toEqual(['statement'])
  })
  test('the claim', async () => {
    const certificate = (c: Certificate) => void (c.claim.at_least = '0.990000')
    expect(await codes(changed({ certificate, resign: key }))).toEqual(['statement', 'not_proved'])
    const surer = (c: Certificate) => void (c.claim.confidence = '0.999000')
    expect(await codes(changed({ certificate: surer, resign: key }))).toEqual(['claim'])
  })
  test('the bound', async () => {
    const certificate = (c: Certificate) => void (c.precision.anytime.wrong_at_most -= 1)
    const { findings } = await checkCertificate([changed({ certificate, resign: key })], undefined)
    expect(findings).toMatchObject([{ code: 'precision' }])
    expect(findings[0]!.message).toMatch(
      /^precision\.anytime\.wrong_at_most: the certificate says \d+; the release and/,
    )
  })
  test('the figures of a class', async () => {
    const certificate = (c: Certificate) => void (c.by_class!.classes[0]!.right += 1)
    expect(await codes(changed({ certificate, resign: key }))).toEqual(['by_class'])
  })
  test('the order of the log', async () => {
    const log = ([a, b, ...rest]: LogLine[]) => [{ ...b!, position: 1 }, { ...a!, position: 2 }, ...rest]
    expect(await codes(changed({ log }))).toEqual(['log_hash', 'log_order'])
    const { findings } = await checkCertificate([changed({ log, resign: key })], undefined)
    expect(findings.map((f) => f.code)).toEqual(['log_order'])
    expect(findings[0]!.message).toMatch(/^Place 1 of the audit log is d\w+; the draw has d\w+ there\.$/)
  })
  test('a piece that another was put in the place of', async () => {
    const log = (lines: LogLine[]) =>
      lines.map((l) => (isWrong(l) ? flip({ ...l, id: 'd00000000000000000000000000000000' }) : l))
    expect(await codes(changed({ log, resign: key }))).toContain('log_order')
  })
  test('a log that was cut short', async () => {
    expect(await codes(changed({ log: (l) => l.slice(0, -1), resign: key }))).toContain('log_length')
  })
  test('the seed', async () => {
    const certificate = (c: Certificate) => void (c.sampling.seed = '1')
    expect(await codes(changed({ certificate, resign: key }))).toEqual(['draw', 'log_order'])
  })
  test('the data', async () => {
    const data = (text: string) => text.replace('river', 'lake')
    expect(await codes(changed({ data }))).toEqual(expect.arrayContaining(['file', 'by_class']))
    const fewer = (text: string) => text.slice(text.indexOf('\n') + 1)
    expect(await codes(changed({ data: fewer }))).toEqual(expect.arrayContaining(['file', 'datapoints']))
  })
  test('the key', async () => {
    const forger = keyFrom(Buffer.alloc(32, 7))
    const forged = changed({ resign: forger })
    expect(await codes(forged), 'who the key belongs to is not in the file').toEqual([])
    expect(await codes(forged, key.public_key)).toEqual(['key'])
    const swapped = changed({ file: (f) => void (f.signature.public_key = forger.public_key.toString('base64')) })
    expect(await codes(swapped)).toEqual(['signature', 'key'])
  })
  test('what is no certificate, and what is not there', async () => {
    const broken = changed({})
    writeFileSync(join(broken, 'certificate.json'), '{}')
    await expect(checkCertificate([broken], undefined)).rejects.toThrow(Problem)
    rmSync(join(broken, 'certificate.json'))
    await expect(checkCertificate([broken], undefined)).rejects.toThrow('certificate.json is missing')
    await expect(checkCertificate([join(root, 'nowhere')], undefined)).rejects.toThrow('There is nothing at')
    const unreadable = changed({})
    writeFileSync(join(unreadable, 'audit-log.jsonl'), 'x')
    expect(await codes(unreadable)).toEqual(['log_hash', 'log_unreadable'])
  })
})

/** Runs the command and catches what it says. */
async function run(...args: string[]): Promise<{ said: string; failed: Error | undefined }> {
  let said = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  try {
    const failed = await createProgram()
      .parseAsync(['certify', ...args], { from: 'user' })
      .then(
        () => undefined,
        (e: unknown) => e as Error,
      )
    return { said, failed }
  } finally {
    spy.mockRestore()
  }
}

describe('the command', () => {
  test('says in words that it holds', async () => {
    const pem = join(root, 'key.pem')
    writeFileSync(pem, pemOf(key.public_key))
    const { said, failed } = await run('--check', good, '--public-key', pem)
    expect(failed).toBeUndefined()
    expect(said).toContain('At least 85 % of the 150 datapoints')
    expect(said).toMatch(/Re-checked: .* \d+ audits prove it/)
  })
  test('says in words what differs, and fails', async () => {
    const { said, failed } = await run(
      '--check',
      changed({ certificate: (c) => void (c.statement = 'All of it is right.') }),
    )
    expect(failed).toBeInstanceOf(Problem)
    expect(said).toContain('Differs (signature): The signature does not fit')
    expect(said).toContain('Differs (statement): statement: the certificate says "All of it is right."')
  })
})

test('the command tells the cost, begins, says how far it is, fetches what was proved, and checks it', async () => {
  const url = await w.app.listen({ port: 0, host: '127.0.0.1' })
  const out = join(root, 'fetched')
  const certify = (...args: string[]) =>
    run(again.campaign_id, '--release', '2', '--at-least', '0.6', '--url', url, '--key', operator.key, ...args)
  const cost = await certify()
  expect(cost.said).toMatch(
    /Release 2 holds 150 datapoints\. To prove that at least 0\.600000 .* takes \d+ audits or more/,
  )
  expect(cost.said).toMatch(/if 12 are wrong: about \d+ audits/)
  expect(cost.said).toMatch(/A grade takes about \d+ seconds here, and an audit 1\.1000 grades/)
  expect(String(cost.failed)).toContain('--begin')
  expect((await certify('--begin')).said).toContain('The claim is begun')
  const far = await certify()
  expect(String(far.failed)).toMatch(/Not proved yet: \d+ of its audits are read, \d+ wrong; they prove 0\.\d+ so far/)
  await gradeAll(again)
  const done = await certify('--out', out)
  expect(done.failed).toBeUndefined()
  expect(done.said).toContain('At least 60 % of the 150 datapoints of release 2')
  expect((await run('--check', out, other)).said).toContain('Re-checked')
  expect(String((await run('--check', out, good)).failed)).toContain('does not hold')
  expect(String((await run('1', '--url', url, '--key', operator.key)).failed)).toMatch(
    /There is no campaign with this id/,
  )
  expect(String((await run()).failed)).toContain('Name a campaign')
})

test('a public key is read as PEM, base64, hex or the answer of the server', () => {
  for (const text of [pemOf(key.public_key), key.public_key.toString('base64'), key.public_key.toString('hex')])
    expect(publicKeyIn(text)?.equals(key.public_key)).toBe(true)
  expect(publicKeyIn('nonsense')).toBeUndefined()
})
