import { describe, expect, it } from 'vitest'
import { createManualClock, systemClock } from './clock.ts'

describe('clocks', () => {
  it('runs what is due, in order', () => {
    const clock = createManualClock(1000)
    const ran: [string, number][] = []
    const run = (name: string) => () => void ran.push([name, clock.now()])
    clock.schedule(1030, run('c'))
    clock.schedule(1010, run('a'))
    clock.schedule(1010, () => clock.schedule(1020, run('b')))
    const cancel = clock.schedule(1015, run('never'))
    cancel()
    clock.advance(25)
    expect(ran).toEqual([
      ['a', 1010],
      ['b', 1020],
    ])
    clock.advance(5)
    expect(ran.at(-1)).toEqual(['c', 1030])
    expect(clock.now()).toBe(1030)
  })

  it.each([
    ['manual', createManualClock(1000)],
    ['system', systemClock],
  ])('runs overdue work at once, but not synchronously (%s)', async (_name, clock) => {
    let isRunning = false
    const done = new Promise<void>((resolve) => {
      clock.schedule(clock.now() - 1, () => {
        isRunning = true
        resolve()
      })
    })
    expect(isRunning).toBe(false)
    await done
  })

  it('waits longer than a timer can', () => {
    // A timer beyond 2³¹ ms fires at once, with a warning.
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    const cancel = systemClock.schedule(Date.now() + 2 ** 32, () => expect.unreachable())
    cancel()
    process.off('warning', note)
    expect(warnings).toEqual([])
  })
})
