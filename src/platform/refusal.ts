/** What a refusal code means to a person, and the HTTP status it defaults to. `{name}` is filled from the detail. */
export type RefusalMeaning = {
  status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 503
  message: string
}

/** An expected "no": the caller broke a rule of a domain. Rolls the transaction back; becomes a 4xx with this code. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: string
  readonly detail: Readonly<Record<string, string | number>>
  readonly fields: readonly FieldProblem[] | undefined
  constructor(code: string, detail: Record<string, string | number> = {}, fields?: readonly FieldProblem[]) {
    super(code)
    this.code = code
    this.detail = detail
    this.fields = fields
  }
}

/** One field's problem, so that a form can show it where it is. `field` is a JSON pointer. */
export type FieldProblem = { field: string; code: string; message: string }

/** Throws when a rule found a refusal; lets decisions stay pure functions that return codes. */
export function refuseIf(code: string | undefined, detail: Record<string, string | number> = {}): void {
  if (code) throw new Refusal(code, detail)
}

/** Fills a refusal's sentence from its detail. */
export function sentenceOf(meaning: RefusalMeaning, detail: Readonly<Record<string, string | number>>): string {
  return meaning.message.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(detail[name] ?? whole))
}

/** A broken assumption: a bug to fix, answered with a 500 that names an id. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`assumption broken: ${what}`)
}
