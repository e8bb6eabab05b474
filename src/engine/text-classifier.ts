import { BadInput } from './labels.ts'
import { FEATURES } from './text-features.ts'

/** What was decided about a text: its features (ascending, below `FEATURES`, each once) and whether it was right. */
export type TextExample = { readonly features: Int32Array; readonly right: boolean }

/** Weights in nats, one for each feature, over texts scaled to length 1. */
export type TextClassifier = { readonly weights: Float64Array; readonly bias: number; readonly trained: number }

/** With fewer decided texts than these, or fewer of the rarer kind, there is too little to go on. */
export const LEAST_DECIDED = 40
export const LEAST_OF_EACH = 8
/** Evidence within so many nats of nothing is no word. */
const UNDECIDED = 0.25
const PASSES = 12
const RATE = 0.5
/** Ridge penalty on each weight, per example: a feature seen once says little. */
const RIDGE = 1e-3

/**
 * Logistic regression on hashed features, trained by AdaGrad (Duchi, Hazan & Singer 2011) in a fixed order: the same
 * examples in the same order give the same bits. Both kinds weigh alike together however many there are of each, so what
 * comes out is the text's own evidence and the prior is left to whoever adds it up.
 * @returns undefined while there is too little to go on: fewer than `LEAST_DECIDED` examples, or fewer than `LEAST_OF_EACH`
 * right or wrong ones.
 * @throws BadInput for a feature that is no whole number from 0 to `FEATURES` - 1.
 */
export function trainText(examples: readonly TextExample[]): TextClassifier | undefined {
  const right = examples.reduce((n, e) => n + (e.right ? 1 : 0), 0)
  const wrong = examples.length - right
  if (examples.length < LEAST_DECIDED || right < LEAST_OF_EACH || wrong < LEAST_OF_EACH) return undefined
  for (const { features } of examples) refuse(features)
  const weights = new Float64Array(FEATURES)
  const squares = new Float64Array(FEATURES)
  const state = { bias: 0, square: 0 }
  const share = { right: examples.length / (2 * right), wrong: examples.length / (2 * wrong) }
  const stride = strideOf(examples.length)
  for (let pass = 0; pass < PASSES; pass++)
    for (let i = 0, at = 0; i < examples.length; i++, at = (at + stride) % examples.length) {
      const { features, right: is } = examples[at]!
      const size = scaleOf(features)
      let score = state.bias
      for (let f = 0; f < features.length; f++) score += weights[features[f]!]! * size
      const slope = (1 / (1 + Math.exp(-score)) - (is ? 1 : 0)) * (is ? share.right : share.wrong)
      for (let f = 0; f < features.length; f++) {
        const k = features[f]!
        const g = slope * size + RIDGE * weights[k]!
        squares[k]! += g * g
        if (g !== 0) weights[k]! -= (RATE * g) / Math.sqrt(squares[k]!)
      }
      state.square += slope * slope
      if (slope !== 0) state.bias -= (RATE * slope) / Math.sqrt(state.square)
    }
  return { weights, bias: state.bias, trained: examples.length }
}

/**
 * What a classifier says of a text: true for right, false for wrong, undefined where it knows none of its features or their
 * evidence is within a quarter of a nat of nothing.
 * @throws BadInput for a feature that is no whole number from 0 to `FEATURES` - 1.
 */
export function judgeText(classifier: TextClassifier, features: Int32Array): boolean | undefined {
  refuse(features)
  const size = scaleOf(features)
  let score = 0
  for (let f = 0; f < features.length; f++) score += classifier.weights[features[f]!]! * size
  if (score === 0) return undefined
  score += classifier.bias
  return Math.abs(score) < UNDECIDED ? undefined : score > 0
}

/**
 * How many of so many decided examples to train on: the largest step of a ladder whose rungs lie a quarter apart, 0 below its
 * first. Whoever has the decisions in their order can train the same classifier again.
 */
export function trainedOn(decided: number): number {
  let step = 0
  for (let next = LEAST_DECIDED; next <= decided; next += Math.ceil(next / 4)) step = next
  return step
}

const scaleOf = (features: Int32Array): number => (features.length === 0 ? 0 : 1 / Math.sqrt(features.length))

/** A step near the golden section that meets every example once: examples that came together are learned apart. */
function strideOf(n: number): number {
  let stride = Math.max(1, Math.floor(n * 0.618))
  while (gcd(stride, n) !== 1) stride += 1
  return stride
}
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

function refuse(features: Int32Array): void {
  for (let f = 0; f < features.length; f++)
    if (!(features[f]! >= 0 && features[f]! < FEATURES))
      throw new BadInput(`A text has feature ${features[f]!}, and they go from 0 to ${FEATURES - 1}.`)
}
