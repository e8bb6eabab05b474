import { affinityOf, type Meetings } from '../../../engine/affinity.ts'
import { excessAgreement, type Excess } from '../../../engine/excess-agreement.ts'
import { ringsOf, spectralScores } from '../../../engine/excess-groups.ts'
import { lockstepPairs } from '../../../engine/lockstep.ts'
import { best, pairsOf } from './gather-rules.ts'
import type { Judged } from './panel-queries.ts'
import type { FoundLink } from './queries.ts'
import { fromNats, KINDS } from './rules.ts'

const DAY = 86_400
const MINUTE = 60

/** Numbers from 0 for names, in order of their first appearance. */
function numbered() {
  const names: string[] = []
  const numbers = new Map<string, number>()
  const of = (name: string): number => {
    let n = numbers.get(name)
    if (n === undefined) {
      numbers.set(name, (n = names.length))
      names.push(name)
    }
    return n
  }
  return { of, names }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function panelsOf(rows: readonly Judged[]): Judged[][] {
  const panels = new Map<string, Judged[]>()
  for (const r of rows) append(panels, r.submission_id, r)
  return [...panels.values()]
}

/** Less shared work than this, or work on fewer days, says nothing of rhythm. */
const RHYTHM = { together: 5, days: 3 }
/** Two accounts of one script judge half of what they share in the same minute. */
const IN_STEP = 0.5

/**
 * Pairs who judge what they share in the same minutes, against how often any two who share work of that campaign do. Where
 * everybody is quick to what is new, being together says nothing.
 */
export function lockstepLinks(rows: readonly Judged[]): FoundLink[] {
  const [person, deed] = [numbered(), numbered()]
  const columns = {
    person: rows.map((r) => person.of(r.reviewer_id)),
    deed: rows.map((r) => deed.of(r.submission_id)),
    at: rows.map((r) => r.at),
  }
  const shared = new Map<string, { together: number; days: Set<number> }>()
  let [both, soon] = [0, 0]
  for (const panel of panelsOf(rows))
    panel.forEach((x, i) => {
      for (const y of panel.slice(i + 1)) {
        if (x.reviewer_id === y.reviewer_id) continue
        const [a, b] = [person.of(x.reviewer_id), person.of(y.reviewer_id)].toSorted((m, n) => m - n)
        const s = shared.get(`${a} ${b}`) ?? { together: 0, days: new Set<number>() }
        shared.set(`${a} ${b}`, s)
        s.together++
        both++
        if (Math.abs(x.at - y.at) > 1.5 * MINUTE) continue
        soon++
        s.days.add(Math.floor(x.at / DAY))
      }
    })
  return lockstepPairs(columns, { bucket: MINUTE, alike: 0, least: 3 }).flatMap((found): FoundLink[] => {
    const s = shared.get(`${found.a} ${found.b}`)
    if (!s || s.together < RHYTHM.together || s.days.size < RHYTHM.days) return []
    const inStep = Math.min(found.shared, s.together)
    // How often others do: this pair's own part is taken out, one in twenty is supposed of those not seen.
    const base = Math.min(IN_STEP, (soon - inStep + 1) / (both - s.together + 20))
    const nats = inStep * Math.log(IN_STEP / base) + (s.together - inStep) * Math.log((1 - IN_STEP) / (1 - base))
    const strength = Math.min(KINDS.lockstep.cap, fromNats(nats))
    if (strength <= 0) return []
    return [{ a: person.names[found.a]!, b: person.names[found.b]!, kind: 'lockstep', strength, times: inStep }]
  })
}

/** Who answered less cannot be told from chance. */
const ANSWERS = 20
/** Looking for groups takes the square of the people: so many at most, those who stand out most. */
const MOST_PEOPLE = 150
/** A group must bring so much more than its price: crowds without a ring seldom reach it. */
const RING_NATS = 4

/** Groups who agree beyond what accuracy and chance explain: everybody in one is linked with everybody else in it. */
export function agreementLinks(rows: readonly Judged[]): FoundLink[] {
  const count = new Map<string, number>()
  for (const r of rows) count.set(r.reviewer_id, (count.get(r.reviewer_id) ?? 0) + 1)
  const [person, task] = [numbered(), numbered()]
  const columns = {
    task: rows.map((r) => task.of(r.submission_id)),
    person: rows.map((r) => person.of(r.reviewer_id)),
    answer: rows.map((r) => (r.approves ? 1 : 0)),
  }
  const known = new Int8Array(task.names.length).fill(-1)
  for (const r of rows) if (r.good !== null) known[task.of(r.submission_id)] = r.good ? 1 : 0
  if (person.names.length < 3) return []
  const excess = excessAgreement({
    tasks: task.names.length,
    people: person.names.length,
    classes: 2,
    ...columns,
    known,
  })
  const scores = spectralScores(excess)
  const asked = person.names
    .map((name, u) => ({ name, u }))
    .filter(({ name }) => count.get(name)! >= ANSWERS)
    .toSorted((x, y) => scores[y.u]! - scores[x.u]! || x.u - y.u)
    .slice(0, MOST_PEOPLE)
  if (asked.length < 3) return []
  const part = within(
    excess,
    asked.map(({ u }) => u),
  )
  const { rings } = ringsOf(part, Math.log(person.names.length))
  return best(
    rings
      .filter((r) => r.value >= RING_NATS)
      .flatMap(({ members, value }) => {
        const strength = Math.min(KINDS.excess_agreement.cap, fromNats(value / (members.length - 1)))
        return pairsOf(members.map((m) => asked[m]!.name)).map(([a, b]): FoundLink => ({
          a,
          b,
          kind: 'excess_agreement',
          strength,
          times: 1,
        }))
      }),
  )
}

/** The part of what was found that is about these people, numbered as they are named. */
function within(x: Excess, people: readonly number[]): Excess {
  const place = new Map(people.map((u, i) => [u, i]))
  const kept = [...x.a.keys()].filter((e) => place.has(x.a[e]!) && place.has(x.b[e]!))
  const ends = kept.map((e) => [place.get(x.a[e]!)!, place.get(x.b[e]!)!].toSorted((m, n) => m - n))
  return {
    people: people.length,
    a: Int32Array.from(ends, (p) => p[0]!),
    b: Int32Array.from(ends, (p) => p[1]!),
    shared: Int32Array.from(kept, (e) => x.shared[e]!),
    z: Float64Array.from(kept, (e) => x.z[e]!),
    copy: Float64Array.from(kept, (e) => x.copy[e]!),
    accuracy: Float64Array.from(people, (u) => x.accuracy[u]!),
  }
}

/** Fewer meetings than this are never too many. */
const MEETINGS = 4
/** The share of false findings among those named. */
const FALSE_SHARE = 0.01

/**
 * Authors and reviewers who meet more often than drawing at random explains. Each day of a campaign by itself: who reviewed
 * so often that day met each work of others with the chance that so many draws from that day's work have.
 */
export function affinityLinks(rows: readonly Judged[]): FoundLink[] {
  const person = numbered()
  const days = new Map<number, Judged[]>()
  const met = new Map<string, number>()
  for (const r of rows) {
    append(days, Math.floor(r.at / DAY), r)
    const key = `${r.author_id} ${r.reviewer_id}`
    met.set(key, (met.get(key) ?? 0) + 1)
  }
  // Only who met often is looked at; everybody who could have counts against them.
  const often = new Map<string, string[]>()
  for (const [key, n] of met) {
    const [author, reviewer] = key.split(' ') as [string, string]
    if (n >= MEETINGS && author !== reviewer) append(often, reviewer, author)
  }
  const possible = new Set(rows.map((r) => r.author_id)).size * new Set(rows.map((r) => r.reviewer_id)).size
  const chances = new Map<string, number[]>()
  for (const list of days.values()) {
    const slotsBy = new Map<string, number[]>()
    for (const panel of panelsOf(list)) append(slotsBy, panel[0]!.author_id, panel.length)
    const draws = new Map<string, number>()
    for (const r of list) draws.set(r.reviewer_id, (draws.get(r.reviewer_id) ?? 0) + 1)
    for (const [reviewer, n] of draws) {
      const own = (slotsBy.get(reviewer) ?? []).reduce((x, y) => x + y, 0)
      for (const author of often.get(reviewer) ?? [])
        for (const k of slotsBy.get(author) ?? [])
          append(chances, `${author} ${reviewer}`, Math.min(1, (n * k) / Math.max(1, list.length - own)))
    }
  }
  const meetings = [...chances].map(([key, each]): Meetings => {
    const [author, reviewer] = key.split(' ') as [string, string]
    return { author: person.of(author), reviewer: person.of(reviewer), chances: each, met: met.get(key)! }
  })
  return best(
    affinityOf(meetings, possible)
      .filter((m) => m.q <= FALSE_SHARE)
      .map((m): FoundLink => ({
        a: person.names[m.author]!,
        b: person.names[m.reviewer]!,
        kind: 'author_reviewer_affinity',
        strength: KINDS.author_reviewer_affinity.strength,
        times: m.met,
      })),
  )
}
