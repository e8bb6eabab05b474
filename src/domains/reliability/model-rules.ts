import { toUnits } from '../../engine/snapshot.ts'

/** What a model said of one question, beside how likely people and audits make it that the answer is right. */
export type ModelWord = { model: string; approve: boolean; right: number }

/** Words that know a model: with fewer, saying nothing still weighs more than it does. */
const MODEL_WEIGHT = 10
/** How far a model's word may go, in nats: a reason to ask less, never not to ask. */
const MODEL_LIMIT = 2

/** The signal's name under which a snapshot keeps what a model's approval or disapproval weighs. */
export const modelSignal = (model: string, approve: boolean): string => `${model}=${approve ? 'accept' : 'reject'}`

/**
 * What each model's word weighs, from how it went beside people's votes and audits: those alone say what is right, so a model
 * is one more witness and never a judge, and nobody's own figure depends on one. Of the work that it approved (or not), the
 * share that is right is drawn to the share of all work that it spoke of: a word that was hardly heard weighs hardly anything.
 */
export function modelSignals(words: readonly ModelWord[]): Record<string, number[]> {
  const byModel = new Map<string, ModelWord[]>()
  for (const word of words) {
    const said = byModel.get(word.model)
    if (said) said.push(word)
    else byModel.set(word.model, [word])
  }
  return Object.fromEntries(
    [...byModel].flatMap(([model, said]) => {
      const rightOf = (some: readonly ModelWord[]) => some.reduce((n, w) => n + w.right, 0)
      const all = (rightOf(said) + 0.5) / (said.length + 1)
      return [true, false].map((approve): [string, number[]] => {
        const same = said.filter((w) => w.approve === approve)
        const share = (rightOf(same) + MODEL_WEIGHT * all) / (same.length + MODEL_WEIGHT)
        return [modelSignal(model, approve), unitsOf(logit(share) - logit(all))]
      })
    }),
  )
}

const logit = (p: number): number => Math.log(p / (1 - p))

function unitsOf(lead: number): number[] {
  const nats = Math.max(-MODEL_LIMIT, Math.min(MODEL_LIMIT, lead))
  return [toUnits(-nats / 2), toUnits(nats / 2)]
}
