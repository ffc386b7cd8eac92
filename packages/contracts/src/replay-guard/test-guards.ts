import { randomUUID } from 'node:crypto'
import type { ReplayGuard, ReplayTerms } from 'sallyport'
import { afterEach } from 'vitest'
import type { ReplayGuardSubject, TestGuardOptions } from './subject.ts'

/**
 * Times of the tests, in milliseconds. Those that pass are multiples of 25 seconds, and none of the limits is: a test may take ten
 * seconds longer than the store is told.
 */
export const retentionMs = 3_610_000
export const minimumMs = 610_000
export const stepMs = 25_000

/** A store for one test, with a clock. */
export interface TestGuards {
  readonly store: string
  readonly guard: ReplayGuard
  /** Opens another guard over the same store. */
  open(options?: TestGuardOptions): ReplayGuard
  /** Terms of a new claim, or of one with a name. */
  terms(claimId?: string): ReplayTerms
  pass(ms: number): Promise<void>
}

/** Gives each test its own store, and removes it afterwards. */
export function useGuards(subject: ReplayGuardSubject): (options?: TestGuardOptions) => TestGuards {
  let stores: string[] = []
  afterEach(async () => {
    const removing = stores
    stores = []
    await Promise.all(removing.map(async (store) => subject.removeStore(store)))
  })
  return (options) => {
    const store = `t${randomUUID().replaceAll('-', '').slice(0, 16)}`
    stores.push(store)
    const start = Date.now()
    let passed = 0
    return {
      store,
      guard: subject.createGuard(store, options),
      open: (more) => subject.createGuard(store, more ?? options),
      terms: (claimId = randomUUID()) => ({ claimId, now: start + passed, retentionMs, minimumMs }),
      async pass(ms) {
        passed += ms
        await subject.passTime(store, ms)
      },
    }
  }
}

/** The answer to a claim, or the code of its error. */
export async function claimOrCode(guard: ReplayGuard, key: string, terms: ReplayTerms): Promise<string> {
  try {
    return await guard.claim(key, terms)
  } catch (error) {
    return String((error as { code?: unknown }).code)
  }
}
