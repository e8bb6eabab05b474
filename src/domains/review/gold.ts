import type { Ctx, Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import { LANE } from '../assignment/queries.ts'
import { answerGold, lockGold } from '../gold/queries.ts'
import { agrees } from '../gold/rules.ts'
import type { Submission } from '../submissions/queries.ts'
import type { Votes } from './contract.ts'
import type { NewReview, Review } from './queries.ts'

/** How many of the newest reviews may lend the time after which a gold item is paid. */
const LIKE = 100

/**
 * Gold items among what is handed in, as `record` sees other work: submissions of nobody that wait for a review and have
 * a place free, so that the same rules answer in the same words.
 */
export async function loadGold(db: Db, keys: readonly { campaign_id: string; submission_id: string }[]) {
  const items = await lockGold(db, keys)
  const byId = new Map(items.map((g) => [g.id, g]))
  const targets = new Map(items.map((g) => [g.id, asSubmission(g)]))
  const answered = items.flatMap((g): [string, Review[]][] =>
    g.votes && g.answer_id && g.reviewed_at
      ? [[g.id, [{ ...asReview(g), id: g.answer_id, votes: g.votes as Votes, reviewed_at: g.reviewed_at }]]]
      : [],
  )
  const places = items.map((g) => [
    `${LANE.review}/${g.id}`,
    { campaign_id: g.campaign_id, lane: LANE.review, target_id: g.id, author_id: '0', cover: 0, needed: 1, opened_at: g.made_at },
  ] as const) // prettier-ignore
  const answerWrite = (ctx: Ctx, made: readonly NewReview[]): Write => {
    const given = made.flatMap((r) => (byId.has(r.submission_id) ? [{ r, g: byId.get(r.submission_id)! }] : []))
    return answerGold(
      given.map(({ r, g }) => ({
        campaign_id: r.campaign_id,
        id: g.id,
        answer_id: r.id,
        votes: r.votes,
        agreed: agrees(g.truth, r.votes),
        took_seconds: r.took_seconds,
        reviewed_at: r.reviewed_at,
        like: ctx.rng.below(LIKE),
      })),
    )
  }
  return { targets, answered, places, answerWrite }
}

type Gold = Awaited<ReturnType<typeof lockGold>>[number]

const asReview = (g: Gold) => ({
  campaign_id: g.campaign_id,
  submission_id: g.id,
  reviewer_id: g.account_id,
  round: 1,
  lane: LANE.review as number,
})

const asSubmission = (g: Gold): Submission => ({
  campaign_id: g.campaign_id, id: g.id, item_id: '0', author_id: '0', version: g.version, status: 'in_review', round: 1,
} as Submission) // prettier-ignore
