import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readSource, writtenIn } from './source.ts'
import { DOMAINS, faults, filesUnder, WRITER } from './tidy.ts'

const rulesBroken = (file: string, text: string) => faults(file, text).map((f) => f.split(': ')[1])

test('the tree keeps its shape', () => {
  // This file quotes every mistake, so it is not looked at.
  const files = ['src', 'web', 'test', 'bench'].flatMap(filesUnder).filter((f) => f !== 'test/tidy.test.ts')
  expect(files.length).toBeGreaterThan(100)
  expect(files.flatMap((f) => faults(f, readFileSync(f, 'utf8')))).toEqual([])
})

test('every domain has a place in the line', () => {
  expect(readdirSync('src/domains').filter((d) => !DOMAINS.includes(d))).toEqual([])
})

test('every table has one writer, and every writer a table', () => {
  const dir = 'src/platform/db/migrations'
  const tables = readdirSync(dir).flatMap((f) =>
    [...readFileSync(`${dir}/${f}`, 'utf8').matchAll(/^create table (\w+)/gm)].map((m) => m[1]!),
  )
  expect([...tables, 'migration'].toSorted()).toEqual(Object.keys(WRITER).toSorted())
})

// Each rule is shown catching the mistake it exists for.
test.each([
  ['pure', 'src/domains/review/rules.ts', `import { openDb } from '../../platform/db/open.ts'`],
  ['pure', 'src/domains/review/rules.ts', `import { readFileSync } from 'node:fs'`],
  ['pure', 'src/domains/review/rules.ts', `export const f = () => Date.now()`],
  ['pure', 'src/domains/review/rules.ts', `export const f = () => new Date()`],
  ['pure', 'src/domains/review/rules.ts', `export const f = () => new Date`],
  ['pure', 'src/domains/review/pay-rules.ts', `export const f = () => Math.random()`],
  ['pure', 'src/engine/em.ts', `export const f = () => console.log('x')`],
  ['pure', 'src/engine/em.ts', `export const f = () => fetch('/x')`],
  ['pure', 'src/engine/em.ts', `export const f = process.env`],
  ['clock', 'src/domains/review/record.ts', `const at = new Date()`],
  ['engine', 'src/engine/em.ts', `import { createHash } from 'node:crypto'`],
  ['engine', 'src/engine/em.ts', `import '../platform/rng.ts'`],
  ['engine', 'src/engine/em.ts', `const m = await import('../platform/rng.ts')`],
  ['layer', 'src/platform/http/serve.ts', `import { submit } from '../../domains/submissions/submit.ts'`],
  ['layer', 'src/platform/http/serve.ts', `import type { api } from '../../api.ts'`],
  ['layer', 'src/domains/review/record.ts', `import { jobContext } from '../../server/worker.ts'`],
  ['contract', 'src/domains/review/contract.ts', `import { recordReview } from './record.ts'`],
  ['contract', 'src/domains/review/contract.ts', `import { randomUUID } from 'node:crypto'`],
  ['contract', 'src/domains/review/contract.ts', `export { x } from './record.ts'`],
  ['order', 'src/domains/ledger/post.ts', `import { settle } from '../rewards/settle.ts'`],
  ['order', 'src/domains/ledger/post.ts', `import type { settle } from '../rewards/settle.ts'`],
  ['order', 'src/domains/ledger/post.ts', `import '../rewards/settle.ts'`],
  ['order', 'src/domains/ledger/post.ts', `const late = () => import('../rewards/settle.ts')`],
  ['order', 'src/domains/ledger/post.ts', `import {\n  settle,\n} from '../rewards/settle.ts'`],
  ['order', 'src/domains/review/record.ts', `import { submissionRoutes } from '../submissions/routes.ts'`],
  ['order', 'src/cli/report.ts', `import { reportRoutes } from '../domains/reports/routes.ts'`],
  ['order', 'src/domains/novel/x.ts', `export const x = 1`],
  ['writer', 'src/domains/review/queries.ts', `db.insertInto('transfer').values(x)`],
  ['writer', 'src/domains/review/queries.ts', `db.deleteFrom('submission as s').where(x)`],
  ['writer', 'src/domains/review/queries.ts', `db.updateTable(name).set(x)`],
  ['writer', 'src/domains/review/queries.ts', 'await sql`insert into transfer (id) values (${id})`.execute(db)'],
  [
    'writer',
    'src/domains/review/queries.ts',
    'await sql<{ id: string }>`with x as (update submission set status = 1 returning id) select id from x`.execute(db)',
  ],
  ['writer', 'src/domains/review/queries.ts', `await client.query('delete from submission where id = $1', [id])`],
  ['writer', 'src/domains/review/queries.ts', 'sql`${cond ? sql`insert into transfer values (1)` : sql``}`'],
  ['writer', 'src/domains/review/queries.ts', 'sql`insert into nowhere values (1)`'],
  ['writer', 'src/server/app.ts', 'sql`insert into event values (1)`'],
  ['sql', 'src/domains/review/record.ts', `db.insertInto('review').values(x)`],
  ['sql', 'src/domains/review/record.ts', `db.selectFrom('review').select('id')`],
  ['sql', 'src/domains/review/record.ts', 'sql`select 1`'],
  ['sql', 'src/cli/doctor.ts', `await client.query('select 1')`],
  ['extension', 'src/server/app.ts', `import { api } from '../api'`],
  ['extension', 'src/server/app.ts', `import '../api.js'`],
  ['extension', 'src/server/app.ts', `const x = import('../api')`],
  ['web', 'web/app.tsx', `import { submit } from '../src/domains/submissions/submit.ts'`],
  ['web', 'web/pages/work.tsx', `const x = import('../../src/platform/rng.ts')`],
  ['barrel', 'src/domains/review/all.ts', `export * from './record.ts'`],
  ['unfinished', 'src/server/app.ts', `// TO${''}DO: later`],
  ['size', 'src/server/app.ts', 'x\n'.repeat(401)],
])('%s is caught in %s', (rule, file, text) => {
  expect(rulesBroken(file, text)).toContain(rule)
})

