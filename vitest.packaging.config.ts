import { defineConfig } from 'vitest/config'

// No source condition: these tests check the built packages.
export default defineConfig({
  test: {
    include: ['test/packaging/**/*.test.ts'],
    globalSetup: ['test/support/packaging/pack.ts'],
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
})
