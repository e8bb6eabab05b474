import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { slimContract } from './build/slim-contract.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root: here,
  plugins: [slimContract(fileURLToPath(new URL('../src/api.ts', import.meta.url))), react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    manifest: true,
    // Inlined assets would be `data:` URLs, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Many small chunks compress worse than three: measured 18 kB of the work page's budget.
        codeSplitting: {
          groups: [
            {
              name: 'framework',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack|use-sync-external-store)\//,
            },
            {
              name: 'core',
              test: /web\/(app\/(?!passkeys|wallets|device-key)|shell\/|ui\/(?!chart-canvas))|(src\/(api|client)|web\/build\/expand)\.ts/,
            },
            { name: 'work', test: /web\/(work-form\/|pages\/work\/|drafts\.ts|outbox\.ts)/ },
          ],
        },
      },
    },
    target: ['chrome111', 'safari16.4', 'firefox114'],
  },
  server: { proxy: { '/v1': process.env['ASSAY_SERVER'] ?? 'http://127.0.0.1:8787' } },
})
