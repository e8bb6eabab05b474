import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { partsOf, patiently } from '../../src/cli/replay/lanes.ts'
import { ApiError, type Client, createClient } from '../../src/client.ts'
import { createRng } from '../../src/platform/rng.ts'
import { draft } from '../../test/draft.ts'
import type { Database, Journal } from './kill-check.ts'

type Person = { account_id: string; key: string }
type Write = { what: string; who: Person | undefined; key: string; send(client: Client, key: string): Promise<void> }
export type Load = {
  start(): void
  /** Resolves after so many more answers, or after so long. */
  heard(answers: number, patienceMs: number): Promise<void>
  /** Resolves when every lane has noticed; with the writes whose answer nobody heard. */
  interrupted(): Promise<Write[]>
  moved(url: string): void
  /** Sends them again under the same keys; what was refused. */
  retry(writes: Write[]): Promise<string[]>
  /** Goes on until every item is worked off; false when something stays. */
  finish(db: Database): Promise<boolean>
  wrong: string[]
}
type Options = { url: string; key: string; requester_id: string; items: number; seed: number; journal: Journal }

const PEOPLE = 14
/** These write and the others judge: with so few people, none may judge whoever judged them this week. */
const WRITERS = 6
const LANES = 8
/** What a person may rightly hear when others were quicker. */
const RIGHTLY = new Set(['already_decided', 'lease_over', 'lease_not_found', 'campaign_not_open'])

/** A client's work on two campaigns: leases, submissions, reviews, looks at decisions, top-ups; all of it journalled when answered. */
export async function createLoad({ url, key, requester_id, items, seed, journal }: Options): Promise<Load> {
  const rng = createRng(seed)
  let baseUrl = url
  const wrong: string[] = []
  const as = (who: Person | undefined): Client =>
    createClient({ baseUrl, headers: { authorization: `Bearer ${who?.key ?? key}` } })
  const campaigns: string[] = []
  for (const name of ['one', 'two']) campaigns.push(await openCampaign(as(undefined), requester_id, name, items, seed))
  const made = await as(undefined).people.create({
    body: {
      people: Array.from({ length: PEOPLE }, (_, i) => ({
        handle: `kill-${seed}-${i}`,
        scopes: ['read', 'contribute', 'review', 'account'] as const,
      })).map((p) => ({ ...p, scopes: [...p.scopes] })),
    },
  })
  const people: Person[] = made.items.map((p) => ({ account_id: p.account_id, key: p.api_key }))
  const writers = new Set(people.slice(0, WRITERS))
  const isWriter = (who: Person): boolean => writers.has(who)
  for (const who of people)
    for (const campaign_id of campaigns)
      await as(who).exams.join({ params: { campaign_id }, body: { consent_version: 1 } })

  let isRunning = false
  let lanes: Promise<void>[] = []
  let unheard: Write[] = []
  let count = 0
  const free = [...people]
  let answered = 0
  const pick = <T>(xs: readonly T[]): T => xs[rng.below(xs.length)]!

  /** True when it was answered with yes. */
  async function write(w: Write): Promise<boolean> {
    try {
      await w.send(as(w.who), w.key)
      answered += 1
      return true
    } catch (error) {
      if (error instanceof ApiError && error.code !== 'unreadable') {
        if (!RIGHTLY.has(error.code)) wrong.push(`${w.what}: ${error.status} ${error.code}`)
        return false
      }
      if (!(error instanceof ApiError || isBrokenLine(error))) wrong.push(`${w.what}: ${String(error)}`)
      unheard.push(w)
      throw new Down()
    }
  }
  /** True when it was answered, null when the server is gone. */
  async function ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      if (error instanceof ApiError && error.code !== 'unreadable') {
        if (!RIGHTLY.has(error.code)) wrong.push(`asking: ${error.status} ${error.code}`)
        return { items: [] } as T
      }
      throw new Down()
    }
  }

  const contribute = async (who: Person, campaign_id: string): Promise<number> => {
    const params = { campaign_id }
    const work = await ask(() => as(who).assignments.claim_items({ params, body: { count: 3 } }))
    if (work.items.length === 0) return 0
    const submissions = work.items.map((i) => ({
      item_id: i.item_id,
      answer: { fact: `Fact ${count++} by ${who.account_id}` },
    }))
    await write({
      what: 'submit',
      who,
      key: `s${count++}`,
      send: async (client, idempotencyKey) => {
        const { items: handed } = await client.submissions.submit({ params, body: { submissions } }, { idempotencyKey })
        for (const [i, h] of handed.entries())
          journal.submissions.set(h.submission_id, {
            campaign_id,
            item_id: h.item_id,
            author_id: who.account_id,
            answer: submissions[i]!.answer.fact,
          })
      },
    })
    return work.items.length
  }
  const review = async (who: Person, campaign_id: string): Promise<number> => {
    const params = { campaign_id }
    const work = await ask(() => as(who).assignments.claim_reviews({ params, body: { count: 3 } }))
    for (const { submission_id } of work.items) {
      const approve = rng.fraction() < 0.85
      const votes = { fact: approve ? { approve } : { approve, reason: 'wrong' as const } }
      await write({
        what: 'review',
        who,
        key: `r${count++}`,
        send: async (client, idempotencyKey) => {
          const { items: done } = await client.reviews.record(
            { params, body: { reviews: [{ submission_id, votes }] } },
            { idempotencyKey },
          )
          for (const d of done)
            journal.reviews.set(d.review_id, { submission_id, reviewer_id: who.account_id, approve })
        },
      })
    }
    return work.items.length
  }
  const look = async (): Promise<void> => {
    const open = [...journal.submissions].filter(([id]) => !journal.decisions.has(id))
    if (open.length === 0) return
    const [submission_id, { campaign_id, author_id }] = open[rng.below(Math.min(open.length, 20))]!
    const who = people.find((p) => p.account_id === author_id)!
    const seen = await ask(() => as(who).reviews.status({ params: { campaign_id, submission_id } }))
    if (!seen.decided_at) return
    const accepted = seen.status === 'accepted'
    journal.decisions.set(submission_id, { accepted })
    if (accepted) journal.transfers.set(await rewardOf(who), { amount_minor: '20' })
    async function rewardOf(author: Person): Promise<string> {
      for (let after: string | null | undefined; after !== null;) {
        const query = { limit: 200, ...(after && { after }) }
        const page = await ask(() => as(author).earnings.statement({ query }))
        const reward = page.items.find((r) => r.subject_id === submission_id && r.kind === 'reward')
        if (reward) return reward.transfer_id
        after = page.next
      }
      return `no reward for the accepted ${submission_id}`
    }
  }
  const topUp = async (): Promise<void> => {
    const amount_minor = String(1 + rng.below(1000))
    const reference = `kill-${seed}-${count++}`
    await write({
      what: 'top-up',
      who: undefined,
      key: reference,
      send: async (client, idempotencyKey) => {
        const { transfer_id } = await client.ledger.top_up(
          { body: { requester_id, currency: 'POINT', amount_minor, reference } },
          { idempotencyKey },
        )
        journal.transfers.set(transfer_id, { amount_minor })
      },
    })
  }

  async function lane(): Promise<void> {
    try {
      while (isRunning) {
        const chance = rng.fraction()
        if (chance < 0.08) await topUp()
        else if (chance < 0.3) await look()
        else {
          // One lane at a time plays a person, so that a refusal never comes from their own twin.
          const who = free.splice(rng.below(free.length), 1)[0]!
          try {
            const done = await (isWriter(who) ? contribute : review)(who, pick(campaigns))
            if (done === 0) await sleep(5)
          } finally {
            free.push(who)
          }
        }
      }
    } catch (error) {
      if (!(error instanceof Down)) wrong.push(String(error))
    }
  }

  return {
    wrong,
    start() {
      isRunning = true
      unheard = []
      lanes = Array.from({ length: LANES }, lane)
    },
    async interrupted() {
      isRunning = false
      await Promise.all(lanes)
      return unheard
    },
    async heard(answers, patienceMs) {
      const enough = answered + answers
      for (const until = Date.now() + patienceMs; answered < enough && Date.now() < until;) await sleep(2)
    },
    moved(to) {
      baseUrl = to
    },
    async retry(writes) {
      const refused: string[] = []
      for (const w of writes)
        await patiently(() => w.send(as(w.who), w.key)).catch((error: unknown) =>
          refused.push(`${w.what} ${w.key}: ${error instanceof ApiError ? error.code : String(error)}`),
        )
      return refused
    },
    async finish(db) {
      // Whoever held something has gone away: others must get it.
      await sql`update lease set expires_at = now() - interval '1 second' where state = 1`.execute(db)
      for (const until = Date.now() + 240_000; Date.now() < until; await sleep(100)) {
        for (const part of partsOf(people, LANES)) {
          await Promise.all(
            part.map(async (who) => {
              for (const campaign_id of campaigns) {
                while ((await (isWriter(who) ? contribute : review)(who, campaign_id)) > 0);
              }
            }),
          )
        }
        const left = await sql<{ n: number }>`
          select (select count(*) from item where state = 'open')::int + (select count(*) from submission where status in ('in_review', 'rejected'))::int as n`.execute(
          db,
        )
        if (left.rows[0]!.n === 0) return true
      }
      return false
    },
  }
}

