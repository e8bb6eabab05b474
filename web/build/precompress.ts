import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|html|svg|json|webmanifest)$/
// Below this the header costs more than compression saves.
const SMALLEST_BYTES = 1000

/** Writes each text file beside itself as brotli and gzip once, so that the server never compresses on request. */
export function precompress(): Plugin {
  return {
    name: 'assay-precompress',
    apply: 'build',
    writeBundle(options) {
      const folder = options.dir ?? ''
      for (const file of readdirSync(folder, { recursive: true }) as string[]) {
        if (!TEXT.test(file) || file.startsWith('.vite')) continue
        const path = join(folder, file)
        const bytes = readFileSync(path)
        if (bytes.length < SMALLEST_BYTES) continue
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }))
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
      }
    },
  }
}
