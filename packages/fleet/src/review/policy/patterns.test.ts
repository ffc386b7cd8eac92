import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesHost, matchesWildcard, parseHostPattern } from './patterns.ts'
import { readServerUrl } from './server-url.ts'

/** As the policy judges: a URL that reads differently to different parsers never matches. */
const allows = (pattern: string, text: string): boolean => {
  const { url, fault } = readServerUrl(text)
  return url !== undefined && fault === undefined && matchesHost(parseHostPattern(pattern)!, url)
}

describe('matchesHost', () => {
  it.each([
    ['good.example', 'https://good.example'],
    ['good.example', 'https://good.example/path?query#hash'],
    ['good.example', 'HTTPS://GOOD.EXAMPLE/'],
    ['GOOD.example', 'https://good.example'],
    ['good.example', 'https://good.example:443/'],
    ['good.example:443', 'https://good.example/'],
    ['good.example', 'http://good.example/'],
    ['good.example', 'https://good.example./'],
    ['good.example.', 'https://good.example/'],
    ['good.example:8443', 'https://good.example:8443/'],
    ['good.example:*', 'https://good.example:9/'],
    ['*.good.example', 'https://a.good.example/'],
    ['*.good.example', 'https://a.b.good.example/'],
    ['*.good.example:8443', 'https://a.good.example:8443/'],
    ['bücher.example', 'https://xn--bcher-kva.example/'],
    ['xn--bcher-kva.example', 'https://bücher.example/'],
    ['[::1]:3000', 'http://[::1]:3000/'],
    ['[2001:DB8::0:1]', 'https://[2001:db8::1]/'],
    ['127.0.0.1', 'https://127.0.0.1/'],
  ])('allows by %s the URL %s', (pattern, url) => expect(allows(pattern, url)).toBe(true))

  it.each([
    ['good.example', 'https://good.example.evil.example/'],
    ['good.example', 'https://evilgood.example/'],
    ['good.example', 'https://a.good.example/'],
    ['good.example', 'https://good.example@evil.example/'],
    ['good.example', 'https://evil.example@good.example/'],
    ['good.example', 'https://good.example:secret@evil.example/'],
    ['good.example', 'https://evil.example#@good.example/'],
    ['good.example', 'https://evil.example?@good.example/'],
    ['good.example', 'https://evil.example/@good.example'],
    ['good.example', String.raw`https://good.example\@evil.example/`],
    ['good.example', String.raw`https://evil.example\@good.example/`],
    ['good.example', String.raw`https:\\good.example/`],
    ['good.example', 'https:good.example/'],
    ['good.example', 'https:/good.example/'],
    ['good.example', 'https:///good.example/'],
    ['good.example', ' https://good.example/'],
    ['good.example', 'https://good.exam\tple/'],
    ['good.example', 'https://good.example\n.evil.example/'],
    ['good.example', 'https://good%2eexample/'],
    ['good.example', 'https://@good.example/'],
    ['good.example', 'https://good.example/a b'],
    ['good.example', 'https://good.example/\n'],
    ['good.example', String.raw`https://good.example/..\x`],
    ['good.example', 'https://good。example/'],
    ['good.example', 'https://ｇood.example/'],
    ['good.example', 'https://go\u00adod.example/'],
    ['good.example', 'https://gооd.example/'],
    ['good.example', 'https://good.example:8443/'],
    ['good.example', 'https://good.example../'],
    ['good.example', 'javascript://good.example/%0aalert(1)'],
    ['good.example:8443', 'https://good.example/'],
    ['*.good.example', 'https://good.example/'],
    ['*.good.example', 'https://evilgood.example/'],
    ['*.good.example', 'https://.good.example/x'],
    ['*.good.example', 'https://a.good.example.evil.example/'],
    ['*.good.example', 'https://a.good.example:8443/'],
    ['127.0.0.1', 'https://0x7f.1/'],
    ['127.0.0.1', 'https://2130706433/'],
    ['127.0.0.1', 'https://127.1/'],
    ['127.0.0.1', 'https://[::ffff:127.0.0.1]/'],
  ])('rejects by %s the URL %j', (pattern, url) => expect(allows(pattern, url)).toBe(false))

  it.each([
    '',
    '*',
    '*.',
    '.',
    'a b',
    'https://good.example',
    'good.example/',
    'user@good.example',
    'good.example:0',
    '::1',
    'good.example:99999',
    'good.example:x',
    '*.127.0.0.1',
    '*.[::1]',
    'a.*.example',
    '**.example',
    'good%2eexample',
    '[::1',
    String.raw`good\example`,
    'good.example?x',
    'good.example#x',
    '.example',
    'a..example',
  ])('rejects the pattern %j', (pattern) => expect(parseHostPattern(pattern)).toBeUndefined())

  it('allows nothing but its own host by an exact pattern', () => {
    const label = fc.stringMatching(/^[abc.@:/\\?#%-]{0,12}$/)
    fc.assert(
      fc.property(label, label, (before, after) => {
        const text = `https://${before}good.example${after}`
        if (allows('good.example', text)) expect(text).toMatch(/^https:\/\/good\.example\.?(?::|:443)?(?:$|[/?#])/)
        if (allows('*.good.example', text))
          expect(text).toMatch(/^https:\/\/[abc.-]+\.good\.example\.?(?::|:443)?(?:$|[/?#])/)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('matchesWildcard', () => {
  it.each([
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
  ])('matches %s with %j: %s', (pattern, text, expected) => expect(matchesWildcard(pattern, text)).toBe(expected))

  it('matches a hostile pattern in no time', () => {
    const began = performance.now()
    expect(matchesWildcard('a*'.repeat(200), `${'a'.repeat(100_000)}b`)).toBe(true)
    expect(matchesWildcard(`${'a*'.repeat(200)}c`, `${'a'.repeat(100_000)}b`)).toBe(false)
    expect(performance.now() - began).toBeLessThan(500)
  })
})
