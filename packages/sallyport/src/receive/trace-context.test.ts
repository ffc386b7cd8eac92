import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTraceContext } from './trace-context.ts'

const traceparent = `00-${'4b'.repeat(16)}-${'0f'.repeat(8)}-01`

describe('readTraceContext', () => {
  it('keeps a traceparent and a tracestate, and nothing else', () => {
    expect(readTraceContext({ traceparent, tracestate: 'a=1', baggage: 'user=1' })).toEqual({
      traceparent,
      tracestate: 'a=1',
    })
  })

  it.each([
    ['another version', `01${traceparent.slice(2)}`],
    ['an id of zeros', `00-${'0'.repeat(32)}-${'0f'.repeat(8)}-01`],
    ['upper case', traceparent.toUpperCase()],
    ['a line break', `${traceparent}\n`],
    ['a number', 1],
  ])('ignores a traceparent with %s', (_case, value) => {
    expect(readTraceContext({ traceparent: value, tracestate: 'a=1' })).toBeUndefined()
  })

  it.each(['', 'a=\n', 'a=ü', 'a'.repeat(513), 7])('drops the tracestate %j', (tracestate) => {
    expect(readTraceContext({ traceparent, tracestate })).toEqual({ traceparent })
  })

  it('never throws, and never returns more than 570 characters', () => {
    const value = fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true }),
      fc.record({ traceparent: fc.oneof(fc.constant(traceparent), fc.string()), tracestate: fc.anything() }),
    )
    fc.assert(
      fc.property(value, (given) => {
        const read = readTraceContext(given)
        expect(JSON.stringify(read ?? {}).length).toBeLessThan(2 * 570)
        expect(Object.keys(read ?? {}).filter((name) => !['traceparent', 'tracestate'].includes(name))).toEqual([])
      }),
    )
  })
})
