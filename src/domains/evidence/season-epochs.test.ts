import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { filesOfItsOwn } from '../../../test/collected.ts'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type World } from '../../../test/world.ts'
import { filesDir } from '../../platform/files/place.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { fileOf } from '../settlement/build-epoch.ts'
import { copyEpochs } from './season-epochs.ts'

let w: World | undefined
afterAll(() => w?.close())

test("a season's folder takes in the claims files of its time, the one before, and none that was revoked", async () => {
  w = await createWorld({ config: filesOfItsOwn() })
  const ann = await w.person('ann')
  await makeCampaign(w, { contributors: [ann], items: [{ n: 1 }] })
  const season = await w.db.selectFrom('season').select(['id', 'starts_at']).executeTakeFirstOrThrow()
  const at = { chain_id: '31337', distributor: Buffer.alloc(20, 0xdd) }
  await w.db.insertInto('payment_token').values({
    currency: 'POINT', ...at, token: Buffer.alloc(20, 0xee), decimals: 2, units_per_minor: '100', step_minor: '1', is_ladder: false,
    least_people: 1, every_hours: 0, first_block: '0', scanned_to: '0', added_by: null, added_at: season.starts_at,
  }).execute() // prettier-ignore
  const epoch = async (number: string, state: string, days: number, amount: string) => {
    const built_at = new Date(season.starts_at.getTime() + days * 86_400_000)
    const id = w!.parts.newId()
    const text = `file ${number} ${state}\n`
    const path = join(filesDir(w!.ctx().config), fileOf({ ...at, number, id }))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    const file_sha256 = Buffer.from(sha256Hex(text), 'hex')
    await w!.db.insertInto('epoch').values({ id, currency: 'POINT', number, state, file_sha256, gathered_at: built_at, built_at }).execute() // prettier-ignore
    await w!.db.insertInto('chain_withdrawal').values({
      id: w!.parts.newId(), account_id: ann.account_id, currency: 'POINT', address: Buffer.alloc(20, 1), amount_minor: amount, units: `${amount}00`,
      epoch_id: id, state: 'in_epoch', asked_at: built_at,
    }).execute() // prettier-ignore
  }
  await epoch('1', 'active', -9, '1')
  await epoch('2', 'active', -5, '2')
  await epoch('3', 'revoked', 0.1, '4')
  await epoch('3', 'active', 0.2, '8')
  await epoch('4', 'built', 0.5, '16')
  const files = new Map<string, string>()
  const put = async (name: string, content: AsyncIterable<string | Uint8Array>) => {
    let text = ''
    for await (const piece of content) text += Buffer.from(piece as Uint8Array).toString()
    files.set(name, text)
  }
  const until = (days: number) => ({ first_signed_at: new Date(season.starts_at.getTime() + days * 86_400_000) })
  const lines = await copyEpochs(w.ctx(), season.id, until(0.4), put)
  expect(lines.map((l) => [l.epoch, l.before, l.withdrawn_minor, l.units_per_minor])).toEqual([
    [2, true, '3', '100'],
    [3, false, '11', '100'],
  ])
  expect(Object.fromEntries(files)).toEqual({
    'epochs/POINT-2.jsonl': 'file 2 active\n',
    'epochs/POINT-3.jsonl': 'file 3 active\n',
  })
  expect((await copyEpochs(w.ctx(), season.id, until(1), put)).map((l) => l.epoch)).toEqual([2, 3, 4])
})
