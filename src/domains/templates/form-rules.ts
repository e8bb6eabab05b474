import type { FieldProblem } from '../../platform/refusal.ts'
import type { Form, Widget } from './contract.ts'
import { codePoints, FORM_LIMITS, pointer } from './rules.ts'

/** What is wrong with a requester's form; everything outside the dialect is refused by name, nothing is ignored. */
export function formProblems(form: Form): FieldProblem[] {
  const size = sizeProblem(form)
  if (size) return [size]
  const schema = form.schema
  if (!isPlain(schema))
    return [
      {
        field: '/schema',
        code: 'not_an_object',
        message: 'Give a JSON Schema object whose properties are the questions.',
      },
    ]
  const root = unknownKeywords(schema, ROOT_KEYWORDS, '/schema', 'a form')
  if (schema.type !== 'object')
    root.push({ field: '/schema/type', code: 'wrong_type', message: 'A form\'s type is "object".' })
  if (Object.hasOwn(schema, 'additionalProperties') && schema.additionalProperties !== false) {
    root.push({
      field: '/schema/additionalProperties',
      code: 'must_be_false',
      message: 'A form takes no answers beyond its questions: leave this out, or say false.',
    })
  }
  if (Object.hasOwn(schema, '$schema') && schema.$schema !== DIALECT) {
    root.push({ field: '/schema/$schema', code: 'other_dialect', message: `Forms are written in ${DIALECT}.` })
  }
  if (!isPlain(schema.properties))
    return [
      ...root,
      { field: '/schema/properties', code: 'not_an_object', message: 'Give the questions, each under its key.' },
    ]
  return [
    ...root,
    ...stepProblems(schema, schema.properties, form),
    ...itemFieldProblems(form),
    ...questionProblems(schema.properties, form),
  ]
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const ROOT_KEYWORDS = ['$schema', 'type', 'title', 'description', 'properties', 'required', 'additionalProperties']
const KEYWORDS: Record<Widget, readonly string[]> = {
  choice: ['type', 'enum'],
  choices: ['type', 'items', 'uniqueItems', 'minItems', 'maxItems'],
  number: ['type', 'minimum', 'maximum'],
  short_text: ['type', 'minLength', 'maxLength'],
  long_text: ['type', 'minLength', 'maxLength'],
  ranking: ['type', 'items', 'uniqueItems', 'minItems', 'maxItems'],
  scale: ['type', 'minimum', 'maximum'],
  link: ['type', 'format'],
  preference: ['type', 'enum'],
}
const TYPES: Record<Widget, readonly string[]> = {
  choice: ['string'],
  choices: ['array'],
  number: ['number', 'integer'],
  short_text: ['string'],
  long_text: ['string'],
  ranking: ['array'],
  scale: ['integer'],
  link: ['string'],
  preference: ['string'],
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Bounds the work before anything looks deeper; also what ends a value that contains itself. */
function sizeProblem(form: Form): FieldProblem | undefined {
  let nodes = 0
  let bytes = 0
  const walk = (value: unknown, depth: number): boolean => {
    nodes += 1
    if (depth > FORM_LIMITS.depth || nodes > FORM_LIMITS.nodes || bytes > FORM_LIMITS.json_bytes) return false
    if (typeof value === 'string') bytes += value.length
    if (Array.isArray(value)) return value.every((v) => walk(v, depth + 1))
    if (isPlain(value)) return Object.entries(value).every(([k, v]) => ((bytes += k.length), walk(v, depth + 1)))
    return true
  }
  if (walk(form, 0) && bytes <= FORM_LIMITS.json_bytes) return undefined
  if (nodes > FORM_LIMITS.nodes || bytes > FORM_LIMITS.json_bytes)
    return {
      field: '/schema',
      code: 'too_large',
      message: `A form holds at most ${FORM_LIMITS.json_bytes} characters.`,
    }
  return { field: '/schema', code: 'too_deep', message: `A form nests at most ${FORM_LIMITS.depth} levels.` }
}

function unknownKeywords(
  schema: Record<string, unknown>,
  known: readonly string[],
  at: string,
  what: string,
): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const keyword of Object.keys(schema)) {
    const field = `${at}/${pointer(keyword)}`
    if (!known.includes(keyword))
      problems.push({
        field,
        code: 'unsupported_keyword',
        message: `"${keyword}" is not part of ${what}. ${WHY[keyword] ?? `Use only ${known.join(', ')}.`}`,
      })
    else if ((keyword === 'title' || keyword === 'description') && typeof schema[keyword] !== 'string')
      problems.push({ field, code: 'wrong_type', message: `"${keyword}" is text.` })
  }
  return problems.slice(0, 20)
}
/** Why the keywords that people do try are refused. */
const WHY: Record<string, string> = {
  $ref: 'Write each question out in full.',
  $defs: 'Write each question out in full.',
  definitions: 'Write each question out in full.',
  $dynamicRef: 'Write each question out in full.',
  pattern: 'Patterns can hang a browser; use length limits, a choice or a link.',
  format: 'Only a link has a format, "uri".',
  patternProperties: 'Name each question.',
  allOf: 'A question has one shape.',
  anyOf: 'A question has one shape.',
  oneOf: 'A question has one shape; for options use "enum".',
  not: 'A question has one shape.',
  if: 'Questions do not depend on each other.',
  const: 'A question with one possible answer asks nothing.',
  default: 'A default answer would be handed in by people who did not look.',
}

