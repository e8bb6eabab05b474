import { sql } from 'kysely'
import Type from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../src/api.ts'
import { urlOf } from '../src/client.ts'
import { firstSnapshot } from '../src/domains/reliability/plan-rules.ts'
import { writeSnapshot } from '../src/engine/snapshot.ts'
import type { Contract, Endpoint } from '../src/platform/http/endpoint.ts'
import { createRng } from '../src/platform/rng.ts'
import { createApp } from '../src/server/app.ts'
import { routes } from '../src/server/routes.ts'
import { createEverything, idPairs, idPools, PEOPLE, type Everything, type Name } from './everything.ts'
import { createMaker } from './fuzz/random.ts'

type Who = Name | 'nobody'
/** Something that not everybody may read: the words that give it away, and who may read them. */
type Secret = {
  what: string
  words: string[]
  seenBy: readonly Who[]
  /** Where everyone may read it all the same. */
  openAt?: readonly string[]
  /** Leases hand it out, so who may read it changes as people are given work. */
  byLease?: true
}
const REVIEWERS = ['voter', 'second', 'third', 'fresh'] as const
const QA = ['grader', 'regrader'] as const
const EVERYONE: readonly Who[] = ['nobody', ...(Object.keys(PEOPLE) as Name[])]

/**
 * The decision table: who may see what. `docs/concepts/blindness.md` says the same in words. The contributor here is
 * `author`, another one `colleague`; `voter`, `second` and `third` review, `fresh` has not reviewed yet; the campaign is
 * `requester`'s, the restricted one `keeper`'s; `rival` has other campaigns, `outsider` has none.
 */
