import { defineConfig } from 'vitest/config'
import main from './vitest.config.ts'

// Sallyport against what its peers say: a platform's own documents, SDKs and runtimes. The facts are written down here, so
// these tests need no network.
export default defineConfig({
  ...main,
  test: { ...main.test, include: ['test/peers/**/*.test.ts'] },
})
