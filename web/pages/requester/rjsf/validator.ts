import { type Schema, Validator } from '@cfworker/json-schema'
import { type RJSFSchema, type RJSFValidationError, toErrorSchema, type ValidatorType } from '@rjsf/utils'

type Unit = { keyword: string; instanceLocation: string; error: string }
// The usual validator compiles schemas into functions, which the content security policy refuses; this one interprets them.
const unitsOf = (schema: unknown, data: unknown): Unit[] =>
  new Validator(schema as Schema, '2020-12', false).validate(data ?? {}).errors
/** A failed part makes its parents fail as well; only the part itself is worth saying. */
const PARENTS = new Set(['properties', 'items', '$ref', 'allOf', 'anyOf', 'oneOf'])

function errorOf({ keyword, instanceLocation, error }: Unit): RJSFValidationError {
  const missing = keyword === 'required' ? /"([^"]+)"/.exec(error)?.[1] : undefined
  const path = [...instanceLocation.replace(/^#/, '').split('/').filter(Boolean), ...(missing ? [missing] : [])]
  return { name: keyword, message: error, property: path.map((p) => `.${p}`).join(''), stack: error }
}

/** The form library's validator over an interpreter of JSON Schema. */
export const validator: ValidatorType = {
  rawValidation: <R>(schema: RJSFSchema, data: unknown) => ({ errors: unitsOf(schema, data) as R[] }),
  validateFormData(data, schema, _custom, transform, uiSchema) {
    const found = unitsOf(schema, data)
      .filter((u) => !PARENTS.has(u.keyword))
      .map(errorOf)
    const errors = transform ? transform(found, uiSchema) : found
    return { errors, errorSchema: toErrorSchema(errors) }
  },
  isValid: (schema, data, root) =>
    unitsOf(root && root !== schema ? { ...root, allOf: [schema] } : schema, data).length === 0,
}
