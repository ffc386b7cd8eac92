import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { findQuickTests } from './scripts/quick-tests.ts'

// Imports of the workspace's packages lead to their sources.
const conditions = ['@sallyport/source', 'module', 'node', 'development|production']

/** What all runs of the sources share. */
export const base = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // At least four, even on two cores: many tests wait for processes that they start.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    // With cached code those processes start in half the time.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'sallyport-compiled') },
    // Generous, for a busy machine; passing tests do not wait for these.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
} satisfies ViteUserConfig

const quick = findQuickTests()

// Quick tests share their workers: loading the frameworks for each file takes as long as the tests.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    projects: [
      { extends: true, test: { name: 'quick', include: quick, isolate: false } },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['packages/*/src/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/long/**', 'test/packaging/**', ...quick],
        },
      },
    ],
  },
})