/** Schema and page must name the same questions, or people would be asked what is never kept, or the reverse. */
function stepProblems(
  schema: Record<string, unknown>,
  properties: Record<string, unknown>,
  form: Form,
): FieldProblem[] {
  const problems: FieldProblem[] = []
  const keys = Object.keys(properties)
  const add = (field: string, code: string, message: string) => problems.push({ field, code, message })
  if (keys.length === 0) add('/schema/properties', 'no_questions', 'Ask at least one question.')
  if (keys.length > FORM_LIMITS.questions)
    add('/schema/properties', 'too_many_questions', `Ask at most ${FORM_LIMITS.questions} questions.`)
  const order = new Set(form.ui.order)
  if (order.size !== form.ui.order.length) add('/ui/order', 'named_twice', 'The order names a question twice.')
  for (const key of keys) {
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(key))
      add(
        `/schema/properties/${pointer(key.slice(0, 100))}`,
        'bad_key',
        'A key is a small letter, then up to 39 small letters, digits and underscores.',
      )
    else if (!order.has(key)) add('/ui/order', 'question_missing', `The order leaves out "${key}".`)
    if (!Object.hasOwn(form.ui.questions, key))
      add('/ui/questions', 'question_missing', `Nothing says how to show "${key.slice(0, 100)}".`)
  }
  for (const key of order)
    if (!Object.hasOwn(properties, key))
      add('/ui/order', 'unknown_question', `The order names "${key}", which the schema does not have.`)
  for (const key of Object.keys(form.ui.questions)) {
    if (!Object.hasOwn(properties, key))
      add(`/ui/questions/${pointer(key)}`, 'unknown_question', `The schema has no question "${key}".`)
  }
  const required: unknown = schema.required ?? []
  if (!Array.isArray(required)) add('/schema/required', 'wrong_type', 'List the keys of the required questions.')
  else {
    if (new Set(required).size !== required.length) add('/schema/required', 'named_twice', 'A question is named twice.')
    for (const key of required) {
      if (typeof key !== 'string' || !Object.hasOwn(properties, key))
        add(
          '/schema/required',
          'unknown_question',
          `"${String(key).slice(0, 100)}" is required, but there is no such question.`,
        )
    }
    // Reviewers judge required questions alone: a form without one would accept everything.
    if (required.length === 0 && keys.length > 0)
      add('/schema/required', 'none_required', 'Make at least one question required; optional ones are not reviewed.')
  }
  return problems
}

