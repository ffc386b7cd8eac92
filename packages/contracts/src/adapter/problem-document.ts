import { describeError, type ErrorCode } from 'sallyport'
import { expect } from 'vitest'
import type { SignedDelivery } from 'sallyport/testing'
import { marker, secret } from './deliveries.ts'
import type { RawResponse } from './raw-response.ts'

/** Checks that an answer is the problem document (RFC 9457) of a code and must not be cached. */
export function expectProblem(
  response: RawResponse,
  code: ErrorCode,
  overrides: { status?: number; detail?: string } = {},
): void {
  const { status, title, fix } = describeError(code)
  const expected = { status, detail: fix, ...overrides }
  expect(JSON.parse(response.body.toString())).toEqual({
    type: `https://github.com/sallyport/sallyport/blob/main/docs/errors.md#${code}`,
    title,
    code,
    ...expected,
  })
  expect(response.status).toBe(expected.status)
  expect(response.headers.get('content-type')?.split(';')[0]).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  if (expected.status === 405) expect(response.headers.get('allow')).toBe('POST')
  if (expected.status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
}

/** Checks that an answer repeats no payload, signature or secret. */
export function expectNothingLeaked(response: RawResponse, { plainHeaders }: SignedDelivery): void {
  const text = `${response.head}\n${response.body.toString()}`
  const signatures = Object.entries(plainHeaders).flatMap(([name, value]) =>
    /signature|authorization/i.test(name) ? [value] : [],
  )
  // The digest alone reveals as much as the whole header.
  const digests = signatures.flatMap((signature) => signature.match(/[A-Za-z0-9+/=]{32,}/g) ?? [])
  for (const confidential of [marker, secret, secret.replace('whsec_', ''), ...signatures, ...digests]) {
    expect(text.includes(confidential), 'the answer repeats what it must not').toBe(false)
  }
}
