import type { Form } from '../templates/contract.ts'
import { canonicalJson } from '../../platform/canonical.ts'

type Result = { from_name: string; to_name: string; type: string; value: Record<string, unknown> }

/** What every question points to: Label Studio wants one object tag on the page. */
const OBJECT = 'item'

/** An answer as Label Studio's results; questions without an answer have none. */
export function resultsOf(form: Form, answer: Readonly<Record<string, unknown>>): Result[] {
  return form.ui.order.flatMap((key) => {
    const value = answer[key]
    const widget = form.ui.questions[key]?.widget
    if (value === undefined || value === null || !widget) return []
    const one = (type: string, inner: Record<string, unknown>) => [
      { from_name: key, to_name: OBJECT, type, value: inner },
    ]
    switch (widget) {
      case 'choice':
        return one('choices', { choices: [value] })
      case 'choices':
        return one('choices', { choices: value })
      case 'number':
      case 'scale':
        return one('number', { number: value })
      case 'ranking':
        return one('ranker', { ranker: value })
      case 'preference':
        return one('choices', { choices: [value] })
      case 'short_text':
      case 'long_text':
      case 'link':
        return one('textarea', { text: [value] })
    }
  })
}

/**
 * One task as Label Studio imports it. It knows annotators by e-mail address only, so a pseudonym becomes one that no
 * mail can reach; an installation imports it with ALLOW_IMPORT_TASKS_WITH_UNKNOWN_EMAILS. `predictions` hold an
 * aggregated answer.
 */
export function taskOf(task: {
  datapoint: string
  data: Readonly<Record<string, unknown>> | null
  annotations: readonly { completed_by: string; form: Form; answer: Readonly<Record<string, unknown>> }[]
  aggregate?: { form: Form; answer: Readonly<Record<string, unknown>> }
}): string {
  return canonicalJson({
    data: { ...task.data, assay_datapoint: task.datapoint },
    annotations: task.annotations.map((a) => ({
      completed_by: { email: `${a.completed_by}@workers.invalid` },
      was_cancelled: false,
      ground_truth: false,
      result: resultsOf(a.form, a.answer),
    })),
    ...(task.aggregate
      ? { predictions: [{ model_version: 'aggregate', result: resultsOf(task.aggregate.form, task.aggregate.answer) }] }
      : {}),
  })
}

const xml = (s: string): string => s.replace(/[&<>"'\n]/g, (c) => `&#${c.codePointAt(0)};`)

/** The labeling configuration that shows those tasks in Label Studio; none for a ranking, whose tag needs a list of its own. */
export function configOf(form: Form): string | undefined {
  if (form.ui.order.some((key) => form.ui.questions[key]?.widget === 'ranking')) return undefined
  type Schema = { enum?: string[]; items?: { enum?: string[] }; minimum?: number; maximum?: number }
  const properties = (form.schema as { properties: Record<string, Schema> }).properties
  const fields = form.ui.item ?? []
  const shown = (
    fields.length > 0 ? fields : [{ field: 'assay_datapoint', title: 'Datapoint', as: 'text' as const }]
  ).map(
    (f, i) =>
      `  <Header value="${xml(f.title)}"/>\n  <${f.as === 'image' ? 'Image' : 'Text'} name="${i === 0 ? OBJECT : `${OBJECT}_${i}`}" value="$${xml(f.field)}"/>`,
  )
  const asked = form.ui.order.map((key) => {
    const { widget, title } = form.ui.questions[key]!
    const names = `name="${key}" toName="${OBJECT}"`
    const schema = properties[key] ?? {}
    const choices = (options: readonly string[] = []) =>
      options.map((o) => `    <Choice value="${xml(o)}"/>`).join('\n')
    const tag =
      widget === 'choice' || widget === 'preference'
        ? `  <Choices ${names} choice="single">\n${choices(schema.enum)}\n  </Choices>`
        : widget === 'choices'
          ? `  <Choices ${names} choice="multiple">\n${choices(schema.items?.enum)}\n  </Choices>`
          : widget === 'number' || widget === 'scale'
            ? `  <Number ${names}${schema.minimum === undefined ? '' : ` min="${schema.minimum}"`}${schema.maximum === undefined ? '' : ` max="${schema.maximum}"`}/>`
            : `  <TextArea ${names}/>`
    return `  <Header value="${xml(title)}"/>\n${tag}`
  })
  return `<View>\n${[...shown, ...asked].join('\n')}\n</View>\n`
}
