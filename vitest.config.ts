import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { findQuickTests } from './scripts/quick-tests.ts'
import { slowFirst } from './scripts/slow-first.ts'

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

// These share their workers: loading the frameworks for each file takes as long as most of the tests.
const sharing = [
  ...findQuickTests(),
  'test/*.test.ts',
  'test/{console,create,diagnose,docs,platforms,sandbox,senders}/**/*.test.ts',
]

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    sequence: {
      sequencer: slowFirst([
        'test/inbox/pg-boss.test.ts',
        'test/inbox/sqlite.test.ts',
        'test/inbox/bullmq.test.ts',
        'test/fleet/bundle-writers.test.ts',
        'test/fleet/bundle-oracle.test.ts',
        'test/fleet/bundle-hostile.test.ts',
        'test/fleet/bundle-bombs.test.ts',
        'test/cli/listen-forward.test.ts',
      ]),
    },
    projects: [
      { extends: true, test: { name: 'sharing', include: sharing, isolate: false } },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['packages/*/{src,client}/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/long/**', 'test/packaging/**', ...sharing],
        },
      },
    ],
  },
})
