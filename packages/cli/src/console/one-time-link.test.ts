import { beforeEach, describe, expect, it } from 'vitest'
import { checkHost } from './check-host.ts'
import { createOneTimeLink, type OneTimeLink } from './one-time-link.ts'

const origin = 'http://127.0.0.1:4500'
const answered = async (): Promise<Response> => new Response('the console')

let link: OneTimeLink
beforeEach(() => {
  link = createOneTimeLink(4500)
})

const ask = async (path: string, init?: RequestInit): Promise<Response> =>
  link.guard(answered)(new Request(origin + path, init))
const open = async (): Promise<string> => {
  const { headers } = await ask(link.path)
  return headers.get('set-cookie')!.split(';')[0]!
}

describe('createOneTimeLink', () => {
  it('exchanges the link for a cookie, once', async () => {
    const first = await ask(link.path)
    expect(first.status).toBe(200)
    expect(first.headers.get('refresh')).toBe(`0; url=${link.basePath}/`)
    expect(first.headers.get('set-cookie')).toMatch(
      /^sallyport-console-4500=[\w-]{43}; Path=\/[\w-]{43}\/; HttpOnly; SameSite=Strict$/,
    )
    expect(first.headers.get('set-cookie')).toContain(`Path=${link.basePath}/;`)
    const second = await ask(link.path)
    expect([second.status, second.headers.get('set-cookie')]).toEqual([401, null])
    const text = await second.text()
    expect(text).toContain('run <code>sallyport console</code> again')
    expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
  })

  it('passes requests with the cookie on', async () => {
    const cookie = await open()
    expect(await (await ask('/events', { headers: { cookie } })).text()).toBe('the console')
    const more = `theme=dark; ${cookie}; a=b`
    expect(await (await ask('/api/session', { headers: { cookie: more } })).text()).toBe('the console')
  })

  it('opens the console for a visitor of the link who has the cookie', async () => {
    const cookie = await open()
    const again = await ask(link.path, { headers: { cookie } })
    expect([again.status, again.headers.get('refresh'), again.headers.get('set-cookie')]).toEqual([
      200,
      `0; url=${link.basePath}/`,
      null,
    ])
  })

  it.each<[what: string, path: (token: string) => string, init?: RequestInit]>([
    ['no token', () => '/'],
    ['an empty token', () => '/?token='],
    ['the token at the root', (token) => `/?${token.split('?')[1]}`],
    ['another token', (token) => token.slice(0, -1)],
    ['the token at another path', (token) => token.replace('?', 'api/session?')],
    ['the token by POST', (token) => token, { method: 'POST' }],
    ['the token by HEAD', (token) => token, { method: 'HEAD' }],
    ['an empty cookie', () => '/', { headers: { cookie: 'sallyport-console-4500=' } }],
    ['a cookie without a value', () => '/', { headers: { cookie: 'sallyport-console-4500' } }],
    ['the cookie of another port', () => '/', { headers: { cookie: 'sallyport-console-4501=x' } }],
  ])('refuses %s, and the link still works', async (_what, path, init) => {
    const { status, headers } = await ask(path(link.path), init)
    expect([status, headers.get('set-cookie')]).toEqual([401, null])
    expect(await open()).not.toBe('')
  })

  it('refuses the token as a cookie', async () => {
    const token = link.path.split('=')[1]!
    expect((await ask('/', { headers: { cookie: `sallyport-console-4500=${token}` } })).status).toBe(401)
  })

  it('makes another link and cookie each time', async () => {
    const cookie = await open()
    const other = createOneTimeLink(4500)
    expect(other.path).not.toBe(link.path)
    expect(other.knows(new Request(origin, { headers: { cookie } }))).toBe(false)
  })
})

describe('checkHost', () => {
  const status = async (host: string | undefined, port = 4500): Promise<number> => {
    const headers: Record<string, string> = host === undefined ? {} : { host }
    return (await checkHost(port, answered)(new Request(origin, { headers }))).status
  }

  it.each(['127.0.0.1:4500', 'localhost:4500', '[::1]:4500', 'LOCALHOST:4500'])('answers %s', async (host) => {
    expect(await status(host)).toBe(200)
  })

  it.each([undefined, '', 'evil.example:4500', '127.0.0.1', 'localhost:80', 'localhost.:4500', '127.0.0.1:4500, x'])(
    'refuses %s',
    async (host) => {
      expect(await status(host)).toBe(421)
    },
  )

  it('answers a host without a port at port 80', async () => {
    expect(await status('localhost', 80)).toBe(200)
  })
})
