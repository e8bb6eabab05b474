import type { Ctx } from '../../platform/context.ts'
import { microseconds as clock } from '../../platform/stopwatch.ts'
import { checkedQuestions, checksOf } from '../campaigns/check-rules.ts'
import { OUTSIDE_KINDS, type Check } from '../campaigns/checks/contract.ts'
import { versionOf, type Version } from '../campaigns/queries.ts'
import { checkLanguage } from './language.ts'
import { compareTexts, type Compared, type Text } from './novelty.ts'
import { coveragePpm, nearFinding, sameFinding } from './novelty-rules.ts'
import type { Stored } from './print-queries.ts'
import type { NewRun, Work } from './queries.ts'
import { outcomeOf, resultOf, type Finding, type Result } from './rules.ts'
import {
  checkGibberish,
  checkLength,
  checkOddText,
  checkPace,
  checkPersonalData,
  checkProfanity,
} from './text-rules.ts'

type Started = { runs: NewRun[]; prints: Stored[] }

/** What the server can tell of this work by itself. Runs that need somebody outside besides are left open. */
export async function checkLocally(
  ctx: Ctx,
  work: readonly (Work & { first_at?: Date })[],
  run: { no: number; outside: boolean },
): Promise<Started> {
  const versions = new Map<string, Version>()
  for (const w of work) versions.set(w.id, await versionOf(ctx.db, w.campaign_id, w.version))
  const texts = work.flatMap((w): Text[] => {
    const { settings, questions } = versions.get(w.id)!
    const kinds = checksOf(settings).filter((c) => c.kind === 'exact_duplicate' || c.kind === 'near_duplicate')
    const keys = new Set(kinds.flatMap((c) => checkedQuestions(c, questions)))
    return [...keys].flatMap((question) => {
      const text = w.answer[question]
      return typeof text === 'string' && text.trim() !== ''
        ? [{ work: w, question, text, before: w.first_at ?? ctx.now }]
        : []
    })
  })
  const started = clock()
  const compared = await compareTexts(ctx.db, texts)
  const each = texts.length > 0 ? (clock() - started) / texts.length : 0
  const found = new Map(texts.map((t, i) => [`${t.work.id}/${t.question}`, compared[i]!]))
  const runs = work.map((w): NewRun => {
    const version = versions.get(w.id)!
    const checks = checksOf(version.settings)
    const results = checks.flatMap((check) => resultsOf(check, w, version, found, each))
    const near = checks.find((c) => c.kind === 'near_duplicate')
    const isAsking =
      run.outside && outcomeOf(results) === 'review' && checks.some((c) => OUTSIDE_KINDS.includes(c.kind))
    return {
      campaign_id: w.campaign_id,
      submission_id: w.id,
      run: run.no,
      results,
      coverage_ppm: near ? coverageOf(near, w, version, found) : null,
      state: isAsking ? 'asking' : 'done',
      outcome: isAsking ? null : outcomeOf(results),
    }
  })
  return { runs, prints: compared.flatMap((c) => (c.fresh ? [c.fresh] : [])) }
}

type Found = ReadonlyMap<string, Compared>

function resultsOf(check: Check, w: Work, version: Version, found: Found, comparedUs: number): Result[] {
  if (OUTSIDE_KINDS.includes(check.kind)) return []
  const answered = checkedQuestions(check, version.questions).flatMap((question) => {
    const text = w.answer[question]
    return typeof text === 'string' && text.trim() !== '' ? [{ question, text }] : []
  })
  if (check.kind === 'pace') {
    const started = clock()
    // A revision is written with the first version at hand: its clock says nothing.
    const finding: Finding = w.revises_id
      ? { found: 'nothing' }
      : checkPace(
          check,
          answered.map((a) => a.text),
          w.took_seconds,
        )
    return [resultOf(check, '', finding, clock() - started)]
  }
  return answered.map(({ question, text }) => {
    const started = clock()
    const finding = findingOf(check, w, text, found.get(`${w.id}/${question}`))
    const isCompared = check.kind === 'exact_duplicate' || check.kind === 'near_duplicate'
    return resultOf(check, question, finding, clock() - started + (isCompared ? comparedUs : 0))
  })
}

function findingOf(check: Check, w: Work, text: string, compared: Compared | undefined): Finding {
  const unknown: Finding = { found: 'unknown', code: 'too_little_text' }
  switch (check.kind) {
    case 'length':
      return checkLength(check, text)
    case 'odd_text':
      return checkOddText(text)
    case 'language':
      return checkLanguage(w.language, text)
    case 'gibberish':
      return checkGibberish(text)
    case 'profanity':
      return checkProfanity(check, text)
    case 'personal_data':
      return checkPersonalData(text)
    case 'exact_duplicate':
      return compared?.likeness ? sameFinding(compared.likeness) : unknown
    case 'near_duplicate':
      return compared?.likeness ? nearFinding(compared.likeness, noveltyOf(check)) : unknown
    default:
      return { found: 'nothing' }
  }
}

const noveltyOf = (check: Check) => ({ same_bps: check.same_bps ?? 7_000, new_bps: check.new_bps ?? 3_000 })

/** What the work adds is what its least new text adds; work without text that can be compared is not measured. */
function coverageOf(check: Check, w: Work, version: Version, found: Found): number | null {
  const each = checkedQuestions(check, version.questions).flatMap((question) => {
    const like = found.get(`${w.id}/${question}`)?.likeness
    return like ? [coveragePpm(like.jaccard, noveltyOf(check))] : []
  })
  return each.length > 0 ? Math.min(...each) : null
}
