import { createConsole, type ConsoleAccess, type ConsoleAction } from '@sallyport/console'
import fc from 'fast-check'
import { METHODS } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createRoutes } from '../../packages/console/src/routes/index.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { routes } from '../support/console/routes.ts'
import { changeHeaders, send } from '../support/console/send.ts'

let opened: OpenedConsole
let keys: string[]
beforeAll(async () => {
  opened = await openConsole({ options: { bodies: { view: 'hide' } } })
  keys = (await opened.inbox.list({ limit: 500 })).events.map(({ key }) => key)
})
afterAll(() => opened?.close())

const misspelt = JSON.parse('["see", "everything"]') as ConsoleAccess
const actions: readonly ConsoleAction[] = ['see', 'body', 'check', 'replay', 'discard', 'rollback']

/** Calls a route for an event that does not exist, so that nothing happens where it is allowed. */
async function isAllowed(name: string): Promise<boolean> {
  const [method, path] = name.split(' ') as [string, string]
  const key = 'no-such-event'
  const made = { method, headers: changeHeaders, body: JSON.stringify(routes[name]!.body ?? { key }) }
  const { status, text } = await send(`${opened.url}${path}?key=${key}`, method === 'GET' ? {} : made)
  if (status === 403) expect(JSON.parse(text)).toMatchObject({ code: 'CONSOLE_FORBIDDEN' })
  return status !== 403
}

describe('createConsole', () => {
  it('does not start without authorize', () => {
    expect(() => createConsole({ inbox: opened.inbox } as never)).toThrow(/authorize is missing; pass a function/)
  })
})

describe('the list of routes', () => {
  it('is complete here', () => {
    expect(Object.keys(routes).toSorted()).toEqual(Object.keys(createRoutes({ settings: {} } as never)).toSorted())
  })
})

describe.each(Object.entries(routes))('%s', (name, { needs }) => {
  const accesses: [ConsoleAccess, readonly ConsoleAction[]][] = [
    ['none', []],
    ['view', ['see', 'body', 'check']],
    ['operate', actions],
    ...actions.map((action): [ConsoleAccess, readonly ConsoleAction[]] => [[action], ['see', action]]),
    [[], []],
    [misspelt, []],
  ]

  it.each(accesses)('asks what %o may do', async (access, allowed) => {
    opened.access = access
    // Bodies are hidden from those who only look.
    expect(await isAllowed(name)).toBe(needs === 'body' ? access === 'operate' : allowed.includes(needs))
  })

  it.each([undefined, null, true, 1, 'admin', {}, { can: true }, { can: ['replay', 7] }, [[['operate']]]])(
    'takes %o for no access',
    async (access) => {
      opened.access = access as ConsoleAccess
      expect(await isAllowed(name)).toBe(false)
    },
  )
})

describe('authorize', () => {
  it.each([
    ['throws', () => raise()],
    ['rejects', () => Promise.reject(new Error('no session store'))],
    [
      'returns an object that throws',
      () => ({
        get can() {
          return raise()
        },
      }),
    ],
    ['returns a list that throws', () => new Proxy([], { get: () => raise() })],
  ])('rejects everybody when it %s', async (_what, authorize) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const handle = createConsole({ inbox: opened.inbox, authorize })
    for (const path of ['', 'events', 'api/session', 'assets/icon.svg'])
      expect((await handle(new Request(`http://localhost/${path}`))).status).toBe(403)
    expect(printed).toHaveBeenCalledTimes(1)
    printed.mockRestore()
  })

  it('may send to a login', async () => {
    const authorize = () => Response.redirect('http://localhost/login', 303)
    const handle = createConsole({ inbox: opened.inbox, authorize })
    const page = await handle(new Request('http://localhost/events'))
    expect(page.status).toBe(303)
    expect(page.headers.get('location')).toBe('http://localhost/login')
    const data = await handle(new Request('http://localhost/api/session'))
    expect({ status: data.status, ...((await data.json()) as object) }).toMatchObject({
      status: 401,
      code: 'CONSOLE_SIGNED_OUT',
    })
  })

  it('may send a login page with a policy of its own', async () => {
    const own = { 'content-security-policy': "default-src 'self'", 'content-type': 'text/html' }
    const authorize = () => new Response('<form method="post">', { status: 401, headers: own })
    const page = await createConsole({ inbox: opened.inbox, authorize })(new Request('http://localhost/'))
    expect(Object.fromEntries(page.headers)).toMatchObject({ ...own, 'x-frame-options': 'DENY' })
  })

  it('may read the body of a request', async () => {
    const authorize = async (request: Request) => ((await request.text()).includes('"key"') ? 'operate' : 'none')
    const handle = createConsole({ inbox: opened.inbox, authorize })
    const body = JSON.stringify({ key: 'none' })
    const answer = await handle(
      new Request('http://localhost/api/replay', { method: 'POST', headers: changeHeaders, body }),
    )
    expect(answer.status).toBe(404)
  })

  it('grants no changes with readOnly', async () => {
    const handle = createConsole({ inbox: opened.inbox, authorize: () => 'operate', readOnly: true })
    const session = await (await handle(new Request('http://localhost/api/session'))).json()
    expect(session).toMatchObject({ actions: ['see', 'body', 'check'] })
  })
})

