import type { Db } from '../../platform/context.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { likeness, printOf, type Likeness, type Print } from './novelty-rules.ts'
import { candidatesFor, printsOf, type Stored } from './print-queries.ts'
import type { Work } from './queries.ts'

export type Text = { work: Work; question: string; text: string; before: Date }
export type Compared = { likeness: Likeness | undefined; fresh: Stored | undefined }

const digestOf = (text: string): string => sha256Hex(text).slice(0, 32)

/**
 * Compares texts with what was checked earlier in their campaigns, and with those of the same batch that came before. Two
 * answers to one item are never held against each other. A text that was there already leaves no print of its own: the
 * first one stands for all.
 */
export async function compareTexts(db: Db, texts: readonly Text[]): Promise<Compared[]> {
  const known = texts.map(({ text, question }) => printOf(text, question, digestOf))
  const found = await candidatesFor(
    db,
    known.flatMap((k, no) => (k ? [{ no, campaign_id: texts[no]!.work.campaign_id, keys: k.keys }] : [])),
  )
  const candidates = found.map((c) => ({ ...c, ...placeOf(texts[c.no]!) }))
  const stored = new Map((await printsOf(db, once(candidates))).map((p) => [nameOf(p), p]))
  const byText = new Map<number, string[]>()
  for (const c of candidates) byText.set(c.no, [...(byText.get(c.no) ?? []), nameOf(c)])

  const batch = new Map<string, { submission_id: string; item_id: string; print: Print }[]>()
  return texts.map((t, no) => {
    const own = known[no]
    if (!own) return { likeness: undefined, fresh: undefined }
    const mine = { campaign_id: t.work.campaign_id, submission_id: t.work.id, question: t.question }
    const others = new Map<string, { submission_id: string; item_id: string; print: Print }>()
    for (const name of byText.get(no) ?? []) {
      const s = stored.get(name)
      if (s && s.submission_id !== t.work.id && isEarlier(s, t)) others.set(s.submission_id, s)
    }
    const places = own.keys.map((key) => `${t.work.campaign_id}/${key}`)
    for (const place of places)
      for (const o of batch.get(place) ?? []) if (o.submission_id !== t.work.id) others.set(o.submission_id, o)
    const like = likeness(
      own,
      [...others.values()].filter((o) => o.item_id !== t.work.item_id),
    )
    if (!like.same)
      for (const place of places)
        batch.set(place, [
          ...(batch.get(place) ?? []),
          { submission_id: t.work.id, item_id: t.work.item_id, print: own },
        ])
    const fresh = like.same ? undefined : { ...mine, item_id: t.work.item_id, print: own, printed_at: t.before }
    return { likeness: like, fresh }
  })
}

type Place = { campaign_id: string; submission_id: string; question: string }
const nameOf = (p: Place): string => `${p.campaign_id}/${p.submission_id}/${p.question}`
const placeOf = (t: Text) => ({ campaign_id: t.work.campaign_id, question: t.question })
const once = <T extends Place>(places: readonly T[]): T[] => [...new Map(places.map((p) => [nameOf(p), p])).values()]

/** Whoever was checked first was first: work that is checked again is compared with the same texts as then. */
const isEarlier = (other: { printed_at: Date; submission_id: string }, t: Text): boolean =>
  other.printed_at < t.before ||
  (other.printed_at.getTime() === t.before.getTime() && BigInt(other.submission_id) < BigInt(t.work.id))
