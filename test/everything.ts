import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { BankQuestion } from '../src/domains/exams/contract.ts'
import { recordModelVotes } from '../src/domains/models/record.ts'
import { ensureSeason } from '../src/domains/seasons/ensure.ts'
import { makeCampaign, type Made } from './campaign.ts'
import { filesOfItsOwn } from './collected.ts'
import { draft, openCampaign, topUp } from './draft.ts'
import { createWorld, type Person, type World } from './world.ts'

export const PEOPLE = {
  author: [],
  colleague: [],
  voter: [],
  second: [],
  third: [],
  fresh: [],
  requester: [],
  rival: [],
  outsider: [],
  suspended: [],
  grader: ['qa'],
  regrader: ['qa'],
  keeper: ['restricted_data'],
  operator: ['operator'],
} as const satisfies Record<string, readonly string[]>
export type Name = keyof typeof PEOPLE
export type Places = 'reviewed' | 'restricted' | 'redundant' | 'checked' | 'drafted' | 'waiting'

export type Everything = {
  w: World
  people: Record<Name, Person>
  /** A browser's session token for each person, proved just now. */
  sessions: Record<Name, string>
  campaigns: Record<Places, string>
  submissions: { accepted: string; rejected: string; appealed: string; open: string; fresh: string; restricted: string }
  plan_id: string
  /** The name under which one reviewer was given known work. */
  gold: string
  releases: { plain: string; restricted: string }
  /** Gives the submission under review its last votes, which reject it. */
  decideOpen(): Promise<void>
}

/** Words of this kind lie in whatever not everybody may read, and nowhere else. */
export const SECRET = 'zq'
const BANK: BankQuestion[] = Array.from({ length: 4 }, (_, i) => ({
  prompt: `Exam question ${i}`,
  explanation: 'zqexamexplains why',
  answer: { q: { one_of: ['zqexamanswer'] } },
  form: {
    schema: { type: 'object', properties: { q: { type: 'string', maxLength: 40 } }, required: ['q'] },
    ui: { order: ['q'], questions: { q: { widget: 'short_text', title: 'Say it' } } },
  },
}))

const approve = { fact: { approve: true } }
const disapprove = (comment: string) => ({ fact: { approve: false, reason: 'wrong' as const, comment } })

