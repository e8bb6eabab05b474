/** What the contract holds of one campaign, in units of the token. */
export type Held = { available: bigint; reserved: bigint; released: bigint; refunded: bigint }

/** The label under which a requester opens a campaign: its number, as 32 bytes. */
export const labelOf = (campaignId: string): `0x${string}` => `0x${BigInt(campaignId).toString(16).padStart(64, '0')}`

/** The campaign that a label names; nothing for a label that is no id of ours. */
export function campaignOf(label: string): string | undefined {
  const id = BigInt(label)
  return id > 0n && id < 2n ** 63n ? id.toString() : undefined
}

export const REFUSED = [
  'not_their_wallet',
  'campaign_over',
  'funded_otherwise',
  'opened_twice',
  'ends_too_early',
] as const
export type Refused = (typeof REFUSED)[number]

/** Why what somebody opened for a campaign does not count, if so. First reason wins; the money is theirs to take back. */
export function whyRefused(f: {
  is_their_wallet: boolean
  is_over: boolean
  has_other_money: boolean
  has_other_escrow: boolean
  deadline: Date
  /** When the campaign's work ends at the latest. */
  work_ends: Date
}): Refused | undefined {
  if (!f.is_their_wallet) return 'not_their_wallet'
  if (f.is_over) return 'campaign_over'
  if (f.has_other_escrow) return 'opened_twice'
  if (f.has_other_money) return 'funded_otherwise'
  return f.deadline < f.work_ends ? 'ends_too_early' : undefined
}

/** How much more counts for the campaign after a deposit, in minor units, and how much of the deposits does not, in units. */
export function counted(
  e: { deposited: bigint; uncounted: bigint },
  deposit: bigint,
  unitsPerMinor: bigint,
  isOver: boolean,
): { minor: bigint; deposited: bigint; uncounted: bigint } {
  const deposited = e.deposited + deposit
  if (isOver) return { minor: 0n, deposited, uncounted: e.uncounted + deposit }
  // A former rest below one minor unit counts once more comes; what came too late does not come back.
  const fresh = (e.uncounted % unitsPerMinor) + deposit
  const minor = fresh / unitsPerMinor
  return { minor, deposited, uncounted: e.uncounted - (e.uncounted % unitsPerMinor) + (fresh % unitsPerMinor) }
}

/** What to ask of the contract so that it sets aside what the books have paid for work, and no more once all is over. */
export function nextReserve(o: {
  held: Held
  /** What the campaign has paid people in all, less what came back to it. */
  spent: bigint
  is_over: boolean
  /** Reserved money that is already asked to become available again. */
  asked: bigint
}): { reserve: bigint } | { unreserve: bigint } | undefined {
  const owed = o.spent - o.held.reserved - o.held.released
  if (owed > 0n) {
    const reserve = owed < o.held.available ? owed : o.held.available
    return reserve > 0n ? { reserve } : undefined
  }
  if (owed === 0n || !o.is_over || o.asked > 0n) return undefined
  const unreserve = -owed < o.held.reserved ? -owed : o.held.reserved
  return unreserve > 0n ? { unreserve } : undefined
}

/** How a distributor that is short is filled: from campaigns in turn, as far as each has reserved. The rest is the operator's. */
export function releases<T extends { reserved: bigint }>(
  short: bigint,
  from: readonly T[],
): (T & { amount: bigint })[] {
  const out: (T & { amount: bigint })[] = []
  let left = short
  for (const e of from) {
    const amount = e.reserved < left ? e.reserved : left
    if (amount <= 0n) continue
    out.push({ ...e, amount })
    left -= amount
  }
  return out
}

/** What of a refund the books can let go now, in minor units: what the campaign returned and the contract sent back. */
export function refundDue(e: {
  refunded: bigint
  uncounted: bigint
  unitsPerMinor: bigint
  /** Let go before. */
  gone_minor: bigint
  /** What the campaign returned and is still in the books. */
  returned_minor: bigint
}): bigint {
  const sent = e.refunded > e.uncounted ? (e.refunded - e.uncounted) / e.unitsPerMinor : 0n
  const due = sent - e.gone_minor
  if (due <= 0n) return 0n
  return due < e.returned_minor ? due : e.returned_minor
}

export type EscrowSides = {
  /** What the contract holds at a final block, and what its events up to then say. */
  balance: bigint
  deposited: bigint
  released: bigint
  refunded: bigint
  campaigns: readonly {
    campaign_id: string
    held: Held
    deposited: bigint
    uncounted: bigint
    /** By the books, in units: put in, and paid out less what came back. */
    funded: bigint
    spent: bigint
    is_over: boolean
    /** Something is on its way that will change the contract's side. */
    is_moving: boolean
  }[]
}

/** Every difference between an escrow and the books, each in words. Amounts are units of the token. */
export function escrowDifferences(s: EscrowSides): { code: string; message: string }[] {
  const out: { code: string; message: string }[] = []
  const say = (code: string, message: string) => void out.push({ code, message })
  const inside = s.deposited - s.released - s.refunded
  if (s.balance < inside)
    say('escrow_balance', `The escrow holds ${s.balance}, but by its events it should hold ${inside}: the token changes balances by itself.`) // prettier-ignore
  for (const c of s.campaigns) {
    const name = `Campaign ${c.campaign_id}`
    if (c.deposited - c.uncounted !== c.funded)
      say('escrow_funded', `${name}: ${c.deposited - c.uncounted} in the escrow count for it, the books have ${c.funded}.`) // prettier-ignore
    const aside = c.held.reserved + c.held.released
    if (aside > c.spent && !c.is_moving && c.is_over)
      say('escrow_over', `${name}: ${aside} are set aside or sent on, but only ${c.spent} were paid for work.`)
    const short = c.spent - aside
    if (short > 0n && c.held.available < short)
      say('escrow_short', `${name} has paid ${c.spent} for work, but only ${aside + c.held.available} can come from its escrow: it was taken back before everything was set aside. The rest must come from elsewhere.`) // prettier-ignore
  }
  return out
}
