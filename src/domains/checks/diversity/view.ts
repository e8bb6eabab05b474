import { setImmediate as breathe } from 'node:timers/promises'
import { addText, newDiversity, type Diversity as Measured } from '../../../engine/diversity.ts'
import type { Ctx } from '../../../platform/context.ts'
import { type Campaign, versionOf } from '../../campaigns/queries.ts'
import { languageOf } from '../language.ts'
import { stateOf } from '../view-queries.ts'
import type { Diversity } from './contract.ts'
import { acceptedBefore } from './queries.ts'
import { figuresOf, languagesOf, textQuestions } from './rules.ts'

/** Of a campaign's accepted work the newest is measured, a page at a time, with a breath for others between a few texts. */
const MOST = 2_000
const PAGE = 200
const BREATH = 25
const GUESSED = 200
/** Somebody who looks again within a minute sees the same figures. */
const KEPT_MS = 60_000
const KEPT_MOST = 500

type Sampled = Diversity & { measured: number }
const kept = new WeakMap<object, Map<string, { at: number; found: Promise<Sampled> }>>()

/** How varied a campaign's newest accepted work is, and the copies that it did without. */
export function campaignDiversity(ctx: Ctx, campaign: Campaign): Promise<Sampled> {
  let known = kept.get(ctx.db)
  if (!known) kept.set(ctx.db, (known = new Map()))
  const last = known.get(campaign.id)
  const age = last ? ctx.now.getTime() - last.at : KEPT_MS
  if (last && age >= 0 && age < KEPT_MS) return last.found
  if (known.size >= KEPT_MOST) known.clear()
  const found = sample(ctx, campaign)
  known.set(campaign.id, { at: ctx.now.getTime(), found })
  found.catch(() => known.delete(campaign.id))
  return found
}

async function sample(ctx: Ctx, campaign: Campaign): Promise<Sampled> {
  const { form } = await versionOf(ctx.db, campaign.id, campaign.version)
  const questions = new Map<string, Measured>(textQuestions([form]).map((key) => [key, newDiversity()]))
  const languages: Record<string, number> = {}
  let measured = 0
  for (let before: string | undefined; questions.size > 0 && measured < MOST;) {
    const page = await acceptedBefore(ctx.db, campaign.id, before, Math.min(PAGE, MOST - measured))
    for (const { answer } of page) {
      const texts: string[] = []
      for (const [key, into] of questions) {
        const text = answer[key]
        if (typeof text !== 'string') continue
        addText(into, text)
        texts.push(text)
      }
      if (texts.length > 0 && measured < GUESSED) {
        const language = languageOf(campaign.language, texts.join('\n'))
        languages[language] = (languages[language] ?? 0) + 1
      }
      measured += 1
      if (measured % BREATH === 0) await breathe()
    }
    before = page.at(-1)?.id
    if (page.length < PAGE) break
  }
  const { duplicates_avoided, coverage_bps } = await stateOf(ctx.db, campaign.id)
  return {
    measured,
    questions: [...questions].map(([key, m]) => figuresOf(key, m)),
    coverage_bps,
    duplicates_avoided,
    languages: languagesOf(languages),
  }
}
