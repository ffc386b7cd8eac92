import { describe, expect, it } from 'vitest'
import { toCodes } from './to-codes.ts'

const refusal = {
  provider: 'stripe',
  code: 'SIGNATURE_MISMATCH',
  title: 'No signature matches',
  fix: 'Check the secret.',
  status: 401,
  receivedAt: 0,
  headerNames: [],
  headerCount: 0,
}

describe('toCodes', () => {
  it('puts the senders of a code together, most frequent first', () => {
    const counts = [
      { code: 'BODY_TOO_LARGE', provider: 'github', count: 4 },
      { code: 'SIGNATURE_MISMATCH', provider: 'github', count: 2 },
      { code: 'SIGNATURE_MISMATCH', provider: 'stripe', count: 3 },
    ]
    expect(toCodes({ counts, refusals: [refusal] })).toEqual([
      {
        code: 'SIGNATURE_MISMATCH',
        count: 5,
        title: 'No signature matches',
        fix: 'Check the secret.',
        providers: [
          { code: 'SIGNATURE_MISMATCH', provider: 'stripe', count: 3 },
          { code: 'SIGNATURE_MISMATCH', provider: 'github', count: 2 },
        ],
      },
      { code: 'BODY_TOO_LARGE', count: 4, providers: [{ code: 'BODY_TOO_LARGE', provider: 'github', count: 4 }] },
    ])
  })

  it('takes no counts', () => {
    expect(toCodes({ counts: [], refusals: [] })).toEqual([])
  })
})