/** An installation with something of everything: each mode and stage, exam, audit, release, report, money, complaints. */
export async function createEverything(options: { seed?: number; poolSize?: number } = {}): Promise<Everything> {
  const w = await createWorld({ config: { ...filesOfItsOwn() }, ...options })
  await ensureSeason(w.ctx())
  const people = {} as Record<Name, Person>
  const sessions = {} as Record<Name, string>
  for (const [name, roles] of Object.entries(PEOPLE) as [Name, readonly string[]][]) {
    people[name] = await w.person(`${SECRET}${name}`, { roles: [...roles] })
  }
  const {
    author,
    colleague,
    voter,
    second,
    third,
    fresh,
    requester,
    rival,
    grader,
    operator,
    keeper,
    outsider,
    suspended,
  } = people

  // Restricted work, released to those with the right.
  const restricted = await makeCampaign(w, {
    contributors: [author],
    reviewers: [voter, second, third],
    items: [{ topic: 'zqrestricteditem' }, { topic: 'zqrestricteditem' }],
    task_class: 'adversarial',
  })
  await own(w, restricted, keeper)
  const [prompt] = await submit(w, author, restricted.id, ['zqrestrictedanswer'])
  await judge(w, operator, restricted.id, prompt!, [
    [voter, approve],
    [second, approve],
    [third, approve],
  ])
  // Its pay thaws, so that there is money to ask for.
  await w.jobs()
  w.clock.advance(8 * 86_400_000)
  await w.jobs()

  // Review mode, with every stage of a submission.
  const items = Array.from({ length: 9 }, (_, i) => ({ topic: `topic ${i}` }))
  const reviewed = await makeCampaign(w, {
    contributors: [author, colleague],
    reviewers: [voter, second, third, fresh],
    items,
    settings: {
      batch_size: 5,
      revision_seconds: 86400,
      model_votes: {
        builtin: true,
        endpoint: true,
        max_calls: 10,
        rubric: 'zqmodelrubric',
      },
    },
  })
  await own(w, reviewed, requester)
  const params = { campaign_id: reviewed.id }
  await requester.client.exams.add({ params, body: { questions: BANK } })
  await requester.client.exams.set({
    params,
    body: { draw_count: 2, pass_bps: 10_000, reviewer_bps: 10_000, cooldown_seconds: 60, time_limit_seconds: 1800 },
  })
  const words = ['zqfactaccepted', 'zqfactrejected', 'zqfactappealed', 'zqfactopen', 'zqfactfresh']
  const [accepted, rejected, appealed, open, freshest] = await submit(w, author, reviewed.id, words)
  await submit(w, colleague, reviewed.id, ['zqothersfact'])
  await judge(w, operator, reviewed.id, accepted!, [
    [voter, approve],
    [second, approve],
    [third, disapprove('zqdissent')],
  ])
  for (const [id, word] of [
    [rejected!, 'zqrejectcomment'],
    [appealed!, 'zqappealedcomment'],
  ] as const) {
    await judge(w, operator, reviewed.id, id, [
      [voter, disapprove(word)],
      [second, disapprove(word)],
      [third, disapprove(word)],
    ])
  }
  await author.client.reviews.appeal({
    params: { ...params, submission_id: appealed! },
    body: { reason: 'zqappealreason: the source is linked.' },
  })
  await judge(w, operator, reviewed.id, open!, [[voter, disapprove('zqopencomment')]])
  await operator.client.assignments.direct({
    params,
    body: { lane: 'review', reason: 'test', leases: [{ account_id: second.account_id, target_id: open! }] },
  })

  // Several people answer the same item.
  const redundant = await makeCampaign(w, {
    contributors: [author, colleague],
    items: [{ topic: 'a' }, { topic: 'b' }],
    mode: 'redundancy',
    settings: { redundancy: { min: 2, max: 3 } },
  })
  await own(w, redundant, requester)
  await submit(w, colleague, redundant.id, ['zqredundantanswer'])
  await author.client.assignments.claim_items({ params: { campaign_id: redundant.id }, body: {} })

  const drafted = (await rival.client.campaigns.create({ body: draft({ title: 'zqdrafttitle' }) })).campaign_id
  const waiting = await openCampaign(w, rival, operator, { title: 'A public campaign' })

  // What people say, and money.
  const itemId = (
    await w.db.selectFrom('submission').select('item_id').where('id', '=', accepted!).executeTakeFirstOrThrow()
  ).item_id
  await author.client.campaigns.flag({
    params,
    body: { target_id: itemId, kind: 'question', message: 'zqflagmessage' },
  })
  await outsider.client.campaigns.report({ params, body: { reason: 'spam', message: 'zqreportmessage' } })
  await operator.client.integrity.exclude({
    body: { account_id: outsider.account_id, other_id: rival.account_id, reason: 'zqexclusionreason' },
  })
  await topUp(w, requester, 5000)
  await w.db
    .insertInto('payout_destination')
    .values({
      account_id: author.account_id,
      currency: 'POINT',
      destination: 'zqdestination',
      changed_at: w.clock.now(),
    })
    .execute()
  await author.client.payouts.claim({ body: { currency: 'POINT', amount_minor: '5' } })
  await operator.client.payouts.draft({ body: { currency: 'POINT' } })
  await operator.client.cases.stop({
    params: { account_id: suspended.account_id },
    body: { reason: 'zqsuspensionreason' },
  })
  await suspicions(w, people)
  await operator.client.invitations.invite_to_platform({ body: { uses: 3, days: 3 } })
  await requester.client.invitations.invite({ params, body: { uses: 3, days: 3 } })
  const took = await outsider.client.exams.join({ params, body: { consent_version: 1 } })
  if (took.state === 'ready') await outsider.client.exams.start({ params, body: {} })

  // Checks rejected one piece of work and pointed something out of another.
  const checked = await makeCampaign(w, {
    contributors: [author],
    reviewers: [voter, second, third],
    items: [{ topic: 'c' }, { topic: 'c' }],
    settings: {
      checks: [
        { kind: 'length', on_fail: 'reject', max_words: 5 },
        { kind: 'gibberish', on_fail: 'flag' },
        { kind: 'model_judge', on_fail: 'flag', rubric: 'zqcheckrubric', max_calls: 1 },
      ],
    },
  })
  await own(w, checked, requester)
  await submit(w, author, checked.id, ['asdfghjkl qwertyuiop zxcvbnm', 'a fact with far too many words'])
  await w.jobs(['run_checks', 'ask_checks'])
  await sql`update check_run set results = replace(results::text, '"too_long"', '"zqcheckreason"')::jsonb where campaign_id = ${checked.id}`.execute(
    w.db,
  )
  await sql`update check_run set results = (select jsonb_agg(case x ->> 'verdict' when 'flag' then x || '{"code": "zqcheckflag", "evidence": {"how": "zqcheckevidence"}}' else x end) from jsonb_array_elements(results) x) where campaign_id = ${checked.id}`.execute(
    w.db,
  )
  await w.jobs(['conclude_checked'])

  // QA has graded once what wants two grades.
  const plan = await grader.client.audits.draw({
    body: { campaign_id: reviewed.id, accepted: 'all', rejected: 'all', double_bps: 10_000 },
  })
  const work = await grader.client.audits.claim({ params, body: { count: 1 } })
  await grader.client.audits.grade({
    params,
    body: {
      grades: work.items.map((i) => ({
        submission_id: i.submission_id,
        grades: { fact: { right: false, reason: 'wrong', comment: 'zqgradecomment' } },
      })),
    },
  })

  const gold = await givenGold(w, reviewed.id, accepted!, people.fresh)

  // Models voted on all of it, by a name that says how.
  const judged = await w.db
    .selectFrom('submission')
    .select(['campaign_id', 'id'])
    .where('campaign_id', '=', reviewed.id)
    .execute()
  await recordModelVotes(
    w.ctx(),
    judged.flatMap(({ campaign_id, id }) => [
      { campaign_id, submission_id: id, round: 1, model: 'model:zqmodel', votes: { fact: false } },
      { campaign_id, submission_id: id, round: 2, model: 'model:zqmodel', votes: { fact: false } },
    ]),
  )

  // Later: accepted work is final, and there is something to release and to report.
  await w.jobs()
  w.clock.advance(1000)
  await requester.client.releases.create({ params, body: { note: 'zqreleasenote' } })
  await keeper.client.releases.create({ params: { campaign_id: restricted.id }, body: { note: 'zqrestrictednote' } })
  const season_id = (await w.db.selectFrom('season').select('id').executeTakeFirstOrThrow()).id
  await grader.client.reports.build({ params: { season_id }, body: {} })
  await w.jobs()
  for (const name of Object.keys(PEOPLE) as Name[]) sessions[name] = await openSession(w, people[name].account_id, name)
  await sql`update member set why = case role when 'requester' then 'created' when 'reviewer' then 'review_needed' else 'contribute_needed' end where why = 'test'`.execute(
    w.db,
  )
  const releaseOf = async (campaign: string) =>
    (await w.db.selectFrom('release').select('id').where('campaign_id', '=', campaign).executeTakeFirstOrThrow()).id

  return {
    w,
    people,
    sessions,
    campaigns: {
      reviewed: reviewed.id,
      restricted: restricted.id,
      redundant: redundant.id,
      checked: checked.id,
      drafted,
      waiting,
    },
    submissions: {
      accepted: accepted!,
      rejected: rejected!,
      appealed: appealed!,
      open: open!,
      fresh: freshest!,
      restricted: prompt!,
    },
    plan_id: plan.plan_id,
    gold,
    releases: { plain: await releaseOf(reviewed.id), restricted: await releaseOf(restricted.id) },
    async decideOpen() {
      await judge(w, operator, reviewed.id, open!, [
        [second, disapprove('zqopencomment')],
        [third, disapprove('zqopencomment')],
      ])
    },
  }
}

