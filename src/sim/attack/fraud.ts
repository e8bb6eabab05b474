import type { Client } from '../../client.ts'
import { makeOperatorKey } from '../../cli/local-key.ts'
import type { Draft } from '../../domains/campaigns/contract.ts'
import type { Connection } from '../../platform/db/open.ts'
import { migrate } from '../../platform/db/migrate.ts'
import { SCOPES } from '../../platform/http/endpoint.ts'
import { PRACTICE } from '../../platform/outside/red-team-config.ts'
import { noneIfStopped } from '../agents.ts'
import { rngOf } from '../chance.ts'
import { createDatabase } from '../database-queries.ts'
import { operatorsBrowser } from '../enrol.ts'
import { outcomes, digestOf } from '../ledger-queries.ts'
import { openLane, type Jar, type Lane } from '../platform.ts'
import { CURRENCY, draftOf, HOUR_WORTH, MINUTES, PRICES, SOURCE } from '../scenario.ts'
import { scaled } from '../season-1.ts'
import { DAY_MS, dayStart, openField, START, type Field } from '../season.ts'
import { billOf, type Bill } from './costs.ts'
import { promptOf, type Sort } from './prompts.ts'
import { claimsMade, paidFor } from './truth-queries.ts'
import { nothingSpent } from './world.ts'

export type FraudOptions = {
  server: Connection
  database: string
  seed: number
  people: number
  days: number
  progress?: (done: number) => void
}
export type FraudResult = {
  seed: number
  people: number
  fraudsters: number
  days: number
  /** Prompts by what they truly are: handed in, and accepted. */
  sorts: Record<Sort, { handed: number; accepted: number }>
  honest: { accepted: number; rejected_that_work: number; earned: number }
  cost: Bill
  withdrawn: number
  stolen: number
  ratio: number | null
  digest: string
}

/** Of all who take part, so many are out to be paid for prompts that do not work. */
const FRAUDSTERS = 0.2
const A_DAY = 4
/** A fraud takes little: a sentence is varied. */
const FRAUD_PACE = 0.1
const HOUR = 3_600_000
const QUESTION = 'prompt'
/** Days for what is frozen and held to become free. */
const AFTER = 16

type One = { n: number; account: string; client: Client; isFraud: boolean; handed: number }

/** One campaign whose success is a string, and one that three judges decide on; all may take part in both. */
function draftFor(kind: 'secret' | 'policy', people: number, quota: number): Draft {
  const draft = draftOf(scaled(people), 'ours', 'adversarial', kind === 'secret' ? 0 : 1, quota)
  const schema = structuredClone(draft.form.schema) as { required: string[]; properties: Record<string, unknown> }
  schema.required = [QUESTION, SOURCE]
  schema.properties = { [QUESTION]: { type: 'string', maxLength: 2000 }, [SOURCE]: { type: 'string', maxLength: 40 } }
  return {
    ...draft,
    form: {
      schema: schema as Draft['form']['schema'],
      ui: {
        order: [QUESTION, SOURCE],
        questions: {
          [QUESTION]: { widget: 'long_text', title: 'Your prompt' },
          [SOURCE]: { widget: 'short_text', title: 'Which technique it uses' },
        },
      },
    },
    settings: {
      ...draft.settings,
      checks: [],
      red_team: {
        kind,
        prompt: QUESTION,
        goals: kind === 'secret' ? ['vault-code'] : ['practice-paper-crane'],
        samples: 5,
        least_bps: 2000,
        max_calls: 1_000_000,
        max_tokens: 1_000_000_000,
        notice_days: 0,
      },
    },
  }
}

/** Plays honest red-teamers beside people whose prompts do nothing, or make a weak model speak to the judges. */
export async function playFraud(o: FraudOptions): Promise<FraudResult> {
  const connection = { ...o.server, database: o.database }
  await createDatabase(o.server, o.database)
  await migrate(connection)
  const lane = await openLane({ connection, seed: o.seed, name: 'fraud', node: 0, config: { red_team: PRACTICE } })
  try {
    lane.startDay(0, new Date(START - 2 * DAY_MS))
    const { fields, crowd } = await found(lane, o)
    const sorts = new Map<string, Sort>()
    for (let day = 0; day < o.days + AFTER; day++) {
      lane.startDay(day, dayStart(day))
      await playDay(lane, o, fields, crowd, sorts, day)
      o.progress?.(Math.min(day + 1, o.days))
    }
    return await concluded(lane, o, fields, crowd, sorts)
  } finally {
    await lane.close()
  }
}

