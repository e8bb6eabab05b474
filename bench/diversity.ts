import { addText, diversityOf, newDiversity, RUNS } from '../src/engine/diversity.ts'
import { normaliseText } from '../src/engine/normalise-text.ts'

import { runHashes } from '../src/engine/shingles.ts'
import { createRng } from '../src/platform/rng.ts'
import { quantile, saveResult, watchMachine } from './lib/harness.ts'
import { createWriter, paragraphs } from './lib/prose.ts'

/** How right the sketch of RKE is beside every pair, and what measuring costs: `npx tsx bench/diversity.ts`. */
const SIZES = [2_000, 10_000, 50_000]
const COMPARED = 1_000
const COPIES = [0, 0.1, 0.5]

const prose = paragraphs('node_modules')
const write = createWriter(prose)

/** n texts of 40 words, some share of them copies of ten that everybody sends. */
function* textsOf(n: number, copied: number, seed: number): Generator<string> {
  const rng = createRng(seed)
  const common = Array.from({ length: 10 }, () => write(rng, 40))
  for (let i = 0; i < n; i++) yield rng.fraction() < copied ? common[rng.below(10)]! : write(rng, 40)
}

/** Every pair, by sets. */
function exactly(texts: readonly string[]): number {
  const sets = texts.map((t) => [...new Set(runHashes(normaliseText(t), 5).sort())].slice(0, RUNS))
  let sum = sets.length
  for (let i = 0; i < sets.length; i++) {
    const one = new Set(sets[i])
    for (let j = 0; j < i; j++) {
      let both = 0
      for (const hash of sets[j]!) if (one.has(hash)) both += 1
      sum += (2 * both * both) / (one.size * sets[j]!.length)
    }
  }
  return sets.length ** 2 / sum
}

const machine = watchMachine()
const accuracy = COPIES.map((copied) => {
  const texts = [...textsOf(COMPARED, copied, 7)]
  const d = newDiversity()
  for (const text of texts) addText(d, text)
  const found = diversityOf(d).effective!
  const exact = exactly(texts)
  return {
    texts: COMPARED,
    copied,
    exact: Number(exact.toFixed(2)),
    sketched: Number(found.value.toFixed(2)),
    low: Number(found.low.toFixed(2)),
    high: Number(found.high.toFixed(2)),
    error: Number((found.value / exact - 1).toFixed(5)),
  }
})
const cost = SIZES.map((n) => {
  const d = newDiversity()
  const each: number[] = []
  let seconds = 0
  for (const text of textsOf(n, 0, 3)) {
    const started = performance.now()
    addText(d, text)
    const took = performance.now() - started
    seconds += took / 1000
    each.push(took)
  }
  const found = diversityOf(d)
  return {
    texts: n,
    seconds: Number(seconds.toFixed(2)),
    median_us: Math.round(1000 * quantile(each, 0.5)),
    p99_us: Math.round(1000 * quantile(each, 0.99)),
    state_json_bytes: JSON.stringify(d).length,
    effective: Number(found.effective!.value.toFixed(1)),
    distinct: found.distinct.map((x) => Number((x.distinct / x.all).toFixed(4))),
  }
})
saveResult('diversity', 'npx tsx bench/diversity.ts', { prose: prose.length, accuracy, cost, ...machine() })
