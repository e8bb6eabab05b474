import { describe, expect, test } from 'vitest'
import { addCase, dueProcessOf, newDue, type CaseEvent } from './due-rules.ts'

const opened = (by_signal = false): CaseEvent => ({ kind: 'case_opened', body: { by_signal } })
const closed = (outcome: string, open_seconds: number, waited = false): CaseEvent => ({
  kind: 'case_closed',
  body: { outcome, waited, open_seconds },
})
const imposed = (sanction_id: string, action: string, provisional = false): CaseEvent => ({
  kind: 'sanctioned',
  body: { sanction_id, action, provisional },
})
const ended = (sanction_id: string, why: string, provisional = false): CaseEvent => ({
  kind: 'sanction_ended',
  body: { sanction_id, why, provisional },
})
const dueOf = (...cases: CaseEvent[][]) => {
  const due = newDue()
  for (const events of cases) addCase(due, events)
  return dueProcessOf(due)
}

describe('due process in the season report', () => {
  test('nothing happened: no shares, no times', () => {
    expect(dueOf()).toMatchObject({
      cases: { opened: 0, median_seconds: null },
      sanctions: 0,
      wrong: { count: 0, of: 0, share: null, low: null },
      by_action: [],
    })
  })

  test.each([
    ['over', 0],
    ['lifted', 0],
    ['overturned', 1],
    ['appeal_overdue', 1],
    ['mistaken', 1],
    ['lapsed', 1],
  ])('a sanction that ends as %s counts as wrong: %i', (why, wrong) => {
    expect(dueOf([opened(), imposed('1', 'hold'), ended('1', why)]).wrong).toMatchObject({ count: wrong, of: 1 })
  })

  test('planted fault: a sanction that ran its time and is overturned afterwards counts as wrong all the same', () => {
    expect(dueOf([imposed('1', 'warn'), ended('1', 'over'), ended('1', 'overturned')]).wrong.count).toBe(1)
  })

  test('a stop for a day that is confirmed is one sanction, not two; a hold that a new one replaces stays counted', () => {
    const d = dueOf(
      [imposed('1', 'suspend', true), ended('1', 'replaced', true), imposed('2', 'suspend')],
      [imposed('3', 'hold'), ended('3', 'replaced')],
      [imposed('4', 'hold')],
    )
    expect(d.sanctions).toBe(3)
    expect(d.by_action.map((a) => [a.action, a.sanctions])).toEqual([
      ['hold', 2],
      ['suspend', 1],
    ])
  })

  test('cases, pay that waited for nothing, and times by nearest rank', () => {
    const cases = Array.from({ length: 20 }, (_, i) => [
      opened(i < 5),
      closed(i < 10 ? 'sanctioned' : i < 15 ? 'dismissed' : 'lapsed', 100 * (i + 1), i % 2 === 0),
    ])
    const d = dueOf(...cases)
    expect(d.cases).toEqual({
      opened: 20,
      by_signal: 5,
      dismissed: 5,
      sanctioned: 10,
      lapsed: 5,
      waited: 10,
      waited_for_nothing: 5,
      median_seconds: 1000,
      p95_seconds: 1900,
    })
  })

  test('appeals: upheld by people, and those that nobody answered apart', () => {
    const answer = (upheld: boolean, overdue: boolean, seconds: number): CaseEvent => ({
      kind: 'sanction_appeal_decided',
      body: { upheld, overdue, seconds },
    })
    const appeal: CaseEvent = { kind: 'sanction_appealed', body: {} }
    expect(
      dueOf(
        [appeal, answer(true, false, 60)],
        [appeal, answer(false, false, 600)],
        [appeal, answer(true, true, 86_400)],
      ).appeals,
    ).toEqual({ opened: 3, upheld: 1, overdue: 1, median_seconds: 600, p95_seconds: 86_400 })
  })

  test('few sanctions tell little, and the interval says so', () => {
    const d = dueOf([imposed('1', 'warn')])
    expect([d.wrong.share, d.wrong.low]).toEqual(['0.000000', '0.000000'])
    expect(Number(d.wrong.high)).toBeGreaterThan(0.7)
  })
})
