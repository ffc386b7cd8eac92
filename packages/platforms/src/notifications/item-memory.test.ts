import { describe, expect, it } from 'vitest'
import { ItemMemory } from './item-memory.ts'

describe('ItemMemory', () => {
  it('retries in fewer and fewer polls, at most every 33rd', () => {
    const memory = new ItemMemory()
    const polls: number[] = []
    for (let poll = 0; poll < 200; poll++) {
      if (memory.turnOf('a') !== 'deliver') continue
      polls.push(poll)
      memory.fail('a')
    }
    expect(polls).toEqual([0, 2, 5, 10, 19, 36, 69, 102, 135, 168])
  })

  it('consumes again what stays listed, and calls it stuck', () => {
    const memory = new ItemMemory()
    memory.consume('a')
    const turns = Array.from({ length: 8 }, () => {
      const turn = memory.turnOf('a')
      const isStuck = memory.isStuck('a')
      if (turn === 'consume again') memory.consume('a')
      return [turn, isStuck]
    })
    expect(turns).toEqual([
      ['pass', false],
      ['pass', false],
      ['pass', false],
      ['consume again', false],
      ['pass', true],
      ['pass', true],
      ['pass', true],
      ['pass', true],
    ])
  })

  it('starts over when a state changes', () => {
    const memory = new ItemMemory()
    for (let failure = 0; failure < 5; failure++) memory.fail('a')
    memory.consume('a')
    expect(Array.from({ length: 4 }, () => memory.turnOf('a'))).toEqual(['pass', 'pass', 'pass', 'consume again'])
  })

  it('forgets what is no longer listed, and the oldest above its capacity', () => {
    const memory = new ItemMemory(2)
    for (const id of ['a', 'b', 'c']) memory.consume(id)
    expect(['a', 'b', 'c'].filter((id) => memory.knows(id))).toEqual(['b', 'c'])
    memory.keepOnly(new Set(['c']))
    expect(['b', 'c'].filter((id) => memory.knows(id))).toEqual(['c'])
  })

  it('counts what is listed again', () => {
    const memory = new ItemMemory()
    memory.leave('left')
    memory.fail('failed')
    memory.consume('consumed')
    expect(memory.listedAgain).toBe(2)
    memory.turnOf('consumed')
    expect(memory.listedAgain).toBe(3)
    expect(['left', 'failed', 'consumed', 'new'].filter((id) => memory.staysPending(id))).toEqual(['left', 'failed'])
  })
})
