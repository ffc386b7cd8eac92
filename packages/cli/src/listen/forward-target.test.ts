import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forwardUrl, isSelf, toTarget } from './forward-target.ts'

describe('toTarget', () => {
  it.each([
    ['http://localhost:3000', '/webhooks/sonzai?a=1', '/webhooks/sonzai?a=1'],
    ['http://localhost:3000/', '//odd/../path', '//odd/../path'],
    ['http://localhost:3000/hooks', '/webhooks/sonzai', '/hooks'],
    ['http://localhost:3000/hooks/', '/webhooks/sonzai?a=1', '/hooks/?a=1'],
    ['http://localhost:3000/hooks?key=x', '/webhooks/sonzai?a=1', '/hooks?key=x&a=1'],
    ['http://localhost:3000/?key=x', '/webhooks/sonzai', '/?key=x'],
    ['http://localhost:3000', 'http://sender.example/own?b=2', '/own?b=2'],
    ['http://localhost:3000', 'http://sender.example', '/'],
    ['http://localhost:3000', 'http://sender.example?b=2', '/?b=2'],
    ['http://localhost:3000/hooks', 'http://sender.example?b=2', '/hooks?b=2'],
    ['http://localhost:3000', '*', '*'],
  ])('sends %s, %s to %s', (base, url, path) => {
    expect(toTarget(forwardUrl(base), url).path).toBe(path)
  })

  it('sends a path to the app, however the target is written', () => {
    const base = fc.constantFrom(
      'http://app',
      'http://app/',
      'http://app/hooks',
      'http://app?key=x',
      'http://app/?key=x',
    )
    const rest = fc.stringMatching(/^[!-~\x80-\xff]{0,30}$/)
    const origin = fc.constantFrom('', '/', 'http://sender.example', 'HTTPS://sender.example:8443', 'urn+x://', 'http:')
    fc.assert(
      fc.property(base, origin, rest, (app, before, after) => {
        const url = before + after
        const { path } = toTarget(forwardUrl(app), url)
        expect(path.startsWith('/') || (path === '*' && url === '*')).toBe(true)
      }),
      {
        examples: [
          ['http://app', '', '*'],
          ['http://app', 'http://sender.example', '?b=2'],
        ],
      },
    )
  })

  it('names host and port', () => {
    expect(toTarget(forwardUrl('http://[::1]:3000/x'), '/')).toMatchObject({ hostname: '::1', port: 3000 })
    expect(toTarget(forwardUrl('localhost:3000/x'), '/')).toMatchObject({ protocol: 'http:', hostname: 'localhost' })
  })
})

describe('isSelf', () => {
  it.each([
    ['http://localhost:4300/x', true],
    ['http://127.0.0.1:4300', true],
    ['http://[::1]:4300', true],
    ['http://localhost:3000', false],
    ['http://example.com:4300', false],
    ['https://localhost:4300', false],
  ])('takes %s as %s', (url, expected) => {
    expect(isSelf(new URL(url), '127.0.0.1', 4300)).toBe(expected)
  })
})
