import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { playSeason, type PlayedSeason } from '../../test/season-folder.ts'
import { Tampered } from '../../test/tampered.ts'
import { sha256Hex } from '../platform/canonical.ts'
import { partsOf } from './parts.ts'
import { verifySeason, type Options } from './season.ts'
import type { Code, Finding } from './report.ts'

let played: PlayedSeason | undefined
let dir: string

beforeAll(async () => {
  played = await playSeason()
  dir = await played.write()
}, 300_000)
afterAll(() => played?.w.close())

describe('a season played, closed and written to a folder', () => {
  test('is equal in everything that can be reckoned again', async () => {
    const report = await verifySeason(dir)
    expect(report.findings).toEqual([])
    expect(report.signed).toBe('unknown')
    expect(report.counted).toMatchObject({ releases: 1, windows: expect.any(Number) })
    for (const [what, least] of [
      ['votes', 300],
      ['decisions', 120],
      ['rewards', 120],
      ['windows', 3],
    ] as const)
      // prettier-ignore
      expect(report.counted[what], what).toBeGreaterThanOrEqual(least)
    const sequenced = await played!.w.db.selectFrom('event_sequence').select((e) => e.fn.countAll<string>().as('n')).where('season_id', '=', played!.season_id).executeTakeFirstOrThrow() // prettier-ignore
    expect(report.counted.entries).toBe(Number(sequenced.n))
    expect(report.money.length).toBe(3)
    for (const m of report.money) expect(m).toMatchObject({ left: '0', held: '0' })
    const key = readFileSync(`${dir}/keys.txt`, 'utf8').trim()
    expect((await verifySeason(dir, { keys: [key] })).signed).toBe('trusted')
  })

  test('holds every kind of decision and pay that there is to check', () => {
    const t = new Tampered(dir)
    const policies = new Set(
      t
        .read('entries.jsonl')
        .filter((e) => e.kind === 'decided')
        .map((e) => e.policy),
    )
    expect(policies).toEqual(new Set(['majority', 'adaptive', 'redundancy', 'checks']))
    const kinds = new Set(
      t.read('openings.jsonl').flatMap((o) => (o.sealed?.value.rewards ?? []).map((r: { kind: string }) => r.kind)),
    )
    expect(kinds).toEqual(new Set(['reward', 'held', 'bonus', 'novelty', 'review_pay', 'review_bonus']))
    expect(t.read('gold.jsonl').length).toBeGreaterThan(0)
    expect(t.read('snapshots.jsonl').some((s) => s.said[1].length > 1)).toBe(true)
    t.forget()
  })

  test('names nobody: no account, and no id but those with public pages', async () => {
    const people = await played!.w.db.selectFrom('account').select(['id', 'handle']).execute()
    const pages = [
      played!.season_id,
      ...Object.values(played!.campaigns),
      ...(await played!.w.db.selectFrom('release').select('id').execute()).map((r) => r.id),
    ]
    for (const name of [
      'entries.jsonl',
      'openings.jsonl',
      'snapshots.jsonl',
      'gold.jsonl',
      'plans.jsonl',
      'manifest.json',
    ]) {
      // Seeds of draws have as many digits.
      const text = readFileSync(`${dir}/${name}`, 'utf8').replace(/"seed":"\d+"/g, '')
      for (const p of people) expect(text.includes(p.id), `${name} names ${p.handle}`).toBe(false)
      const ids = new Set(text.match(/"\d{17,19}"/g)?.map((id) => id.slice(1, -1)))
      expect(
        [...ids].filter((id) => !pages.includes(id)),
        name,
      ).toEqual([])
    }
  })
})

/** Meddles with a copy and answers what is found. */
async function found(meddle: (t: Tampered) => void, options: Options = {}): Promise<Finding[]> {
  const t = new Tampered(dir)
  meddle(t)
  const { findings } = await verifySeason(t.dir, options)
  t.forget()
  return findings
}
const first = (findings: readonly Finding[], code: Code): Finding => {
  const f = findings.find((x) => x.code === code)
  expect(findings.map((x) => `${x.code}: ${x.message}`), `expected ${code}`).toContainEqual(expect.stringMatching(`^${code}:`)) // prettier-ignore
  return f!
}
const flip = (o: Record<string, boolean>) => Object.keys(o).forEach((k) => (o[k] = !o[k]))