/** Known work among what a reviewer holds, as a claim would have drawn it. Returns its name. */
async function givenGold(w: World, campaign_id: string, source_id: string, reviewer: Person): Promise<string> {
  const [id, at] = [w.parts.newId(), w.clock.now()]
  const { account_id } = reviewer
  await w.db
    .insertInto('gold_source')
    .values({
      campaign_id,
      submission_id: source_id,
      version: 1,
      truth: '{"fact": true}',
      is_right: true,
      uses: 1,
      made_at: at,
    })
    .execute()
  await w.db
    .insertInto('gold_item')
    .values({ campaign_id, id, source_id, account_id, version: 1, made_at: at })
    .execute()
  const expires_at = new Date(at.getTime() + 365 * 86_400_000)
  await w.db
    .insertInto('lease')
    .values({ campaign_id, account_id, target_id: id, lane: 2, state: 1, version: 1, leased_at: at, expires_at })
    .execute()
  return id
}

/** An open case that its person answered, a sanction that another appealed, and what change detection keeps. */
async function suspicions(w: World, people: Record<Name, Person>): Promise<void> {
  const { operator, grader, colleague, outsider, author, rival, voter } = people
  const about = (account_id: string, suspect_since?: string) =>
    operator.client.cases.open({
      body: {
        account_id,
        why: 'zqcasewhy is why',
        evidence: { kind: 'rule_broken', strength: 'fair', says: 'zqcaseevidence is what was seen' },
        ...(suspect_since ? { suspect_since } : {}),
      },
    })
  const { case_id } = await about(colleague.account_id, w.clock.now().toISOString())
  await colleague.client.standing.state({ params: { case_id }, body: { statement: 'zqcasestatement is what I say' } })
  const other = await about(outsider.account_id)
  const decided = await grader.client.cases.decide({
    params: { case_id: other.case_id },
    body: { decision: 'impose', action: 'warn', days: 30, reason: 'zqsanctionreason is what they read' },
  })
  await outsider.client.standing.appeal({
    params: { sanction_id: decided.sanctions[0]!.sanction_id },
    body: { reason: 'zqsanctionappeal is what I say' },
  })
  await sql`insert into watch (account_id, task_class, role, state, seen_tx, seen_id, changed_at)
    values (${author.account_id}, 'simple_research', 'contributor', '{"n": 0, "seen": [[0, 0]], "sums": [0, 0], "began": [-1, -1], "zqwatch": 1}', '0', 0, ${w.clock.now()})`.execute(
    w.db,
  )
  // Two people are linked, too weakly for a cluster; and one of them was here at three minutes past two.
  const [low, high] = [outsider.account_id, rival.account_id].toSorted((a, b) => Number(BigInt(a) - BigInt(b)))
  await sql`insert into link (account_id, other_id, kind, family, strength, times, seen_first, seen_last, expires_at)
    values (${low}, ${high}, 'device_shared', 'device', 2073579461, 1973579461, '2026-01-02T03:14:15.926Z', '2026-01-03T03:14:15.926Z', '2027-01-03T03:14:15.926Z')`.execute(
    w.db,
  )
  // Two are taken for one person, and an operator found a third to be somebody else.
  await sql`insert into cluster (id, found_at, changed_at, strength, members, explained)
    values (7000000000000000021, '2026-01-04T04:05:06Z', '2026-01-04T04:05:06Z', 1873579461, 2, '{"pairs": 1, "joined": 1, "kinds": {"credential_shared": {"pairs": 1, "members": 2, "strength": 393216}}}')`.execute(
    w.db,
  )
  await sql`insert into cluster_member (account_id, cluster_id, since, raised) select id, 7000000000000000021, '2026-01-04T04:05:06Z', 'strong' from unnest(${[low, high]}::bigint[]) id`.execute(
    w.db,
  )
  await sql`insert into cluster_apart (account_id, other_id, weight, said_by, reason, said_at)
    values (least(${author.account_id}::bigint, ${low}::bigint), greatest(${author.account_id}::bigint, ${low}::bigint), 1, ${operator.account_id}, 'zqapartreason', '2026-01-04T04:05:06Z')`.execute(
    w.db,
  )
  await sql`insert into mark (account_id, network, device, started_at, ended_at, expires_at)
    values (${author.account_id}, 'zqnetwrk', 'zqdevice', '2026-01-03T02:03:00Z', '2026-01-03T02:13:00Z', '2027-01-03T02:13:00Z')`.execute(
    w.db,
  )
  await sql`insert into credential_mark (credential, account_id, seen_first, expires_at)
    values ('zqcredentialmark', ${author.account_id}, ${w.clock.now()}, '2027-01-03T02:13:00Z')`.execute(w.db)
  // Somebody reports two accounts, and somebody else makes a code to declare their own.
  const until = new Date(w.clock.now().getTime() + 86_400_000)
  await sql`insert into report_drive (id, kind, title, words, opens_at, closes_at, currency, reward_minor, cap_minor, min_group, funded_by, keep_bps, opened_by, created_at)
    values (7000000000000000022, 'reports', 'A drive', 'Tell us.', ${w.clock.now()}, ${until}, 'POINT', 1, 1, 2, ${operator.account_id}, null, ${operator.account_id}, ${w.clock.now()}),
           (7000000000000000023, 'amnesty', 'An amnesty', 'Say so.', ${w.clock.now()}, ${until}, null, null, null, null, null, 1500, ${operator.account_id}, ${w.clock.now()})`.execute(
    w.db,
  )
  await sql`insert into account_report (id, drive_id, reporter_id, digest, method, says, state, reported_at)
    values (7000000000000000024, 7000000000000000022, ${voter.account_id}, 'zqreportdigest', 'was_told', 'zqreportsays how I know', 'under_review', ${w.clock.now()})`.execute(
    w.db,
  )
  await sql`insert into reported_account (report_id, account_id) select 7000000000000000024, id from unnest(${[low, high]}::bigint[]) id`.execute(
    w.db,
  )
  await sql`insert into amnesty_declaration (id, drive_id, account_id, code_hash, declared_at)
    values (7000000000000000025, 7000000000000000023, ${colleague.account_id}, 'zqcodehash', ${w.clock.now()})`.execute(
    w.db,
  )
}

