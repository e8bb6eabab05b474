import type { Completeness } from '../../platform/chain/gas/completeness-rules.ts'
import { type Fee, feeOf } from '../../platform/chain/gas/fee-rules.ts'
import { beansFor, type LevelTable } from '../../platform/chain/gas/level-rules.ts'
import type { SentTx } from '../../platform/chain/gas/provider.ts'

/** One transaction as it is put aside while a scan runs: what it cost, when, and where it went. Amounts as text. */
export type Spent = {
  at: number
  to: string | null
  failed: boolean
  wei: string
  burned: string | null
  tip: string | null
  blob: string | null
  l1: string | null
  /** A payment and nothing else: it used just the gas that paying an account without code takes. */
  plain?: true
}
export type Sums = {
  wei: string
  burned: string | null
  tip: string | null
  blob: string | null
  l1: string | null
  transactions: number
  failed: number
  failed_wei: string
  first_at: number | null
  last_at: number | null
}
export type Month = { month: string; wei: string; burned: string | null; transactions: number; failed: number }
/** `plain`: how many of them were payments and nothing else; absent in sums made before it was counted. */
export type ContractSum = { address: string | null; transactions: number; wei: string; plain?: number }
export type Tally = { sums: Sums; months: Month[]; contracts: { list: ContractSum[]; others: number } }

export const NOTHING: Tally = {
  sums: {
    wei: '0',
    burned: '0',
    tip: '0',
    blob: '0',
    l1: '0',
    transactions: 0,
    failed: 0,
    failed_wei: '0',
    first_at: null,
    last_at: null,
  },
  months: [],
  contracts: { list: [], others: 0 },
}

/** What a payment to an account without code uses: never less, and never more. */
const PAYMENT_GAS = 21_000n
/** More contracts than these are counted, not named: nobody reads so long a list. */
const MOST_CONTRACTS = 2000

const plus = (a: string, b: string): string => (BigInt(a) + BigInt(b)).toString()
/** What is unknown in one part is unknown in the sum. */
const plusKnown = (a: string | null, b: string | null): string | null => (a === null || b === null ? null : plus(a, b))

export function spentOn(tx: SentTx): Spent {
  const fee: Fee = feeOf(tx)
  const text = (n: bigint | null) => (n === null ? null : n.toString())
  return {
    at: tx.at,
    to: tx.to,
    failed: tx.failed,
    wei: fee.wei.toString(),
    burned: text(fee.burned),
    tip: text(fee.tip),
    blob: text(fee.blob),
    l1: text(fee.l1),
    ...(tx.gas_used === PAYMENT_GAS && tx.to !== null && !tx.is_creation && !tx.failed && { plain: true as const }),
  }
}

const monthOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 7)

/** Adds transactions to what is known. Whole wei, in whatever order they come. */
export function tallied(before: Tally, spent: readonly Spent[]): Tally {
  const sums = { ...before.sums }
  const months = new Map(before.months.map((m) => [m.month, { ...m }]))
  const contracts = new Map(before.contracts.list.map((c) => [c.address, { ...c }]))
  let { others } = before.contracts
  for (const s of spent) {
    sums.wei = plus(sums.wei, s.wei)
    sums.burned = plusKnown(sums.burned, s.burned)
    sums.tip = plusKnown(sums.tip, s.tip)
    sums.blob = plusKnown(sums.blob, s.blob)
    sums.l1 = plusKnown(sums.l1, s.l1)
    sums.transactions += 1
    if (s.failed) {
      sums.failed += 1
      sums.failed_wei = plus(sums.failed_wei, s.wei)
    }
    sums.first_at = sums.first_at === null ? s.at : Math.min(sums.first_at, s.at)
    sums.last_at = sums.last_at === null ? s.at : Math.max(sums.last_at, s.at)
    const key = monthOf(s.at)
    const month = months.get(key) ?? { month: key, wei: '0', burned: '0', transactions: 0, failed: 0 }
    month.wei = plus(month.wei, s.wei)
    month.burned = plusKnown(month.burned, s.burned)
    month.transactions += 1
    month.failed += s.failed ? 1 : 0
    months.set(key, month)
    const contract = contracts.get(s.to) ?? { address: s.to, transactions: 0, wei: '0' }
    contract.transactions += 1
    contract.wei = plus(contract.wei, s.wei)
    if (s.plain) contract.plain = (contract.plain ?? 0) + 1
    contracts.set(s.to, contract)
  }
  const byWei = [...contracts.values()].toSorted((a, b) =>
    BigInt(a.wei) === BigInt(b.wei)
      ? String(a.address) < String(b.address)
        ? -1
        : 1
      : BigInt(a.wei) < BigInt(b.wei)
        ? 1
        : -1,
  )
  others += Math.max(0, byWei.length - MOST_CONTRACTS)
  return {
    sums,
    months: [...months.values()].toSorted((a, b) => (a.month < b.month ? -1 : 1)),
    contracts: { list: byWei.slice(0, MOST_CONTRACTS), others },
  }
}