function table(e: Everything, secrets: Record<string, string[]>, decided: boolean): Secret[] {
  const id = (...names: Name[]) => names.map((n) => e.people[n].account_id)
  return [
    {
      what: 'exam answers and explanations',
      words: ['zqexamanswer', 'zqexamexplains'],
      seenBy: ['requester', 'operator'],
    },
    {
      what: 'an open vote and its comment',
      words: ['zqopencomment'],
      seenBy: decided ? ['voter', 'second', 'third', 'author'] : ['voter'],
    },
    {
      what: 'why work was rejected',
      words: ['zqrejectcomment', 'zqappealedcomment'],
      seenBy: ['author', 'voter', 'second', 'third'],
    },
    { what: 'a vote that did not carry', words: ['zqdissent'], seenBy: ['third'] },
    // How a model does in all, never on what: its name is all there is to read, and only these see even that.
    { what: 'that a model voted', words: ['zqmodel'], seenBy: ['requester', ...QA, 'operator'] },
    // Its reviewer reads the name as that of any other work; what it is made of has another.
    { what: 'a gold item', words: [e.gold], seenBy: ['fresh'] },
    { what: 'what a model is told', words: ['zqmodelrubric'], seenBy: ['requester', 'operator'] },
    { what: 'why a check rejected work', words: ['zqcheckreason'], seenBy: ['author'] },
    { what: 'what a check pointed out', words: ['zqcheckflag', 'zqcheckevidence'], seenBy: [] },
    { what: 'what a judge looks for', words: ['zqcheckrubric'], seenBy: ['requester', 'operator'] },
    { what: "an appeal's reason", words: ['zqappealreason'], seenBy: ['author'] },
    { what: 'who wrote it (id)', words: id('author'), seenBy: ['author', 'operator'] },
    { what: 'who else wrote (id)', words: id('colleague'), seenBy: ['colleague', 'operator'] },
    {
      what: 'who wrote it (name)',
      words: ['zqauthor', 'zqcolleague'],
      seenBy: ['author', 'colleague', 'operator'],
      openAt: ['seasons.leaderboard'],
    },
    ...REVIEWERS.map((r): Secret => ({
      what: `that ${r} reviewed (id, name)`,
      words: [...id(r), `zq${r}`],
      seenBy: [r, 'operator'],
    })),
    { what: 'who audits (id)', words: id('grader'), seenBy: ['grader', 'operator'] },
    { what: 'who audits (name)', words: ['zqgrader'], seenBy: [...QA, 'operator'] },
    { what: 'a grade before the audit is closed', words: ['zqgradecomment'], seenBy: ['grader'] },
    {
      what: 'work under review',
      words: ['zqfactopen', 'zqfactfresh'],
      seenBy: ['author', ...REVIEWERS, ...QA, 'operator'],
      byLease: true,
    },
    {
      what: 'work that was rejected',
      words: ['zqfactrejected', 'zqfactappealed'],
      seenBy: ['author', ...REVIEWERS, ...QA, 'operator'],
      byLease: true,
    },
    {
      what: 'work that was accepted, before its release is published',
      words: ['zqfactaccepted'],
      seenBy: ['author', 'requester', ...REVIEWERS, ...QA, 'operator'],
      byLease: true,
    },
    {
      what: "another contributor's work",
      words: ['zqothersfact'],
      seenBy: ['colleague', ...REVIEWERS, ...QA, 'operator'],
      byLease: true,
    },
    { what: 'answers of others to the same item', words: ['zqredundantanswer'], seenBy: ['colleague'] },
    {
      what: 'restricted items',
      words: ['zqrestricteditem'],
      seenBy: ['author', 'voter', 'second', 'third', 'keeper', 'operator'],
      byLease: true,
    },
    {
      what: 'restricted answers',
      words: ['zqrestrictedanswer'],
      seenBy: ['author', 'voter', 'second', 'third', 'keeper'],
      byLease: true,
    },
    { what: 'notes of a release that is not published', words: ['zqreleasenote'], seenBy: ['requester', 'operator'] },
    { what: 'notes of a restricted release', words: ['zqrestrictednote'], seenBy: ['keeper', 'operator'] },
    { what: 'what somebody said about an item', words: ['zqflagmessage'], seenBy: ['author', 'requester', 'operator'] },
    {
      what: 'who complained about a campaign and how',
      words: ['zqreportmessage', ...id('outsider')],
      seenBy: ['outsider', 'operator'],
    },
    // The two themselves read why in their own data, never from whom.
    { what: 'why people are kept apart', words: ['zqexclusionreason'], seenBy: ['operator', 'outsider', 'rival'] },
    { what: 'from whom people are kept apart', words: id('rival'), seenBy: ['rival', 'operator'] },
    { what: 'who is suspended', words: id('suspended'), seenBy: ['suspended', 'operator'] },
    // QA decide cases without learning whom they are about.
    { what: 'why somebody is suspended', words: ['zqsuspensionreason'], seenBy: ['suspended', ...QA, 'operator'] },
    { what: 'what is held against somebody', words: ['zqcasewhy', 'zqcaseevidence'], seenBy: [...QA, 'operator'] },
    { what: 'what somebody says to a case', words: ['zqcasestatement'], seenBy: ['colleague', ...QA, 'operator'] },
    {
      what: 'why somebody was sanctioned, and their appeal',
      words: ['zqsanctionreason', 'zqsanctionappeal'],
      seenBy: ['outsider', ...QA, 'operator'],
    },
    // Whom somebody reports is for operators; those reported never learn by whom, nor that it was said.
    { what: 'how somebody knows what they report', words: ['zqreportsays'], seenBy: ['voter', 'operator'] },
    { what: 'codes of an amnesty', words: ['zqcodehash', 'zqreportdigest'], seenBy: [] },
    { what: 'how steady somebody’s work is', words: ['zqwatch'], seenBy: [] },
    // Nobody learns whose account is taken for theirs, or that any is: not even those who decide cases.
    {
      what: 'who is taken for one person, since when and how surely',
      words: ['7000000000000000021', '04:05:06', '2858855', 'zqapartreason'],
      seenBy: ['operator'],
    },
    // Those whom links are about read how many there are, never with whom, how strong, how often or when.
    {
      what: 'how strongly people are linked, how often and when it was seen',
      words: ['2073579461', '1973579461', '03:14:15'],
      seenBy: [...QA, 'operator'],
    },
    { what: 'when somebody was here', words: ['02:03:00', '02:13:00'], seenBy: ['author'] },
    { what: 'where money is sent', words: ['zqdestination'], seenBy: ['author', 'operator'] },
    { what: 'how much money somebody has', words: [BALANCE], seenBy: ['author', 'operator'] },
    { what: 'a draft', words: ['zqdrafttitle', e.campaigns.drafted], seenBy: ['rival', 'operator'] },
    ...Object.entries(secrets).map(([what, words]): Secret => ({ what, words, seenBy: [] })),
    ...[...salts].flatMap(([who, words]): Secret[] =>
      who === 'nobody' ? [] : [{ what: `salts of what ${who} did`, words, seenBy: [who] }],
    ),
  ]
}
const BALANCE = '918273645'

