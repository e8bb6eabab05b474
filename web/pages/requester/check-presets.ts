import { FLAG_ONLY, OUTSIDE_KINDS, TEXT_KINDS } from '../../../src/domains/campaigns/checks/contract.ts'
import type { Check, CheckKind } from '../../../src/domains/campaigns/checks/contract.ts'
import type { Draft } from './draft.ts'

/** A check as it is when somebody switches it on. */
export const freshCheck = (kind: CheckKind): Check => ({
  kind,
  on_fail:
    FLAG_ONLY.includes(kind) || kind === 'pace' || kind === 'gibberish' || kind === 'language' ? 'flag' : 'reject',
  ...(kind === 'length' && { min_words: 5 }),
  ...(kind === 'pace' && { max_words_per_minute: 120 }),
  ...(kind === 'model_judge' && { rubric: '', max_calls: 1000 }),
})

const SUGGESTED: Record<Draft['task_class'], readonly CheckKind[]> = {
  simple_research: ['odd_text', 'exact_duplicate', 'near_duplicate', 'link'],
  in_depth_research: ['length', 'odd_text', 'pace', 'language', 'gibberish', 'personal_data', 'exact_duplicate', 'near_duplicate', 'link'],
  // Odd writing and rude words are the work itself here.
  adversarial: ['personal_data', 'exact_duplicate', 'near_duplicate'],
  labelling: ['pace'],
} // prettier-ignore

/** Which checks a draft's form has something to read for. */
export function usableKinds(draft: Pick<Draft, 'form'>): (kind: CheckKind) => boolean {
  const widgets = new Set(Object.values(draft.form.ui.questions).map((q) => q.widget))
  const hasText = widgets.has('short_text') || widgets.has('long_text')
  // How prompts are proved is set in a card of its own.
  return (kind) =>
    kind !== 'red_team' &&
    (TEXT_KINDS.includes(kind) ? hasText : kind === 'link' ? widgets.has('link') : widgets.size > 0)
}

/** What we would switch on for work of this kind. */
export function suggestedChecks(draft: Pick<Draft, 'form' | 'task_class'>): Check[] {
  const isUsable = usableKinds(draft)
  return SUGGESTED[draft.task_class].filter(isUsable).map((kind) =>
    // A long text of a few words is not one.
    kind === 'length' ? { ...freshCheck(kind), min_words: 40 } : freshCheck(kind),
  )
}

export const isOutside = (kind: CheckKind): boolean => OUTSIDE_KINDS.includes(kind)
export const isFlagOnly = (kind: CheckKind): boolean => FLAG_ONLY.includes(kind)