/** Signs somebody in as a browser would be; the name tells sessions of one person apart. */
export async function openSession(w: World, account_id: string, name: string): Promise<string> {
  const token = `zqsession${name}${account_id}`
  const now = w.clock.now()
  await w.db
    .insertInto('session')
    .values({
      token_hash: createHash('sha256').update(token).digest('hex'),
      id: w.parts.newId(),
      account_id,
      how: 'passkey',
      created_at: now,
      fresh_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + 90 * 86_400_000),
    })
    .execute()
  return token
}

/** Makes a campaign this person's: the one that the builder made for it knows nobody. */
async function own(w: World, c: Made, p: Person): Promise<void> {
  await c.join(p, 'requester')
  await w.db.updateTable('campaign').set({ requester_id: p.account_id }).where('id', '=', c.id).execute()
}

async function submit(w: World, p: Person, campaign_id: string, facts: string[]): Promise<string[]> {
  const params = { campaign_id }
  const { items } = await p.client.assignments.claim_items({ params, body: { count: facts.length } })
  w.clock.advance(30_000)
  const body = {
    submissions: items.slice(0, facts.length).map((i, n) => ({ item_id: i.item_id, answer: { fact: facts[n]! } })),
  }
  return (await p.client.submissions.submit({ params, body })).items.map((i) => i.submission_id)
}

