import { expect, test } from 'vitest'
import { ApiError } from '../src/client.ts'
import { type Arrival, errorOf, isPassing, Outbox, type Parcel, waitMs } from './outbox.ts'

type Answer = 'ok' | 'lost' | ApiError
function setup(answers: Answer[]) {
  let kept: Parcel[] = []
  const sent: string[] = []
  const forgotten: string[] = []
  const arrived: string[] = []
  const store = {
    read: () => structuredClone(kept),
    write: (p: Parcel[]) => void (kept = structuredClone(p)),
    forgetDraft: (name: string) => void forgotten.push(name),
  }
  const send = async (p: Parcel) => {
    sent.push(p.key)
    const answer = answers.shift() ?? 'ok'
    if (answer === 'lost') throw new TypeError('network')
    if (answer !== 'ok') throw answer
    return { done: p.key }
  }
  const box = new Outbox(store, send)
  const flush = (who = 'me') => box.flush(who, ({ parcel }: Arrival) => void arrived.push(parcel.key))
  const add = (key: string, account_id = 'me') =>
    box.add({
      key,
      account_id,
      campaign_id: 'c',
      kind: 'submissions',
      body: { key },
      drafts: [`draft.${key}`],
      made_at: 0,
    })
  return { box, flush, add, sent, forgotten, arrived, kept: () => kept, reopen: () => new Outbox(store, send) }
}

test('what arrives leaves the outbox, and only then its drafts are forgotten', async () => {
  const w = setup(['lost', 'ok'])
  w.add('one')
  await w.flush()
  expect([w.kept().length, w.kept()[0]?.tries, w.forgotten]).toEqual([1, 1, []])
  await w.flush()
  expect([w.sent, w.kept(), w.forgotten, w.arrived]).toEqual([['one', 'one'], [], ['draft.one'], ['one']])
})

test('a closed tab loses nothing: the same parcel is sent again under the same key', async () => {
  const w = setup(['lost', 'ok'])
  w.add('one')
  await w.flush()
  await w.reopen().flush('me', () => {})
  expect(w.sent).toEqual(['one', 'one'])
  expect(w.kept()).toEqual([])
})

test('while the line is down later parcels wait behind the first', async () => {
  const w = setup(['lost'])
  w.add('one')
  w.add('two')
  await w.flush()
  expect(w.sent).toEqual(['one'])
  await w.flush()
  expect(w.arrived).toEqual(['one', 'two'])
})

test('a refusal stops its parcel, keeps its draft and lets others pass', async () => {
  const no = new ApiError(409, 'too_fast', 'Slow down.', [
    { field: '/submissions/0/answer/a', code: 'x', message: 'm' },
  ])
  no.detail = { seconds: 3 }
  const w = setup([no, 'ok'])
  w.add('one')
  w.add('two')
  await w.flush()
  await w.flush()
  expect([w.sent, w.arrived, w.forgotten]).toEqual([['one', 'two'], ['two'], ['draft.two']])
  const refused = w.box.snapshot()[0]!.refused!
  expect(errorOf(refused)).toMatchObject({ status: 409, code: 'too_fast', detail: { seconds: 3 } })
  w.box.remove('one')
  expect(w.kept()).toEqual([])
})

test('one account never sends what another left on the device', async () => {
  const w = setup([])
  w.add('hers', 'her')
  await w.flush('me')
  expect([w.sent, w.kept().length]).toEqual([[], 1])
})

test('two flushes at once are one', async () => {
  const w = setup([])
  w.add('one')
  await Promise.all([w.flush(), w.flush()])
  expect(w.sent).toEqual(['one'])
})

test('a lost line, a restarting server, a flood and an ended session pass; a rule does not', () => {
  expect(
    [
      new TypeError('x'),
      new ApiError(503, 'shutting_down', ''),
      new ApiError(429, 'rate_limited', ''),
      new ApiError(401, 'session_ended', ''),
    ].map(isPassing),
  ).toEqual([true, true, true, true])
  expect(isPassing(new ApiError(422, 'answer_invalid', ''))).toBe(false)
  expect([1, 2, 3, 99].map(waitMs)).toEqual([2000, 4000, 8000, 120_000])
})
