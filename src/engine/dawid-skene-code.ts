import { CHANGE, FLOOR, lanesFor, SLOTS, SMALL, STEPS, STRIDE, Z } from './dawid-skene-pass.ts'
import { Locals, op, type Code } from './wasm.ts'

/** Votes whose rows are touched ahead: some kilobytes, which stay in the first cache. */
const AHEAD = 160

/**
 * One pass over a block of tasks; `scalarPass` says the same in plain loops. Parameters: tasks, and the addresses of
 * cells, state, start, votes, gold (0 for none), one-hot rows and posteriors; then 1 to take posteriors as given, and 1 to
 * touch rows ahead of their use. Touching is worth it where cells exceed the nearest caches: a tight loop of loads
 * overlaps their misses, which the work on one task after another does not (44 → 16 ns per vote at 100,000 workers).
 */
export function passCode(classes: number, double: boolean): { locals: Locals; body: Code } {
  const lanes = lanesFor(classes)
  const bytes = double ? 8 : 4
  const slots = 16 * lanes
  const odd = classes % 2 === 1
  const pairs = Array.from({ length: lanes / 2 }, (_, j) => j)
  const last = pairs.length - 1

  const l = new Locals(10)
  const [tasks, cells, state, start, vote, gold, known, posterior, given, ahead] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ] as const
  const each = () => pairs.map(() => l.add('v128'))
  const [prior, sum, p, lifts, packed] = [each(), each(), each(), each(), each()]
  const [i, end, to, from, row, isKnown, lifted, touched, stop] = Array.from({ length: 9 }, () => l.add('i32')) as [
    number, number, number, number, number, number, number, number, number,
  ] // prettier-ignore
  const [mask, change, before, total, sink] = Array.from({ length: 5 }, () => l.add('v128')) as [
    number, number, number, number, number,
  ] // prettier-ignore
  const [z, evidence, steps, least] = Array.from({ length: 4 }, () => l.add('f64')) as [number, number, number, number]

  const { get, set } = op
  const fold = (f: (a: Code, b: Code) => Code, vs: readonly number[]) =>
    vs.slice(1).reduce<Code>((a, v) => f(a, get(v)), get(vs[0]!))
  const horizontal = (f: (a: Code, b: Code) => Code, v: Code) => [
    set(total, v),
    f(op.lane(get(total), 0), op.lane(get(total), 1)),
  ]
  const rowOf = set(row, op.i32Add(get(cells), op.i32Mul(op.i32Load(get(i)), op.i32(2 * lanes * bytes))))
  const next = (local: number, step: number) => set(local, op.i32Add(get(local), op.i32(step)))
  const chance = (j: number): Code => (double ? op.load(get(row), 16 * j) : op.promote(op.loadHalf(get(row), 8 * j)))

  const multiply = op.loop(
    rowOf,
    pairs.map((j) => set(p[j]!, op.mul(get(p[j]!), chance(j)))),
    next(i, 4),
    op.brIf(op.i32LtU(get(i), get(end)), 0),
  )
  const lift = op.when(
    op.anyTrue(op.lt(fold(op.min, p), op.pair(SMALL, SMALL))),
    pairs.map((j) => [
      set(mask, op.lt(get(p[j]!), op.pair(SMALL, SMALL))),
      set(p[j]!, op.pick(op.mul(get(p[j]!), op.pair(1 / SMALL, 1 / SMALL)), get(p[j]!), get(mask))),
      set(lifts[j]!, op.add(get(lifts[j]!), op.and(get(mask), op.pair(1, 1)))),
    ]),
    set(lifted, op.i32(1)),
  )
  const settleLifts = op.when(
    get(lifted),
    odd ? set(lifts[last]!, op.add(get(lifts[last]!), op.pair(0, Infinity))) : [],
    set(least, horizontal(op.f64Min, fold(op.min, lifts))),
    set(total, op.splat(get(least))),
    pairs.map((j) => [
      set(lifts[j]!, op.sub(get(lifts[j]!), get(total))),
      set(
        p[j]!,
        op.mul(
          get(p[j]!),
          op.pick(
            op.pair(1, 1),
            op.and(op.eq(get(lifts[j]!), op.pair(1, 1)), op.pair(SMALL, SMALL)),
            op.eq(get(lifts[j]!), op.pair(0, 0)),
          ),
        ),
      ),
    ]),
    set(steps, op.f64Add(get(steps), get(least))),
  )
  const trim = odd ? set(p[last]!, op.and(get(p[last]!), op.firstOnly)) : []
  const normalise: Code = [
    set(z, horizontal(op.f64Add, fold(op.add, p))),
    set(evidence, op.f64Mul(get(evidence), get(z))),
    op.when(
      op.f64Lt(get(evidence), op.f64(SMALL)),
      set(evidence, op.f64Mul(get(evidence), op.f64(1 / SMALL))),
      set(steps, op.f64Add(get(steps), op.f64(1))),
    ),
    set(total, op.splat(op.f64Div(op.f64(1), get(z)))),
    pairs.map((j) => set(p[j]!, op.mul(get(p[j]!), get(total)))),
  ]
  const voted = op.i32LtU(get(from), get(to))
  const infer: Code = [
    pairs.map((j) => set(p[j]!, get(prior[j]!))),
    op.either(
      voted,
      [
        pairs.map((j) => set(lifts[j]!, op.pair(0, 0))),
        set(lifted, op.i32(0)),
        set(i, get(from)),
        op.loop(
          // Unsigned, so that the last stride cannot pass the end.
          set(end, op.i32Add(get(i), op.i32(4 * STRIDE))),
          set(end, op.select(get(end), get(to), op.i32LtU(get(end), get(to)))),
          multiply,
          lift,
          op.brIf(op.i32LtU(get(i), get(to)), 0),
        ),
        settleLifts,
        trim,
        normalise,
      ],
      trim,
    ),
  ]
  const addSums = pairs.map((j) => set(sum[j]!, op.add(get(sum[j]!), get(p[j]!))))
  const counts = lanes * bytes
  const pack: Code = double
    ? []
    : pairs.map((j) =>
        j % 2 === 1
          ? []
          : set(
              packed[j]!,
              j < last ? op.joinLow(op.demote(get(p[j]!)), op.demote(get(p[j + 1]!))) : op.demote(get(p[j]!)),
            ),
      )
  const addCounts: Code = pairs.map((j) => {
    if (double) return op.store(get(row), op.add(op.load(get(row), counts + 16 * j), get(p[j]!)), counts + 16 * j)
    if (j % 2 === 1) return []
    const offset = counts + 8 * j
    return j < last
      ? op.store(get(row), op.f32Add(op.load(get(row), offset), get(packed[j]!)), offset)
      : op.storeHalf(get(row), op.f32Add(op.loadHalf(get(row), offset), get(packed[j]!)), offset)
  })
  const scatter = op.when(
    voted,
    pack,
    set(i, get(from)),
    op.loop(rowOf, addCounts, next(i, 4), op.brIf(op.i32LtU(get(i), get(to)), 0)),
  )
  // A promoted half load would be the natural way; V8 (Node 20) moves that one past the store that follows it.
  const readRow = (j: number): Code =>
    (odd && j === last ? (double ? op.loadHalf : op.loadQuarter) : op.load)(get(posterior), 2 * j * bytes)
  const write = pairs.map((j) => {
    const half = odd && j === last
    const offset = 2 * j * bytes
    const store = double ? (half ? op.storeHalf : op.store) : half ? op.storeQuarter : op.storeHalf
    const old = readRow(j)
    return [
      set(before, double ? old : op.promote(old)),
      store(get(posterior), double ? get(p[j]!) : op.demote(get(p[j]!)), offset),
      set(
        change,
        op.add(get(change), op.abs(op.sub(double ? get(p[j]!) : op.promote(op.demote(get(p[j]!))), get(before)))),
      ),
    ]
  })

  const lines = Array.from({ length: Math.ceil((2 * lanes * bytes) / 64) }, (_, n) => 64 * n)
  const touch = op.when(
    get(ahead),
    op.when(
      op.i32LtU(get(touched), get(to)),
      set(end, op.i32Add(get(to), op.i32(4 * AHEAD))),
      set(end, op.select(get(end), get(stop), op.i32LtU(get(end), get(stop)))),
      set(i, get(touched)),
      op.loop(
        rowOf,
        lines.map((offset) => set(sink, op.xor(get(sink), op.load(get(row), offset)))),
        next(i, 4),
        op.brIf(op.i32LtU(get(i), get(end)), 0),
      ),
      set(touched, get(end)),
    ),
  )
  const isGold = op.i32GeS(get(isKnown), op.i32(0))
  const take = pairs.map((j) => set(p[j]!, double ? readRow(j) : op.promote(readRow(j))))

  const body: Code = [
    pairs.map((j) => [
      set(prior[j]!, op.load(get(state), 16 * j)),
      set(sum[j]!, op.load(get(state), 8 * lanes + 16 * j)),
    ]),
    set(evidence, op.f64Load(get(state), slots + 8 * Z)),
    set(steps, op.f64Load(get(state), slots + 8 * STEPS)),
    set(change, op.load(get(state), slots + 8 * CHANGE)),
    // Positions are addresses of votes: 4 bytes each, wrapping in 32 bits.
    set(from, op.i32Add(get(vote), op.i32Shl(op.i32Load(get(start)), 2))),
    set(touched, get(from)),
    set(stop, op.i32Add(get(vote), op.i32Shl(op.i32Load(op.i32Add(get(start), op.i32Shl(get(tasks), 2))), 2))),
    op.loop(
      set(to, op.i32Add(get(vote), op.i32Shl(op.i32Load(get(start), 4), 2))),
      touch,
      set(isKnown, op.i32(-1)),
      op.when(get(gold), set(isKnown, op.i32Load(get(gold))), next(gold, 4)),
      op.either(
        get(given),
        [take, op.when(op.i32Or(voted, isGold), addSums)],
        op.either(
          isGold,
          [
            set(row, op.i32Add(get(known), op.i32Mul(get(isKnown), op.i32(8 * lanes)))),
            pairs.map((j) => set(p[j]!, op.load(get(row), 16 * j))),
            addSums,
          ],
          [infer, op.when(voted, addSums)],
        ),
      ),
      scatter,
      write,
      set(from, get(to)),
      next(start, 4),
      next(posterior, classes * bytes),
      next(tasks, -1),
      op.brIf(get(tasks), 0),
    ),
    pairs.map((j) => op.store(get(state), get(sum[j]!), 8 * lanes + 16 * j)),
    op.f64Store(get(state), get(evidence), slots + 8 * Z),
    op.f64Store(get(state), get(steps), slots + 8 * STEPS),
    op.store(get(state), get(change), slots + 8 * CHANGE),
    // Without a use the loads that touch could be dropped.
    op.store(get(state), get(sink), slots + 8 * SLOTS),
  ]
  return { locals: l, body }
}

