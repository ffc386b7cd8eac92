import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toVisible } from '../../errors/visible-text.ts'
import type { DeliveryReport, RecordMessage } from '../report.ts'
import { overheadBytes, toKept, toRefusal } from './recorded-delivery.ts'

const report: DeliveryReport = {
  provider: 'acme',
  outcome: 'refused',
  status: 401,
  code: 'SIGNATURE_MISMATCH',
  receivedAt: new Date(5_000),
  durationMs: 1,
}

const message = (changes: object, headerNames: readonly string[] = []): RecordMessage => ({
  report: { ...report, ...changes },
  headerNames,
  receiver: {},
})

const anything = fc.string({ unit: 'binary', maxLength: 300 })
const long = fc.tuple(anything, fc.integer({ min: 1, max: 60 })).map(([text, times]) => text.repeat(times))
const text = fc.oneof(anything, long, fc.constant(undefined))

describe('toKept', () => {
  it('keeps the members of a report that it knows, no other', () => {
    const secret = 'whsec_5e5e5e5e'
    const given = { body: secret, headers: { 'x-sig': secret }, signature: secret, issues: [secret], keyId: 'secret-1' }
    const refusal = toRefusal(toKept(message(given, ['X-Sig', 'x-sig']), 1, 0))
    expect(refusal).toEqual({
      provider: 'acme',
      outcome: 'refused',
      status: 401,
      code: 'SIGNATURE_MISMATCH',
      keyId: 'secret-1',
      receivedAt: 5_000,
      durationMs: 1,
      headerNames: ['x-sig', 'x-sig'],
      headerCount: 2,
    })
    expect(JSON.stringify(refusal)).not.toContain(secret)
  })

  it('takes the time of recording where the report has none', () => {
    const { delivery } = toKept(message({ receivedAt: new Date(NaN), durationMs: NaN, bodyBytes: '5' }), 1, 7)
    expect(delivery).toMatchObject({ receivedAt: 7, durationMs: undefined, bodyBytes: undefined })
  })

  it('cuts and makes visible every text', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 6, maxLength: 6 }), fc.array(long, { maxLength: 90 }), (texts, names) => {
        const [provider, keyId, tenant, eventType, eventId, remoteAddress] = texts
        const kept = toKept(message({ provider, keyId, tenant, eventType, eventId, remoteAddress }, names), 1, 0)
        const refusal = toRefusal(kept)
        const shown = Object.values(refusal)
          .flat()
          .filter((value) => typeof value === 'string')
        for (const one of shown) expect(toVisible(one)).toBe(one)
        const { headerNames } = refusal
        expect(headerNames.length).toBeLessThanOrEqual(Math.min(64, names.length))
        expect(headerNames.join('').length).toBeLessThanOrEqual(1_024)
        expect(refusal.headerCount).toBe(names.length)
        expect(kept.bytes).toBeGreaterThanOrEqual(overheadBytes + 2 * headerNames.join('').length)
        expect(kept.bytes).toBeLessThanOrEqual(4_096)
      }),
    )
  })

  it('says how much of a long name is missing', () => {
    const { headerNames } = toRefusal(toKept(message({}, ['X'.repeat(16_384), 'Y'.repeat(80)]), 1, 0))
    expect(headerNames).toEqual([`${'x'.repeat(80)}… (16304 more characters)`, 'y'.repeat(80)])
  })
})
