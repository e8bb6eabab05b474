const WEI = 10n ** 18n

/** An exact amount of wei as ETH in the reader's digits: four places, more where the first four would be nothing; rounded down. */
export function ether(wei: string, locale: string): string {
  const amount = BigInt(wei)
  const part = (amount % WEI).toString().padStart(18, '0')
  const first = part.search(/[1-9]/)
  const places = amount < WEI && first >= 4 ? Math.min(18, first + 2) : 4
  // As text: a number would round what is exact.
  const exact = `${amount / WEI}.${part.slice(0, places)}` as unknown as number
  return `${new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places }).format(exact)} ETH`
}

/** How much of one amount another is, from 0 to 1. */
export const partOf = (wei: string, of: string): number =>
  BigInt(of) === 0n ? 0 : Number((BigInt(wei) * 1_000_000n) / BigInt(of)) / 1_000_000

/** How far from one level to the next, from 0 to 1. */
export function towards(wei: string, from: string, to: string): number {
  const [at, start, end] = [BigInt(wei), BigInt(from), BigInt(to)]
  return end <= start ? 1 : Math.max(0, Math.min(1, Number(((at - start) * 10_000n) / (end - start)) / 10_000))
}

export const shortAddress = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`