// What looks like a mistake and is none.
test.each([
  [
    'src/domains/review/rules.ts',
    `import type { Ctx } from '../../platform/context.ts'\nimport { majority } from '../../engine/majority.ts'`,
  ],
  ['src/domains/review/rules.ts', `// Date.now() would be wrong here\nexport const at = (ms: number) => new Date(ms)`],
  [
    'src/domains/review/queries.ts',
    'sql`insert into review (a) values (1) on conflict (a) do update set a = excluded.a`',
  ],
  [
    'src/domains/review/queries.ts',
    'sql`select id from submission where id = 1 for update of submission`; sql`select 1 for no key update skip locked`',
  ],
  [
    'src/domains/review/queries.ts',
    `import { x } from '../submissions/queries.ts'\nconst re = /['"\`]/g\nconst s = 'update the program'`,
  ],
  [
    'src/domains/review/queries.ts',
    'sql`with gone as (delete from appeal where true returning id), kept as (select 1) select * from gone`',
  ],
  [
    'src/domains/review/contract.ts',
    `import Type from 'typebox'\nimport { obj } from '../../platform/http/endpoint.ts'\nimport { Form } from '../templates/contract.ts'`,
  ],
  [
    'web/pages/work.tsx',
    `import { api } from '../../src/api.ts'\nimport css from './work.css?inline'\nimport type { Endpoint } from '../../src/platform/http/endpoint.ts'`,
  ],
  ['src/server/routes.ts', `import { reviewRoutes } from '../domains/review/routes.ts'`],
  ['src/server/app.ts', 'x\n'.repeat(400)],
])('%s is left alone', (file, text) => {
  expect(faults(file, text)).toEqual([])
})

test('quoted text is told from code and comments', () => {
  const { code, literals } = readSource(
    "const a = 'x' // no 'string'\nconst b = sql<T>`a ${f(`in ${1}`)} z` /* `no` */ + 4 / 2 / 1\n",
  )
  expect(literals.map((l) => [l.tag, l.text])).toEqual([['', 'x'], ['sql', 'a ? z'], ['', 'in ?']]) // prettier-ignore
  expect(code).not.toContain('no')
  expect(
    writtenIn(
      'delete from a; update only b set x = 1; insert into public.c values (1); truncate d; merge into e using f',
    ),
  ).toEqual(['a', 'b', 'c', 'd', 'e'])
})
