import { afterEach, describe, expect, it, vi } from 'vitest'
import { addFilterOptions, createStoreCommand, toFilter, type FilterOptions } from './filter-options.ts'

const hour = 3_600_000

function parse(...args: string[]): FilterOptions {
  const command = addFilterOptions(createStoreCommand('list'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  return command.parse(args, { from: 'user' }).opts()
}

describe('toFilter', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each([
    [[], {}],
    [['--state', 'dead', '--provider', 'p', '--type', 't'], { state: 'dead', provider: 'p', type: 't' }],
    [['--tenant', 'acme', '--order-key', 'a b'], { tenant: 'acme', orderKey: 'a b' }],
    [['--failing'], { failure: true }],
    [['--failure', 'Error: away'], { failure: 'Error: away' }],
    [['--failing', '--failure', 'Error: away'], { failure: 'Error: away' }],
    [['--search', 'x'], { search: 'x' }],
  ])('reads %j', (args, filter) => {
    expect(toFilter(parse(...args))).toEqual(filter)
  })

  it('counts back from one now', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 10 * hour })
    expect(toFilter(parse('--since', '2h', '--until', '1h'))).toEqual({ since: 8 * hour, until: 9 * hour })
  })

  it('rejects an invalid time', () => {
    expect(() => parse('--until', 'yesterday')).toThrow(/Use a duration/)
  })
})
