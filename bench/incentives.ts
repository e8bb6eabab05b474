import { USUAL_SCORE_PPM } from '../src/domains/campaigns/pay-rules.ts'
import { climb } from '../src/sim/climb.ts'
import { playHonest } from '../src/sim/deviate.ts'
import { calibrate, meanOf, playCell, type Calibration, type Cell, type Mean, type Rule } from '../src/sim/grid.ts'
import type { World } from '../src/sim/grid-world.ts'
import { REVIEWER_STRATEGIES, type ReviewerStrategy } from '../src/sim/strategies.ts'
import { saveResult } from './lib/harness.ts'

/**
 * Reviewers' pay against named strategies, by the product's own rule functions: net of effort, honest work beside it,
 * labels, spending. `npx tsx bench/incentives.ts [seeds] [base in basis points]`
 */
const SEEDS = Number(process.argv[2] ?? 30)
const BASE = Number(process.argv[3] ?? 2_000)
const SHARES = [5, 10, 20, 30, 45]
const PRIORS = { 2: [0.3, 0.7], 4: [0.1, 0.2, 0.3, 0.4], 8: [0.05, 0.05, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2] }
/** Audit share and tasks a window, so that about 20 answers of each reviewer are audited. */
const AUDITS = { '5%': [0.05, 400], '8%': [0.08, 250], '15%': [0.15, 134], '24%': [0.24, 100] } as const

type Place = {
  classes: 2 | 4 | 8
  prior: readonly number[]
  panel: number
  audits: keyof typeof AUDITS
  models: number
}
const place = (p: Partial<Place> & { classes: 2 | 4 | 8 }): Place => ({
  prior: PRIORS[p.classes],
  panel: 5,
  audits: '24%',
  models: 1,
  ...p,
})
const worldOf = (p: Place): Omit<World, 'seed' | 'strategy' | 'attackers'> => ({
  people: 100,
  tasks_each: AUDITS[p.audits][1],
  panel: p.panel,
  prior: p.prior,
  audit_share: AUDITS[p.audits][0],
  models: p.models,
})
const nameOf = (p: Place) =>
  `C=${p.classes} prior=${p.prior.map((x) => Math.round(x * 100)).join('/')} k=${p.panel} audits=${p.audits}${p.models > 1 ? ` models=${p.models}` : ''}`

const calibrated = new Map<string, { rule: Rule; is: Calibration }>()
function ruleAt(p: Place, base = BASE): { rule: Rule; is: Calibration } {
  const key = `${nameOf(p)} ${base}`
  const known = calibrated.get(key)
  if (known) return known
  // Two classes are the product's; there the published score counts, wherever it is used.
  const fixed = p.classes === 2 ? { s1_ppm: USUAL_SCORE_PPM } : {}
  const is = calibrate(worldOf(p), { base_bps: base, ...fixed }, 20)
  const made = { rule: { base_bps: base, s1_ppm: is.s1_ppm }, is }
  calibrated.set(key, made)
  return made
}

const round = (x: number) => Math.round(x * 1000) / 1000
const seeds = Array.from({ length: SEEDS }, (_, i) => i)
let spentOver = 0
let runs = 0
type Row = { place: string; strategy: string; share: string } & Record<string, unknown>
function row(
  p: Place,
  strategy: ReviewerStrategy,
  attackers: number,
  more: Partial<World> = {},
  base = BASE,
): Row & { cell: Cell; honestOnly: number } {
  const { rule, is } = ruleAt(p, base)
  const cell = playCell({ ...worldOf(p), strategy, attackers, ...more }, rule, is.scale, seeds)
  spentOver += cell.over_pool
  runs += seeds.length
  return {
    place: nameOf(p),
    strategy,
    share: `${attackers}%`,
    cell,
    honestOnly: is.label_accuracy,
  }
}
const printed = ({ cell: c, honestOnly, ...r }: ReturnType<typeof row>) => ({
  ...r,
  net: round(c.net.mean),
  honest: round(c.honest.mean),
  gap: [round(c.gap.mean), round(c.gap.low), round(c.gap.high)],
  labels: round(c.label_accuracy),
  labels_lost: round(honestOnly - c.label_accuracy),
  spend: round(c.spend_share),
  honest_below_cost: round(c.honest_below_cost),
  auc: round(c.auc),
})

/** Lone deviators: how far each strategy nets below honest work, in the same worlds. */
type Lone = { place: string; strategy: ReviewerStrategy; honest: Mean; gap: Mean }
function lone(p: Place, strategies: readonly ReviewerStrategy[], play?: World['play'], base = BASE): Lone[] {
  const { rule, is } = ruleAt(p, base)
  const worlds = seeds.map((seed) => playHonest({ ...worldOf(p), seed }, rule, is.scale))
  return strategies.map((strategy) => ({
    place: nameOf(p),
    strategy,
    honest: meanOf(worlds.map((w) => w.honest)),
    gap: meanOf(worlds.map((w) => w.honest - w.netOf(strategy, play))),
  }))
}
const interval = (m: Mean) => [round(m.mean), round(m.low), round(m.high)]

