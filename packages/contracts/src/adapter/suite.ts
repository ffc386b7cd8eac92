import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint, OpenEndpoint } from './endpoint.ts'
import type { Deviation } from './mount.ts'

/** Declares the tests of one part of the contract. */
export interface Suite {
  /** Declares a test. It must fail if the mount declares a deviation. */
  it(title: string, body: () => Promise<void>): void
  /** Serves a receiver until the end of the test. */
  readonly open: OpenEndpoint
}

// A test that is expected to fail may wait for what never comes.
const deviationTimeoutMs = 2_000

/** Runs parts of the contract over one way to serve a receiver. Uncaught errors and rejections fail them. */
export function describeSuite(
  name: string,
  openEndpoint: OpenEndpoint,
  deviations: readonly Deviation[],
  parts: Readonly<Record<string, (suite: Suite) => void>>,
): void {
  const endpoints: Endpoint[] = []
  const uncaught: unknown[] = []
  const note = (error: unknown): void => void uncaught.push(error)
  // Listeners must not pile up on a reused connection.
  const noteWarning = (warning: Error): void => {
    if (warning.name === 'MaxListenersExceededWarning') note(warning)
  }
  const declared = new Set<string>()

  const suite: Suite = {
    it(title, body) {
      declared.add(title)
      const deviation = deviations.find(({ test }) => test === title)
      if (deviation === undefined) return it(title, body)
      const named = `${title} (deviation: ${deviation.reason})`
      if (deviation.isRandom) it.skip(named, body)
      else it.fails(named, body, deviationTimeoutMs)
    },
    async open(settings) {
      const endpoint = await openEndpoint(settings)
      endpoints.push(endpoint)
      return endpoint
    },
  }

  describe(name, () => {
    beforeAll(() => {
      process.on('unhandledRejection', note).on('uncaughtException', note).on('warning', noteWarning)
    })
    afterEach(async () => {
      await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()))
      await new Promise((resolve) => setImmediate(resolve))
      expect(uncaught.splice(0)).toEqual([])
    })
    afterAll(() => {
      process.off('unhandledRejection', note).off('uncaughtException', note).off('warning', noteWarning)
    })

    for (const [part, declare] of Object.entries(parts)) describe(part, () => declare(suite))

    it('declares deviations only of existing tests', () => {
      expect(deviations.map(({ test }) => test).filter((test) => !declared.has(test))).toEqual([])
    })
  })
}
