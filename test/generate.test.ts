import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { databaseFiles } from '../src/cli/generate/database.ts'
import { createWorld } from './world.ts'

test('schema.sql and tables.ts are what the migrations make (npm run generate)', async () => {
  const world = await createWorld()
  try {
    for (const [file, text] of Object.entries(await databaseFiles(world.connection))) {
      expect(text.length, file).toBeGreaterThan(10_000)
      expect(readFileSync(file, 'utf8') === text, `${file} is not what npm run generate makes`).toBe(true)
    }
  } finally {
    await world.close()
  }
})
