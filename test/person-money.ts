import type { Person, World } from './world.ts'

let made = 0

/**
 * Pays somebody at this moment, in points, from a campaign of no other use: `thawed` is free to take, `frozen` will be,
 * `held` waits for its audits. Amounts are by piece of work.
 */
export async function addMoney(
  w: World,
  p: Person,
  given: { thawed?: readonly number[]; frozen?: number; held?: readonly number[] },
): Promise<void> {
  const at = w.clock.now()
  const n = made++
  const row = (id: string, kind: string, debit: string, credit: string, amount: number) => ({
    campaign_id: '7',
    id: `${id}:${n}`,
    kind,
    subject_id: p.account_id,
    debit,
    credit,
    currency: 'POINT',
    amount_minor: String(amount),
    at,
  })
  const own = (state: string) => `person:${p.account_id}:${state}`
  const held = (given.held ?? []).map((amount) => ({ piece: w.parts.newId(), amount }))
  const rows = [
    ...(given.thawed ?? []).flatMap((amount, i) => [
      row(`reward:${i}`, 'reward', 'campaign:7', own('frozen'), amount),
      row(`thaw:${i}`, 'thaw', own('frozen'), own('claimable'), amount),
    ]),
    ...(given.frozen ? [row('reward:frozen', 'reward', 'campaign:7', own('frozen'), given.frozen)] : []),
    ...held.map(({ piece, amount }) => row(`held:${piece}`, 'held', 'campaign:7', own('held'), amount)),
  ]
  if (rows.length > 0) await w.db.insertInto('transfer').values(rows).execute()
  if (held.length > 0)
    await w.db
      .insertInto('held_pay')
      .values(
        held.map(({ piece, amount }) => ({
          campaign_id: '7',
          submission_id: piece,
          account_id: p.account_id,
          currency: 'POINT',
          amount_minor: String(amount),
          held_at: at,
          release_at: new Date(at.getTime() + 200 * 86_400_000),
        })),
      )
      .execute()
}