const started = Date.now()
const say = (text: string) => process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s: ${text}\n`)
const DEVIATIONS = REVIEWER_STRATEGIES.filter((s) => s !== 'honest' && s !== 'copy_ring')
const COALITIONS = REVIEWER_STRATEGIES.filter((s) => s !== 'honest')
const singles: Lone[] = []
const rows: ReturnType<typeof row>[] = []
for (const classes of [2, 4, 8] as const) {
  const p = place({ classes })
  singles.push(...lone(p, DEVIATIONS))
  for (const strategy of COALITIONS) for (const share of SHARES) rows.push(row(p, strategy, share))
  say(`C=${classes}: ${rows.length} cells`)
}
const PLACES = [
  place({ classes: 2, audits: '8%' }),
  place({ classes: 2, prior: [0.5, 0.5] }),
  place({ classes: 2, prior: [0.1, 0.9] }),
  place({ classes: 2, panel: 3 }),
  place({ classes: 2, panel: 7 }),
  place({ classes: 2, audits: '15%' }),
]
for (const p of PLACES) {
  singles.push(...lone(p, DEVIATIONS))
  for (const strategy of COALITIONS) rows.push(row(p, strategy, 30))
  say(nameOf(p))
}
const rare = place({ classes: 2, audits: '5%' })
singles.push(...lone(rare, DEVIATIONS))

const two = { classes: 2 as const }
const closed = [
  ...[10, 20, 30, 45].map(
    (n) => ['copy ring, at most one on a panel', row(place(two), 'copy_ring', n, { one_per_panel: true })] as const,
  ),
  ...[10, 20, 30, 45].map(
    (n) => ['copy ring, 8 audits of 100', row(place({ ...two, audits: '8%' }), 'copy_ring', n)] as const,
  ),
]
const bots = [
  ['a model of its own for three answers in four', lone(place(two), ['model_25'])],
  ['the same, no base', lone(place(two), ['model_25'], undefined, 0)],
  ['the same, conditioned on 3 models', lone(place({ ...two, models: 3 }), ['model_25'])],
  [
    'its other answers are of a model that the platform does not condition on',
    lone(place(two), ['model_25'], secondModel),
  ],
  [
    'its other answers are of a model that the platform conditions on, 3 in all',
    lone(place({ ...two, models: 3 }), ['model_25'], secondModel),
  ],
] as const
/** Answers as the first model in one case of four, else as the platform's second one. */
function secondModel(
  task: Parameters<NonNullable<World['play']>>[0],
  _: unknown,
  rng: Parameters<NonNullable<World['play']>>[2],
) {
  return { answer: rng.fraction() < 0.25 ? task.model : (task.second_model ?? task.model), cost: 0.04 }
}
say('what closes cells')
const bases = [0, 1_000, 2_000, 2_500, 3_000].map((base) => ({
  base_bps: base,
  honest_below_cost: round(ruleAt(place(two), base).is.honest_below_cost),
  one: lone(place(two), ['always_accept', 'model_50', 'cheap_ring'], undefined, base).map((l) => ({
    strategy: l.strategy,
    gap: interval(l.gap),
  })),
  at_30: ['cheap_ring', 'model_50', 'model_25'].map((s) => {
    const { cell } = row(place(two), s as ReviewerStrategy, 30, {}, base)
    return { strategy: s, gap: [round(cell.gap.mean), round(cell.gap.low), round(cell.gap.high)] }
  }),
}))
say('bases')
const climbs = (['8%', '24%'] as const).map((audits) => {
  const p = place({ ...two, audits })
  const { rule, is } = ruleAt(p)
  return { place: nameOf(p), ...climb({ world: worldOf(p), rule, scale: is.scale, steps: 200, seeds: 4, fresh: 30 }) }
})
say('climbs')

// Judged.
/** Worlds in which the platform itself has failed: votes or audits known beforehand. */
const needsLeak = (s: string) => s === 'vote_peeker' || s === 'audit_guesser_10' || s === 'audit_guesser_30'
const singleFails = singles.filter((r) => r.gap.low < 0.25)
const joint = rows.filter((r) => r.share !== '45%')
const jointFails = joint.filter((r) => r.cell.gap.low <= 0)
const labels = rows.filter((r) => r.share === '30%')
const labelFails = labels.filter((r) => r.honestOnly - r.cell.label_accuracy > 0.04)
const byStrategy = (list: readonly { strategy: string }[]) => {
  const counts: Record<string, number> = {}
  for (const r of list) counts[r.strategy] = (counts[r.strategy] ?? 0) + 1
  return counts
}
saveResult('incentives', `npx tsx bench/incentives.ts ${SEEDS} ${BASE}`, {
  what: "reviewers' net pay for a task (pay less effort; honest pay is 1 on average, effort .35) by the product's rule, 100 people",
  rule: { base_bps: BASE, usual_score_ppm: USUAL_SCORE_PPM },
  seeds: SEEDS,
  anchor:
    'majority pay: always-accept nets .79 where honest nets .65; pure peer prediction loses to cheap signals at 30 %',
  judged: {
    one_deviator: {
      cells: singles.length,
      below_by_a_quarter: singles.length - singleFails.length,
      not: byStrategy(singleFails),
      not_without_leaks: byStrategy(singleFails.filter((r) => !needsLeak(r.strategy))),
    },
    coalitions_to_30: {
      cells: joint.length,
      below_honest: joint.length - jointFails.length,
      not: byStrategy(jointFails),
      not_without_leaks: byStrategy(jointFails.filter((r) => !needsLeak(r.strategy))),
    },
    labels_at_30: {
      cells: labels.length,
      lost_at_most_4_points: labels.length - labelFails.length,
      not: byStrategy(labelFails),
    },
    spend_over_pool: { runs, over: spentOver },
    honest_below_cost: [...calibrated].map(([at, c]) => ({
      at,
      share: round(c.is.honest_below_cost),
      s1_ppm: c.is.s1_ppm,
    })),
    climb_gain: climbs.map((c) => ({ place: c.place, gain: c.gain })),
  },
  bases,
  closed: closed.map(([what, r]) => ({ what, ...printed(r) })),
  climbs,
  bots: bots.map(([what, [l]]) => ({ what, gap: interval(l!.gap), honest: interval(l!.honest) })),
  one_deviator: singles.map((l) => ({ ...l, honest: interval(l.honest), gap: interval(l.gap) })),
  coalitions: rows.map(printed),
})
