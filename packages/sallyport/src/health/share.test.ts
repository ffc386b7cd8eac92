import { describe, expect, it } from 'vitest'
import { share } from './share.ts'

describe('share', () => {
  it('runs once for all that ask while it runs', async () => {
    let runs = 0
    const ask = share(async () => ++runs, 0)
    expect(await Promise.all(Array.from({ length: 1_000 }, ask))).toEqual(Array.from({ length: 1_000 }, () => 1))
    expect(await ask()).toBe(2)
  })

  it('gives the same result until it is too old', async () => {
    let runs = 0
    let now = 0
    const ask = share(
      async () => ++runs,
      1_000,
      () => now,
    )
    await ask()
    now = 999
    expect(await ask()).toBe(1)
    now = 1_000
    expect(await ask()).toBe(2)
  })

  it('runs again after a failure', async () => {
    let runs = 0
    const ask = share(async () => {
      if (runs++ === 0) throw new Error('first')
      return runs
    }, 0)
    await expect(ask()).rejects.toThrow('first')
    expect(await ask()).toBe(2)
  })
})
