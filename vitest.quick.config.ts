import { defineConfig } from 'vitest/config'
import { findQuickTests } from './scripts/quick-tests.ts'
import main from './vitest.config.ts'

// Files share their workers: loading the frameworks for each file takes as long as the tests.
export default defineConfig({ ...main, test: { ...main.test, include: findQuickTests(), isolate: false } })
