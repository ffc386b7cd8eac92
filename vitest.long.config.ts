import { defineConfig } from 'vitest/config'
import { base } from './vitest.config.ts'

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    // One at a time: some measure turns of the event loop.
    maxWorkers: 1,
    include: ['test/long/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
  },
})
