import { describe, expect, it } from 'vitest'
import { chooseTarget } from './target.ts'

describe('chooseTarget', () => {
  const rows: readonly (readonly [listen: object, env: Record<string, string>, href: string])[] = [
    [{}, {}, 'http://127.0.0.1:4300/'],
    [{ port: 5000 }, {}, 'http://127.0.0.1:5000/'],
    [{ port: 5000 }, { SALLYPORT_PORT: '6000' }, 'http://127.0.0.1:6000/'],
    [{ host: 'dev.local' }, { SALLYPORT_PORT: 'none' }, 'http://dev.local:4300/'],
    // Any free port cannot be known.
    [{ port: 0 }, {}, 'http://127.0.0.1:4300/'],
    [{ host: '0.0.0.0' }, {}, 'http://127.0.0.1:4300/'],
    [{ host: '::' }, {}, 'http://[::1]:4300/'],
    [{ host: 'a' }, { SALLYPORT_HOST: '::1' }, 'http://[::1]:4300/'],
  ]
  it.each(rows)('is where listen listens, with %j and %j', (listen, env, href) => {
    const { url, isDefault } = chooseTarget(undefined, { listen }, env)
    expect([url.href, isDefault]).toEqual([href, true])
  })

  it('is the named one', () => {
    const to = new URL('http://localhost:3000/hooks')
    expect(chooseTarget(to, { listen: { port: 1 } }, {})).toEqual({ url: to, isDefault: false })
  })
})
