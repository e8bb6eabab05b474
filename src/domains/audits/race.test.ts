import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiError } from '../../client.ts'
import { playSeason, type Played } from '../../../test/season.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'

let w: World
let played: Played
let graders: Person[]

beforeAll(async () => {
  w = await createWorld({ seed: 4 })
  played = await playSeason(w, { items: 12, seed: 9 })
  graders = await Promise.all(['q1', 'q2', 'q3', 'q4', 'q5'].map((h) => w.person(h, { roles: ['qa'] })))
})
afterAll(() => w.close())

test('many graders at once never give more grades than wanted, nor leave anything open', async () => {
  // Everything is graded twice, by graders who differ now and then, so that thirds are asked for in the middle of it.
  const draws = await Promise.allSettled(
    graders
      .slice(0, 2)
      .map((g) => g.client.audits.draw({ body: { accepted: 'all', rejected: 'all', double_bps: 10_000 } })),
  )
  expect(
    draws.map((d) => (d.status === 'fulfilled' ? `${d.value.drawn} drawn` : (d.reason as ApiError).code)).toSorted(),
    'one of two draws at once finds nothing left',
  ).toEqual([`${played.submissions.length} drawn`, 'nothing_to_audit'])
  const differs = (grader: number, id: string) => (Number(BigInt(id) % 7n) + grader) % 3 === 0
  await Promise.all(
    graders.map(async (me, g) => {
      for (let idle = 0; idle < 20;) {
        let found = 0
        for (const { id } of played.campaigns) {
          const params = { campaign_id: id }
          const { items } = await me.client.audits.claim({ params, body: { count: 3 } })
          found += items.length
          if (items.length === 0) continue
          const grades = items.map((i) => ({
            submission_id: i.submission_id,
            grades: {
              fact: differs(g, i.submission_id) ? { right: true } : { right: false, reason: 'wrong' as const },
            },
          }))
          // The same request twice at the same time is one grade.
          const [a, b] = await Promise.all([
            me.client.audits.grade({ params, body: { grades } }),
            me.client.audits.grade({ params, body: { grades } }),
          ])
          expect(b).toEqual(a)
        }
        idle = found === 0 ? idle + 1 : 0
      }
    }),
  )
  const audits = await w.db.selectFrom('audit').selectAll().execute()
  const grades = await w.db.selectFrom('audit_grade').selectAll().execute()
  expect(audits.filter((a) => a.closed_at === null)).toEqual([])
  for (const a of audits) {
    const own = grades.filter((g) => g.submission_id === a.submission_id).sort((x, y) => x.position - y.position)
    expect(own.map((g) => g.position)).toEqual(Array.from({ length: a.grades }, (_, i) => i + 1))
    expect(a.grades).toBe(a.grades_wanted)
    expect(a.correct_grades).toBe(own.filter((g) => g.correct).length)
    // A third grade exists exactly where the first two differ.
    expect(a.grades).toBe(own[0]!.correct === own[1]!.correct ? 2 : 3)
    expect(new Set(own.map((g) => g.grader_id)).size).toBe(own.length)
  }
  expect(audits.some((a) => a.grades === 3)).toBe(true)
  expect(await w.db.selectFrom('queue').selectAll().where('lane', '=', 5).execute()).toEqual([])
  const events = await w.db.selectFrom('event').select('id').where('kind', '=', 'audited').execute()
  expect(events).toHaveLength(grades.length)
})
