import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { findQuickTests } from './scripts/quick-tests.ts'
import { base } from './vitest.config.ts'

// Files share their workers: loading the frameworks for each file takes as long as the tests.
// These tests wait for nothing: more workers than cores only get in each other's way.
export default defineConfig({
  ...base,
  test: { ...base.test, include: findQuickTests(), isolate: false, maxWorkers: availableParallelism() },
})
