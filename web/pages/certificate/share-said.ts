import type { Numbers } from '../desk/numbers.ts'

/** A share that somebody chose, with no more places than it has. */
export function shareSaid(n: Numbers, share: string | null): string {
  const tenThousandths = Math.round(Number(share ?? 0) * 1_000_000)
  const places = [10_000, 1_000, 100, 10].findIndex((step) => tenThousandths % step === 0)
  return n.percent(share, places < 0 ? 4 : places)
}
