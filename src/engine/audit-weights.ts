/** A piece of work that was decided, as far as it matters for how much its audit stands for. */
export type Drawable = {
  /** Accepted and rejected work are drawn apart. */
  accepted: boolean
  audited: boolean
  /** By which chance a lot took it, in millionths, where lots had uneven chances; null: it was drawn evenly, or known otherwise. */
  chance_ppm: number | null
}

/**
 * For how many pieces of its kind each audit stands. Where lots were even, all stand for as many. Where lots were aimed,
 * each stands for as many as its chance says (Horvitz and Thompson 1952), scaled to how many there are (Hájek 1971).
 * What was audited beside aimed lots is a random part of what they left. Of both estimates of the kind's total the sum
 * with the least variance is taken, had the lots been even: then every audit stands for `all / audited`, and an aimed
 * lot for so much more or less as its chance was smaller or greater than others'. Either estimate is unbiased, so is it.
 */
export function auditWeights(work: readonly Drawable[]): Float64Array {
  const of = new Map([true, false].map((kind) => [kind, kindOf(work.filter((w) => w.accepted === kind))]))
  return Float64Array.from(work, (w) => (w.audited ? of.get(w.accepted)!(w.chance_ppm) : 0))
}

function kindOf(kind: readonly Drawable[]): (chance_ppm: number | null) => number {
  const audited = kind.filter((w) => w.audited)
  const lots = audited.flatMap((w) => (w.chance_ppm === null ? [] : [1_000_000 / w.chance_ppm]))
  const usual = kind.length / audited.length
  const rest = kind.length - lots.length
  if (lots.length === 0 || rest === 0) return () => usual
  const stood = lots.reduce((sum, x) => sum + x, 0)
  const share = (lots.length * (kind.length - audited.length)) / (audited.length * rest)
  return (chance_ppm) =>
    chance_ppm === null ? usual : usual + share * kind.length * (1_000_000 / chance_ppm / stood - 1 / lots.length)
}
