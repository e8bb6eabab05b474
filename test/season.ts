import { createRng, type Rng } from '../src/platform/rng.ts'
import { ensureSeason } from '../src/domains/seasons/ensure.ts'
import type { Settings } from '../src/domains/campaigns/contract.ts'
import { makeCampaign, type Made } from './campaign.ts'
import type { Person, World } from './world.ts'

export type Played = {
  season_id: string
  campaigns: Made[]
  contributors: Person[]
  reviewers: Person[]
  /** Whether each submission is right, which its answer says to QA and the votes say by and large. */
  truth: Map<string, boolean>
  submissions: { campaign_id: string; id: string }[]
}

type Options = { items?: number; skill?: number; seed?: number; settings?: Partial<Settings> }

/** Moves the clock by a chance number of seconds, so that times differ. */
const ticking = (w: World, rng: Rng) => () => w.clock.advance(1000 * (1 + rng.below(600)))

/**
 * A small season played through the public API: two campaigns of different classes, three reviews for each submission
 * by reviewers who are right `skill` of the time.
 */
export async function playSeason(w: World, options: Options = {}): Promise<Played> {
  const season = await ensureSeason(w.ctx())
  // The first of each also has the QA role, which must not let them grade what they had a hand in.
  const people = (handles: string[]) =>
    Promise.all(handles.map((h, i) => w.person(h, { roles: i === 0 ? ['qa'] : [] })))
  const contributors = await people(['cleo', 'cyrus'])
  const reviewers = await people(['rita', 'ravi', 'rosa', 'remy'])
  const played: Played = {
    season_id: season.id,
    campaigns: [],
    contributors,
    reviewers,
    truth: new Map(),
    submissions: [],
  }
  for (const [i, task_class] of ['simple_research', 'in_depth_research'].entries()) {
    const one = await playCampaign(w, played, options.items ?? 10, {
      ...options,
      task_class,
      seed: (options.seed ?? 5) + i,
    })
    played.campaigns.push(...one.campaigns)
    played.submissions.push(...one.submissions)
    for (const [id, is] of one.truth) played.truth.set(id, is)
  }
  return played
}

/** One campaign from claim to decision, by the people of a season. */
export async function playCampaign(
  w: World,
  people: Pick<Played, 'season_id' | 'contributors' | 'reviewers'>,
  count: number,
  options: Options & { task_class?: string } = {},
): Promise<Played> {
  const { contributors, reviewers } = people
  const rng = createRng(options.seed ?? 5)
  const tick = ticking(w, rng)
  const truth = new Map<string, boolean>()
  const items = Array.from({ length: count }, (_, i) => ({ topic: `topic ${i}` }))
  const c = await makeCampaign(w, {
    contributors,
    reviewers,
    items,
    settings: { batch_size: 5, ...options.settings },
    ...(options.task_class ? { task_class: options.task_class } : {}),
  })
  const params = { campaign_id: c.id }
  for (let i = 0; truth.size < count; i++) {
    const me = contributors[i % contributors.length]!
    const work = await me.client.assignments.claim_items({ params, body: {} })
    if (work.items.length === 0) continue
    tick()
    const said = work.items.map((item) => ({ item_id: item.item_id, right: rng.fraction() < 0.7 }))
    const { items: handed } = await me.client.submissions.submit({
      params,
      body: { submissions: said.map((s) => ({ item_id: s.item_id, answer: { fact: s.right ? 'right' : 'wrong' } })) },
    })
    handed.forEach((h, k) => truth.set(h.submission_id, said[k]!.right))
  }
  await reviewAll(w, c.id, reviewers, rng, options.skill ?? 0.8)
  return { ...people, campaigns: [c], truth, submissions: [...truth.keys()].map((id) => ({ campaign_id: c.id, id })) }
}

/** Reviewers take and judge all there is, right `skill` of the time by what the answer says. */
export async function reviewAll(
  w: World,
  campaignId: string,
  reviewers: readonly Person[],
  rng: Rng,
  skill: number,
): Promise<void> {
  const params = { campaign_id: campaignId }
  const tick = ticking(w, rng)
  for (let idle = 0, i = 0; idle < reviewers.length; i++) {
    const me = reviewers[i % reviewers.length]!
    const work = await me.client.assignments.claim_reviews({ params, body: {} })
    idle = work.state === 'none' ? idle + 1 : 0
    if (work.items.length === 0) continue
    tick()
    const reviews = work.items.map((item) => {
      const approve = (item.answer.fact === 'right') === rng.fraction() < skill
      return {
        submission_id: item.submission_id,
        votes: { fact: approve ? { approve } : { approve, reason: 'wrong' as const } },
      }
    })
    await me.client.reviews.record({ params, body: { reviews } })
  }
}

/** One QA person grades everything that is drawn and that they may, by the truth or by `say`. Returns how many. */
export async function gradeAll(
  qa: Person,
  played: Played,
  say: (id: string) => boolean = (id) => played.truth.get(id)!,
): Promise<number> {
  let graded = 0
  for (const { id } of played.campaigns) {
    const params = { campaign_id: id }
    for (;;) {
      const work = await qa.client.audits.claim({ params, body: { count: 50 } })
      if (work.state === 'none') break
      if (work.items.length === 0) continue
      const grades = work.items.map((item) => ({
        submission_id: item.submission_id,
        grades: { fact: say(item.submission_id) ? { right: true } : { right: false, reason: 'wrong' as const } },
      }))
      graded += (await qa.client.audits.grade({ params, body: { grades } })).items.length
    }
  }
  return graded
}
