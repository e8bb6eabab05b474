import { defineConfig } from 'vitest/config'

// Threads without isolation: measured 8 times less CPU than the default; no test may leave anything behind.
const shared = { pool: 'threads' as const, isolate: false, setupFiles: [], reporters: ['default'] }
const pure = [
  'src/**/*rules.test.ts',
  'src/engine/**/*.test.ts',
  'test/tidy.test.ts',
  'test/lock.test.ts',
  'test/docs.test.ts',
  'test/api.test.ts',
  'web/**/*.test.{ts,tsx}',
]

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'unit', include: pure, testTimeout: 20_000 } },
      {
        test: {
          ...shared,
          name: 'db',
          include: ['src/**/*.test.ts', 'test/*.test.ts', 'bench/**/*.test.ts'],
          exclude: pure,
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A browser and the server it looks at need the machine for themselves.
          maxWorkers: 1,
        },
      },
    ],
  },
})