describe('found and named: who meddles with the files', () => {
  test('a vote that is opened as another', async () => {
    let at = -1
    const findings = await found((t) => {
      at = t.find('reviewed')
      t.edit('openings.jsonl', (all) => flip(all.find((o) => o.at === at)!.open.approvals.value))
    })
    expect(first(findings, 'opening_differs')).toMatchObject({
      entry: at,
      message: expect.stringContaining(`Entry ${at} (reviewed`),
    })
    expect(findings[0]!.message).toContain('approvals')
  })
  test('an entry that is changed, in the log alone', async () => {
    const findings = await found((t) => t.edit('entries.jsonl', (e) => (e[40]!.day = '2026-01-04')))
    expect(first(findings, 'entry_changed')).toMatchObject({ entry: 40 })
    first(findings, 'root_differs')
  })
  test('two entries in the wrong order', async () => {
    const findings = await found((t) => t.edit('entries.jsonl', (e) => e.splice(70, 2, e[71]!, e[70]!)))
    expect(first(findings, 'order_changed').message).toBe('Entries 70 and 71 stand in the wrong order.')
  })
  test('an entry that was taken out', async () => {
    const findings = await found((t) => t.edit('entries.jsonl', (e) => e.splice(55, 1)))
    expect(first(findings, 'entry_removed')).toMatchObject({
      entry: 55,
      message: expect.stringContaining('Entry 55 is missing'),
    })
    first(findings, 'log_truncated')
  })
  test('a log that ends early, and one that goes on', async () => {
    const short = await found((t) => t.edit('entries.jsonl', (e) => e.splice(-7)))
    expect(first(short, 'log_truncated').message).toMatch(/: 7 are missing\.$/)
    const long = await found((t) => t.edit('entries.jsonl', (e) => e.push(e[3]!)))
    expect(first(long, 'log_too_long').message).toMatch(/: 1 were added\.$/)
  })
  test('a checkpoint that was edited, one of nobody, one by another key', async () => {
    const text = readFileSync(`${dir}/checkpoint`, 'utf8')
    first(await found((t) => t.put('checkpoint', text.replace(/\n\d+\n/, '\n12\n'))), 'checkpoint_changed')
    first(await found((t) => t.put('checkpoint', 'nothing')), 'checkpoint_unreadable')
    const key = readFileSync(`${dir}/keys.txt`, 'utf8').trim()
    expect(first(await found((t) => t.sign(), { keys: [key] }), 'key_wrong').message).toContain(key)
    // Without a key that one trusts there is nothing to find: the report says that the folder vouches for itself.
    expect(await found((t) => t.sign())).toEqual([])
  })
  test('the folder of another season', async () => {
    expect(first(await found((t) => t.manifest((m) => (m.season.id = '99'))), 'season_wrong').message).toContain(
      'season 99',
    )
    expect(
      first(await found((t) => t.manifest((m) => (m.log.origin = 'elsewhere/log/1'))), 'season_wrong').message,
    ).toContain('elsewhere/log/1')
  })
  test('an opening too many, one too few, one twice', async () => {
    let at = -1
    const extra = await found((t) => {
      at = t.find('season_started')
      const sealed = { salt: '00', value: { by: 'somebody' } }
      t.edit('openings.jsonl', (o) => o.splice(o.filter((x) => x.at < at).length, 0, { at, sealed }))
    })
    expect(first(extra, 'opening_extra')).toMatchObject({ entry: at })
    const missing = await found((t) => {
      at = t.find('decided')
      t.write(
        'openings.jsonl',
        t.read('openings.jsonl').filter((o) => o.at !== at),
      )
    })
    expect(first(missing, 'not_opened')).toMatchObject({ entry: at })
    expect(
      first(await found((t) => t.edit('openings.jsonl', (o) => o.splice(9, 0, o[9]!))), 'opening_extra').message,
    ).toContain('a second time')
  })
  test('a file that differs, and one that is gone', async () => {
    expect(
      first(await found((t) => t.manifest((m) => (m.files[3].sha256 = '0'.repeat(64)))), 'file_changed').file,
    ).toBeDefined()
    expect(
      first(
        await found((t) => t.manifest((m) => m.files.push({ name: 'gone.jsonl', bytes: 1, sha256: '' }))),
        'file_missing',
      ).file,
    ).toBe('gone.jsonl')
  })
  test('a snapshot and a plan that are not those that were planned by', async () => {
    const snapshot = await found((t) => t.edit('snapshots.jsonl', (s) => (s[1]!.prior[0] += 1)))
    expect(first(snapshot, 'snapshot_differs').message).toContain('in_depth_research-')
    first(
      await found((t) => t.edit('plans.jsonl', (p) => (p[0]!.body = p[0]!.body.replace('"least":2', '"least":1')))),
      'plan_differs',
    )
  })
  test('a weight that nobody has, and one that somebody else has', async () => {
    const weighed = (o: { weighed?: { votes: object } }) =>
      o.weighed !== undefined && Object.keys(o.weighed.votes).length > 0
    const change = (units: number[]) => (t: Tampered) =>
      t.edit('openings.jsonl', (all) => {
        const votes = all.find((o) => weighed(o))!.weighed.votes
        const vote = Object.values(votes)[0] as Record<string, number[]>
        vote[Object.keys(vote)[0]!] = units
      })
    first(await found(change([-77, 77])), 'weight_unknown')
    expect(
      first(
        await found((t) =>
          t.edit(
            'openings.jsonl',
            (all) =>
              delete all.findLast(
                (o) =>
                  o.weighed &&
                  Object.values(o.weighed.votes as Record<string, { accept?: number[] }>).some(
                    (v) => v.accept && v.accept[1] !== 40_101,
                  ),
              )!.weighed,
          ),
        ),
        'decision_differs',
      ).message,
    ).toMatch(/add up to a lead of/)
  })
  test('a release that was swapped', async () => {
    const findings = await found((t) => {
      const name = t.read('manifest.json')[0]!.files.find((f: { name: string }) => f.name.startsWith('releases/'))
        .name as string
      t.put(
        name,
        readFileSync(t.path(name), 'utf8').replace('"number": 1', '"number": 2').replace('"number":1', '"number":2'),
      )
    })
    expect(first(findings, 'release_differs').message).toMatch(/it is another release, number 2/)
  })
  test('a certificate that was edited', async () => {
    const with_certificate = (text: string) => (t: Tampered) => {
      const name = t.read('manifest.json')[0]!.files.find((f: { name: string }) => f.name.startsWith('releases/'))
        .name as string
      const campaign = /releases\/(\d+)-1/.exec(name)![1]!
      t.edit('entries.jsonl', (e) =>
        e.push({
          v: 1,
          kind: 'certified',
          day: '2026-02-14',
          campaign,
          number: 1,
          certificate_hash: sha256Hex('{"claim":"0.95"}'),
        }),
      )
      t.sign()
      t.put(name.replace('manifest', 'certificate'), text)
    }
    expect(await found(with_certificate('{"claim":"0.95"}'))).toEqual([])
    expect(first(await found(with_certificate('{"claim":"0.99"}')), 'certificate_differs').message).toContain(
      'certified',
    )
  })
})

