import { sql } from 'kysely'
import type { Draft } from '../../src/domains/campaigns/contract.ts'
import { insertModelVotes } from '../../src/domains/models/queries.ts'
import { BUILTIN } from '../../src/domains/models/rules.ts'
import { write } from '../../src/platform/db/queries.ts'
import { hashOf } from '../../src/domains/identity/secrets.ts'
import { ensureSeason } from '../../src/domains/seasons/ensure.ts'
import { createRng } from '../../src/platform/rng.ts'
import { draft, topUp } from '../draft.ts'
import { createWorld, type Person, type World } from '../world.ts'
import { playRedTeam, RED_TEAM, RED_TEAM_FORM } from './seed-red-team.ts'

const DAY = 86_400_000

/** A world worth looking at: every state that the pages can show, made through the public API and the real jobs. */
export type Seeded = {
  world: World
  url: string
  ids: {
    season: string
    main: string
    pilot: string
    draft: string
    waiting: string
    plan: string
    report: string
    release: number
    /** A release whose claim is proved, one whose claim is open, and one without. */
    proved: string
    claimed: string
    unclaimed: string
    submission: string
    batch: string | undefined
    contributor: string
    /** An open case about the contributor, in which a hold is proposed. */
    case: string
    /** Prompts proved on models to practise on, and a draft of such a campaign. */
    red: string
    red_draft: string
  }
  people: { operator: Person; requester: Person; contributor: Person; reviewer: Person; nobody: Person }
  /** A browser session of this person, as the value of the session cookie. */
  session(person: Person): Promise<string>
  close(): Promise<void>
}

const MUSEUM_FORM: Draft['form'] = {
  schema: {
    type: 'object',
    properties: {
      open: { type: 'string', enum: ['yes', 'no', 'unclear'] },
      hours: { type: 'string', minLength: 3, maxLength: 300 },
      source: { type: 'string', format: 'uri' },
      note: { type: 'string', maxLength: 300 },
    },
    required: ['open', 'hours', 'source'],
  },
  ui: {
    order: ['open', 'hours', 'source', 'note'],
    questions: {
      open: { widget: 'choice', title: 'Is it open to the public this season?', labels: { yes: 'Yes', no: 'No', unclear: 'It cannot be told' } },
      hours: { widget: 'long_text', title: 'Opening hours, as the museum states them', help: 'Days, times, and exceptions.' },
      source: { widget: 'link', title: 'The page that says so' },
      note: { widget: 'short_text', title: 'Anything else?' },
    },
    item: [{ field: 'museum', title: 'Museum', as: 'text' }, { field: 'town', title: 'Town', as: 'text' }],
  },
} // prettier-ignore

const INSTRUCTIONS: Draft['instructions'] = {
  body: 'Find the **official page** of the museum and write down when it is open.\n\n- Use the museum\'s own page, not a directory.\n- When the page gives no hours, choose "It cannot be told" and say where you looked.',
  good_examples: [
    {
      text: 'Tue–Sun 10–17, closed on 24 December. Source: the museum\'s "Visit" page.',
      why: 'Days, times and an exception, from the museum itself.',
    },
  ],
  bad_examples: [{ text: 'Open daily.', why: 'No times, and no page that says so.' }],
}
const CONSENT: Draft['consent'] = {
  terms: 'Your work is published under CC-BY-4.0 as part of a dataset about small museums. It carries no name.',
  licence: 'CC-BY-4.0',
  adults_only: false,
  countries: null,
  personal_data: null,
}
const TOWNS = [
  'Altenau',
  'Bergheim',
  'Cochem',
  'Dahme',
  'Eutin',
  'Fritzlar',
  'Goslar',
  'Husum',
  'Idstein',
  'Jever',
  'Kamenz',
  'Lorch',
  'Meersburg',
  'Nabburg',
]

const museums = (count: number): string =>
  [
    'id,museum,town',
    ...Array.from(
      { length: count },
      (_, i) => `m${i + 1},"Museum of ${['clocks', 'salt', 'looms', 'maps'][i % 4]}",${TOWNS[i % TOWNS.length]}`,
    ),
  ].join('\n')

