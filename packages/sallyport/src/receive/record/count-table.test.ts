import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCodes, type ErrorCode } from '../../errors/error-codes.ts'
import { CountTable, countKindBytes } from './count-table.ts'
import type { RecordedDelivery } from './recorded-delivery.ts'

const handled = (provider: string): RecordedDelivery => ({ provider, outcome: 'handled', status: 200, receivedAt: 0 })
const refused = (provider: string, code: ErrorCode): RecordedDelivery => ({
  provider,
  outcome: 'refused',
  status: 401,
  code,
  receivedAt: 0,
})

describe('CountTable', () => {
  it('counts by provider, outcome, code and minute', () => {
    const table = new CountTable(100_000, 60)
    table.add(handled('acme'), 2)
    table.add(refused('acme', 'SIGNATURE_MISMATCH'), 1)
    table.add(refused('acme', 'SIGNATURE_MISMATCH'), 1)
    expect(table.read(2)).toEqual([
      { minute: 60_000, provider: 'acme', outcome: 'refused', code: 'SIGNATURE_MISMATCH', count: 2 },
      { minute: 120_000, provider: 'acme', outcome: 'handled', code: undefined, count: 1 },
    ])
  })

  it('leaves out what is too old by now', () => {
    const table = new CountTable(100_000, 60)
    table.add(handled('acme'), 2)
    expect(table.read(61)).toHaveLength(1)
    expect(table.read(62)).toEqual([])
  })

  it('keeps the counts of a provider when another has many kinds', () => {
    const table = new CountTable(10 * countKindBytes(5), 5)
    table.add(handled('quiet'), 1)
    const codes = Object.keys(errorCodes) as ErrorCode[]
    codes.forEach((code, minute) => table.add(refused('loud', code), minute))
    const rows = table.read(0)
    expect(rows.filter(({ provider }) => provider === 'quiet')).toHaveLength(1)
    expect(rows.filter(({ provider }) => provider === 'loud').map(({ code }) => code)).toEqual(codes.slice(-9))
  })

  it('has room for 167 kinds by default, as documented', () => {
    const table = new CountTable(4_194_304 / 4, 1_440)
    for (let n = 0; n < 200; n++) table.add(handled(`acme-${n}`), n)
    expect(table.read(200)).toHaveLength(167)
  })

  it('keeps its bound for any sequence', () => {
    const provider = fc.string({ maxLength: 2 })
    const code = fc.constantFrom(...(Object.keys(errorCodes) as ErrorCode[]))
    fc.assert(
      fc.property(fc.array(fc.tuple(provider, code, fc.nat(20))), (given) => {
        const table = new CountTable(7 * countKindBytes(5), 5)
        for (const [name, one, minute] of given) {
          table.add(refused(name, one), minute)
          expect(table.bytes).toBeLessThanOrEqual(7 * countKindBytes(5))
          // The delivery that was just counted is there.
          expect(table.read(0)).toContainEqual(expect.objectContaining({ provider: name, code: one }))
        }
        expect(table.read(0).length).toBeLessThanOrEqual(7 * 5)
      }),
    )
  })
})
