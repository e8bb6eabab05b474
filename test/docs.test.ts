import type { Command } from 'commander'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { refusals } from '../src/api.ts'
import { contractFiles } from '../src/cli/generate/documents.ts'
import { createProgram } from '../src/cli/program.ts'
import { jobs } from '../src/server/jobs.ts'
import { filesUnder } from './tidy.ts'

const page = (name: string) => readFileSync(`docs/reference/${name}.md`, 'utf8')
/** Entries are headings: `### \`name\``. */
const entries = (name: string) => [...page(name).matchAll(/^### `([^`]+)`/gm)].map((m) => m[1]!)

/** Variables of the environment that the program, its tools and its tests read, wherever they do. */
function settingsRead(): string[] {
  const files = [
    ...['src', 'web', 'test', 'bench'].flatMap(filesUnder),
    ...readdirSync('bin').map((f) => join('bin', f)),
  ]
  const names = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\benv(?:\.|\['|, ')((?:ASSAY_|DATABASE_)[A-Z_]+)/g)].map((m) => m[1]!),
  )
  return [...new Set(names)].toSorted()
}

function commands(of: Command, prefix = ''): string[] {
  return of.commands.flatMap((c) =>
    c.commands.length > 0 ? commands(c, `${prefix}${c.name()} `) : [`${prefix}${c.name()}`],
  )
}

describe('the reference', () => {
  test('has every setting, and none that is not', () => {
    expect(settingsRead().length).toBeGreaterThan(10)
    expect(entries('settings').toSorted()).toEqual(settingsRead())
  })

  test('has every command with its options', () => {
    const program = createProgram()
    expect(
      entries('commands')
        .map((e) => e.replace(/^assay /, ''))
        .toSorted(),
    ).toEqual(commands(program).toSorted())
    const sections = new Map(
      page('commands')
        .split(/^### `assay /m)
        .slice(1)
        .map((s) => [s.slice(0, s.indexOf('`')), s]),
    )
    const missing: string[] = []
    for (const name of commands(program)) {
      const command = name
        .split(' ')
        .reduce<Command>((at, word) => at.commands.find((c) => c.name() === word)!, program)
      for (const option of command.options)
        if (!sections.get(name)?.includes(`\`${option.long}`)) missing.push(`${name} ${option.long}`)
    }
    expect(missing).toEqual([])
  })

  test('has every job with its pace', () => {
    expect(entries('jobs').toSorted()).toEqual(jobs.map((j) => j.name).toSorted())
  })

  test('has every refusal', () => {
    expect(entries('refusals').toSorted()).toEqual(Object.keys(refusals).toSorted())
  })

  test('is what npm run generate makes', () => {
    for (const [file, text] of Object.entries(contractFiles()))
      expect(readFileSync(file, 'utf8') === text, `${file} is not what npm run generate makes`).toBe(true)
  })

  // Proof that these tests can fail.
  test('lacks what was never written', () => {
    expect(entries('settings')).not.toContain('ASSAY_NOT_A_SETTING')
    expect(entries('commands')).not.toContain('assay fly')
  })
})

describe('the pages', () => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'STYLE.md',
    'CHANGELOG.md',
    ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
      .filter((f) => f.endsWith('.md'))
      .map((f) => `docs/${f}`),
  ].filter((f) => {
    try {
      return readFileSync(f).length > 0
    } catch {
      return false
    }
  })

  test('link only to files and headings that are there', () => {
    const broken: string[] = []
    const anchorsOf = (text: string) =>
      new Set(
        [...text.matchAll(/^#{1,6} (.+)$/gm)].map((m) =>
          m[1]!
            .toLowerCase()
            .replaceAll(/[`*]/g, '')
            .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
            .trim()
            .replaceAll(/\s/g, '-'),
        ),
      )
    for (const file of pages) {
      for (const m of readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)/g)) {
        const [, path, anchor] = m
        const target = path ? join(dirname(file), path) : file
        try {
          const text = readFileSync(target, 'utf8')
          if (anchor && target.endsWith('.md') && !anchorsOf(text).has(anchor))
            broken.push(`${file}: #${anchor} in ${target}`)
        } catch (error) {
          if ((error as { code?: string }).code !== 'EISDIR') broken.push(`${file}: ${target}`)
        }
      }
    }
    expect(broken).toEqual([])
  })

  test('name npm scripts that exist', () => {
    const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts)
    const named = pages.flatMap((f) => [...readFileSync(f, 'utf8').matchAll(/npm run ([a-z:]+)/g)].map((m) => m[1]!))
    expect([...new Set(named)].filter((s) => !scripts.includes(s))).toEqual([])
  })
})