/** Creates, fills, funds and opens a campaign; stops short of that where asked. */
async function campaign(
  w: World,
  requester: Person,
  operator: Person,
  more: Parameters<typeof draft>[0],
  until: 'draft' | 'asked' | 'open',
  items = 0,
): Promise<string> {
  const { campaign_id } = await requester.client.campaigns.create({
    body: draft({ instructions: INSTRUCTIONS, form: MUSEUM_FORM, consent: CONSENT, open_collection: false, ...more }),
  })
  const params = { campaign_id }
  if (items > 0)
    await requester.client.campaigns.import_items({
      params,
      body: { import_id: 'museums', part: 1, last: true, format: 'csv', text: museums(items) },
    })
  if (until === 'draft') return campaign_id
  for (const b of (await requester.client.campaigns.manage({ params })).budget) {
    await topUp(w, requester, Number(b.missing_minor) * 2, b.currency)
    await requester.client.campaigns.fund({ params, body: { currency: b.currency, amount_minor: b.missing_minor } })
  }
  const { status, version } = await requester.client.campaigns.open({ params, body: {} })
  if (status === 'awaiting_approval' && until === 'open')
    await operator.client.campaigns.decide({
      params,
      body: { approved: true, reason: 'Clear and fairly paid.', version },
    })
  await w.jobs()
  return campaign_id
}

async function join(w: World, campaignId: string, person: Person, role: 'contributor' | 'reviewer'): Promise<void> {
  const why = role === 'contributor' ? 'contribute_needed' : 'review_needed'
  await w.db
    .insertInto('member')
    .values({
      campaign_id: campaignId,
      account_id: person.account_id,
      role,
      why,
      consent_version: 1,
      joined_at: w.clock.now(),
    })
    .execute()
  const { season_id } = await w.db
    .selectFrom('campaign')
    .select('season_id')
    .where('id', '=', campaignId)
    .executeTakeFirstOrThrow()
  await w.db
    .insertInto('season_member')
    .values({ season_id, account_id: person.account_id, joined_at: w.clock.now() })
    .onConflict((c) => c.doNothing())
    .execute()
}

/** Work, blind reviews, decisions. Returns what was handed in. */
async function workOn(
  w: World,
  campaignId: string,
  contributors: readonly Person[],
  reviewers: readonly Person[],
  count: number,
): Promise<string[]> {
  const rng = createRng(11)
  const params = { campaign_id: campaignId }
  const right = new Map<string, boolean>()
  for (let i = 0, idle = 0; right.size < count && idle < contributors.length; i++) {
    const me = contributors[i % contributors.length]!
    const work = await me.client.assignments.claim_items({ params, body: { count: 3 } })
    idle = work.items.length === 0 ? idle + 1 : 0
    if (work.items.length === 0) continue
    w.clock.advance(60_000 * (5 + rng.below(200)))
    const made = work.items.map((item) => {
      const good = rng.fraction() < 0.72
      const answer = good
        ? { open: 'yes', hours: 'Tue–Sun 10–17, last entry 16:30', source: `https://example.org/${item.item_id}` }
        : { open: 'yes', hours: 'Open daily, probably', source: 'https://example.org/directory' }
      return { good, item_id: item.item_id, answer }
    })
    const { items } = await me.client.submissions.submit({
      params,
      body: { submissions: made.map(({ item_id, answer }) => ({ item_id, answer })) },
    })
    items.forEach((s, k) => right.set(s.submission_id, made[k]!.good))
  }
  for (let i = 0, idle = 0; idle < reviewers.length; i++) {
    const me = reviewers[i % reviewers.length]!
    const work = await me.client.assignments.claim_reviews({ params, body: { count: 3 } })
    idle = work.state === 'none' ? idle + 1 : 0
    if (work.items.length === 0) continue
    w.clock.advance(60_000 * (2 + rng.below(40)))
    const reviews = work.items.map(({ submission_id }) => {
      // One reviewer approves everything: the report must show it.
      const approve = me === reviewers[0] || right.get(submission_id) === rng.fraction() < 0.9
      const vote = approve ? { approve } : { approve, reason: 'unclear' as const, comment: 'The page does not say so.' }
      return { submission_id, votes: { open: { approve: true }, hours: vote, source: { approve: true } } }
    })
    await me.client.reviews.record({ params, body: { reviews } })
  }
  await w.jobs()
  return [...right.keys()]
}

