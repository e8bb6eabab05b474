import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const run = promisify(execFile)
const guide = readFileSync('docs/guides/engine.md', 'utf8')
/** Each example in the guide, and the output that stands below it. */
const shown = [...guide.matchAll(/```ts\n(.*?)\n```\n\n```text\n(.*?)\n```/gs)].map((m) => ({
  code: m[1]!,
  output: m[2]!,
}))
const files = readdirSync('test/examples').filter((f) => f.endsWith('.ts'))

describe('the guide to the engine', () => {
  test('shows each example as it is, and no other', () => {
    const code = files.map((f) => readFileSync(`test/examples/${f}`, 'utf8').trimEnd())
    expect(shown.map((s) => s.code).toSorted()).toEqual(code.toSorted())
    expect(guide.split('```ts\n')).toHaveLength(files.length + 1)
  })

  test.each(files)('%s prints what stands below it', async (file) => {
    const code = readFileSync(`test/examples/${file}`, 'utf8').trimEnd()
    const { stdout } = await run(process.execPath, ['--import', 'tsx', `test/examples/${file}`])
    expect(stdout.trimEnd()).toBe(shown.find((s) => s.code === code)?.output)
  })
})

describe('the engine’s door', () => {
  const door = readFileSync('src/engine.ts', 'utf8')
  const exported = [...door.matchAll(/export (type )?\{([^}]*)\} from '\.\/(engine\/[^']+)'/g)].flatMap((m) =>
    m[2]!.split(',').flatMap((name) => (name.trim() ? [{ name: name.trim(), file: `src/${m[3]}` }] : [])),
  )

  test('has a docstring behind each function and class', () => {
    const bare = exported.filter(({ name, file }) => {
      const text = readFileSync(file, 'utf8')
      const at = text.search(new RegExp(`^export (?:function|class|const) ${name}\\b`, 'm'))
      return at >= 0 && !text.slice(0, at).trimEnd().endsWith('*/')
    })
    expect(exported.length).toBeGreaterThan(40)
    expect(bare).toEqual([])
  })

  test('opens to a browser: nothing behind it needs Node', () => {
    for (const { file } of exported) expect(readFileSync(file, 'utf8')).not.toMatch(/from '(?:node:|[^.])/)
  })
})
