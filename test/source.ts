/** A piece of quoted text: `tag` is what stands before a template, such as `sql`. */
export type Literal = { tag: string; text: string; line: number }
export type Source = { code: string; literals: Literal[] }
export type Import = { spec: string; typeOnly: boolean }

const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+*~<>-]|\b(?:return|typeof|case|in|of|=>))\s*$/

/**
 * Reads TypeScript just enough to tell code from comments and quoted text. `code` is the text with comments blanked,
 * quoted text kept; literals are every string and template (`${…}` shown as `?`), nested ones too.
 */
export function readSource(text: string): Source {
  const literals: Literal[] = []
  let code = ''
  let i = 0
  const lineAt = () => code.split('\n').length
  const quoted = (quote: string): void => {
    const from = i++
    while (i < text.length && text[i] !== quote && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1
    i += 1
    literals.push({ tag: '', text: text.slice(from + 1, i - 1), line: lineAt() })
    code += text.slice(from, i)
  }
  const template = (): void => {
    const literal: Literal = { tag: /(\w+)(?:<[^`]*>)?$/.exec(code.slice(-400))?.[1] ?? '', text: '', line: lineAt() }
    literals.push(literal)
    code += text[i++]
    while (i < text.length && text[i] !== '`') {
      if (text.startsWith('${', i)) {
        code += '${'
        i += 2
        literal.text += '?'
        read('}')
        continue
      }
      const step = text[i] === '\\' ? 2 : 1
      literal.text += text.slice(i, i + step)
      code += text.slice(i, i + step)
      i += step
    }
    code += text[i++] ?? ''
  }
  function read(until: string): void {
    for (let depth = 0; i < text.length;) {
      const c = text[i]!
      if (c === until && depth === 0) {
        code += c
        i += 1
        return
      }
      if (text.startsWith('//', i) || text.startsWith('/*', i)) {
        const end = text[i + 1] === '/' ? text.indexOf('\n', i) : text.indexOf('*/', i) + 2
        const stop = end < (text[i + 1] === '/' ? 0 : 2) ? text.length : end
        code += text.slice(i, stop).replaceAll(/[^\n]/g, ' ')
        i = stop
      } else if (c === '/' && REGEX_MAY_FOLLOW.test(code.slice(-40))) {
        const found = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/.exec(text.slice(i))
        code += found?.[0] ?? c
        i += found?.[0].length ?? 1
      } else if (c === '"' || c === "'") quoted(c)
      else if (c === '`') template()
      else {
        if (c === '{') depth += 1
        if (c === '}') depth -= 1
        code += c
        i += 1
      }
    }
  }
  read('')
  return { code, literals }
}

/** Every module a file names: imports, re-exports, side-effect imports, `import()`. */
export function importsOf(code: string): Import[] {
  const found = (pattern: RegExp, typeAt: number, specAt: number) =>
    [...code.matchAll(pattern)].map((m) => ({ spec: m[specAt]!, typeOnly: Boolean(m[typeAt]) && typeAt !== specAt }))
  return [
    ...found(/^\s*(?:import|export)\s+(type\s+)?(?=[\w{*])[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm, 1, 2),
    ...found(/^\s*import\s*['"]([^'"]+)['"]/gm, 1, 1),
    ...found(/\bimport\(\s*['"`]([^'"`]+)['"`]/g, 1, 1),
  ]
}

const SQL_WRITE =
  /\b(?:insert\s+into|merge\s+into|delete\s+from|truncate(?:\s+table)?|copy|(?<!\b(?:for|do|key)\s+)update)\s+(?:only\s+)?(?:public\.)?"?([a-z_]\w*)"?/gi
const NOT_TABLES = new Set(['set', 'of', 'skip', 'nowait', 'only'])

/** Tables that a piece of SQL writes. `on conflict do update set` and `for update of` are not writes of their own. */
export const writtenIn = (sql: string): string[] =>
  [...sql.matchAll(SQL_WRITE)].map((m) => m[1]!.toLowerCase()).filter((name) => !NOT_TABLES.has(name))

/** Whether a literal is SQL: tagged as such, or text that begins like a statement. */
export const isSql = ({ tag, text }: Literal): boolean =>
  tag === 'sql' ||
  /^\s*(?:with\s+\w+\s+as\b|select\s|insert\s+into\s|update\s+\w+\s+set\b|delete\s+from\s|merge\s+into\s|truncate\s|copy\s+\w+)/.test(
    text,
  )