/**
 * The M step of all workers; `scalarMaximise` says the same in plain loops. Parameters: workers, and the addresses of
 * cells and of pseudo-votes (said × truth, padded); then 1 to leave the counts at zero.
 */
export function maximiseCode(classes: number, double: boolean): { locals: Locals; body: Code } {
  const lanes = lanesFor(classes)
  const bytes = double ? 8 : 4
  const pairs = Array.from({ length: lanes / 2 }, (_, j) => j)
  const labels = Array.from({ length: classes }, (_, said) => said)
  const stride = 2 * lanes * bytes
  const l = new Locals(4)
  const [workers, cells, extra, clear] = [0, 1, 2, 3] as const
  const [n, scale] = [l.add('v128'), l.add('v128')]
  const { get, set } = op
  const count = (said: number, j: number) => {
    const at = said * stride + (lanes + 2 * j) * bytes
    const raw = double ? op.load(get(cells), at) : op.promote(op.loadHalf(get(cells), at))
    return op.max(op.add(raw, op.load(get(extra), (said * lanes + 2 * j) * 8)), op.pair(FLOOR, FLOOR))
  }
  const store = double ? op.store : op.storeHalf
  const body = op.loop(
    pairs.map((j) => {
      const padded = classes % 2 === 1 && j === pairs.length - 1
      return [
        set(n, op.pair(0, 0)),
        labels.map((said) => set(n, op.add(get(n), count(said, j)))),
        set(scale, op.div(op.pair(1, 1), get(n))),
        labels.map((said) => {
          const chance = op.mul(count(said, j), get(scale))
          const value = padded ? op.or(op.and(chance, op.firstOnly), op.pair(0, 1)) : chance
          return store(get(cells), double ? value : op.demote(value), said * stride + 2 * j * bytes)
        }),
      ]
    }),
    op.when(
      get(clear),
      labels.map((said) => pairs.map((j) => store(get(cells), op.pair(0, 0), said * stride + (lanes + 2 * j) * bytes))),
    ),
    set(cells, op.i32Add(get(cells), op.i32(classes * stride))),
    set(workers, op.i32Add(get(workers), op.i32(-1))),
    op.brIf(get(workers), 0),
  )
  return { locals: l, body }
}