/** What the database keeps and nobody is ever shown, in every spelling that a careless line could give it. */
async function keptSecrets(e: Everything): Promise<Record<string, string[]>> {
  const { db } = e.w
  const bytes = async (query: string) =>
    (await sql.raw<{ v: Buffer }>(query).execute(db)).rows.flatMap(({ v }) => [
      v.toString('hex'),
      v.toString('base64'),
      v.toString('base64url'),
      JSON.stringify([...v]),
    ])
  const texts = async (query: string) => (await sql.raw<{ v: string }>(query).execute(db)).rows.map((r) => r.v)
  return {
    'hashes of keys': await texts('select secret_hash as v from api_key'),
    'hashes of sessions': await texts('select token_hash as v from session'),
    'hashes of links and codes': await texts(
      'select code_hash as v from recovery_code union all select value_hash from one_time union all select token_hash from invitation',
    ),
    "the installation's secret": await bytes('select secret as v from installation'),
    'hashes of networks, devices and passkeys': await bytes(
      'select network as v from mark union all select device from mark union all select credential from credential_mark',
    ),
    'keys of pseudonyms': await bytes(
      'select pseudonym_key as v from release union all select datapoint_key from release',
    ),
  }
}
/**
 * Salts open the sealed content of the log: that of work in a release, which its files open to be checked, and to
 * everybody that of what they did themselves. By who did it; under `nobody` the rest.
 */
async function sealedSalts(e: Everything): Promise<Map<Who, string[]>> {
  const { rows } = await sql<{ salt: Buffer; who: string | null }>`
    select s.salt, coalesce(v.body ->> 'author_id', v.body ->> 'reviewer_id', v.body ->> 'grader_id', v.body ->> 'account_id') as who
      from salt s left join event v on v.campaign_id = s.campaign_id and v.id = s.subject_id
     where not exists (select from release_entry r where r.in_data and r.event_id = s.subject_id)`.execute(e.w.db)
  const by = new Map<Who, string[]>([['nobody', []]])
  for (const { salt, who } of rows) {
    const found = EVERYONE.find((name) => name !== 'nobody' && e.people[name].account_id === who) ?? 'nobody'
    by.set(found, [...(by.get(found) ?? []), salt.toString('hex'), salt.toString('base64')])
  }
  return by
}

type Call = { name: string; e: Endpoint; url: string; body?: unknown }
const ENDPOINTS = Object.entries(api as Record<string, Contract>).flatMap(([domain, c]) =>
  Object.entries(c).map(([name, e]) => ({ name: `${domain}.${name}`, e: e as Endpoint })),
)

/** Every GET with every sensible set of ids. */
async function readings(e: Everything): Promise<Call[]> {
  const pools = await idPools(e.w)
  const pairs = await idPairs(e.w)
  return ENDPOINTS.filter(({ e: { method } }) => method === 'GET').flatMap(({ name, e: endpoint }) => {
    const names = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!)
    let sets: Record<string, string>[] = [{}]
    for (const [key, given] of Object.entries(pairs)) if (names.includes(key)) sets = given
    for (const param of names) {
      if (sets[0] && param in sets[0]) continue
      sets = sets.flatMap((set) => (pools[param] ?? ['1']).map((v) => ({ ...set, [param]: v })))
    }
    return sets.map((params) => ({
      name,
      e: endpoint,
      url: urlOf(endpoint, {
        params,
        query: name === 'ledger.transfers' ? { account: `person:${e.people.author.account_id}:claimable` } : {},
      }),
    }))
  })
}

