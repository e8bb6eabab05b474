import type { Db } from '../../platform/context.ts'
import type { Settings } from '../campaigns/contract.ts'
import { carriedTo, settingsByVersion, wasKeptApart, windowLabels, windowReviews } from '../rewards/window-queries.ts'
import { nameOf } from './disclose-rules.ts'
import type { SettledWindow } from './openings-queries.ts'
import type { LogKeys } from './promise-rules.ts'

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * What a window's shares were reckoned from, as it was when they were: people have names that this window alone has, and
 * stand in the order of those. Who is kept apart from whom is never said, only whether anybody is.
 */
export async function* windowLines(db: Db, keys: LogKeys, w: SettledWindow): AsyncGenerator<Record<string, unknown>> {
  const versions = await settingsByVersion(db, w.campaign_id)
  const isPaidSo = (v: number) => (versions.get(v) as unknown as Settings | undefined)?.reviewer_pay !== undefined
  const carried = await carriedTo(db, w.campaign_id, w.n)
  const from = [...carried.values()].reduce((least, c) => (c.since < least ? c.since : least), w.starts_at)
  const reviews = await windowReviews(db, w.campaign_id, from, w.ends_at, w.settled_at)
  const labels = await windowLabels(db, w.campaign_id, from, w.ends_at)
  const ids = [...new Set(reviews.map((r) => r.reviewer_id))]
  const nameOfPerson = new Map(ids.map((id) => [id, nameOf(keys, 'person', `${w.campaign_id}:${w.n}:${id}`)]))
  const kept_apart = await wasKeptApart(db, w.campaign_id, w.n)
  yield {
    campaign: w.campaign_id,
    window: w.n,
    last: w.last,
    kept_apart,
    carries: ids
      .flatMap((id) => (carried.has(id) ? [{ person: nameOfPerson.get(id), n: carried.get(id)!.carries }] : []))
      .sort((a, b) => byText(a.person!, b.person!)),
  }
  const rows = reviews.map((r) => ({
    work: nameOf(keys, 'work', r.submission_id),
    round: r.round,
    version: r.version,
    person: nameOfPerson.get(r.reviewer_id)!,
    approves: r.approves,
    accepted: r.accepted,
    correct: r.correct,
    ...(r.correct !== null && r.chance_ppm !== null && { chance_ppm: r.chance_ppm }),
    // Older work serves as comparison only, and so does work that was priced otherwise.
    own: r.decided_at >= (carried.get(r.reviewer_id)?.since ?? w.starts_at) && isPaidSo(r.version),
  }))
  yield* rows.sort((a, b) => byText(a.work, b.work) || a.round - b.round || byText(a.person, b.person))
  const said = labels.map((l) => ({
    work: nameOf(keys, 'work', l.submission_id),
    round: l.round,
    model: l.model,
    approves: l.approves,
  }))
  yield* said.sort((a, b) => byText(a.work, b.work) || a.round - b.round || byText(a.model, b.model))
}
