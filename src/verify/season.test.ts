import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { playSeason, type PlayedSeason } from '../../test/season-folder.ts'
import { verifySeason } from './season.ts'

let played: PlayedSeason
let dir: string

beforeAll(async () => {
  played = await playSeason().catch((e) => {
    console.log(e.message, JSON.stringify(e.fields), e.stack)
    throw e
  })
  dir = await played.write()
}, 300_000)
afterAll(() => played?.w.close())

describe('a season played, closed and written to a folder', () => {
  test('is equal in everything that can be reckoned again', async () => {
    const report = await verifySeason(dir)
    console.log(dir, JSON.stringify(report, null, 1).slice(0, 8000))
    expect(report.findings).toEqual([])
  })
})
