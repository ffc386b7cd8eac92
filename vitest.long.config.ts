import { defineConfig } from 'vitest/config'
import main from './vitest.config.ts'

export default defineConfig({
  ...main,
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
  },
})