/** An answer's bytes and headers, with what its cursor says once it is opened. */
async function bytesOf(e: Everything, who: Who, call: Call, app = e.w.app): Promise<string> {
  const r = await app.inject({
    method: call.e.method,
    url: call.url,
    headers: {
      host: 'localhost',
      ...(who === 'nobody' ? {} : { authorization: `Bearer ${e.people[who].key}` }),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { payload: JSON.stringify(call.body) }),
  })
  if (r.statusCode >= 500) throw new Error(`${who} ${call.url}: ${r.body}`)
  const cursor = /"next":"([\w-]+)"/.exec(r.body)?.[1]
  return `${r.body}\n${JSON.stringify(r.headers)}\n${cursor ? Buffer.from(cursor, 'base64url').toString() : ''}`
}

/** Which secrets an answer gives away. What the request itself said tells its sender nothing. */
function leaks(rules: Secret[], who: Who, call: Call, bytes: string): string[] {
  const asked = `${call.url} ${JSON.stringify(call.body ?? '')}`
  return rules
    .filter((s) => !s.seenBy.includes(who) && !s.openAt?.includes(call.name))
    .flatMap((s) =>
      s.words
        .filter((word) => word && bytes.includes(word) && !asked.includes(word))
        .map((word) => `${who} learns ${s.what} from ${call.e.method} ${call.name}: …${around(bytes, word)}…`),
    )
}
const around = (text: string, word: string): string =>
  text.slice(Math.max(0, text.indexOf(word) - 60), text.indexOf(word) + word.length + 20)

let e: Everything
let secrets: Record<string, string[]>
let salts: ReadonlyMap<Who, string[]>
beforeAll(async () => {
  e = await createEverything({ seed: 3 })
  const { author } = e.people
  await e.w.db
    .insertInto('transfer')
    .values({
      campaign_id: '0',
      id: 'thaw:blind',
      kind: 'thaw',
      subject_id: author.account_id,
      debit: `person:${author.account_id}:frozen`,
      credit: `person:${author.account_id}:claimable`,
      currency: 'POINT',
      amount_minor: BALANCE,
      at: e.w.clock.now(),
    })
    .execute()
  salts = await sealedSalts(e)
  secrets = { ...(await keptSecrets(e)), 'salts of the log': salts.get('nobody')! }
}, 120_000)
afterAll(() => e?.w.close())

async function readAll(
  rules: Secret[],
  only: (call: Call) => boolean = () => true,
): Promise<{ found: string[]; answered: number; seen: Set<string> }> {
  const found = new Set<string>()
  const seen = new Set<string>()
  let answered = 0
  for (const call of (await readings(e)).filter(only)) {
    for (const who of EVERYONE) {
      const bytes = await bytesOf(e, who, call)
      answered += 1
      for (const leak of leaks(rules, who, call, bytes)) found.add(leak)
      for (const s of rules)
        if (s.seenBy.includes(who) && s.words.some((word) => bytes.includes(word))) seen.add(s.what)
    }
  }
  return { found: [...found], answered, seen }
}

