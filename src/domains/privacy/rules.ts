/** An amount in one currency. */
export type Money = { currency: string; amount_minor: bigint }
export type Balance = Money & { state: string }

/** What stands against erasing an account, in order of precedence; nothing when it may go. */
export function refuseErasure(a: {
  typed: string
  handle: string
  operator: boolean
  other_operators: number
  campaigns: number
  budget: readonly Money[]
  balances: readonly Balance[]
  choice: string | undefined
}): { code: string; detail: Record<string, string | number> } | undefined {
  if (a.typed.trim() !== a.handle) return { code: 'handle_differs', detail: {} }
  if (a.operator && a.other_operators === 0) return { code: 'last_operator', detail: {} }
  if (a.campaigns > 0) return { code: 'campaigns_running', detail: { count: a.campaigns } }
  if (a.budget.length > 0) return { code: 'budget_left', detail: { money: inWords(a.budget) } }
  if (a.balances.some((b) => b.state === 'paying')) return { code: 'payout_under_way', detail: {} }
  if (a.balances.length > 0 && !a.choice) return { code: 'money_left', detail: { money: inWords(a.balances) } }
  return undefined
}

const inWords = (list: readonly Money[]): string => list.map((m) => `${m.amount_minor} ${m.currency}`).join(', ')

/** Money that came to a person from a campaign, newest first. */
export type Credit = { campaign_id: string; requester_id: string; amount_minor: bigint }

/**
 * Whom to give a balance back to: what was spent or paid out came from the oldest earnings, so what is left is the
 * newest. Money that came from no campaign belongs to nobody here and stays.
 */
export function shareOut(balance: bigint, credits: readonly Credit[]): Credit[] {
  const shares = new Map<string, Credit>()
  let left = balance
  for (const c of credits) {
    if (left === 0n) break
    const amount = c.amount_minor < left ? c.amount_minor : left
    left -= amount
    const before = shares.get(c.campaign_id)?.amount_minor ?? 0n
    shares.set(c.campaign_id, { ...c, amount_minor: before + amount })
  }
  return [...shares.values()].filter((s) => s.campaign_id !== '0')
}