async function judge(
  w: World,
  operator: Person,
  campaign_id: string,
  submission_id: string,
  votes: [Person, Record<string, { approve: boolean }>][],
): Promise<void> {
  const params = { campaign_id }
  for (const [p, vote] of votes) {
    await operator.client.assignments.direct({
      params,
      body: { lane: 'review', reason: 'test', leases: [{ account_id: p.account_id, target_id: submission_id }] },
    })
    w.clock.advance(5000)
    await p.client.reviews.record({ params, body: { reviews: [{ submission_id, votes: vote }] } })
  }
}

/** Ids that exist, by the name of the field that asks for them. */
export async function idPools(w: World): Promise<Record<string, string[]>> {
  const all = async (query: string): Promise<string[]> =>
    (await sql.raw<{ v: string }>(`select v from (${query}) x order by v`).execute(w.db)).rows.map((r) => String(r.v))
  const submission = await all('select id as v from submission')
  const item = await all('select id as v from item')
  const account = await all('select id as v from account')
  const lanes = await all('select target_id as v from lease')
  const report = await all(
    'select id as v from report union all select id from campaign_report union all select id from account_report',
  )
  return {
    campaign_id: await all('select id as v from campaign'),
    submission_id: submission,
    item_id: item,
    target_id: [...lanes, ...item, ...submission],
    account_id: account,
    other_id: account,
    requester_id: account,
    plan_id: await all('select id as v from audit_plan'),
    release_id: await all('select id as v from release'),
    report_id: report,
    season_id: await all('select id as v from season'),
    drive_id: await all('select id as v from report_drive'),
    case_id: await all('select id as v from case_file'),
    cluster_id: await all('select id as v from cluster'),
    sanction_id: await all('select id as v from sanction'),
    batch_id: await all('select id as v from payout_batch'),
    flag_id: await all('select id as v from item_flag'),
    question_id: await all('select id as v from exam_question'),
    attempt_id: await all('select id as v from exam_attempt'),
    invitation_id: await all('select id as v from invitation'),
    key_id: await all('select id as v from api_key'),
    session_id: await all('select id as v from session'),
    message_ids: await all('select id as v from inbox_message'),
    up_to: await all('select id as v from inbox_message'),
    passkey_id: ['1'],
    wallet_id: await all('select id as v from wallet'),
    // Texts to be signed, and something of the right length under them.
    message: ['hello', ...(await all('select message as v from wallet_nonce limit 20'))],
    signature: [`0x${'11'.repeat(64)}1b`, `0x${'ab'.repeat(200)}`],
    address: [`0x${'0b'.repeat(20)}`],
    number: ['1'],
    name: [
      'manifest.json',
      'data.jsonl',
      'data.csv',
      'labels.csv',
      'README.md',
      'card.md',
      'annotations.csv',
      'annotations.parquet',
      'provenance.jsonl',
      'nothing.csv',
    ],
    chart: ['acceptance.svg', 'timeline.svg'],
    currency: ['POINT', 'USD', 'EUR'],
    import_id: ['items', 'one', 'two'],
    account: account.flatMap((a) => [`person:${a}:claimable`, `requester:${a}`]),
    prefix: ['person:', 'campaign:'],
  }
}

/** Ids that belong together, by the one that is the other's part. */
export async function idPairs(w: World): Promise<Record<string, Record<string, string>[]>> {
  const rows = async (query: string) =>
    (await sql.raw<Record<string, string>>(`${query} order by 1, 2`).execute(w.db)).rows
  return {
    submission_id: await rows('select campaign_id, id as submission_id from submission'),
    release_id: await rows('select campaign_id, id as release_id from release'),
    report_id: await rows('select season_id, id as report_id from report'),
    flag_id: await rows('select campaign_id, id as flag_id from item_flag'),
    question_id: await rows('select campaign_id, id as question_id from exam_question'),
    attempt_id: await rows('select campaign_id, id as attempt_id from exam_attempt'),
    target_id: await rows('select campaign_id, target_id from lease where state = 1'),
    batch_id: await rows('select batch_id, account_id from payout'),
  }
}
