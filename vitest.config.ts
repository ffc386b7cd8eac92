import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Imports of the workspace's packages lead to their sources.
const conditions = ['@sallyport/source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/long/**', 'test/packaging/**'],
    // At least three, even on two cores: many tests wait for processes that they start.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // With cached code those processes start in half the time.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'sallyport-compiled') },
    // Generous, for a busy machine; passing tests do not wait for these.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
