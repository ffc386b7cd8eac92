import { defineConfig } from 'vitest/config'

// The sources stand in for the builds of the workspace's packages.
const conditions = ['@sallyport/source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/long/**', 'test/packaging/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