describe('what each answer gives away', () => {
  test('every page of every endpoint, as everyone, before the decision', async () => {
    const rules = table(e, secrets, false)
    const { found, answered, seen } = await readAll(rules)
    expect(found.join('\n')).toBe('')
    expect(secrets['salts of the log']!.length).toBeGreaterThan(0)
    expect(answered).toBeGreaterThan(1500)
    // A word that nobody ever reads would prove nothing: what these may read, some of them did.
    const reached = [
      'exam answers and explanations',
      'an open vote and its comment',
      'why work was rejected',
      'a vote that did not carry',
      'that a model voted',
      'a gold item',
      'why a check rejected work',
      'what a judge looks for',
      'who wrote it (id)',
      'work under review',
      'restricted answers',
      'how much money somebody has',
      'a draft',
      'where money is sent',
      'why people are kept apart',
      'what is held against somebody',
      'what somebody says to a case',
      'why somebody was sanctioned, and their appeal',
      'how somebody knows what they report',
      'who is taken for one person, since when and how surely',
    ]
    expect(reached.filter((what) => !seen.has(what))).toEqual([])
  }, 300_000)

  test('work that is handed out says nothing of who did it, who judged it, and how', async () => {
    const rules = table(e, secrets, false)
    const found: string[] = []
    const claims = ['claim_items', 'claim_reviews'].map((n) => ({
      name: `assignments.${n}`,
      e: api.assignments[n as 'claim_items'] as Endpoint,
    }))
    claims.push(
      { name: 'reviews.expert_claim', e: api.reviews.expert_claim },
      { name: 'audits.claim', e: api.audits.claim },
    )
    let handed = 0
    for (const claim of claims) {
      for (const campaign_id of Object.values(e.campaigns)) {
        for (const who of EVERYONE) {
          const call = { ...claim, url: urlOf(claim.e, { params: { campaign_id } }), body: {} }
          const bytes = await bytesOf(e, who, call)
          found.push(...leaks(rules, who, call, bytes))
          const items = (JSON.parse(bytes.split('\n')[0]!) as { items?: Record<string, unknown>[] }).items ?? []
          handed += items.length
          const told = items
            .flatMap((item) => Object.keys(item))
            .filter(
              (key) =>
                ![
                  'campaign_id',
                  'item_id',
                  'submission_id',
                  'data',
                  'answer',
                  'version',
                  'leased_at',
                  'expires_at',
                ].includes(key),
            )
          if (told.length > 0) found.push(`${claim.name} tells ${told.join()}`)
        }
      }
    }
    expect(found.join('\n')).toBe('')
    expect(handed).toBeGreaterThan(5)
  }, 120_000)

  test('planted fault: telling somebody with whom they are linked, how often and by which marks is caught', async () => {
    const handlers = routes.signals as Record<string, unknown>
    const was = routes.signals.mine
    const { network } = await e.w.db.selectFrom('mark').select('network').executeTakeFirstOrThrow()
    const link = await e.w.db.selectFrom('link').selectAll().executeTakeFirstOrThrow()
    handlers.mine = async (...given: Parameters<typeof was>) => {
      const answer = await was(...given)
      const says = `${link.account_id} and ${link.other_id}, ${link.times} times, ${network.toString('hex')}`
      return { ...answer, marks: { ...answer.marks, says } }
    }
    try {
      const app = await createApp(e.w.parts)
      const call = { name: 'signals.mine', e: api.signals.mine as Endpoint, url: '/v1/me/signals' }
      const told = leaks(table(e, secrets, false), 'outsider', call, await bytesOf(e, 'outsider', call, app)).join()
      for (const what of ['from whom people are kept apart', 'how strongly people are linked', 'hashes of networks'])
        expect(told).toContain(`outsider learns ${what}`)
      await app.close()
    } finally {
      handlers.mine = was
    }
  })

  test('planted fault: a lease that names the author is caught', async () => {
    const contract = api.assignments as Record<string, unknown>
    const handlers = routes.assignments as Record<string, unknown>
    const [wasContract, wasHandler] = [api.assignments.claim_reviews, routes.assignments.claim_reviews]
    const item = wasContract.result.properties.items.items
    contract.claim_reviews = {
      ...wasContract,
      result: Type.Object({
        ...wasContract.result.properties,
        items: Type.Array(Type.Object({ ...item.properties, author_id: Type.String() })),
      }),
    }
    handlers.claim_reviews = async (...given: Parameters<typeof wasHandler>) => {
      const answer = await wasHandler(...given)
      return { ...answer, items: answer.items.map((i) => ({ ...i, author_id: e.people.author.account_id })) }
    }
    try {
      const app = await createApp(e.w.parts)
      const call = {
        name: 'assignments.claim_reviews',
        e: wasContract as Endpoint,
        url: urlOf(wasContract, { params: { campaign_id: e.campaigns.reviewed } }),
        body: {},
      }
      const bytes = await bytesOf(e, 'fresh', call, app)
      expect(leaks(table(e, secrets, false), 'fresh', call, bytes).join()).toMatch(/fresh learns who wrote it \(id\)/)
      await app.close()
    } finally {
      contract.claim_reviews = wasContract
      handlers.claim_reviews = wasHandler
    }
  })

  test('after the decision its author learns why, and nobody else learns more than before', async () => {
    await e.decideOpen()
    await e.w.jobs()
    const { found, seen } = await readAll(table(e, secrets, true), (call) =>
      /reviews|submissions|campaigns|me\/|audits/.test(call.url),
    )
    expect(found.join('\n')).toBe('')
    const call = (who: Who) =>
      bytesOf(e, who, {
        name: 'reviews.status',
        e: api.reviews.status,
        url: urlOf(api.reviews.status, {
          params: { campaign_id: e.campaigns.reviewed, submission_id: e.submissions.open },
        }),
      })
    expect(await call('author')).toContain('zqopencomment')
    expect(await call('requester')).not.toContain('zqopencomment')
    expect(seen.has('an open vote and its comment')).toBe(true)
  }, 300_000)

  test('who leads QA reads doubts and reliability without names, verdicts, or what waits to be graded', async () => {
    // Nobody's vote weighs much, so that every decision is in doubt.
    const faint = [[8000, -8000], [-8000, 8000]] // prettier-ignore
    const snapshot = { ...firstSnapshot('faint'), default_weights: faint }
    await e.w.db
      .updateTable('snapshot')
      .set({ body: writeSnapshot(snapshot), at_review_id: '900000000000000000' })
      .execute()
    const drawn = (await e.w.db.selectFrom('audit').select('submission_id').execute()).map((a) => a.submission_id)
    const told = new Set<string>()
    let doubts = 0
    for (const campaign_id of [e.campaigns.reviewed, e.campaigns.restricted]) {
      const params = { campaign_id }
      for (const who of ['grader', 'operator'] as const) {
        const { client } = e.people[who]
        for (const d of (await client.reliability.doubts({ params })).items) {
          doubts += 1
          for (const key of Object.keys(d)) told.add(key)
          expect(drawn).not.toContain(d.submission_id)
          if (campaign_id === e.campaigns.restricted) expect([d.data, d.answer]).toEqual([null, null])
        }
        // Too few votes for anybody's row: each would tell how a single piece was decided.
        for (const row of (await client.reliability.campaign({ params })).reviewers) expect(row.reviewer).toBeNull()
      }
      for (const who of EVERYONE.filter((x) => !['grader', 'regrader', 'operator'].includes(x)))
        for (const call of [api.reliability.campaign, api.reliability.doubts])
          expect(
            await bytesOf(e, who, {
              name: 'reliability',
              e: call as Endpoint,
              url: urlOf(call as Endpoint, { params }),
            }),
          ).toMatch(/"code":"(?:not_allowed|not_signed_in|\w*suspended)"/)
    }
    expect(doubts).toBeGreaterThan(0)
    expect([...told].toSorted()).toEqual([
      'answer',
      'data',
      'doubt_bps',
      'question',
      'reviews',
      'submission_id',
      'title',
    ])
  }, 120_000)

  test('refusals and answers of every write', async () => {
    // Who may read leased work changes with these very requests; everything else must stay where it is.
    const rules = table(e, secrets, true).filter((s) => !s.byLease)
    const known = await idPools(e.w)
    // Who knows of a draft may write of it into a case, and who decides the case reads what was written; that is no leak.
    const inCases = { ...known, campaign_id: known.campaign_id!.filter((id) => id !== e.campaigns.drafted) }
    let pools = known
    const maker = createMaker(
      createRng(11),
      () => pools,
      () => e.w.clock.now(),
    )
    const changing = new Set([
      'reports.publish',
      'releases.publish',
      'people.set_roles',
      'people.create',
      'cases.stop',
      'cases.release',
      'account.change',
      'privacy.erase',
      'ledger.top_up',
    ])
    const found: string[] = []
    for (const { name, e: endpoint } of ENDPOINTS.filter((x) => x.e.method !== 'GET' && !changing.has(x.name))) {
      pools = name.startsWith('cases.') ? inCases : known
      for (const who of EVERYONE) {
        const params = endpoint.params ? (maker.valid(endpoint.params) as Record<string, string>) : {}
        const body = endpoint.body ? maker.valid(endpoint.body) : undefined
        const call: Call = {
          name,
          e: endpoint,
          url: urlOf(endpoint, { params }),
          ...(body === undefined ? {} : { body }),
        }
        found.push(...leaks(rules, who, call, await bytesOf(e, who, call)))
      }
    }
    expect(found.join('\n')).toBe('')
  }, 300_000)

  test('the reference tells nothing of this installation', async () => {
    const rules = table(e, secrets, true)
    for (const url of ['/v1/openapi.json', '/docs/api', '/v1/nothing']) {
      const call: Call = { name: url, e: { method: 'GET' } as Endpoint, url }
      expect(leaks(rules, 'nobody', call, await bytesOf(e, 'nobody', call))).toEqual([])
    }
  })
})