/** Gas by year, every year from the first to the last. */
export function yearsOf(
  months: readonly Month[],
): { year: number; wei: string; transactions: number; failed: number }[] {
  if (months.length === 0) return []
  const [first, last] = [Number(months[0]!.month.slice(0, 4)), Number(months.at(-1)!.month.slice(0, 4))]
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const of = months.filter((m) => Number(m.month.slice(0, 4)) === first + i)
    return {
      year: first + i,
      wei: of.reduce((sum, m) => plus(sum, m.wei), '0'),
      transactions: of.reduce((sum, m) => sum + m.transactions, 0),
      failed: of.reduce((sum, m) => sum + m.failed, 0),
    }
  })
}

/** What was burned in the whole months before a moment; nothing when the source does not say. */
export function burnedBefore(months: readonly Month[], moment: Date): bigint | undefined {
  const until = moment.toISOString().slice(0, 7)
  let sum = 0n
  for (const m of months) {
    if (m.month >= until) continue
    if (m.burned === null) return undefined
    sum += BigInt(m.burned)
  }
  return sum
}

export type Counted = { wei: string; address: string; completeness: Completeness }
const WORSE: readonly Completeness[] = ['proved', 'contiguous', 'gaps']

/** A person's wallets together: gas, and Beans as each wallet brings them, so that the sum does not depend on who holds what. */
export function totalOf(
  wallets: readonly Counted[],
  table: LevelTable,
): { wei: bigint; beans: bigint; completeness: Completeness | null } {
  return {
    wei: wallets.reduce((sum, w) => sum + BigInt(w.wei), 0n),
    beans: wallets.reduce((sum, w) => sum + beansFor(BigInt(w.wei), table), 0n),
    completeness: wallets.length === 0 ? null : WORSE[Math.max(...wallets.map((w) => WORSE.indexOf(w.completeness)))]!,
  }
}

export const RETRIES = 8
const FIRST_WAIT_MS = 15_000
const LONGEST_WAIT_MS = 3_600_000
/** Failures that waiting does not mend: somebody must change a setting. */
const FOR_GOOD: readonly string[] = ['refused', 'wrong_chain', 'window', 'no_archive']
const RESTARTS = 3

/** What follows a failed step: again later, from the beginning, or never. */
export function afterFailure(
  code: string,
  scan: { tries: number; restarts: number },
  wait_ms?: number,
): { next: 'wait'; wait_ms: number } | { next: 'restart'; wait_ms: number } | { next: 'fail' } {
  if (FOR_GOOD.includes(code)) return { next: 'fail' }
  if (code === 'untrusted' || code === 'reorganised')
    return scan.restarts >= RESTARTS ? { next: 'fail' } : { next: 'restart', wait_ms: FIRST_WAIT_MS }
  if (scan.tries + 1 >= RETRIES) return { next: 'fail' }
  return { next: 'wait', wait_ms: Math.min(LONGEST_WAIT_MS, Math.max(wait_ms ?? 0, FIRST_WAIT_MS * 2 ** scan.tries)) }
}
