import { SallyportError } from 'sallyport'
import { describe, expect, it } from 'vitest'
import { corrupt, createRandom, drawFaults, faultKinds, parseFault, toFaults, type FaultInput } from './faults.ts'

describe('faults', () => {
  it.each([
    ['drop', { kind: 'drop' }],
    ['drop:0.25', { kind: 'drop', probability: 0.25 }],
    ['delay:1:1500', { kind: 'delay', probability: 1, ms: 1500 }],
  ])('parses "%s"', (text, fault) => {
    expect(parseFault(text)).toEqual(fault)
  })

  it.each<FaultInput>([
    '',
    'explode',
    'drop:2',
    'drop:-1',
    'drop:',
    'drop:x',
    'delay:1:x',
    'delay:1:1e9',
    'delay:1:1:1',
    { kind: 'drop', probability: Number.NaN },
    { kind: 'delay', ms: -1 },
    { kind: 'toString' as 'drop' },
    { kind: 'drop', attempts: 'some' as 'all' },
  ])('rejects %j', (input) => {
    expect(() => toFaults([input])).toThrow(
      expect.toSatisfy((error) => SallyportError.is(error) && error.code === 'OPTION_INVALID'),
    )
  })

  it('completes every kind from its name', () => {
    for (const kind of faultKinds) {
      expect(toFaults([kind])).toEqual([{ kind, probability: 1, attempts: 'first', ms: expect.any(Number) }])
    }
  })

  describe('drawFaults', () => {
    const kindsOf = (inputs: readonly FaultInput[], attempt: number, seed = 1) => [
      ...drawFaults(toFaults(inputs), attempt, createRandom(seed)).keys(),
    ]

    it('spares retries unless attempts is all', () => {
      const faults: FaultInput[] = ['drop', { kind: 'delay', attempts: 'all' }]
      expect(kindsOf(faults, 1)).toEqual(['drop', 'delay'])
      expect(kindsOf(faults, 2)).toEqual(['delay'])
    })

    it('uses the first fault of a kind', () => {
      expect(kindsOf([{ kind: 'drop', probability: 0 }, 'drop'], 1)).toEqual([])
    })

    it('repeats for the same seed', () => {
      const draw = (seed: number) =>
        Array.from({ length: 50 }, (_, n) => kindsOf(['drop:0.5', 'stale:0.5'], 1, seed + n).join())
      expect(draw(7)).toEqual(draw(7))
      expect(draw(7)).not.toEqual(draw(8000))
      expect(new Set(draw(7))).toEqual(new Set(['', 'drop', 'stale', 'drop,stale']))
    })
  })

  it('corrupt() changes one byte in its range and keeps ASCII', () => {
    const body = Buffer.from('{"event":"tool.executed"}')
    for (let seed = 0; seed < 200; seed += 1) {
      const altered = corrupt(body, createRandom(seed), [10, 20])
      const changed = [...body.keys()].filter((index) => altered[index] !== body[index])
      expect(changed).toHaveLength(1)
      expect(changed[0]).toBeGreaterThanOrEqual(10)
      expect(changed[0]).toBeLessThan(20)
      expect(altered.every((byte) => byte < 0x80)).toBe(true)
    }
    expect(corrupt(new Uint8Array(), createRandom(1))).toEqual(new Uint8Array())
  })
})
