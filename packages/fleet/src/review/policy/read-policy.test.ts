import { describe, expect, it } from 'vitest'
import { readPolicy } from './read-policy.ts'

describe('readPolicy', () => {
  it('reads a policy, with or without a byte order mark', () => {
    expect(readPolicy('{"keepInterrupts":["send"]}')).toEqual({ keepInterrupts: ['send'] })
    expect(readPolicy('\ufeff{}')).toEqual({})
  })

  it('rejects a rule that is there twice', () => {
    expect(() => readPolicy('{"keepInterrupts":["send"],\n"keepInterrupt\\u0073":[]}')).toThrow(
      /a member is there twice; remove one, the second is at line 2, column 1$/,
    )
  })

  it('rejects a misspelt rule and text that is not JSON', () => {
    expect(() => readPolicy('{"keepInterupts":[]}')).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    expect(() => readPolicy('{')).toThrow(/not valid JSON at line 1/)
  })
})
