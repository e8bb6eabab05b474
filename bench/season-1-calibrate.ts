// Calibrates Season 1 on its acceptance rates alone, on the pure rules, and says what precision follows; then how that
// prediction moves with the share of people who approve everything, each mix calibrated to the same acceptance.
import { readFileSync, writeFileSync } from 'node:fs'
import { calibrate, meanRates, withLevels } from '../src/sim/calibrate.ts'
import { CLASSES, type Population } from '../src/sim/crowd.ts'
import { PUBLISHED, SEASON_1 } from '../src/sim/season-1.ts'
import { saveResult } from './lib/harness.ts'

const SEEDS = [1, 2, 3]
const TEST_SEEDS = [11, 12, 13, 14, 15]
const PIECES = 10_000

const rounded = (x: number) => Math.round(x * 10_000) / 10_000

/** What a mix predicts on seasons that the calibration has not seen; precision of all accepted work, by how much is accepted. */
function predict(p: Population, seeds: readonly number[]) {
  let [accepted, good, plain] = [0, 0, 0]
  const classes = CLASSES.map((c) => {
    const rates = meanRates(p, seeds, c, PIECES)
    accepted += rates.acceptance * p.classes[c].submissions
    good += rates.acceptance * rates.precision * p.classes[c].submissions
    plain += rates.precision / CLASSES.length
    return [c, Object.fromEntries(Object.entries(rates).map(([k, x]) => [k, rounded(x)]))]
  })
  return {
    classes: Object.fromEntries(classes) as Record<string, Record<string, number>>,
    precision_of_all_accepted: rounded(good / accepted),
    precision_mean_of_classes: rounded(plain),
  }
}

const levels = calibrate(SEASON_1, PUBLISHED.acceptance, { seeds: SEEDS, pieces: PIECES })
process.stderr.write(`${JSON.stringify(levels)}\n`)
const file = 'src/sim/season-1-levels.ts'
const text = `export const LEVELS = { ${CLASSES.map((c) => `${c}: ${levels[c]}`).join(', ')} } as const`
writeFileSync(file, readFileSync(file, 'utf8').replace(/export const LEVELS = .*/, text))
const frozen = withLevels(SEASON_1, levels)
const predicted = predict(frozen, TEST_SEEDS)

const sensitivity = [0, 0.04, 0.16, 0.24].map((share) => {
  const { kinds } = SEASON_1
  const mix: Population = {
    ...SEASON_1,
    kinds: {
      ...kinds,
      always_accept: { ...kinds.always_accept, share },
      honest: { ...kinds.honest, share: kinds.honest.share + kinds.always_accept.share - share },
    },
  }
  const own = calibrate(mix, PUBLISHED.acceptance, { seeds: [1], pieces: PIECES, steps: 10 })
  const p = predict(withLevels(mix, own), [11])
  process.stderr.write(`${share}: ${p.precision_of_all_accepted}\n`)
  return {
    always_accept: share,
    acceptance: Object.fromEntries(CLASSES.map((c) => [c, p.classes[c]!.acceptance])),
    precision_of_all_accepted: p.precision_of_all_accepted,
  }
})

saveResult('season-1-calibration', 'npx tsx bench/season-1-calibrate.ts', {
  what: 'Season 1 under a majority of three: acceptance by class is fitted, precision is predicted, on people drawn anew',
  targets: PUBLISHED.acceptance,
  levels,
  predicted,
  published_precision: PUBLISHED.precision,
  off_by_points: rounded((predicted.precision_of_all_accepted - PUBLISHED.precision) * 100),
  sensitivity,
})
