// npm start: does its own set-up, then starts the platform.
import { buildApart } from './build.mjs'
import { setup } from './setup.mjs'

await setup()
await buildApart()
// The program reads its command from here; starting it in this process saves a second one.
process.argv.splice(2, 0, 'start')
await import('../dist/assay.mjs')
