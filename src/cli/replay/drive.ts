import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, type Client } from '../../client.ts'
import type { Draft } from '../../domains/campaigns/contract.ts'
import type { Scope } from '../../platform/http/endpoint.ts'
import type { Api } from '../connect.ts'
import { Problem } from '../problem.ts'
import type { Progress } from '../progress.ts'
import { roundsOf, type Label, type Plan } from './data.ts'
import { inLanes, partsOf, patiently } from './lanes.ts'

/** Where a replay lives on the server. */
export type Place = {
  campaign_id: string
  season_id: string
  items: Map<string, string>
  submissions: Map<string, string>
  keys: Map<string, string>
  accounts: Map<string, string>
}
export type Steps = { say(line: string): void; progress(title: string, total: number): Progress; lanes: number }

const AUTHOR = 'author'
const QUESTION = 'claim'
const DAY = 86_400

/** The campaign in which each task becomes the claim "yes", and each label a review of that claim. */
export const draftOf = (plan: Plan): Draft => ({
  title:
    `Replay of ${plan.name}${plan.stakes ? ', adaptive' : ''}: ${plan.question}`.slice(0, 190) +
    ` (${plan.run.slice(0, 4)})`,
  task_class: 'labelling',
  mode: 'review',
  difficulty: 'beginner',
  knowledge_area: 'replay',
  language: 'en',
  open_collection: false,
  quota: plan.tasks.length,
  pilot_size: 0,
  deadline: null,
  instructions: {
    body: [
      plan.question,
      'These are labels that people gave elsewhere, replayed. One author claims "yes" for every task; approving means that the label was 1, disapproving that it was 0.',
      ...(plan.origin ? [`Origin: ${plan.origin}.`] : []),
    ].join('\n\n'),
    good_examples: [],
    bad_examples: [],
  },
  form: {
    schema: {
      type: 'object',
      additionalProperties: false,
      required: [QUESTION],
      properties: { [QUESTION]: { type: 'string', enum: ['yes', 'no'] } },
    },
    ui: {
      order: [QUESTION],
      questions: { [QUESTION]: { widget: 'choice', title: plan.question, labels: { yes: 'Yes', no: 'No' } } },
      item: [{ field: 'task', title: 'Task', as: 'text' }],
    },
  },
  settings: {
    prices: [{ currency: 'POINT', contribute_minor: '20', review_minor: '5', bonus_bps: 0 }],
    bonus_benchmark: null,
    // The data hold no expert to ask: what is in doubt after the last label is decided by what is more likely.
    ...(plan.stakes
      ? {
          reviews: { min: 1, max: plan.reviews },
          policy: {
            kind: 'adaptive' as const,
            good_value_minor: plan.stakes.good_minor,
            bad_cost_minor: plan.stakes.bad_minor,
            ask_expert: false,
          },
        }
      : { reviews: { min: plan.reviews, max: plan.reviews } }),
    redundancy: { min: 1, max: 1 },
    attempts_per_item: 1,
    lease_seconds: DAY,
    revision_seconds: 0,
    decision_deadline_seconds: 90 * DAY,
    min_seconds_contribute: 0,
    min_seconds_review: 0,
    batch_size: 50,
    caps: { contribute_total: null, contribute_daily: null, review_total: null, review_daily: null },
  },
  consent: {
    terms: 'A replay of labels that were given elsewhere; nobody is asked for anything.',
    licence: 'see the origin of the data',
    adults_only: false,
    countries: null,
    personal_data: null,
  },
})

