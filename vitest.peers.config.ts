import { defineConfig } from 'vitest/config'
import { base } from './vitest.config.ts'

// Sallyport against what its peers say: a platform's own documents, SDKs and runtimes. The facts are written down here, so
// these tests need no network.
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/peers/**/*.test.ts'] },
})