async function found(lane: Lane, o: FraudOptions): Promise<{ fields: Field[]; crowd: One[] }> {
  const operator = await makeOperatorKey(lane.parts, { name: 'simulator', scopes: SCOPES, hours: undefined })
  await lane.client(operator.key).seasons.create({
    body: {
      name: 'Simulated fraud',
      starts_at: new Date(START - 2 * DAY_MS + 1000).toISOString(),
      ends_at: new Date(START + (o.days + 90) * DAY_MS).toISOString(),
    },
  })
  lane.wait(2000)
  const fields: Field[] = []
  const quota = o.people * o.days * A_DAY
  for (const [topic, kind] of (['secret', 'policy'] as const).entries())
    fields.push(
      await openField(lane, operator, { class: 'adversarial', topic, people: [] }, draftFor(kind, o.people, quota)),
    )
  const boss = await operatorsBrowser(lane, operator.account_id)
  const crowd: One[] = []
  for (let n = 0; n < o.people; n++) {
    const jar: Jar = { cookie: '' }
    const client = lane.browser(jar, {
      address: `10.60.${n % 250}.7`,
      agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0',
    })
    const { terms_version } = await client.identity.ways({})
    const handle = `s${o.seed}-r${n}`
    const { account } = await client.identity.create_with_codes({ body: { handle, terms_version, adult: true } })
    // A fraud passes for one of those who may see such content, as everybody here does.
    await boss.people.set_roles({ params: { account_id: account.account_id }, body: { roles: ['restricted_data'] } })
    lane.wait(60_000)
    await client.payouts.set_destination({
      params: { currency: CURRENCY },
      body: { destination: `simulated ${handle}` },
    })
    for (const { campaign_id } of fields) {
      const params = { campaign_id }
      const { consent_version } = await client.campaigns.page({ params })
      await client.exams.join({ params, body: { consent_version, adult: true } })
    }
    crowd.push({ n, account: account.account_id, client, isFraud: n < Math.round(o.people * FRAUDSTERS), handed: 0 })
  }
  await lane.jobs(['open_items', 'queue_items', 'measure_lanes', 'sequence_events'])
  return { fields, crowd }
}

async function playDay(
  lane: Lane,
  o: FraudOptions,
  fields: readonly Field[],
  crowd: readonly One[],
  sorts: Map<string, Sort>,
  day: number,
): Promise<void> {
  for (const [f, field] of fields.entries()) {
    const params = { campaign_id: field.campaign_id }
    if (day < o.days) {
      lane.waitUntil(new Date(dayStart(day).getTime() + (9 + 4 * f) * HOUR))
      for (const one of crowd) await handIn(lane, o, one, field, f, sorts)
    }
    await prove(lane)
    if (day >= o.days + 4) continue
    for (let round = 0; round < 4; round++)
      for (const one of rngOf(o.seed, 'panel', day, f, round).shuffle([...crowd])) {
        const held = await one.client.assignments.claim_reviews({ params, body: { count: 10 } }).catch(noneIfStopped)
        if (held.items.length === 0) continue
        lane.wait(held.items.length * 60_000)
        // Of what was proved people judge the technique; frauds approve whatever they see.
        const votes = { [QUESTION]: { approve: true }, [SOURCE]: { approve: true } }
        const reviews = held.items.map(({ submission_id }) => ({ submission_id, votes }))
        await one.client.reviews.record({ params, body: { reviews } }).catch(() => undefined)
      }
  }
  lane.waitUntil(new Date(dayStart(day).getTime() + 22 * HOUR))
  await lane.jobs(['escalate_overdue', 'take_snapshots', 'measure_lanes', 'sequence_events', 'sweep_leases', 'settle_rejections', 'release_held', 'thaw']) // prettier-ignore
  if (day < o.days) return
  for (const one of crowd) {
    const standing = await one.client.standing.mine({})
    for (const m of standing.waiting)
      if (m.withdrawable_minor !== '0')
        await one.client.payouts.claim({ body: { currency: CURRENCY, amount_minor: m.withdrawable_minor } })
    lane.wait(1000)
  }
}

