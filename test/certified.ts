import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Release } from '../src/domains/datasets/contract.ts'
import type { Form } from '../src/domains/templates/contract.ts'
import { makeCampaign } from './campaign.ts'
import { collect, itemsOf, setItem } from './collected.ts'
import type { Person, World } from './world.ts'

const CHOICE_FORM: Form = {
  schema: {
    type: 'object',
    required: ['kind'],
    properties: {
      kind: { type: 'string', enum: ['river', 'lake'] },
      note: { type: 'string', maxLength: 500 },
    },
  },
  ui: {
    order: ['kind', 'note'],
    questions: {
      kind: { widget: 'choice', title: 'What is it?' },
      note: { widget: 'long_text', title: 'A note' },
    },
  },
}

export type Released = {
  campaign_id: string
  release: Release
  params: { campaign_id: string; release_id: string }
  /** By submission: whether it is right. */
  truth: Map<string, boolean>
}

/** A finished release of so many datapoints, the first `wrong` of which are wrong. */
export async function releaseOfWork(
  w: World,
  by: Person,
  author: Person,
  lot: number,
  wrong: number,
): Promise<Released> {
  const items = Array.from({ length: lot }, (_, i) => ({ topic: `topic ${i}` }))
  const made = await makeCampaign(w, { items, form: CHOICE_FORM })
  const truth = new Map<string, boolean>()
  for (const [i, item_id] of (await itemsOf(w, made.id)).entries()) {
    const answer = { kind: i % 3 === 0 ? 'lake' : 'river', note: `line\u2028${i}` }
    const id = await collect(w, made.id, { author: author.account_id, item_id, answer })
    truth.set(id, i >= wrong)
  }
  return { ...(await releaseAgain(w, by, made.id)), truth }
}

const ANSWERED_FORM: Form = {
  schema: {
    type: 'object',
    required: ['kind', 'stars'],
    properties: {
      kind: { type: 'string', enum: ['river', 'lake'] },
      stars: { type: 'integer', minimum: 1, maximum: 5 },
    },
  },
  ui: {
    order: ['kind', 'stars'],
    questions: { kind: { widget: 'choice', title: 'What is it?' }, stars: { widget: 'scale', title: 'How good?' } },
  },
}

/** A finished release of so many items, each answered by these three; the answers inferred for the first `wrong` are wrong. */
export async function releaseOfAnswers(
  w: World,
  by: Person,
  authors: readonly [Person, Person, Person],
  lot: number,
  wrong: number,
): Promise<Released> {
  const items = Array.from({ length: lot }, (_, i) => ({ topic: `topic ${i}` }))
  const made = await makeCampaign(w, { items, form: ANSWERED_FORM, mode: 'redundancy' })
  const truth = new Map<string, boolean>()
  for (const [i, item_id] of (await itemsOf(w, made.id)).entries()) {
    for (const [j, stars] of [4, 3, 3].entries()) {
      const answer = { kind: i % 3 === 0 ? 'lake' : 'river', stars }
      truth.set(await collect(w, made.id, { author: authors[j]!.account_id, item_id, answer }), i >= wrong)
    }
    // A neighbouring star agrees, so the first answer carries without being the inferred one.
    await setItem(w, made.id, item_id, 'done', { kind: i % 3 === 0 ? 'lake' : 'river', stars: 3 })
  }
  return { ...(await releaseAgain(w, by, made.id)), truth }
}

/** Another release of the same campaign. */
export async function releaseAgain(w: World, by: Person, campaign_id: string): Promise<Omit<Released, 'truth'>> {
  const { release_id } = await by.client.releases.create({ params: { campaign_id }, body: {} })
  await w.jobs(['build_releases'])
  const params = { campaign_id, release_id }
  return { campaign_id, params, release: await by.client.releases.get({ params }) }
}

/** One grader grades what waits, at most so many pieces. Returns how many. */
export async function gradeWaiting(
  qa: Person,
  campaign_id: string,
  say: (id: string) => boolean,
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  const params = { campaign_id }
  for (let graded = 0; ;) {
    const count = Math.min(50, most - graded)
    if (count <= 0) return graded
    const work = await qa.client.audits.claim({ params, body: { count } })
    if (work.state === 'none') return graded
    const grades = work.items.slice(0, count).map(({ submission_id, answer }) => ({
      submission_id,
      grades: {
        kind: say(submission_id) ? { right: true } : { right: false, reason: 'wrong' as const },
        ...('stars' in answer && { stars: { right: true } }),
      },
    }))
    if (grades.length > 0) graded += (await qa.client.audits.grade({ params, body: { grades } })).items.length
  }
}

/** Every file of a release, its certificate and audit log, as someone who downloads them has them. */
export async function download(
  w: World,
  by: Person,
  r: Pick<Released, 'params' | 'release'>,
  dir: string,
): Promise<void> {
  mkdirSync(dir, { recursive: true })
  const base = `/v1/campaigns/${r.params.campaign_id}/releases/${r.params.release_id}`
  const get = async (url: string) => (await w.raw(by, { method: 'GET', url })).body
  // Text alone: the checks read no other file, and Parquet would not survive being one.
  for (const f of r.release.files.filter((f) => !f.name.endsWith('.parquet')))
    writeFileSync(join(dir, f.name), await get(`${base}/files/${f.name}`))
  writeFileSync(join(dir, 'manifest.json'), await get(`${base}/files/manifest.json`))
  for (const name of ['certificate.json', 'audit-log.jsonl'])
    writeFileSync(join(dir, name), await get(`${base}/certificate/${name}`))
}