/** Makes the campaign, its people, items and submissions, or finds them as an earlier call left them. */
export async function prepare(api: Api, plan: Plan, steps: Steps): Promise<Place> {
  const { client } = api
  const once = (name: string) => ({ idempotencyKey: `replay-${plan.run}-${name}` })
  const me = await patiently(() => client.account.view())
  if (!me.access.operator)
    throw new Problem(
      "A replay needs an operator's key, because it hands out work itself. Make one with: assay key create",
    )
  const { campaign_id } = await patiently(() => client.campaigns.create({ body: draftOf(plan) }, once('campaign')))
  const params = { campaign_id }
  let state = await patiently(() => client.campaigns.manage({ params }))
  if (state.status === 'draft') {
    await importItems(client, campaign_id, plan)
    for (const { currency, missing_minor } of state.budget.filter((b) => BigInt(b.missing_minor) > 0n)) {
      await patiently(() =>
        client.ledger.top_up({
          body: { requester_id: me.account_id, currency, amount_minor: missing_minor, reference: `replay-${plan.run}` },
        }),
      )
      await patiently(() =>
        client.campaigns.fund({ params, body: { currency, amount_minor: missing_minor } }, once('fund')),
      )
    }
    const opened = await patiently(() => client.campaigns.open({ params, body: {} }, once('open')))
    if (opened.status === 'awaiting_approval') {
      await patiently(() =>
        client.campaigns.decide(
          { params, body: { approved: true, reason: 'A replay of known labels.', version: opened.version } },
          once('approve'),
        ),
      )
    }
    state = await patiently(() => client.campaigns.manage({ params }))
  }
  // When everything is decided the campaign closes by itself; what is left then is QA and the checks.
  if (!['open', 'closing', 'closed'].includes(state.status)) {
    const way =
      state.status === 'paused'
        ? 'Resume it on its page, then call this again.'
        : 'Start another replay with --as <name>.'
    throw new Problem(`The campaign of this replay is ${state.status}. ${way}`)
  }
  steps.say(`Campaign ${campaign_id}: ${state.title}`)

  const keys = new Map<string, string>()
  const accounts = new Map<string, string>()
  const names = [AUTHOR, ...plan.workers]
  const handleOf = new Map(names.map((name, i) => [name, i === 0 ? `r${plan.run}-author` : `r${plan.run}-w${i}`]))
  const scopes: Scope[] = ['read', 'contribute', 'review', 'account']
  const people = steps.progress('Accounts', names.length)
  for (const [i, part] of partsOf(names, 200).entries()) {
    const made = await patiently(() =>
      client.people.create(
        { body: { people: part.map((name) => ({ handle: handleOf.get(name)!, scopes })) } },
        once(`people-${i}`),
      ),
    )
    for (const [n, name] of part.entries()) {
      keys.set(name, made.items[n]!.api_key)
      accounts.set(name, made.items[n]!.account_id)
    }
    people.set(keys.size)
  }
  people.end()

  const items = new Map<string, string>()
  for (let after: string | undefined; ;) {
    const page = await patiently(() =>
      client.campaigns.items({ params, query: { limit: 200, ...(after ? { after } : {}) } }),
    )
    for (const item of page.items) items.set(item.external_ref!, item.item_id)
    if (!page.next) break
    after = page.next
  }
  const missing = plan.tasks.filter((t) => !items.has(t))
  if (missing.length > 0 || items.size !== plan.tasks.length)
    throw new Problem(
      `The campaign holds ${items.size} items, ${missing.length} of ${plan.tasks.length} tasks are not among them. Start another replay with --as <name>.`,
    )
  const place: Place = {
    campaign_id,
    season_id: (await patiently(() => client.campaigns.page({ params }))).season.season_id,
    items,
    submissions: new Map(),
    keys,
    accounts,
  }
  await submitAll(api, plan, place, steps)
  return place
}

async function importItems(client: Client, campaign_id: string, plan: Plan): Promise<void> {
  const import_id = `replay-${plan.run}`
  const parts = partsOf(plan.tasks, 20_000)
  for (const [i, tasks] of parts.entries()) {
    const text = tasks.map((task) => `${JSON.stringify({ task })}\n`).join('')
    const body = {
      import_id,
      part: i + 1,
      last: i === parts.length - 1,
      format: 'jsonl' as const,
      text,
      ref_field: 'task',
    }
    await patiently(() => client.campaigns.import_items({ params: { campaign_id }, body })).catch((error: unknown) => {
      // An earlier call got further than this part.
      if (!(error instanceof ApiError) || !['import_over', 'part_out_of_order'].includes(error.code)) throw error
    })
  }
}

type Leased = { account_id: string; target_id: string; outcome: string }

/** Hands out leases and waits for work that is not in the queue yet; what is done already comes back as such. */
async function direct(
  client: Client,
  campaign_id: string,
  lane: 'contribute' | 'review',
  leases: { account_id: string; target_id: string }[],
  waits = true,
): Promise<Leased[]> {
  for (let tries = 0; ; tries++) {
    const { items } = await patiently(() =>
      client.assignments.direct({ params: { campaign_id }, body: { lane, reason: 'replay of known labels', leases } }),
    )
    const waiting = items.filter((i) => i.outcome === 'not_open')
    if (waiting.length === 0 || !waits) return items
    if (tries === 300)
      throw new Problem(
        `${waiting.length} pieces of work do not come into the queue. Does the server run its background work (ASSAY_ROLES)?`,
      )
    await sleep(200)
  }
}

const refused = (what: string, bad: Leased) =>
  new Problem(`The server gives no lease for ${what} (${bad.outcome}, target ${bad.target_id}).`)

async function submitAll(api: Api, plan: Plan, place: Place, steps: Steps): Promise<void> {
  const author = api.as(place.keys.get(AUTHOR)!)
  const account_id = place.accounts.get(AUTHOR)!
  const progress = steps.progress('Submissions', plan.tasks.length)
  for (const part of partsOf(plan.tasks, 200)) {
    const leases = await direct(
      api.client,
      place.campaign_id,
      'contribute',
      part.map((task) => ({ account_id, target_id: place.items.get(task)! })),
    )
    const bad = leases.find((l) => !['leased', 'held_already', 'done_already'].includes(l.outcome))
    if (bad) throw refused('a submission', bad)
    await inLanes(partsOf(part, 50), steps.lanes, async (tasks) => {
      const body = {
        submissions: tasks.map((task) => ({ item_id: place.items.get(task)!, answer: { [QUESTION]: 'yes' } })),
      }
      const { items } = await patiently(() =>
        author.submissions.submit({ params: { campaign_id: place.campaign_id }, body }),
      )
      for (const [i, task] of tasks.entries()) place.submissions.set(task, items[i]!.submission_id)
      progress.set(place.submissions.size)
    })
  }
  progress.end()
}

