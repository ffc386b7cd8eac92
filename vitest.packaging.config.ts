import { defineConfig } from 'vitest/config'

// No source condition: these tests check the built packages.
export default defineConfig({
  test: {
    include: ['test/packaging/**/*.test.ts'],
    globalSetup: ['test/support/packaging/pack.ts'],
    // More than cores: most files wait for npm.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
})
