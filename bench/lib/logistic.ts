/**
 * Logistic regression with a ridge, by Newton's steps on standardised features: log-odds of every row, learned from the rows
 * in `train`.
 */
export function logistic(
  rows: readonly ArrayLike<number>[],
  train: readonly number[],
  label: ArrayLike<number>,
  ridge = 10,
): Float64Array {
  const d = rows[0]!.length + 1
  const mean = new Float64Array(d)
  const sd = new Float64Array(d).fill(1)
  for (let f = 0; f < d - 1; f++) {
    mean[f] = train.reduce((sum, i) => sum + rows[i]![f]!, 0) / train.length
    sd[f] = Math.sqrt(train.reduce((sum, i) => sum + (rows[i]![f]! - mean[f]!) ** 2, 0) / train.length) || 1
  }
  const x = rows.map((r) => Float64Array.from({ length: d }, (_, f) => (f === d - 1 ? 1 : (r[f]! - mean[f]!) / sd[f]!)))
  const w = new Float64Array(d)
  const of = (row: Float64Array) => {
    let z = 0
    for (let f = 0; f < d; f++) z += w[f]! * row[f]!
    return z
  }
  for (let step = 0; step < 10; step++) {
    const a = Array.from({ length: d }, (_, i) => {
      const row = new Float64Array(d + 1)
      row[i] = ridge
      row[d] = -ridge * w[i]!
      return row
    })
    for (const k of train) {
      const row = x[k]!
      const p = 1 / (1 + Math.exp(-of(row)))
      const v = Math.max(1e-6, p * (1 - p))
      for (let i = 0; i < d; i++) {
        const to = a[i]!
        for (let j = 0; j < d; j++) to[j] = to[j]! + v * row[i]! * row[j]!
        to[d] = to[d]! + (label[k]! - p) * row[i]!
      }
    }
    solved(a).forEach((by, f) => (w[f] = w[f]! + by))
  }
  return Float64Array.from(x, of)
}

/** Gaussian elimination with pivots; the last column is the right-hand side. */
function solved(a: Float64Array[]): Float64Array {
  const d = a.length
  for (let i = 0; i < d; i++) {
    let top = i
    for (let r = i + 1; r < d; r++) if (Math.abs(a[r]![i]!) > Math.abs(a[top]![i]!)) top = r
    const swap = a[i]!
    a[i] = a[top]!
    a[top] = swap
    for (let r = 0; r < d; r++) {
      if (r === i) continue
      const times = a[r]![i]! / a[i]![i]!
      for (let c = i; c <= d; c++) a[r]![c] = a[r]![c]! - times * a[i]![c]!
    }
  }
  return Float64Array.from(a, (row, i) => row[d]! / row[i]!)
}