/** The server is gone. */
class Down extends Error {}
const isBrokenLine = (error: unknown): boolean =>
  error instanceof TypeError || Boolean((error as { code?: string }).code?.startsWith('E'))

async function openCampaign(
  client: Client,
  requester_id: string,
  name: string,
  items: number,
  seed: number,
): Promise<string> {
  const csv = `id,topic\n${Array.from({ length: items }, (_, i) => `${name}-${i},topic ${i}`).join('\n')}\n`
  const settings = {
    lease_seconds: 300,
    revision_seconds: 0,
    min_seconds_contribute: 0,
    min_seconds_review: 0,
    may_do_both: true,
    attempts_per_item: 4,
  }
  const { campaign_id } = await client.campaigns.create({
    body: draft({ title: `Kills ${name}`, open_collection: false, quota: items, settings }),
  })
  const params = { campaign_id }
  await client.campaigns.import_items({
    params,
    body: { import_id: 'items', part: 1, last: true, format: 'csv', text: csv },
  })
  for (const { currency, missing_minor } of (await client.campaigns.manage({ params })).budget) {
    if (missing_minor === '0') continue
    await client.ledger.top_up({
      body: { requester_id, currency, amount_minor: missing_minor, reference: `kill-${seed}-${name}` },
    })
    await client.campaigns.fund({ params, body: { currency, amount_minor: missing_minor } })
  }
  const { status, version } = await client.campaigns.open({ params, body: {} })
  if (status === 'awaiting_approval')
    await client.campaigns.decide({ params, body: { approved: true, reason: 'For the test.', version } })
  return campaign_id
}
