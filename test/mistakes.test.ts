import { describe, expect, it } from 'vitest'
import { SallyportError } from 'sallyport'
import { mistakes } from './support/mistakes/index.ts'
import { errorOf } from './support/mistakes/mistake.ts'
import { scope } from './support/mistakes/scope.ts'

describe.each(Object.entries(mistakes))('mistakes: %s', (_title, rows) => {
  it.each(rows)('%s', async (written, code, message) => {
    const error = await errorOf(written, scope)
    expect(error).toSatisfy(SallyportError.is)
    expect(error).toMatchObject({ code, message })
  })
})

describe('the table of mistakes', () => {
  const all = Object.values(mistakes).flat()

  it('has at least sixty', () => {
    expect(new Set(all.map(([written]) => written)).size).toBe(all.length)
    expect(all.length).toBeGreaterThanOrEqual(60)
  })

  it('says what to do about each', () => {
    expect(all.filter(([, , , instead]) => !/^[A-Z].*\.$/.test(instead))).toEqual([])
  })

  it('shows no secret', () => {
    const secrets = /whsec_test|whsec_abc|sk_abc|sk_test|12345\b|postgres:|redis:\/\/l/
    expect(all.filter(([, , message]) => secrets.test(message))).toEqual([])
  })
})