function itemFieldProblems(form: Form): FieldProblem[] {
  const fields = (form.ui.item ?? []).map((f) => f.field)
  const twice = fields.findIndex((f, i) => fields.indexOf(f) !== i)
  return twice < 0
    ? []
    : [{ field: `/ui/item/${twice}/field`, code: 'named_twice', message: `"${fields[twice]}" is shown twice.` }]
}

function questionProblems(properties: Record<string, unknown>, form: Form): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const [key, schema] of Object.entries(properties)) {
    if (!Object.hasOwn(form.ui.questions, key)) continue
    const ui = form.ui.questions[key]!
    const at = `/schema/properties/${key}`
    if (!isPlain(schema)) {
      problems.push({ field: at, code: 'not_an_object', message: 'A question is a JSON Schema object.' })
      continue
    }
    const widget = ui.widget
    problems.push(...unknownKeywords(schema, [...KEYWORDS[widget], 'title', 'description'], at, `a ${widget} question`))
    if (typeof schema.type !== 'string' || !TYPES[widget].includes(schema.type)) {
      problems.push({
        field: `${at}/type`,
        code: 'widget_misfit',
        message: `A ${widget} question has type ${TYPES[widget].map((t) => `"${t}"`).join(' or ')}.`,
      })
      continue
    }
    problems.push(...shapeProblems(widget, schema, at), ...uiProblems(key, ui, schema))
  }
  return problems
}

function shapeProblems(widget: Widget, s: Record<string, unknown>, at: string): FieldProblem[] {
  switch (widget) {
    case 'choice':
      return optionProblems(s.enum, `${at}/enum`, FORM_LIMITS.options)
    case 'preference': {
      const sides = JSON.stringify(s.enum)
      return sides === '["a","b"]' || sides === '["a","b","tie"]'
        ? []
        : [
            {
              field: `${at}/enum`,
              code: 'bad_options',
              message: 'A preference is between "a" and "b", with "tie" as a third if you like.',
            },
          ]
    }
    case 'choices':
    case 'ranking':
      return selectionShapeProblems(widget, s, at)
    case 'number':
      return rangeProblems(s, at, 'minimum', 'maximum', s.type === 'integer' ? Number.isSafeInteger : Number.isFinite)
    case 'scale': {
      const problems = rangeProblems(s, at, 'minimum', 'maximum', Number.isSafeInteger)
      if (problems.length > 0) return problems
      const points = Number(s.maximum) - Number(s.minimum) + 1
      return points >= 2 && points <= FORM_LIMITS.scale_points
        ? []
        : [
            {
              field: at,
              code: 'bad_scale',
              message: `A scale has a minimum, a maximum and 2 to ${FORM_LIMITS.scale_points} points.`,
            },
          ]
    }
    case 'short_text':
    case 'long_text': {
      const longest = widget === 'short_text' ? FORM_LIMITS.short_text : FORM_LIMITS.text_max
      return rangeProblems(
        s,
        at,
        'minLength',
        'maxLength',
        (n) => Number.isSafeInteger(n) && n >= 0 && n <= longest,
        `a whole number up to ${longest}`,
      )
    }
    case 'link':
      return s.format === 'uri'
        ? []
        : [{ field: `${at}/format`, code: 'bad_format', message: 'A link question has format "uri".' }]
  }
}

