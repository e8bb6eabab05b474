import type { FieldProblem } from '../../platform/refusal.ts'
import type { Question } from '../templates/contract.ts'
import { judgedQuestions } from '../templates/rules.ts'
import { FLAG_ONLY, TEXT_KINDS, type Check, type CheckKind } from './checks/contract.ts'
import type { Settings } from './contract.ts'
import type { RedTeam } from './red-team/contract.ts'

const OWN: Partial<Record<keyof Check, CheckKind>> = {
  min_words: 'length',
  max_words: 'length',
  max_words_per_minute: 'pace',
  words: 'profanity',
  same_bps: 'near_duplicate',
  new_bps: 'near_duplicate',
  rubric: 'model_judge',
  max_calls: 'model_judge',
  max_tokens: 'model_judge',
}

/** Which of a form's questions a check reads; a judge, unless told otherwise, those that reviewers judge. */
export function checkedQuestions(check: Check, questions: readonly Question[]): string[] {
  const readable = questions.filter((q) => isReadable(check.kind, q.widget)).map((q) => q.key)
  if (check.kind === 'model_judge' && !check.questions) return judgedQuestions(questions)
  return check.questions ? check.questions.filter((key) => readable.includes(key)) : readable
}

/** All checks of a version: those it lists, and the proof of a prompt where it asks for one. */
export const checksOf = (settings: Pick<Settings, 'checks' | 'red_team'>): Check[] => [
  ...(settings.checks ?? []),
  ...(settings.red_team
    ? [{ kind: 'red_team' as const, on_fail: 'reject' as const, questions: [settings.red_team.prompt] }]
    : []),
]

/** A proof of prompts that cannot be, or that would reach people it is not for. */
export function redTeamProblems(
  redTeam: RedTeam | undefined,
  campaign: { mode: 'review' | 'redundancy'; task_class: string },
  questions: readonly Question[],
): FieldProblem[] {
  if (!redTeam) return []
  const problems: FieldProblem[] = []
  const add = (field: string, code: string, message: string) =>
    problems.push({ field: `/settings/red_team${field}`, code, message })
  if (campaign.task_class !== 'adversarial')
    add('', 'adversarial_only', 'Prompts are proved in adversarial campaigns only.')
  if (campaign.mode === 'redundancy') add('', 'review_only', 'Prompts are proved before peer review, which this campaign has not.') // prettier-ignore
  const question = questions.find((q) => q.key === redTeam.prompt)
  if (!question) add('/prompt', 'unknown_question', 'This form has no such question.')
  else if (!isReadable('red_team', question.widget) || !question.required)
    add('/prompt', 'not_readable', 'The prompt is the answer to a required question for text.')
  if (new Set(redTeam.goals).size < redTeam.goals.length) add('/goals', 'named_twice', 'A goal is named twice.')
  return problems
}

const isReadable = (kind: CheckKind, widget: Question['widget']): boolean =>
  kind === 'model_judge' ||
  (TEXT_KINDS.includes(kind) || kind === 'red_team'
    ? widget === 'short_text' || widget === 'long_text'
    : widget === 'link')

/** Checks that contradict themselves, or that nothing in the form can be checked by. */
export function checkProblems(
  checks: readonly Check[],
  mode: 'review' | 'redundancy',
  questions: readonly Question[],
): FieldProblem[] {
  const problems: FieldProblem[] = []
  checks.forEach((check, i) => {
    const add = (field: string, code: string, message: string) =>
      problems.push({ field: `/settings/checks/${i}/${field}`, code, message })
    if (check.kind === 'red_team') add('kind', 'set_elsewhere', 'How prompts are proved is set under "red_team".')
    if (mode === 'redundancy')
      add('kind', 'review_only', 'Checks stand before peer review, which this campaign has not.')
    if (checks.findIndex((c) => c.kind === check.kind) !== i) add('kind', 'named_twice', 'This check is there already.')
    if (check.on_fail === 'reject' && FLAG_ONLY.includes(check.kind))
      add('on_fail', 'flag_only', 'This check may point something out; it may not reject work.')
    for (const [field, kind] of Object.entries(OWN))
      if (check[field as keyof Check] !== undefined && kind !== check.kind)
        add(field, 'not_of_this_check', `This belongs to another check (${kind}).`)
    if (check.kind === 'length' && check.min_words === undefined && check.max_words === undefined)
      add('min_words', 'required', 'Say how many words at least, at most, or both.')
    if (check.min_words !== undefined && check.max_words !== undefined && check.max_words < check.min_words)
      add('max_words', 'bad_range', 'The most words are not fewer than the least.')
    if (check.kind === 'pace' && check.max_words_per_minute === undefined)
      add('max_words_per_minute', 'required', 'Say how many words a minute are too many.')
    if (check.kind === 'near_duplicate' && (check.new_bps ?? 3_000) >= (check.same_bps ?? 7_000))
      add('new_bps', 'bad_range', 'What is new lies below what is the same.')
    if (check.kind === 'model_judge' && !check.rubric) add('rubric', 'required', 'Say what the model is to look for.')
    if (check.kind === 'model_judge' && check.max_calls === undefined && check.max_tokens === undefined)
      add('max_calls', 'required', 'Say how many calls or tokens the judge may cost at most.')
    check.questions?.forEach((key, n) => {
      const question = questions.find((q) => q.key === key)
      if (!question) add(`questions/${n}`, 'unknown_question', 'This form has no such question.')
      else if (!isReadable(check.kind, question.widget))
        add(`questions/${n}`, 'not_readable', 'This check cannot read such a question.')
    })
    if (!check.questions && checkedQuestions(check, questions).length === 0)
      add('kind', 'nothing_to_check', 'No question of this form is one that the check can read.')
  })
  return problems
}
