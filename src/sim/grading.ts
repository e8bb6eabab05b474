import { ApiError } from '../client.ts'
import { metered, type Memory, type Meter } from './agents.ts'
import { rngOf } from './chance.ts'
import { QA, SEES_COPY, SEES_JUNK, SEES_WRONGLY } from './desk-people.ts'
import type { Lane } from './platform.ts'
import { QUESTION, SOURCE } from './scenario.ts'
import { DAY_MS, type Field, type Season } from './season.ts'
import { readSource, workOf, type Work } from './work.ts'

export type Office = { season: Season; lane: Lane; memory: Memory; meter: Meter; day: number }

const HOUR = 3_600_000
/** How far back a case that a grader opens puts a person's work in question. */
const IN_QUESTION_DAYS = 14

/** QA draws a sample of what was decided and grades it. */
export async function audit(office: Office, wanted: { accepted: number; rejected: number }): Promise<void> {
  const { season: s, lane, meter } = office
  for (const field of s.fields)
    await metered(meter, 'audit', () =>
      lane
        .client(s.operator_key)
        .audits.draw({ body: { campaign_id: field.campaign_id, ...wanted, double_bps: 0 } })
        .catch(ifRefused('nothing_to_audit')),
    )
  await gradeAll(office)
}

/**
 * Whatever was drawn is graded by what is true; what looks like fraud becomes a case. Each campaign's work goes to one of
 * QA first, and to the others what that one may not grade, having settled it as an expert: a window waits for every grade.
 */
export async function gradeAll(office: Office): Promise<void> {
  for (const [i, field] of office.season.fields.entries())
    for (const turn of QA.keys()) await gradeField(office, field, (office.day + i + turn) % QA.length)
}

async function gradeField(office: Office, field: Field, decider: number): Promise<void> {
  const { season: s, lane, meter } = office
  const byNumber = new Map(field.people.map((person) => [person.n, person]))
  const params = { campaign_id: field.campaign_id }
  const client = lane.client(s.deciders[decider]!.key)
  for (;;) {
    const work = await client.audits.claim({ params, body: { count: 50 } })
    if (work.items.length === 0 && work.state === 'none') return
    lane.wait(HOUR / 20)
    if (work.items.length === 0) continue
    const seen = work.items.map(({ submission_id, answer }) => {
      const { author, k } = readSource(String(answer[SOURCE]))
      const person = byNumber.get(author)!
      return { submission_id, work: workOf(s.population, s.seed, person, k), writes: s.population.kinds[person.kind].writes }
    }) // prettier-ignore
    const grades = seen.map(({ submission_id, work: { good: right } }) => ({
      submission_id,
      grades: { [QUESTION]: right ? { right } : { right, reason: 'wrong' as const } },
    }))
    await metered(
      meter,
      'audit',
      () => client.audits.grade({ params, body: { grades } }),
      () => grades.length,
    )
    for (const one of seen) await report(office, field, decider, one)
  }
}

/** A grader who sees junk or a copy says so: the evidence is about the piece of work, and whose it is stays hidden. */
async function report(
  { season: s, lane }: Office,
  field: Field,
  decider: number,
  { submission_id, work, writes }: { submission_id: string; work: Work; writes: string },
): Promise<void> {
  const isJunk = !work.looks && (writes === 'junk' || writes === 'own_then_junk')
  const sees = work.copied ? SEES_COPY : isJunk ? SEES_JUNK : SEES_WRONGLY
  if (rngOf(s.seed, 'reports', work.author, work.k).fraction() >= sees) return
  await lane.client(s.deciders[decider]!.key).cases.open({
    body: {
      submission: { campaign_id: field.campaign_id, submission_id },
      why: 'What an audit drew looks as if nobody had worked on it.',
      suspect_since: new Date(lane.now().getTime() - IN_QUESTION_DAYS * DAY_MS).toISOString(),
      evidence: {
        kind: work.copied ? 'copied_work' : 'forged_work',
        strength: 'fair',
        says: 'Seen while grading: this was not written by somebody who tried.',
        about: { campaign_id: field.campaign_id, subject_id: submission_id },
      },
    },
  })
}

/** Takes a refusal that is an answer for nothing. */
export const ifRefused =
  (...codes: string[]) =>
  (error: unknown): undefined => {
    if (error instanceof ApiError && codes.includes(error.code)) return undefined
    throw error
  }
