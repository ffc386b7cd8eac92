import { createInvoratecClient, createSonzaiClient, type ClientOptions } from '@sallyport/platforms'
import type { InvoratecClient, SonzaiClient } from '@sallyport/platforms'

export const apiKey = 'sk_live_0123456789abcdef'

/** A clock that only advances by requested waits. */
export interface Waits {
  readonly waits: number[]
  readonly options: Pick<ClientOptions, 'wait' | 'random' | 'now'>
}

/** Records every wait and ends it at once; random numbers are given. */
export function fakeTime(chance = 1): Waits {
  const waits: number[] = []
  let now = Date.parse('2026-11-21T12:00:00Z')
  return {
    waits,
    options: {
      now: () => now,
      random: () => chance,
      async wait(ms) {
        waits.push(ms)
        now += ms
      },
    },
  }
}

export function sonzaiAt(baseUrl: string, options: Partial<ClientOptions> = {}): SonzaiClient {
  return createSonzaiClient({ apiKey, baseUrl, ...fakeTime().options, ...options })
}

export function invoratecAt(baseUrl: string, options: Partial<ClientOptions> = {}): InvoratecClient {
  return createInvoratecClient({ apiKey: 'claw_0123456789', baseUrl, ...fakeTime().options, ...options })
}
