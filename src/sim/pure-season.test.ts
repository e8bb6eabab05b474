import { beforeAll, describe, expect, test } from 'vitest'
import { meanRates } from './calibrate.ts'
import { apportion, rngOf, seedOf } from './chance.ts'
import { makePeople } from './crowd.ts'
import { playClass, type ClassOutcome } from './pure-season.ts'
import { PUBLISHED, scaled, SEASON_1 } from './season-1.ts'
import { voteOf, workOf } from './work.ts'

const ONE = { simple_research: 1, in_depth_research: 1, adversarial: 1 }
const SMALL = scaled(500, 12, 0.7)
const bad = (o: ClassOutcome) => 1 - o.both / o.accepted
const rejected = (o: ClassOutcome) => 1 - o.both / o.good
/** What a review paid on average. */
const each = (o: ClassOutcome, kind: keyof ClassOutcome['kinds']) => o.kinds[kind].audited_minor / o.kinds[kind].reviews

describe('Season 1 on the pure rules', () => {
  let original: ClassOutcome
  let ours: ClassOutcome
  let unaudited: ClassOutcome
  beforeAll(() => {
    original = playClass(SMALL, 1, 'original', 'simple_research')
    ours = playClass(SMALL, 1, 'ours', 'simple_research', 0.2)
    unaudited = playClass(SMALL, 1, 'ours', 'simple_research', 0)
  })

  test('the frozen people are accepted as often as was published', () => {
    // Bands as wide as seasons of this many draws differ; the full size is in bench/results/season-1-pure.json.
    for (const [of, target] of Object.entries(PUBLISHED.acceptance)) {
      const { acceptance } = meanRates(SEASON_1, [5], of as keyof typeof ONE, 6_000)
      expect(Math.abs(acceptance - target)).toBeLessThan(0.02)
    }
  })

  test('our rules pay for less bad work and reject no more good work than may be', () => {
    expect(original.reviews).toBe(3 * original.submissions)
    expect(bad(original)).toBeGreaterThan(0.04)
    expect(bad(ours)).toBeLessThan(0.03)
    expect(rejected(ours)).toBeLessThan(0.06)
    expect(ours.refused_by_checks).toBeGreaterThan(0)
  })

  test('audits pay those who look, and the base is all that others get', () => {
    expect(each(ours, 'honest')).toBeGreaterThan(2 * each(ours, 'always_accept'))
    expect(each(ours, 'honest')).toBeGreaterThan(2 * each(ours, 'spammer'))
    // The planted fault: without audits there is nothing to tell them apart by.
    expect(each(unaudited, 'honest')).toBeCloseTo(each(unaudited, 'always_accept'), 1)
  })

  test('is the same for the same seed and another for another', () => {
    const again = playClass(SMALL, 1, 'original', 'simple_research')
    expect(again).toEqual(original)
    expect(playClass(SMALL, 2, 'original', 'simple_research').accepted).not.toBe(original.accepted)
  })
})

describe('people and their work', () => {
  const p = scaled(400)
  const people = makePeople(p, 3, ONE)

  test('do exactly the work of the season, whatever its size', () => {
    expect(people).toHaveLength(400)
    const total = people.reduce((sum, person) => sum + person.volume, 0)
    expect(total).toBe((336_000 * 400) / 10_000)
    expect(apportion(10, [1, 1, 1]).reduce((a, b) => a + b)).toBe(10)
    expect(apportion(0, [])).toEqual([])
  })

  test('follow from the seed and nothing else', () => {
    expect(makePeople(p, 3, ONE)).toEqual(people)
    expect(makePeople(p, 4, ONE)).not.toEqual(people)
    expect(rngOf(1, 'a', 2).fraction()).toBe(rngOf(1, 'a', 2).fraction())
    expect(seedOf('a', 12)).not.toBe(seedOf('a1', 2))
  })

  test('copies look good and are not; two accounts of one person stand by each other', () => {
    const copier = people.find((person) => person.kind === 'duplicator')!
    const works = Array.from({ length: 200 }, (_, k) => workOf(p, 3, copier, k))
    expect(works.filter((w) => w.copied)).toHaveLength(180)
    expect(works.some((w) => w.copied && w.looks)).toBe(true)
    expect(works.some((w) => w.copied && w.good)).toBe(false)
    const puppet = people.find((person) => person.other !== undefined)!
    const other = people[puppet.other!]!
    expect(other.other).toBe(puppet.n)
    const junk = Array.from({ length: 50 }, (_, k) => workOf(p, 3, other, k))
    expect(junk.every((w) => voteOf(p, 3, puppet, w, 0))).toBe(true)
  })
})