/** Plays the main campaign, with one revision and one appeal. Returns a rejected submission. */
async function play(
  w: World,
  campaignId: string,
  contributors: readonly Person[],
  reviewers: readonly Person[],
  count: number,
): Promise<string> {
  const params = { campaign_id: campaignId }
  const handedIn = await workOn(w, campaignId, contributors, reviewers, count)
  const rejected = await w.db
    .selectFrom('submission')
    .select('id')
    .where('campaign_id', '=', campaignId)
    .where('status', '=', 'rejected')
    .orderBy('id')
    .limit(3)
    .execute()
  const authorOf = async (id: string) => {
    const row = await w.db
      .selectFrom('submission')
      .select('author_id')
      .where('campaign_id', '=', campaignId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return contributors.find((c) => c.account_id === row.author_id)!
  }
  const [revised, appealed, left] = rejected.map((r) => r.id)
  if (revised)
    await (
      await authorOf(revised)
    ).client.reviews.revise({
      params: { ...params, submission_id: revised },
      body: { answer: { open: 'yes', hours: 'Wed–Sun 11–16', source: 'https://example.org/visit' } },
    })
  if (appealed)
    await (
      await authorOf(appealed)
    ).client.reviews.appeal({
      params: { ...params, submission_id: appealed },
      body: { reason: 'The "Visit" page states exactly these hours.' },
    })
  const own = await w.db
    .selectFrom('submission')
    .select('id')
    .where('campaign_id', '=', campaignId)
    .where('author_id', '=', contributors[0]!.account_id)
    .where('status', 'in', ['rejected', 'accepted'])
    .orderBy('status', 'desc')
    .executeTakeFirst()
  return own?.id ?? left ?? rejected[0]?.id ?? handedIn[0]!
}

/** How figures of these people stood before: what a month of daily jobs would have left. */
async function earlierDays(w: World, people: readonly Person[], days: number): Promise<void> {
  const rows = await w.db
    .selectFrom('reliability')
    .selectAll()
    .where(
      'account_id',
      'in',
      people.map((p) => p.account_id),
    )
    .execute()
  for (const row of rows)
    for (let back = 1; back <= days; back++) {
      const share = 1 - back / (days + 1)
      const wide = Math.round(1800 * (1 - share))
      const mean = Math.round(row.mean_bps * share + 7000 * (1 - share) + 150 * Math.sin(back))
      await w.db
        .insertInto('reliability')
        .values({
          ...row,
          day: sql`${String(row.day)}::date - ${back}::int`,
          mean_bps: mean,
          low_bps: Math.max(0, row.low_bps - wide),
          high_bps: Math.min(10_000, row.high_bps + Math.round(wide / 4)),
          judged: Math.round(row.judged * share),
          confirmed: Math.round(row.confirmed * share),
          audited: 0,
          audited_right: 0,
        })
        .onConflict((c) => c.doNothing())
        .execute()
    }
}

/** Two people grade the sample, blind; now and then they differ. */
async function grade(campaignId: string, graders: readonly Person[]): Promise<void> {
  const params = { campaign_id: campaignId }
  for (const [who, grader] of graders.entries()) {
    for (let rounds = 0; rounds < 60; rounds++) {
      const work = await grader.client.audits.claim({ params, body: { count: 20 } })
      if (work.items.length === 0 && work.state === 'none') break
      const grades = work.items.map(({ submission_id, answer }, i) => {
        const ok = !String(answer['hours']).includes('probably') !== (who === 1 && i % 7 === 3)
        return {
          submission_id,
          grades: {
            open: { right: true },
            hours: ok ? { right: true } : { right: false, reason: 'unclear' as const, comment: 'No times are given.' },
            source: { right: true },
          },
        }
      })
      if (grades.length > 0) await grader.client.audits.grade({ params, body: { grades } })
    }
  }
}

/** Votes of two models beside people's, as an endpoint and a classifier that are right most of the time would give them. */
async function modelsVoted(w: World, campaignId: string): Promise<void> {
  const decided = await w.db
    .selectFrom('decision')
    .select(['submission_id', 'accepted'])
    .where('campaign_id', '=', campaignId)
    .where('round', '=', 1)
    .orderBy('submission_id')
    .execute()
  const votes = decided.flatMap(({ submission_id, accepted }, i) => {
    const say = (approve: boolean) => ({ open: approve, hours: approve, source: approve })
    return [
      { submission_id, model: BUILTIN, votes: i < 12 ? {} : say(accepted === i % 5 > 0) },
      { submission_id, model: 'endpoint:small-judge', votes: say(accepted === i % 9 > 0) },
    ].map((v) => ({ ...v, campaign_id: campaignId, round: 1 }))
  })
  await write(w.db, insertModelVotes(votes, w.clock.now()))
  await w.db
    .insertInto('model_spending')
    .values({ campaign_id: campaignId, model: 'endpoint:small-judge', calls: decided.length, tokens: 41_230 })
    .execute()
}

/** Makes the world and starts its server. */
export async function seed(): Promise<Seeded> {
  const now = Date.now()
  const world = await createWorld({ at: new Date(now - 20 * DAY).toISOString() })
  const w = world
  const operator = await w.person('olive', { roles: ['operator', 'qa', 'restricted_data'] })
  const second = await w.person('quinn', { roles: ['qa'] })
  const requester = await w.person('nadia')
  const fresh = await w.person('nils')
  const nobody = await w.person('noor')
  const contributors = await Promise.all(['amal', 'bao', 'carmen', 'dmitri'].map((h) => w.person(h)))
  const reviewers = await Promise.all(['eshe', 'farid', 'greta', 'hana', 'ivo'].map((h) => w.person(h)))
  await ensureSeason(w.ctx())
  const season = (await w.stranger.seasons.current()).season_id

  const policy = {
    revision_seconds: 2 * 86_400,
    bonus_benchmark: null,
    prices: [{ currency: 'USD', contribute_minor: '45', review_minor: '9', bonus_bps: 0 }],
  }
  const main = await campaign(
    w,
    requester,
    operator,
    { title: 'Opening hours of small museums', quota: 42, settings: { ...policy, model_votes: { builtin: true } } },
    'open',
    42,
  )
  for (const p of contributors) await join(w, main, p, 'contributor')
  for (const p of reviewers) await join(w, main, p, 'reviewer')
  const submission = await play(w, main, contributors, reviewers, 30)
  await modelsVoted(w, main)

  w.clock.advance(4 * DAY)
  await w.jobs()
  const plan = await operator.client.audits.draw({ body: { accepted: 'all', rejected: 'all', double_bps: 3000 } })
  await w.jobs()
  await grade(main, [operator, second])
  await w.jobs()
  const built = await operator.client.reports.build({ params: { season_id: season }, body: {} })
  await w.jobs()
  await operator.client.reports.publish({ params: { season_id: season, report_id: built.report_id }, body: {} })
  const made = await requester.client.releases.create({
    params: { campaign_id: main },
    body: { note: 'The first thirty museums.' },
  })
  await w.jobs()
  const proved = { campaign_id: main, release_id: made.release_id }
  await operator.client.certificates.start({ params: proved, body: { at_least: '0.5', double_bps: 2000 } })
  await grade(main, [operator, second])
  await w.jobs()
  await requester.client.releases.publish({ params: proved, body: {} })
  const later = await requester.client.releases.create({ params: { campaign_id: main }, body: {} })
  await w.jobs()
  const claimed = { campaign_id: main, release_id: later.release_id }
  await operator.client.certificates.start({ params: claimed, body: { at_least: '0.6', double_bps: 5000 } })
  await w.jobs()
  const unclaimed = await requester.client.releases.create({ params: { campaign_id: main }, body: {} })
  await w.jobs()

  // Newer work that no audit has drawn: some of it is in doubt.
  await workOn(w, main, contributors, reviewers, 6)
  await earlierDays(w, [contributors[0]!, reviewers[1]!], 25)
  w.clock.set(new Date(now - 6 * 3_600_000))
  await w.jobs()
  const batch = await payout(w, operator, contributors[0]!)
  const held = await contributors[1]!.client.assignments.claim_items({
    params: { campaign_id: main },
    body: { count: 2 },
  })
  for (const [i, item] of held.items.entries()) {
    await contributors[1]!.client.campaigns.flag({
      params: { campaign_id: main },
      body: {
        target_id: item.item_id,
        kind: i === 0 ? 'question' : 'broken',
        message:
          i === 0
            ? 'The museum closed last year. Should I write the old hours?'
            : 'The name and the town do not belong together.',
      },
    })
  }
  const pilot = await campaign(
    w,
    requester,
    operator,
    {
      title: 'What do people call the evening meal?',
      task_class: 'in_depth_research',
      quota: 60,
      pilot_size: 8,
      settings: policy,
    },
    'open',
    60,
  )
  for (const p of contributors) await join(w, pilot, p, 'contributor')
  const half = await campaign(
    w,
    requester,
    operator,
    {
      title: 'Local words for weather',
      task_class: 'labelling',
      quota: 200,
      settings: {
        ...policy,
        reviews: { min: 1, max: 5 },
        policy: { kind: 'adaptive', good_value_minor: '90', bad_cost_minor: '180' },
        model_votes: {
          builtin: true,
          endpoint: true,
          rubric: 'A word people say, not one from a book.',
          max_calls: 500,
        },
      },
    },
    'draft',
    14,
  )
  const waiting = await campaign(
    w,
    fresh,
    operator,
    { title: 'My first campaign', quota: 12, settings: policy },
    'asked',
    12,
  )
  await w.stranger.campaigns.report({
    params: { campaign_id: main },
    body: { reason: 'misleading', message: 'The listed pay was different yesterday.' },
  })
  const prompter = await w.person('jun', { roles: ['restricted_data'] })
  const red = await campaign(
    w,
    requester,
    operator,
    {
      title: 'Prompts about paper cranes',
      task_class: 'adversarial',
      quota: 6,
      form: RED_TEAM_FORM,
      open_collection: true,
      settings: { ...policy, batch_size: 10, red_team: RED_TEAM },
    },
    'open',
  )
  await join(w, red, prompter, 'contributor')
  await playRedTeam(w, red, prompter)
  const redDraft = await campaign(
    w,
    requester,
    operator,
    {
      title: 'Prompts that make a model tell',
      task_class: 'adversarial',
      quota: 50,
      form: RED_TEAM_FORM,
      open_collection: true,
      settings: { ...policy, red_team: { ...RED_TEAM, kind: 'secret', goals: ['vault-code'] } },
    },
    'draft',
  )
  w.clock.set(new Date())
  await w.jobs()
  // From here on time passes by itself, as it does for whoever looks.
  w.parts.clock.now = () => new Date()

  const heldCase = await suspicion(second, contributors[0]!, { campaign_id: main, submission_id: submission })

  const address = await w.app.listen({ host: '127.0.0.1', port: 0 })
  const session = async (person: Person): Promise<string> => {
    const token = `browser-${person.account_id}-${w.parts.newId()}`
    const at = w.clock.now()
    await w.db
      .insertInto('session')
      .values({
        token_hash: hashOf(token),
        id: w.parts.newId(),
        account_id: person.account_id,
        how: 'passkey',
        created_at: at,
        fresh_at: at,
        last_seen_at: at,
        expires_at: new Date(at.getTime() + 30 * DAY),
      })
      .execute()
    return token
  }
  return {
    world,
    url: address,
    ids: {
      season,
      main,
      pilot,
      draft: half,
      waiting,
      plan: plan.plan_id,
      report: built.report_id,
      release: made.number,
      proved: made.release_id,
      claimed: later.release_id,
      unclaimed: unclaimed.release_id,
      submission,
      batch,
      contributor: contributors[0]!.account_id,
      case: heldCase,
      red,
      red_draft: redDraft,
    },
    people: { operator, requester, contributor: contributors[0]!, reviewer: reviewers[1]!, nobody },
    session,
    close: () => w.close(),
  }
}

/** A warning that its person appeals, and an open case with something in question and a hold proposed. */
async function suspicion(
  qa: Person,
  about: Person,
  submission: { campaign_id: string; submission_id: string },
): Promise<string> {
  const open = (suspect_since?: string) =>
    qa.client.cases.open({
      body: {
        submission,
        why: 'The same sentences stand in several answers.',
        evidence: {
          kind: 'copied_work',
          strength: 'strong',
          says: 'Three answers are word for word those of another page, with its typing mistakes.',
        },
        ...(suspect_since ? { suspect_since } : {}),
      },
    })
  const decide = (case_id: string, action: 'warn' | 'hold', days: number) =>
    qa.client.cases.decide({
      params: { case_id },
      body: { decision: 'impose', action, days, reason: 'Several of your answers were copied from another page.' },
    })
  const warned = await decide((await open()).case_id, 'warn', 90)
  await about.client.standing.appeal({
    params: { sanction_id: warned.sanctions[0]!.sanction_id },
    body: { reason: 'These are opening hours. They can only be written one way.' },
  })
  const { case_id } = await open(new Date(Date.now() - DAY).toISOString())
  await decide(case_id, 'hold', 7)
  return case_id
}

/** A contributor's claim, in a batch that the operator has drafted. */
async function payout(w: World, operator: Person, person: Person): Promise<string | undefined> {
  const money = (await person.client.earnings.balances()).items.find((m) => m.currency === 'USD')
  if (!money || money.claimable_minor === '0') return undefined
  await w.db
    .insertInto('payout_destination')
    .values({
      account_id: person.account_id,
      currency: 'USD',
      destination: 'DE89 3704 0044 0532 0130 00',
      changed_at: w.clock.now(),
    })
    .execute()
  await person.client.payouts.claim({ body: { currency: 'USD', amount_minor: money.claimable_minor } })
  return (await operator.client.payouts.draft({ body: { currency: 'USD' } })).batch_id
}
