import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean, suggest } from './suggest.ts'

const names = ['secret', 'toleranceMs', 'maxBodyBytes', 'replayGuard', 'body', 'conversation.takeover.started']

describe('suggest', () => {
  it.each([
    ['secrets', 'secret'],
    ['tolerance', 'toleranceMs'],
    ['tolernaceMs', 'toleranceMs'],
    ['TOLERANCEMS', 'toleranceMs'],
    ['maxbodybyte', 'maxBodyBytes'],
    ['rawBody', 'body'],
    ['bodyText', 'body'],
    ['guard', 'replayGuard'],
  ])('finds %s', (typed, meant) => {
    expect(suggest(typed, names)).toBe(meant)
  })

  it.each(['order.paid', 'x', '', 'a'.repeat(10_000)])('finds nothing for %s', (typed) => {
    expect(suggest(typed, names)).toBeUndefined()
  })

  it('finds a name with one letter changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom('q', '_', '7'), (name, at, letter) => {
        const index = at % name.length
        expect(suggest(name.slice(0, index) + letter + name.slice(index + 1), names)).toBe(name)
      }),
    )
  })
})

describe('didYouMean', () => {
  it('lists at most twelve names', () => {
    const many = Array.from({ length: 15 }, (_, index) => `${index}`.repeat(30))
    expect(didYouMean('unlike', many)).toMatch(/^Known: 0{30}, .* and 3 more\.$/)
    expect(didYouMean('unlike', [])).toBe('Known: none.')
  })
})
