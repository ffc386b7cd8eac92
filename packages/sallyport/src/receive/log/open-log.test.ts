import { describe, expect, it } from 'vitest'
import { isDevelopment, openLog } from './open-log.ts'

const terminal = { isTTY: true }

describe('isDevelopment', () => {
  it.each([undefined, '', 'development', 'staging'])('is true on a terminal with NODE_ENV %j', (mode) => {
    expect(isDevelopment({ stderr: terminal, env: { NODE_ENV: mode } })).toBe(true)
  })

  it.each(['production', 'test'])('is false with NODE_ENV %j', (mode) => {
    expect(isDevelopment({ stderr: terminal, env: { NODE_ENV: mode } })).toBe(false)
  })

  it('is false without a terminal, or where nobody can tell', () => {
    const forbidden = {
      stderr: terminal,
      get env(): never {
        throw new Error('no permission')
      },
    }
    for (const surroundings of [
      undefined,
      {},
      { stderr: {}, env: {} },
      { stderr: { isTTY: false }, env: {} },
      forbidden,
    ])
      expect(isDevelopment(surroundings)).toBe(false)
  })
})

describe('openLog', () => {
  it('follows the option before the surroundings', () => {
    expect(openLog(true)).toMatchObject({ isAsked: true })
    expect(openLog(false)).toBeUndefined()
    // A worker of a test runner.
    expect(openLog(undefined)).toBeUndefined()
  })
})
