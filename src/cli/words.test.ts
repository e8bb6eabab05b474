import { describe, expect, test } from 'vitest'
import { ApiError } from '../client.ts'
import { Problem, sentenceFor } from './problem.ts'
import { duration, showProgress } from './progress.ts'

describe('errors', () => {
  const withCode = (code: string, message = 'no') => Object.assign(new Error(message), { code })

  test.each<[unknown, RegExp]>([
    [new Problem('This is wrong. Do that.'), /^This is wrong\. Do that\.$/],
    [
      new ApiError(422, 'invalid_request', 'It does not fit.', [
        { field: '/title', code: 'required', message: 'Give a title.' },
      ]),
      /^It does not fit\.\n {2}\/title: Give a title\.$/,
    ],
    [Object.assign(new TypeError('fetch failed'), { cause: withCode('ECONNREFUSED') }), /does not answer .* npm start/],
    [withCode('EADDRINUSE'), /--port/],
    [withCode('EACCES', 'EACCES: permission denied'), /Run as the user who owns it/],
    [withCode('28P01', 'password authentication failed'), /DATABASE_URL/],
    [new Error('assumption broken: x'), /assumption broken/],
  ])('become a sentence: %s', (error, sentence) => {
    const said = sentenceFor(error)
    expect(said).toMatch(sentence)
    expect(said).not.toMatch(/\n\s+at /)
  })
})

describe('progress', () => {
  const collect = (isTTY: boolean) => {
    const written: string[] = []
    const out = {
      isTTY,
      write: (s: string) => written.push(s),
      columns: 100,
      on: () => {},
      removeListener: () => {},
      cursorTo: () => {},
      clearLine: () => {},
      moveCursor: () => {},
    }
    return { written, out: out as unknown as NodeJS.WriteStream }
  }

  test('is plain lines without escape codes where there is no terminal', () => {
    const { written, out } = collect(false)
    const progress = showProgress('Reviews', 10, out)
    progress.set(3)
    progress.set(12, '', 12)
    progress.end()
    expect(written.join('')).toMatch(/^Reviews: 12 of 12 in \d+ s\n$/)
  })

  test('is a bar at a terminal', () => {
    const { written, out } = collect(true)
    const progress = showProgress('Reviews', 10, out)
    progress.set(5)
    progress.end()
    expect(written.join('')).toContain('Reviews')
  })

  test('says durations as people do', () => {
    expect([duration(0.4), duration(59), duration(61), duration(3661)]).toEqual([
      '0 s',
      '59 s',
      '1 min 1 s',
      '1 h 1 min',
    ])
  })
})