async function handIn(
  lane: Lane,
  o: FraudOptions,
  one: One,
  field: Field,
  f: number,
  sorts: Map<string, Sort>,
): Promise<void> {
  const params = { campaign_id: field.campaign_id }
  const claimed = await one.client.assignments.claim_items({ params, body: { count: A_DAY / 2 } }).catch(noneIfStopped)
  if (claimed.items.length === 0) return
  lane.wait(claimed.items.length * 61_000)
  const submissions = claimed.items.map(({ item_id }) => {
    const source = `r${one.n}-${one.handed++}`
    const made = promptOf(rngOf(o.seed, 'prompt', source), source, one.isFraud, f === 1)
    sorts.set(source, made.sort)
    return { item_id, answer: { [QUESTION]: made.text, [SOURCE]: source } }
  })
  await one.client.submissions.submit({ params, body: { submissions } })
}

/** Prompts run on targets, and judges say what they think, until nothing waits. */
async function prove(lane: Lane): Promise<void> {
  for (let i = 0; i < 8; i++) {
    await lane.jobs(['run_checks', 'ask_checks', 'conclude_checked'])
    lane.wait(1000)
  }
}

async function concluded(
  lane: Lane,
  o: FraudOptions,
  fields: readonly Field[],
  crowd: readonly One[],
  sorts: ReadonlyMap<string, Sort>,
): Promise<FraudResult> {
  const tally: FraudResult['sorts'] = { works: { handed: 0, accepted: 0 }, does_nothing: { handed: 0, accepted: 0 }, speaks_to_judge: { handed: 0, accepted: 0 } } // prettier-ignore
  const honest = { accepted: 0, rejected_that_work: 0, earned: 0 }
  const frauds = new Set(crowd.filter((c) => c.isFraud).map((c) => c.account))
  const bad = new Set<string>()
  for (const { campaign_id } of fields)
    for await (const page of outcomes(lane.db, campaign_id, SOURCE))
      for (const one of page) {
        const sort = sorts.get(one.source)!
        tally[sort].handed += 1
        const isAccepted = one.status === 'accepted'
        if (isAccepted) tally[sort].accepted += 1
        if (sort !== 'works') bad.add(one.id)
        if (frauds.has(one.author_id)) continue
        if (isAccepted) honest.accepted += 1
        else if (sort === 'works') honest.rejected_that_work += 1
      }
  const paid = await paidFor(lane.db)
  const own = paid.filter((p) => frauds.has(p.account_id))
  const total = (rows: readonly { amount: number }[]) => rows.reduce((s, r) => s + r.amount, 0)
  honest.earned = total(paid) - total(own)
  const claims = (await claimsMade(lane.db)).filter((c) => frauds.has(c.account_id))
  const withdrawn = total(claims)
  const forBad = total(own.filter((p) => (p.kind === 'reward' || p.kind === 'held') && bad.has(p.submission_id)))
  const stolen = total(own) === 0 ? 0 : (withdrawn * forBad) / total(own)
  const handed = crowd.filter((c) => c.isFraud).reduce((s, c) => s + c.handed, 0)
  const minutes = handed * MINUTES.adversarial.contribute * FRAUD_PACE
  const spent = { ...nothingSpent(), accounts: frauds.size, pieces: handed, minutes, claims: claims.length }
  const cost = billOf(spent, 'hand')
  return {
    seed: o.seed,
    people: crowd.length,
    fraudsters: frauds.size,
    days: o.days,
    sorts: tally,
    honest,
    cost,
    withdrawn,
    stolen,
    ratio: stolen < 0.5 ? null : cost.total / stolen,
    digest: await digestOf(lane.db),
  }
}

/** What came of it, for a terminal. */
export function fraudLines(results: readonly FraudResult[]): string[] {
  return results.flatMap((r) => [
    ...Object.entries(r.sorts).map(([sort, n]) => `${sort.replaceAll('_', ' ')}: ${n.accepted} of ${n.handed} accepted`),
    `${r.fraudsters} of ${r.people} people are frauds: cost ${r.cost.total.toFixed(0)} (an hour is worth ${HOUR_WORTH}, a prompt pays ${PRICES.adversarial.contribute}), withdrawn ${r.withdrawn}, stolen ${r.stolen.toFixed(0)}, ${r.ratio === null ? 'nothing stolen' : `${r.ratio.toFixed(2)} for each point`}`,
    `seed ${r.seed}, digest ${r.digest}`,
  ]) // prettier-ignore
}