describe('found and named: who keeps the log and signs what is not so', () => {
  test('work accepted against its votes', async () => {
    let at = -1
    const findings = await found((t) => {
      at = t.find('decided', (e) => e.policy === 'majority' && e.accepted === false)
      t.edit('entries.jsonl', (e) => (e[at]!.accepted = true))
      t.reseal(at, (v) => (v.questions = { fact: true }))
    })
    expect(first(findings, 'decision_differs')).toMatchObject({
      entry: at,
      message: expect.stringMatching(/votes approve, so it is rejected; the decision says accepted/),
    })
    first(findings, 'reward_differs')
  })
  test('a vote that is not counted, and one that never was', async () => {
    let at = -1
    const left_out = await found((t) => {
      at = t.find('decided', (_, o) => o.sealed?.value.review_ids.length === 3)
      t.reseal(at, (v) => {
        const gone = v.review_ids.pop()
        v.approved_ids = v.approved_ids.filter((id: string) => id !== gone)
      })
    })
    expect(first(left_out, 'vote_unnamed').message).toContain(`Decision in entry ${at}`)
    first(await found((t) => t.reseal(at, (v) => v.review_ids.push('f'.repeat(32)))), 'vote_missing')
  })
  test('a lead that the weights do not add up to', async () => {
    const findings = await found((t) =>
      t.reseal(
        t.find('decided', (e) => e.policy === 'adaptive'),
        (v) => (v.leads.fact += 1),
      ),
    )
    expect(first(findings, 'decision_differs').message).toMatch(/add up to a lead of/)
  })
  test('a reward that is too high, one that is missing, one for nothing', async () => {
    let at = -1
    const paid = (_: unknown, o: { sealed?: { value: { window?: number; rewards?: { kind: string }[] } } }) =>
      o.sealed?.value.rewards?.some((r) => r.kind === 'reward') === true
    const high = await found((t) => {
      at = t.find('rewarded', paid)
      t.reseal(at, (v) => (v.rewards[0].amount_minor = String(BigInt(v.rewards[0].amount_minor) + 1n)))
    })
    expect(first(high, 'reward_differs')).toMatchObject({ entry: at })
    const missing = await found((t) => t.remove(t.find('rewarded', paid)))
    expect(first(missing, 'reward_missing').message).toMatch(
      /^The decision in entry \d+ \(campaign \d+\) owes .* and no entry pays it\.$/,
    )
    const extra = await found((t) =>
      t.reseal(
        t.find('rewarded', (_, o) => o.sealed?.value.window === undefined),
        (v) => (v.about = t.read('entries.jsonl').find((e) => e.policy === 'checks')!.about),
      ),
    )
    first(extra, 'reward_extra')
  })
  test('a bonus that a window does not owe, a window whose votes are others, an audit that nobody made', async () => {
    const bonus = await found((t) =>
      t.reseal(
        t.find('rewarded', (_, o) => o.sealed?.value.window !== undefined),
        (v) => (v.rewards[0].amount_minor = '9999'),
      ),
    )
    expect(first(bonus, 'window_differs').message).toMatch(/pays review_bonus 9999 POINT/)
    const windows = (t: Tampered) =>
      t
        .read('manifest.json')[0]!
        .files.map((f: { name: string }) => f.name)
        .find((n: string) => n.startsWith('windows/')) as string
    const votes = await found((t) => t.edit(windows(t), (rows) => (rows[5]!.approves = !rows[5]!.approves)))
    expect(votes.map((f) => f.message).join('\n')).toMatch(/it counts \d approvals in \d votes; the log has \d in \d/)
    const audit = await found((t) =>
      t.edit(windows(t), (rows) => rows.forEach((r) => r.person && r.correct !== null && (r.correct = !r.correct))),
    )
    expect(audit.map((f) => f.message).join('\n')).toMatch(/no audit in the log found that/)
    const chance = await found((t) =>
      t.edit(windows(t), (rows) => rows.forEach((r) => r.person && r.correct !== null && (r.chance_ppm = 250_000))),
    )
    expect(chance.map((f) => f.message).join('\n')).toMatch(
      /drawn by the chance 250000 in a million, and the log says of all/,
    )
  })
  test('gold that is said to be another, and work that is said to be gold', async () => {
    const gold = await found((t) =>
      t.edit('gold.jsonl', (g) => (g[0]!.work = t.read('entries.jsonl').find((e) => e.kind === 'submitted')!.about)),
    )
    expect(first(gold, 'gold_differs').message).toContain('not a gold item')
    // The gold item that is no longer opened is work that nobody handed in.
    first(gold, 'entry_removed')
  })
  test('money that was not returned', async () => {
    const findings = await found((t) => t.reseal(t.find('campaign_closed'), (v) => (v.returned[0].amount_minor = '1')))
    expect(first(findings, 'money_differs').message).toMatch(/is neither paid nor returned/)
  })
})

