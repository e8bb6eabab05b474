import { expect, test } from 'vitest'
import { isDue } from './schedule-rules.ts'

const now = new Date('2026-01-05T12:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)

test.each([
  ['nothing new', { new_votes: 0, known_votes: 0, taken_at: null }, false],
  ['the first vote', { new_votes: 1, known_votes: 0, taken_at: null }, true],
  ['a few, a minute later', { new_votes: 49, known_votes: 9, taken_at: ago(61) }, false],
  ['many, a minute later', { new_votes: 50, known_votes: 5000, taken_at: ago(61) }, true],
  ['many, at once', { new_votes: 50, known_votes: 5000, taken_at: ago(20) }, false],
  ['twice as many, at once', { new_votes: 5000, known_votes: 5000, taken_at: ago(20) }, true],
  ['one, half an hour later', { new_votes: 1, known_votes: 5000, taken_at: ago(1801) }, true],
])('%s: %j', (_, c, due) => {
  expect(isDue(c, now)).toBe(due)
})
