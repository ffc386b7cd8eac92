import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { basicAuth } from '../../examples/console/basic-auth.ts'
import { byProxyHeader } from '../../examples/console/proxy-header.ts'
import { bySession } from '../../examples/console/session.ts'
import { startProgram } from '../support/examples/program.ts'
import { startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-example-console-'))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

const password = 'of the console examples'
const basic = (given: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`ada:${given}`).toString('base64')}`,
})
const request = (headers: Record<string, string> = {}): Request => new Request('http://localhost/', { headers })

describe('npm run example -- console', () => {
  it('shows what it sends itself, and leaves nothing behind', async () => {
    const program = startProgram('examples/run.ts', ['console'], { PORT: '0', TMPDIR: home, TEMP: home })
    const said = await program.sees(/listening on (http:\S+) \(console\): .* password (\S+), or (\S+) to look only/)
    const [, origin = '', operate = '', view = ''] = said
    const read = async (path: string, given: string): Promise<Response> =>
      fetch(`${origin}/console/${path}`, { headers: basic(given) })
    expect((await fetch(`${origin}/console/`)).status).toBe(401)
    expect((await read('', 'guessed')).status).toBe(401)
    expect(await (await read('', view)).text()).toContain('<meta name="sallyport-base" content="/console/">')
    expect(await (await read('api/session', view)).json()).toMatchObject({
      who: 'ada',
      actions: ['see', 'body', 'check'],
    })
    expect(await (await read('api/session', operate)).json()).toMatchObject({
      title: 'Example',
      actions: expect.arrayContaining(['replay', 'discard']),
      hasRecord: true,
      providers: ['sonzai', 'github', 'invoratec', 'stripe'],
    })
    await expect
      .poll(async () => {
        const { events } = (await (await read('api/events', view)).json()) as { events: { provider: string }[] }
        return new Set(events.map(({ provider }) => provider)).size
      })
      .toBe(4)
    await expect
      .poll(async () => ((await (await read('api/refused', view)).json()) as { refusals: unknown[] }).refusals.length)
      .toBeGreaterThan(0)
    expect((await program.end('SIGTERM')).code).toBe(0)
    expect(await readdir(home)).toEqual([])
  })
})

describe.each([
  ['examples/console/quickstart.ts', '/console/'],
  ['examples/console/koa.ts', '/console/'],
  ['examples/console/fastify.ts', '/console/'],
  ['examples/console/node.ts', '/'],
])('%s', (file, path) => {
  it('mounts a console behind a password', async () => {
    const port = await findFreePort()
    const environment = { CONSOLE_PASSWORD: password, EVENTS_FILE: join(home, `${port}.db`) }
    const program = await startDocumented(file, port, environment)
    const url = `http://localhost:${port}${path}`
    expect((await fetch(url)).status).toBe(401)
    const page = await fetch(url, { headers: basic(password) })
    expect(await page.text()).toContain(`<meta name="sallyport-base" content="${path}">`)
    const events = await fetch(`${url}api/events`, { headers: basic(password) })
    expect(await events.json()).toMatchObject({ events: [] })
    await program.end('SIGKILL')
  })
})

describe('examples/console/fetch.ts', () => {
  it('answers requests below its path', async () => {
    vi.stubEnv('CONSOLE_PASSWORD', password)
    vi.stubEnv('EVENTS_FILE', join(home, 'fetch.db'))
    const { default: app } = await import('../../examples/console/fetch.ts')
    const { inbox } = await import('../../examples/console/inbox.ts')
    const ask = async (path: string) => app.fetch(new Request(`http://localhost${path}`, { headers: basic(password) }))
    expect(await (await ask('/console')).text()).toContain('<meta name="sallyport-base" content="/console/">')
    expect(await (await ask('/console/api/events')).json()).toMatchObject({ events: [] })
    expect((await ask('/elsewhere')).status).toBe(404)
    await inbox.stop()
  })
})

describe('examples/console/basic-auth.ts', () => {
  const authorize = basicAuth({ operate: 'all of it', view: 'look: only' })
  const ask = async (headers: Record<string, string>) => authorize(request(headers), {})

  it('lets in by password, and asks everybody else', async () => {
    expect(await ask(basic('all of it'))).toEqual({ can: 'operate', who: 'ada' })
    expect(await ask(basic('look: only'))).toEqual({ can: 'view', who: 'ada' })
    for (const headers of [{}, basic(''), basic('all of i'), { authorization: 'Bearer all of it' }]) {
      const answer = (await ask(headers)) as Response
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic /)])
    }
  })

  it.each([{ operate: undefined }, { operate: '' }, { operate: 'same', view: 'same' }])(
    'does not start with %o',
    (passwords) => {
      expect(() => basicAuth(passwords)).toThrow('needs a password of its own')
    },
  )

  it('gives an empty password for looking to nobody', async () => {
    expect(await basicAuth({ operate: 'all of it', view: '' })(request(basic('')), {})).toBeInstanceOf(Response)
  })
})

describe('examples/console/session.ts', () => {
  const ask = async (user?: object) => bySession(request(), { host: { session: { user } } })

  it('asks the session of the app', async () => {
    expect(await ask({ email: 'ada@example.com', role: 'admin' })).toEqual({ can: 'operate', who: 'ada@example.com' })
    expect(await ask({ email: 'sue@example.com', role: 'support' })).toEqual({ can: 'view', who: 'sue@example.com' })
    expect(await ask({ email: 'eve@example.com', role: 'customer' })).toBe('none')
    expect(((await ask()) as Response).headers.get('location')).toBe('/login')
  })
})

describe('examples/console/proxy-header.ts', () => {
  it('trusts the header from the proxy only', async () => {
    vi.stubEnv('PROXY_ADDRESS', '10.0.0.2')
    const ada = request({ 'x-forwarded-email': 'ada@example.com' })
    expect(await byProxyHeader(ada, { remoteAddress: '10.0.0.2' })).toEqual({ can: 'operate', who: 'ada@example.com' })
    expect(await byProxyHeader(ada, { remoteAddress: '203.0.113.7' })).toBe('none')
    expect(await byProxyHeader(ada, {})).toBe('none')
    const other = request({ 'x-forwarded-email': 'sue@example.com' })
    expect(await byProxyHeader(other, { remoteAddress: '10.0.0.2' })).toMatchObject({ can: 'view' })
    vi.stubEnv('PROXY_ADDRESS', undefined)
    expect(await byProxyHeader(ada, { remoteAddress: undefined })).toBe('none')
  })
})