describe('several threads', () => {
  const shared = { threads: 3, least_bytes: 1 }
  test('find what one finds, and nothing else', async () => {
    expect((await partsOf(dir, 3, 1)).length).toBe(3)
    const [one, more] = [await verifySeason(dir, { threads: 1 }), await verifySeason(dir, shared)]
    expect(more.findings).toEqual([])
    expect(more).toEqual(one)
  }, 60_000)
  test.each([
    ['an entry taken out', (t: Tampered) => t.edit('entries.jsonl', (e) => e.splice(55, 1))],
    ['entries swapped in the last part', (t: Tampered) => t.edit('entries.jsonl', (e) => e.splice(700, 2, e[701]!, e[700]!))],
    ['a log that ends early', (t: Tampered) => t.edit('entries.jsonl', (e) => e.splice(-7))],
    ['an opening twice', (t: Tampered) => t.edit('openings.jsonl', (o) => o.splice(400, 0, o[400]!))],
    ['openings in no order', (t: Tampered) => t.write('openings.jsonl', t.read('openings.jsonl').toReversed())],
    ['a reward that is too high', (t: Tampered) => t.reseal(t.find('rewarded'), (v) => (v.rewards[0].amount_minor = '99999'))],
    ['a window that is gone', (t: Tampered) => t.manifest((m) => (m.files = m.files.filter((f: { name: string }) => !f.name.startsWith('windows/'))))],
  ] as const)('name %s as one does', async (_, meddle) => {
    const t = new Tampered(dir)
    meddle(t)
    const [one, more] = [await verifySeason(t.dir, { threads: 1 }), await verifySeason(t.dir, shared)]
    t.forget()
    expect(one.findings_in_all).toBeGreaterThan(0)
    const words = (fs: readonly Finding[]) => fs.map((f) => f.message).toSorted()
    expect(more.findings_in_all).toBe(one.findings_in_all)
    if (one.findings_in_all < 200) expect(words(more.findings)).toEqual(words(one.findings))
  }, 60_000) // prettier-ignore
})
