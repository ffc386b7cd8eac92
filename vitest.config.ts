import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// The sources stand in for the builds of the workspace's packages.
const conditions = ['@sallyport/source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/long/**', 'test/packaging/**'],
    // Three at least, on two cores too: many tests wait for processes they have started.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Those processes are many, too: compiled once, they start in half the time.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'sallyport-compiled') },
    // Room for a machine that does other work: what goes well does not wait for these.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
