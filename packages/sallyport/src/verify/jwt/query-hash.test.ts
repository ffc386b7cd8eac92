import { describe, expect, it } from 'vitest'
import { hashQuery, toCanonicalRequest } from './query-hash.ts'

// Values of https://developer.atlassian.com/cloud/bitbucket/query-string-hash and of Atlassian's "Understanding JWT".
describe("Atlassian's query string hash", () => {
  it('is the published one', () => {
    expect(hashQuery('GET', '/test?param=value')).toBe(
      'be16910858a41fd19ea5c1b4e9decca9a784d1024cb00b2158defe2f29dc86dd',
    )
  })

  it.each([
    [
      'GET',
      '/path/to/service?zee_last=param&repeated=parameter 1&first=param&repeated=parameter 2',
      'GET&/path/to/service&first=param&repeated=parameter%201,parameter%202&zee_last=param',
    ],
    ['get', '/?param=foo', 'GET&/&param=foo'],
    ['POST', '/user', 'POST&/user&'],
    ['POST', '', 'POST&/&'],
    ['POST', '/hooks/', 'POST&/hooks&'],
    ['POST', '/hooks?jwt=abc&a=1', 'POST&/hooks&a=1'],
    ['GET', '/p?r=/&r=.', 'GET&/p&r=.,%2F'],
    ['GET', "/p?a=!'()*~", 'GET&/p&a=%21%27%28%29%2A~'],
    ['GET', '/a&b?c', 'GET&/a%26b&c='],
  ])('covers %s %s as %s', (method, url, expected) => {
    expect(toCanonicalRequest(method, url)).toBe(expected)
  })
})
