// Season 1 at its published size on the platform's pure rules: acceptance over seeds under the original rules, then the
// same people under ours, with reviewers paid flat and by audits. The application plays the same season in season-1.ts.
// Usage: npx tsx bench/season-1-pure.ts [people] [seeds of the original rules] [seeds of ours] [people under ours] [audited basis points]
import { CLASSES, KINDS, type Kind, type SimClass } from '../src/sim/crowd.ts'
import { playClass, type ClassOutcome, type KindPay } from '../src/sim/pure-season.ts'
import { AUDITED_PAY, type RuleSet } from '../src/sim/scenario.ts'
import { MORE_ADVERSARIAL, PUBLISHED, scaled } from '../src/sim/season-1.ts'
import { saveResult, watchMachine } from './lib/harness.ts'

const [people = 10_000, originalSeeds = 3, ourSeeds = 1, besides = people, audit_bps = AUDITED_PAY.audit_bps] =
  process.argv.slice(2).map(Number)
const FIRST_SEED = 11
const round = (x: number, digits = 4) => Math.round(x * 10 ** digits) / 10 ** digits

type Season = { seed: number; classes: Record<SimClass, ClassOutcome>; seconds: number }
function play(rules: RuleSet, seed: number, size = people): Season {
  const at = performance.now()
  const p = scaled(size)
  const audited = rules === 'ours' ? audit_bps / 10_000 : 0
  const classes = Object.fromEntries(
    CLASSES.map((c) => [c, playClass(p, seed, rules, c, audited)]),
  ) as Season['classes']
  const seconds = round((performance.now() - at) / 1000, 1)
  process.stderr.write(`${rules}, ${size} people, seed ${seed}: ${seconds} s\n`)
  return { seed, classes, seconds }
}

const add = (s: Season, key: 'submissions' | 'accepted' | 'good' | 'both' | 'reviews' | 'spend_minor' | 'audited') =>
  CLASSES.reduce((sum, c) => sum + s.classes[c][key], 0)

function figures(s: Season) {
  const kinds = KINDS.map((k) => [k, payOf(s, k)] as const)
  const reviewing = (key: 'flat_minor' | 'audited_minor') => kinds.reduce((sum, [, pay]) => sum + pay[key], 0)
  return {
    seed: s.seed,
    classes: Object.fromEntries(
      CLASSES.map((c) => {
        const o = s.classes[c]
        return [
          c,
          {
            submissions: o.submissions,
            acceptance: round(o.accepted / o.submissions),
            bad_among_accepted: round(1 - o.both / o.accepted),
            good_rejected: round(1 - o.both / o.good),
            accepted: o.accepted,
            verified: o.both,
            reviews_each: round(o.reviews / o.submissions, 2),
            refused_by_checks: o.refused_by_checks,
            audited: o.audited,
          },
        ]
      }),
    ),
    precision: round(add(s, 'both') / add(s, 'accepted')),
    bad_among_paid: round(1 - add(s, 'both') / add(s, 'accepted')),
    good_rejected: round(1 - add(s, 'both') / add(s, 'good')),
    reviews: add(s, 'reviews'),
    audited: add(s, 'audited'),
    spend_minor: Math.round(add(s, 'spend_minor')),
    /** The same with reviewers paid by what audits find. */
    spend_audited_pay_minor: Math.round(add(s, 'spend_minor') - reviewing('flat_minor') + reviewing('audited_minor')),
    seconds: s.seconds,
  }
}

function payOf(s: Season, k: Kind): KindPay {
  const parts = CLASSES.map((c) => s.classes[c].kinds[k])
  const sum = (key: Exclude<keyof KindPay, 'attacks'>) => parts.reduce((n, part) => n + part[key], 0)
  return {
    people: sum('people'),
    attacks: parts[0]!.attacks,
    reviews: sum('reviews'),
    writing_minor: sum('writing_minor'),
    flat_minor: sum('flat_minor'),
    audited_minor: sum('audited_minor'),
  }
}

/** What a review paid each kind on average, as a share of its flat price; and what writing paid each person. */
const returns = (s: Season, of: 'flat_minor' | 'audited_minor') =>
  Object.fromEntries(
    KINDS.map((k) => {
      const pay = payOf(s, k)
      return [
        k,
        {
          people: pay.people,
          review_pay: pay.flat_minor === 0 ? null : round(pay[of] / pay.flat_minor, 3),
          a_person_writing: Math.round(pay.writing_minor / Math.max(1, pay.people)),
          a_person_in_all: Math.round((pay.writing_minor + pay[of]) / Math.max(1, pay.people)),
        },
      ]
    }),
  )

const watched = watchMachine()
const seedsOf = (n: number) => Array.from({ length: n }, (_, i) => FIRST_SEED + i)
const original = seedsOf(originalSeeds).map((seed) => play('original', seed))
const ours = seedsOf(ourSeeds).map((seed) => play('ours', seed, besides))
// Side by side are seasons of the same people.
const beside = besides === people ? original : seedsOf(ourSeeds).map((seed) => play('original', seed, besides))
const meanAcceptance = (c: SimClass) =>
  round(original.reduce((sum, s) => sum + s.classes[c].accepted / s.classes[c].submissions, 0) / original.length)

const isFull = besides === PUBLISHED.people
const given = [people, originalSeeds, ourSeeds, besides, audit_bps].join(' ')
saveResult(isFull ? 'season-1-pure' : `season-1-pure-${besides}`, `npx tsx bench/season-1-pure.ts ${given}`, {
  what: 'Season 1 on the pure rules: the same people under the original rules and under ours',
  people,
  published: PUBLISHED,
  acceptance_over_seeds: Object.fromEntries(CLASSES.map((c) => [c, meanAcceptance(c)])),
  more_adversarial_work_under_ours: MORE_ADVERSARIAL,
  audited_pay: { ...AUDITED_PAY, audit_bps },
  original: original.map(figures),
  side_by_side: { people: besides, original: beside.slice(0, ourSeeds).map(figures), ours: ours.map(figures) },
  return_original_flat_pay: returns(beside[0]!, 'flat_minor'),
  return_ours_audited_pay: returns(ours[0]!, 'audited_minor'),
  cpu_share_of_other_work: watched().others_share,
})
