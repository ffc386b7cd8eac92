import { expect, test } from 'vitest'
import { matchesWildcard } from './wildcard.ts'

test.each([
  ['send', 'send', true],
  ['send', 'Send', false],
  ['send', 'send_all', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['send_*', 'send_', true],
  ['send_*', 'resend_', false],
  ['*_send', 'gmail_send', true],
  ['a*b*c', 'a1b2c', true],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['a**b', 'ab', true],
  ['anthropic:claude-*', 'anthropic:claude-sonnet', true],
  ['a.c', 'abc', false],
])('%s and %j: %s', (pattern, text, expected) => expect(matchesWildcard(pattern, text)).toBe(expected))

test('a hostile pattern takes no time', () => {
  const began = performance.now()
  expect(matchesWildcard('a*'.repeat(200), `${'a'.repeat(100_000)}b`)).toBe(true)
  expect(matchesWildcard(`${'a*'.repeat(200)}c`, `${'a'.repeat(100_000)}b`)).toBe(false)
  expect(performance.now() - began).toBeLessThan(500)
})
