import { describe, expect, it } from 'vitest'
import { createSecretRedaction } from './redact-secrets.ts'

describe('createSecretRedaction', () => {
  it.each([
    ['one secret', 'whsec_c2VjcmV0LXNlY3JldA==', 'key whsec_c2VjcmV0LXNlY3JldA== is wrong', 'key [redacted] is wrong'],
    ['what follows its prefix', 'whsec_c2VjcmV0LXNlY3JldA==', '"c2VjcmV0LXNlY3JldA=="', '"[redacted]"'],
    [
      'several, the longest first',
      ['long-secret', { secret: 'long-secret-2' }],
      'long-secret-2, long-secret',
      '[redacted], [redacted]',
    ],
    ['one in a URL', 'a-secret/of+this', '/?token=a-secret%2Fof%2Bthis', '/?token=[redacted]'],
    ['one of HTTP Basic', 'user:password', 'Basic dXNlcjpwYXNzd29yZA==, password', 'Basic [redacted], [redacted]'],
    ['none that is found in words', 'short', 'a short text', 'a short text'],
    ['none of a function', () => 'long-secret', 'long-secret', 'long-secret'],
  ])('replaces %s', (_name, source, text, expected) => {
    expect(createSecretRedaction(source)(text)).toBe(expected)
  })
})
