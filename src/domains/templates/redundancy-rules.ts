import type { FieldProblem } from '../../platform/refusal.ts'
import type { Form, Question, Widget } from './contract.ts'
import { questionsOf } from './rules.ts'

/** Kinds of question whose answers by different people can be compared without reading them. */
export const COMPARABLE = [
  'choice',
  'choices',
  'number',
  'ranking',
  'scale',
  'preference',
] as const satisfies readonly Widget[]
export type Comparable = (typeof COMPARABLE)[number]

const isComparable = (widget: Widget): widget is Comparable => (COMPARABLE as readonly Widget[]).includes(widget)

/** Why k answers to this form could not be brought together to one: free text and links may be asked, but not required. */
export function redundancyProblems(questions: readonly Question[]): FieldProblem[] {
  const required = questions.filter((q) => q.required)
  const problems: FieldProblem[] = required
    .filter((q) => !isComparable(q.widget))
    .map((q) => ({
      field: `/form/schema/properties/${q.key}`,
      code: 'not_comparable',
      message:
        'Answers to this question cannot be compared with each other. Make it optional, or let peers review each answer instead.',
    }))
  if (required.length === 0)
    problems.push({
      field: '/form/schema/required',
      code: 'nothing_to_compare',
      message: 'Ask at least one required question; only those are compared.',
    })
  return problems
}

/** A required question as answers to it are compared. */
export type ComparedQuestion = {
  key: string
  widget: Comparable
  options: readonly string[]
  minimum: number
  maximum: number
}

/** The questions that decide whether answers agree, from a form that `redundancyProblems` found nothing wrong with. */
export function comparedQuestions(form: Form): ComparedQuestion[] {
  type Schema = { enum?: string[]; items?: { enum: string[] }; minimum?: number; maximum?: number }
  const schema = form.schema as { properties: Record<string, Schema> }
  return questionsOf(form).flatMap(({ key, required, widget }) => {
    if (!required || !isComparable(widget)) return []
    const q = schema.properties[key]!
    return [
      {
        key,
        widget,
        options: q.enum ?? q.items?.enum ?? [],
        minimum: q.minimum ?? -Infinity,
        maximum: q.maximum ?? Infinity,
      },
    ]
  })
}