function raise(): never {
  throw new Error('no session store')
}

describe('a viewer', () => {
  it('changes nothing and gets no body, whatever is sent', { timeout: 120_000 }, async () => {
    opened.access = 'view'
    const before = await readAll()
    const key = fc.oneof(fc.constantFrom(...keys), fc.string())
    const text = fc.oneof(fc.string(), fc.constantFrom('1', 'dead', 'operate', '*', '24h'))
    const path = fc.oneof(
      fc.constantFrom(...Object.keys(routes)).map((name) => name.split(' ')[1]!),
      fc.constantFrom('api/jobs/', 'api//replay', 'api/replay/', 'API/REPLAY', 'api/event/../replay', 'api/%72eplay'),
    )
    const member = fc.constantFrom(
      'key',
      'keys',
      'id',
      'action',
      'query',
      'expected',
      'raw',
      'whole',
      'state',
      '_method',
    )
    const value = fc.oneof(
      key,
      text,
      fc.array(key, { maxLength: 3 }),
      fc.constantFrom('replay', 'discard', 0, 1, 10, {}, { state: 'dead' }, { state: 'done' }, null, true),
    )
    const made = fc.record({
      method: fc.oneof(
        fc.constantFrom('GET', 'POST'),
        fc.constantFrom(...METHODS.filter((each) => each !== 'CONNECT')),
      ),
      path,
      query: fc.dictionary(member, fc.oneof(key, text), { maxKeys: 4 }),
      headers: fc.dictionary(
        fc.constantFrom(
          'x-http-method-override',
          'x-sallyport-console',
          'content-type',
          'x-forwarded-for',
          'role',
          'cookie',
        ),
        fc.constantFrom('1', 'POST', 'DELETE', 'operate', 'application/json', 'text/plain', '127.0.0.1'),
      ),
      isFromPage: fc.boolean(),
      body: fc.dictionary(member, value, { maxKeys: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(made, async ({ method, path: at, query, headers, isFromPage, body }) => {
        const search = new URLSearchParams(query).toString()
        const { text: answer } = await send(`${opened.url}${at}?${search}`, {
          method,
          headers: { ...(isFromPage ? changeHeaders : {}), ...headers },
          ...(method === 'GET' || method === 'HEAD' ? {} : { body: JSON.stringify(body) }),
        })
        // A part of the bodies of waiting events; in base64 too, as curl would get it.
        expect(answer).not.toContain('90071992547409')
        expect(answer).not.toContain(Buffer.from('"order":90071992547409').toString('base64').slice(2, -4))
      }),
      { numRuns: 400 },
    )
    expect(await readAll()).toEqual(before)
    const { jobs } = JSON.parse((await send(`${opened.url}api/jobs`)).text) as { jobs: unknown[] }
    expect(jobs).toEqual([])
  })
})

async function readAll(): Promise<unknown> {
  const { events } = await opened.inbox.list({ limit: 500 })
  return events.map(({ key, state, attempts, dueAt, finishedAt }) => [key, state, attempts, dueAt, finishedAt])
}