function selectionShapeProblems(widget: 'choices' | 'ranking', s: Record<string, unknown>, at: string): FieldProblem[] {
  if (!isPlain(s.items))
    return [
      {
        field: `${at}/items`,
        code: 'not_an_object',
        message: 'Give the options as items: {"type": "string", "enum": […]}.',
      },
    ]
  const most = widget === 'ranking' ? FORM_LIMITS.ranked : FORM_LIMITS.options
  const problems = [
    ...unknownKeywords(s.items, ['type', 'enum'], `${at}/items`, 'options'),
    ...optionProblems(s.items.enum, `${at}/items/enum`, most),
  ]
  if (s.items.type !== 'string')
    problems.push({ field: `${at}/items/type`, code: 'wrong_type', message: 'Options are of type "string".' })
  if (s.uniqueItems !== true)
    problems.push({
      field: `${at}/uniqueItems`,
      code: 'must_be_true',
      message: 'Each option may be chosen once: say "uniqueItems": true.',
    })
  if (problems.length > 0) return problems
  const n = (s.items.enum as unknown[]).length
  if (widget === 'ranking' && (s.minItems !== n || s.maxItems !== n)) {
    return [
      { field: at, code: 'bad_range', message: `A ranking orders all its options: minItems and maxItems are ${n}.` },
    ]
  }
  const range = rangeProblems(
    s,
    at,
    'minItems',
    'maxItems',
    (x) => Number.isSafeInteger(x) && x >= 0 && x <= n,
    `a whole number up to ${n}`,
  )
  if (range.length === 0 && s.maxItems === 0)
    range.push({ field: `${at}/maxItems`, code: 'bad_range', message: 'Let people choose at least one.' })
  return range
}

function optionProblems(options: unknown, field: string, most: number): FieldProblem[] {
  if (!Array.isArray(options) || options.length < 2)
    return [{ field, code: 'bad_options', message: 'Give at least two options.' }]
  if (options.length > most) return [{ field, code: 'too_many_options', message: `Give at most ${most} options.` }]
  const bad = options.findIndex(
    (o) => typeof o !== 'string' || o.trim() === '' || codePoints(o) > FORM_LIMITS.option_length,
  )
  if (bad >= 0)
    return [
      {
        field: `${field}/${bad}`,
        code: 'bad_options',
        message: `An option is text of 1 to ${FORM_LIMITS.option_length} characters.`,
      },
    ]
  const twice = options.findIndex((o, i) => options.indexOf(o) !== i)
  return twice < 0
    ? []
    : [{ field: `${field}/${twice}`, code: 'option_twice', message: `"${String(options[twice])}" is there twice.` }]
}

function rangeProblems(
  s: Record<string, unknown>,
  at: string,
  low: string,
  high: string,
  fits: (n: number) => boolean,
  what = 'a number',
): FieldProblem[] {
  for (const bound of [low, high]) {
    const value = s[bound]
    if (value !== undefined && (typeof value !== 'number' || !fits(value)))
      return [{ field: `${at}/${bound}`, code: 'bad_range', message: `"${bound}" is ${what}.` }]
  }
  if (s[low] !== undefined && s[high] !== undefined && Number(s[low]) > Number(s[high]))
    return [{ field: `${at}/${low}`, code: 'bad_range', message: `"${low}" is not above "${high}".` }]
  return []
}

function uiProblems(key: string, ui: Form['ui']['questions'][string], s: Record<string, unknown>): FieldProblem[] {
  const at = `/ui/questions/${key}`
  const problems: FieldProblem[] = []
  const options: unknown = isPlain(s.items) ? s.items.enum : s.enum
  for (const label of Object.keys(ui.labels ?? {})) {
    if (!Array.isArray(options) || !options.includes(label))
      problems.push({
        field: `${at}/labels/${pointer(label)}`,
        code: 'unknown_option',
        message: `There is no option "${label}" to label.`,
      })
  }
  for (const side of ['a_field', 'b_field'] as const) {
    if (ui.widget === 'preference' && !ui[side])
      problems.push({
        field: `${at}/${side}`,
        code: 'side_missing',
        message: 'Say which field of the item holds each side.',
      })
    if (ui.widget !== 'preference' && ui[side] !== undefined)
      problems.push({ field: `${at}/${side}`, code: 'widget_misfit', message: 'Only a preference has two sides.' })
  }
  if (ui.widget === 'preference' && ui.a_field !== undefined && ui.a_field === ui.b_field)
    problems.push({ field: `${at}/b_field`, code: 'named_twice', message: 'The two sides are two fields.' })
  for (const end of ['min_label', 'max_label'] as const) {
    if (ui[end] !== undefined && ui.widget !== 'scale')
      problems.push({ field: `${at}/${end}`, code: 'widget_misfit', message: 'Only a scale has names for its ends.' })
  }
  return problems
}
