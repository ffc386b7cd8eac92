import { defineConfig } from 'vitest/config'

// No source condition: this looks at what was built.
export default defineConfig({
  test: {
    include: ['test/packaging/**/*.test.ts'],
    globalSetup: ['test/support/packaging/pack.ts'],
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
})
