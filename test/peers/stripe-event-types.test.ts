import { readFileSync } from 'node:fs'
import { stripe } from 'sallyport/providers/stripe'
import { describe, expect, it } from 'vitest'

/** The declarations of Stripe's own package, which is installed to compare with. */
function readDeclarations(path: string): string {
  return readFileSync(new URL(`./resources/${path}.d.ts`, import.meta.resolve('stripe')), 'utf8')
}

function readNames(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].toSorted()
}

const declared = Object.keys(stripe().events)
const isThin = (type: string): boolean => /^v\d\./.test(type)

describe('the event types of stripe()', () => {
  it("are those of API v1 in Stripe's own package", () => {
    const [, union = ''] = /\btype Type = ([^;]+);/.exec(readDeclarations('Events'))!
    const theirs = readNames(union, /'([^']+)'/g)
    expect(theirs.length).toBeGreaterThan(250)
    expect(declared.filter((type) => !isThin(type)).toSorted()).toEqual(theirs)
  })

  it("are those of API v2 in Stripe's own package", () => {
    const theirs = readNames(readDeclarations('V2/Core/Events'), /\btype: '(v\d\.[^']+)'/g)
    expect(theirs.length).toBeGreaterThan(300)
    expect(declared.filter(isThin).toSorted()).toEqual(theirs)
  })
})
