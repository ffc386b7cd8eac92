import { SallyportError } from 'sallyport'
import { describe, expect, it } from 'vitest'
import { fleetErrorCodes } from './error-codes.ts'
import { FleetError } from './fleet-error.ts'

describe('FleetError', () => {
  it('is a SallyportError with a code, a title and a fix', () => {
    const error = new FleetError('FILE_TOO_LARGE', { path: 'a\u202e.md', detail: 'it is large' })
    expect([SallyportError.is(error), FleetError.is(error)]).toEqual([true, true])
    expect(error.message).toBe(`${fleetErrorCodes.FILE_TOO_LARGE}: a\\u{202e}.md: it is large`)
    expect(error.fix).toContain('maxFileBytes')
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'FILE_TOO_LARGE',
      title: fleetErrorCodes.FILE_TOO_LARGE,
      path: 'a\\u{202e}.md',
    })
  })

  it('is distinct from other Sallyport errors', () => {
    expect(FleetError.is(new SallyportError('OPTION_INVALID'))).toBe(false)
    expect(FleetError.is(new Error('FILE_TOO_LARGE'))).toBe(false)
  })
})
