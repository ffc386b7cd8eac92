import { describe, expect, it } from 'vitest'
import { refusals } from '../../packages/contracts/src/adapter/refusals.ts'
import { nameOf } from '../support/hosts/remote/open-endpoints.ts'

// The long tests serve the contract on Bun, Deno and workerd, which find its providers by name.
describe('the providers of the adapter contract', () => {
  it('have names by which another process finds them', () => {
    const used = Object.values(refusals).flatMap(({ settings }) => settings?.().provider ?? [])
    expect(used.map(nameOf).length).toBeGreaterThan(5)
  })
})
