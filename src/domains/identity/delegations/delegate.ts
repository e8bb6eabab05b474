import { callerOf, type Ctx } from '../../../platform/context.ts'
import { Refusal, refuseIf } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { verifyPasskeyOver } from '../ceremony.ts'
import { walletById } from '../wallets/queries.ts'
import { delegationsOf, insertDelegation, revokeDelegation, type DelegationRow } from './queries.ts'
import { type Delegation, passkeyChallenge, refuseStatement, typedData } from './rules.ts'

type Given = {
  statement: Delegation
  wallet?: { wallet_id: string; signature: string }
  passkey?: Record<string, unknown>
}

/** The site that statements are for. From the configuration, never from what a request says of itself. */
export const siteOf = (ctx: Pick<Ctx, 'config'>): string =>
  ctx.config.public_url ? new URL(ctx.config.public_url).host : `localhost:${ctx.config.port}`

const view = (d: DelegationRow) => ({
  delegation_id: d.id,
  session_key: d.session_key.toString('hex'),
  by: d.by as 'wallet' | 'passkey',
  issued_at: d.issued_at.toISOString(),
  expires_at: d.expires_at.toISOString(),
  revoked_at: d.revoked_at?.toISOString() ?? null,
})

export async function listDelegations(ctx: Ctx) {
  return { items: (await delegationsOf(ctx.db, callerOf(ctx).account_id)).map(view), next: null }
}

/** The statement, to be signed unchanged. */
export async function composeStatement(ctx: Ctx, session_key: string, days: number) {
  const statement: Delegation = {
    site: siteOf(ctx),
    account_id: callerOf(ctx).account_id,
    session_key,
    issued_at: ctx.now.toISOString(),
    expires_at: new Date(ctx.now.getTime() + days * 86_400_000).toISOString(),
  }
  return Promise.resolve({
    statement,
    typed_data: typedData(statement) as Record<string, unknown>,
    passkey_challenge: passkeyChallenge(statement),
  })
}

/** Lets a device's key sign this person's datapoints. One signature by a wallet or a passkey, then none for each datapoint. */
export async function delegate(ctx: Ctx, given: Given) {
  const who = callerOf(ctx).account_id
  const { statement } = given
  refuseIf(refuseStatement(statement, { site: siteOf(ctx), account_id: who, now: ctx.now }))
  const proof = given.wallet
    ? await proofOfWallet(ctx, who, statement, given.wallet)
    : await proofOfPasskey(ctx, who, statement, given.passkey)
  return transact(ctx, '0', async (db) => {
    const row = {
      id: ctx.newId(),
      account_id: who,
      session_key: Buffer.from(statement.session_key, 'hex'),
      by: given.wallet ? 'wallet' : 'passkey',
      site: statement.site,
      wallet_id: given.wallet?.wallet_id ?? null,
      issued_at: new Date(statement.issued_at),
      expires_at: new Date(statement.expires_at),
      proof,
    }
    if (!(await insertDelegation(db, row))) throw new Refusal('delegation_known')
    return view({ ...row, revoked_at: null })
  })
}

export async function revoke(ctx: Ctx, id: string) {
  const found = await revokeDelegation(ctx.db, callerOf(ctx).account_id, id, ctx.now)
  if (!found) throw new Refusal('delegation_unknown')
  return view(found)
}

async function proofOfWallet(
  ctx: Ctx,
  who: string,
  statement: Delegation,
  { wallet_id, signature }: NonNullable<Given['wallet']>,
): Promise<object> {
  const wallet = await walletById(ctx.db, wallet_id)
  if (!wallet || wallet.account_id !== who || wallet.unlinked_at || wallet.kind !== 'eoa')
    throw new Refusal('delegation_unsigned')
  // Loaded when a wallet is used: the library behind it takes 20 MB.
  const { isTypedDataSignedBy } = await import('../../../platform/outside/ethereum-typed-data.ts')
  if (!(await isTypedDataSignedBy(`0x${wallet.address.toString('hex')}`, typedData(statement), signature)))
    throw new Refusal('delegation_unsigned')
  return { statement, signature }
}

async function proofOfPasskey(ctx: Ctx, who: string, statement: Delegation, response: unknown): Promise<object> {
  if (response === undefined) throw new Refusal('delegation_unsigned')
  const { account_id } = await verifyPasskeyOver(ctx, passkeyChallenge(statement), response)
  if (account_id !== who) throw new Refusal('delegation_unsigned')
  return { statement, response }
}
