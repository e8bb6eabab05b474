// npm run generate: makes every committed file that follows from another one.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openEmbedded } from '../platform/db/embedded.ts'
import { migrate } from '../platform/db/migrate.ts'
import { contractFiles } from './generate/documents.ts'
import { databaseFiles } from './generate/database.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-generate-'))
const server = await openEmbedded({ dataDir: folder })
try {
  await migrate(server.connection)
  for (const [file, text] of Object.entries({ ...(await databaseFiles(server.connection)), ...contractFiles() })) {
    let before = ''
    try {
      before = readFileSync(file, 'utf8')
    } catch {
      mkdirSync(dirname(file), { recursive: true })
    }
    if (before !== text) writeFileSync(file, text)
    process.stdout.write(`${before === text ? 'same   ' : 'written'}  ${file}\n`)
  }
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
