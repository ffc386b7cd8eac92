import { fixtures } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { readDeclaredBodies } from '../support/peers/github-webhooks.ts'

// Declared as one of two types, of which GitHub's own examples have the other.
const either = /\.(?:created_at|pushed_at|payload)$/

/** The declared members that a value lacks, or has with another type. `null` fits where it may be null: that is not declared here. */
function listMissing(least: unknown, value: unknown, path: string): string[] {
  if (value === null) return []
  if (typeof least !== 'object' || least === null || Array.isArray(least))
    return least === null || typeof value === typeof least || either.test(path)
      ? []
      : [`${path}: ${typeof value}, not ${typeof least}`]
  return Object.entries(least).flatMap(([name, inner]) => {
    const own = (value as Record<string, unknown>)[name]
    return own === undefined ? [`${path}.${name}`] : listMissing(inner, own, `${path}.${name}`)
  })
}

const declared = readDeclaredBodies()

describe('a fixture of GitHub', () => {
  it.each(Object.entries(fixtures['github']!))('has the members that %s requires', (type, make) => {
    const body = make({ now: new Date(0), id: 'a', type }) as Record<string, unknown>
    const { least } = declared.find(
      ({ event, action }) => event === type && (action === undefined || action === body['action']),
    )!
    expect(listMissing(least, body, type)).toEqual([])
  })
})