/**
 * Sends every label as a review, so many requests at a time; those that an earlier call sent are not sent again. Where
 * reviews stop early, a label is sent only while its task is open: every task's first label, then every task's second.
 */
export async function reviewAll(
  api: Api,
  plan: Plan,
  place: Place,
  steps: Steps,
): Promise<{ sent: number; there: number; recorded: Label[] }> {
  const progress = steps.progress('Reviews', plan.labels.length)
  const counts = { sent: 0, there: 0, spared: 0 }
  const recorded: Label[] = []
  for (const labels of plan.stakes ? roundsOf(plan.labels) : [plan.labels])
    await reviewSome(api, plan, place, steps, labels, counts, recorded, progress)
  progress.end()
  return { ...counts, recorded }
}

async function reviewSome(
  api: Api,
  plan: Plan,
  place: Place,
  steps: Steps,
  labels: readonly Label[],
  counts: { sent: number; there: number; spared: number },
  recorded: Label[],
  progress: Progress,
): Promise<void> {
  const clients = new Map(plan.workers.map((w) => [w, api.as(place.keys.get(w)!)]))
  const leaseOf = (l: Label) => ({
    account_id: place.accounts.get(l.worker)!,
    target_id: place.submissions.get(l.task)!,
  })
  const parts = partsOf(labels, 200)
  const lease = (part: Label[] | undefined) =>
    part && direct(api.client, place.campaign_id, 'review', part.map(leaseOf), !plan.stakes)
  async function* leased() {
    let next = lease(parts[0])
    for (const [i, part] of parts.entries()) {
      const leases = await next!
      // The next leases are fetched while these are worked on; a failure shows when they are awaited.
      next = lease(parts[i + 1])
      next?.catch(() => {})
      const fine = ['leased', 'held_already', 'done_already', ...(plan.stakes ? ['not_open'] : [])]
      const bad = leases.find((l) => !fine.includes(l.outcome))
      if (bad) throw refused('a review', bad)
      for (const [n, label] of part.entries()) yield { label, outcome: leases[n]!.outcome }
    }
  }
  await inLanes(leased(), steps.lanes, async ({ label, outcome }) => {
    if (outcome === 'not_open') counts.spared += 1
    else if (outcome === 'done_already') counts.there += 1
    else {
      const vote = label.label === '1' ? { approve: true } : { approve: false, reason: 'wrong' as const }
      const body = { reviews: [{ submission_id: place.submissions.get(label.task)!, votes: { [QUESTION]: vote } }] }
      await patiently(() =>
        clients.get(label.worker)!.reviews.record({ params: { campaign_id: place.campaign_id }, body }),
      )
      counts.sent += 1
    }
    if (outcome !== 'not_open') recorded.push(label)
    progress.set(counts.sent + counts.there + counts.spared)
  })
}

/** Known truth plays QA: every decided piece is drawn and graded. */
export async function auditAll(api: Api, plan: Plan, place: Place, steps: Steps): Promise<void> {
  const { client } = api
  const { campaign_id } = place
  const taskOf = new Map([...place.submissions].map(([task, id]) => [id, task]))
  const drawn = await patiently(() =>
    client.audits.draw(
      { body: { campaign_id, accepted: 'all', rejected: 'all', double_bps: 0 } },
      { idempotencyKey: `replay-${plan.run}-audit` },
    ),
  )
  if (drawn.drawn !== plan.tasks.length)
    throw new Problem(
      `QA drew ${drawn.drawn} of ${plan.tasks.length} submissions. Somebody audits this campaign beside the replay.`,
    )
  const { plan: before } = await patiently(() => client.audits.get({ params: { plan_id: drawn.plan_id } }))
  const progress = steps.progress('QA grades', plan.tasks.length)
  let graded = before.closed
  progress.set(graded)
  for (let idle = 0; graded < plan.tasks.length;) {
    const claimed = await patiently(() => client.audits.claim({ params: { campaign_id }, body: { count: 50 } }))
    if (claimed.items.length === 0) {
      if (++idle > 100)
        throw new Problem(`${plan.tasks.length - graded} pieces of audit work are not handed out. See assay doctor.`)
      await sleep(100)
      continue
    }
    idle = 0
    const grades = claimed.items.map(({ submission_id }) => ({
      submission_id,
      grades: {
        [QUESTION]:
          plan.truth.get(taskOf.get(submission_id)!) === '1'
            ? { right: true }
            : { right: false, reason: 'wrong' as const },
      },
    }))
    const done = await patiently(() => client.audits.grade({ params: { campaign_id }, body: { grades } }))
    graded += done.items.length
    progress.set(graded)
  }
  progress.end()
}
