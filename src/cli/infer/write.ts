import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Problem } from '../problem.ts'

/** A file to be written: its parts are written one after the other. */
export type Output = { path: string; parts: Iterable<string> }

/** Refuses places that cannot be written or would overwrite an input, before any work is done. */
export function refusePlaces(outputs: readonly string[], inputs: readonly string[]): void {
  const seen = new Set<string>()
  for (const path of outputs) {
    const full = resolve(path)
    if (inputs.some((i) => resolve(i) === full))
      throw new Problem(`${path} is an input of this run. Choose another name.`)
    if (seen.has(full)) throw new Problem(`${path} is named twice. Each result needs a file of its own.`)
    seen.add(full)
    if (!existsSync(dirname(full))) throw new Problem(`There is no directory ${dirname(path)} to write ${path} into.`)
    if (existsSync(full) && !statSync(full).isFile()) throw new Problem(`${path} is not a file.`)
  }
}

/** Writes all files or none: under temporary names beside their places, then renamed. */
export function writeAll(outputs: readonly Output[]): void {
  const temporary = outputs.map(({ path }) => join(dirname(resolve(path)), `.${process.pid}-${Date.now()}-assay-infer`))
  const names = temporary.map((name, i) => `${name}-${i}`)
  try {
    for (const [i, { parts }] of outputs.entries()) {
      const file = openSync(names[i]!, 'wx')
      try {
        for (const part of parts) writeSync(file, part)
      } finally {
        closeSync(file)
      }
    }
    for (const [i, { path }] of outputs.entries()) renameSync(names[i]!, path)
  } finally {
    for (const name of names) rmSync(name, { force: true })
  }
}

/** A CSV table in parts of many rows. */
export function* csvParts(header: readonly string[], rows: Iterable<readonly string[]>): Iterable<string> {
  let part = `${header.join(',')}\n`
  for (const row of rows) {
    part += `${row.map(csvCell).join(',')}\n`
    if (part.length < 1 << 16) continue
    yield part
    part = ''
  }
  yield part
}

const csvCell = (text: string) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
