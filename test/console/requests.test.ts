import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventList } from '@sallyport/console'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { credentials, secrets } from '../support/console/seed.ts'
import { routes } from '../support/console/routes.ts'
import { changeHeaders, post, send, type Answer } from '../support/console/send.ts'

let opened: OpenedConsole
let key: string
beforeAll(async () => {
  opened = await openConsole({ keepSecretHeaders: true })
  const [event] = (await opened.inbox.list({ state: 'done' })).events
  key = event!.key
})
afterAll(() => opened?.close())

function expectSafe({ headers }: Answer): void {
  expect(headers).toMatchObject({
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  })
  expect(headers['set-cookie']).toBeUndefined()
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
}

describe('an answer', () => {
  it.each([
    ['', 200],
    ['events', 200],
    ['event?key=x', 200],
    ['assets/icon.svg', 200],
    ['assets/none.js', 404],
    ['api/session', 200],
    ['api/none', 404],
    ['api/replay', 405],
    ['api/event?key=none', 404],
    ['api/event', 400],
    ['api/events?state=odd', 400],
    ['none', 404],
  ])('to %s is %i with every security header', async (path, status) => {
    const answer = await send(opened.url + path)
    expect(answer.status).toBe(status)
    expectSafe(answer)
    const isKept = path.startsWith('assets/') && status === 200
    expect(answer.headers['cache-control']).toMatch(isKept ? /^private, max-age/ : /^no-store$/)
  })

  it('to a page that fails is readable on a phone and in the dark', async () => {
    const { text } = await send(`${opened.url}none`)
    expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(text).toContain('<meta name="color-scheme" content="light dark">')
  })

  it('to anything has them, and is no failure', async () => {
    const path = fc.oneof(
      fc.webPath(),
      fc.constantFrom(...Object.keys(routes)).map((name) => `/${name.split(' ')[1]}`),
      fc.constantFrom('/%', '/%00', '/%ff', '/..', '/assets/..%2f..%2fpackage.json', '//evil.example/', '/api/event/'),
    )
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PATCH')
    const query = fc.dictionary(
      fc.oneof(fc.constantFrom('key', 'q', 'since', 'until', 'state', 'limit', 'after', 'span', 'code'), fc.string()),
      fc.oneof(fc.string(), fc.constantFrom('dead', '7d', '99999999999999999', '-1', "'; drop table events; --")),
    )
    const body = fc.oneof(fc.string(), fc.json())
    await fc.assert(
      fc.asyncProperty(path, method, query, body, async (at, how, search, text) => {
        opened.access = 'view'
        const answer = await send(opened.url, {
          method: how,
          path: `/console${encodeURI(at)}?${new URLSearchParams(search).toString()}`,
          headers: changeHeaders,
          ...(how === 'GET' || how === 'HEAD' || how === 'TRACE' ? {} : { body: text }),
        })
        expectSafe(answer)
        expect(answer.status).toBeLessThan(500)
      }),
      { numRuns: 300 },
    )
    opened.access = 'operate'
  })

  it('to HEAD has no content', async () => {
    expect(await send(`${opened.url}api/session`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })
})

describe('a change', () => {
  const change = (headers: Record<string, string>, body = JSON.stringify({ key: 'none' })): Promise<Answer> =>
    send(`${opened.url}api/replay`, { method: 'POST', headers, body })
  const host = (): string => new URL(opened.url).host

  it('is asked by a page of the console', async () => {
    expect((await change(changeHeaders)).status).toBe(404)
    const { origin } = new URL(opened.url)
    expect((await change({ ...changeHeaders, origin, 'sec-fetch-site': 'same-origin' })).status).toBe(404)
    // Behind a proxy that ends TLS.
    expect((await change({ ...changeHeaders, origin: `https://${host()}` })).status).toBe(404)
    expect((await change({ ...changeHeaders, 'content-type': 'application/json; charset=utf-8' })).status).toBe(404)
  })

  it.each([
    ['no header of the console', { 'x-sallyport-console': '' }],
    ['another value of it', { 'x-sallyport-console': 'true' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['a type that begins like JSON', { 'content-type': 'application/jsonp' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a host that begins like it', { origin: 'http://127.0.0.1.evil.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }],
  ])('is refused with %s', async (_what, headers) => {
    const answer = await change({ ...changeHeaders, ...headers })
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'CONSOLE_FORGED' })
  })

  it('is refused by GET', async () => {
    expect((await send(`${opened.url}api/replay?key=${encodeURIComponent(key)}`)).status).toBe(405)
  })

  it('is refused beyond 64 KiB, however the length is told', async () => {
    const body = JSON.stringify({ key: 'x'.repeat(70_000) })
    expect((await change(changeHeaders, body)).status).toBe(413)
    expect((await change({ ...changeHeaders, 'transfer-encoding': 'chunked' }, body)).status).toBe(413)
  })

  it.each(['', '[]', 'null', '"x"', '{', '{"key":1}', '{"key":""}', `{"key":"${'x'.repeat(1_001)}"}`])(
    'is refused with the body %s',
    async (body) => expect((await change(changeHeaders, body)).status).toBe(400),
  )

  it('takes addresses that the owner names', async () => {
    const proxied = await openConsole({ options: { origins: ['https://app.example'] } })
    const headers = { ...changeHeaders, origin: 'https://app.example' }
    const made = { method: 'POST', headers, body: '{"key":"none"}' }
    expect((await send(`${proxied.url}api/replay`, made)).status).toBe(404)
    await proxied.close()
  })
})

describe('data', () => {
  it('is not given to pages of another site', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await send(`${opened.url}api/events`, { headers })).status).toBe(403)
    // A link to a page is fine.
    expect((await send(`${opened.url}events`, { headers })).status).toBe(200)
  })
})

describe('assets', () => {
  it.each([
    '/console/assets/../../../package.json',
    '/console/assets/%2e%2e/%2e%2e/package.json',
    '/console/assets/..%2f..%2fpackage.json',
    '/console/assets/..%5c..%5cpackage.json',
    '/console/assets//etc/passwd',
    '/console/assets/icon.svg%00.js',
    '/console/../package.json',
  ])('has no %s', async (path) => {
    expect((await send(opened.url, { path })).status).toBe(404)
  })
})

describe('a query', () => {
  it.each([
    [`q=${'x'.repeat(501)}`, 400],
    [`q=${'x'.repeat(500)}`, 200],
    ['limit=0', 400],
    ['limit=201', 400],
    ['limit=1e3', 400],
    ['since=yesterday', 400],
    ['until=1h', 200],
    ['q=%00%27%25_%5C', 200],
  ])('%s is answered with %i', async (query, status) => {
    expect((await send(`${opened.url}api/events?${query}`)).status).toBe(status)
  })
})

describe('no answer', () => {
  it('has a credential or a secret, even where the inbox keeps them', async () => {
    const events = (await opened.inbox.list({ limit: 500 })).events
    const kept = await Promise.all(events.map((event) => opened.inbox.get(event.key)))
    const signatures = kept.flatMap((event) =>
      event!.headers
        .filter(([name]) => event!.secretHeaders.some((secret) => secret.toLowerCase() === name.toLowerCase()))
        .map(([, value]) => value),
    )
    expect(signatures.length).toBeGreaterThan(50)
    const hidden = [...new Set([...signatures, ...Object.values(secrets), ...Object.values(credentials)])]
    const paths = Object.keys(routes)
      .filter((name) => name.startsWith('GET ') && !/api\/(?:event\/|event$|agent)/.test(name))
      .map((name) => name.slice(4))
    for (const event of events)
      for (const path of ['api/event', 'api/event/body', 'api/event/http', 'api/event/curl'])
        paths.push(`${path}?key=${encodeURIComponent(event.key)}`)
    paths.push('api/events?limit=200')
    for (const path of paths) {
      const { status, text } = await send(opened.url + path)
      expect({ path, status }).toEqual({ path, status: 200 })
      expect({ path, found: hidden.filter((secret) => text.includes(secret)) }).toEqual({ path, found: [] })
    }
    const [example] = (JSON.parse((await send(`${opened.url}api/events?q=msg_done`)).text) as EventList).events
    const detail = (await send(`${opened.url}api/event?key=${encodeURIComponent(example!.key)}`)).text
    expect(detail).toContain('["Authorization","[redacted]"]')
    expect(detail).toContain('?token=[redacted]&page=2')
  })

  it('has a header that the owner names', async () => {
    const redacting = await openConsole({ keepSecretHeaders: true, options: { redact: ['User-Agent'] } })
    const [example] = (JSON.parse((await send(`${redacting.url}api/events?q=msg_done`)).text) as EventList).events
    const detail = (await send(`${redacting.url}api/event?key=${encodeURIComponent(example!.key)}`)).text
    expect(detail).toContain('["User-Agent","[redacted]"]')
    await redacting.close()
  })
})

describe('an address without an inbox', () => {
  it('says so, and shows recent deliveries of the record', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-console-'))
    const { createConsole } = await import('@sallyport/console')
    const handle = createConsole({ record: opened.record, authorize: () => 'view' })
    const read = async (path: string) => {
      const answer = await handle(new Request(`http://localhost/${path}`))
      return { status: answer.status, data: (await answer.json()) as Record<string, unknown> }
    }
    expect(await read('api/events')).toMatchObject({ status: 404, data: { code: 'CONSOLE_NO_INBOX' } })
    expect(await read('api/session')).toMatchObject({ data: { hasInbox: false, hasRecord: true } })
    const { data } = await read('api/recent')
    expect((data['deliveries'] as unknown[]).length).toBeGreaterThan(20)
    expect(await read('api/overview')).toMatchObject({ status: 200, data: { waiting: 0 } })
    expect(await read('api/refused?code=SIGNATURE_MISMATCH')).toMatchObject({ status: 200 })
    expect(await read('api/refused?code=ODD')).toMatchObject({ status: 400 })
    rmSync(folder, { recursive: true })
  })
})

it('post sends what pages send', async () => {
  expect((await post(`${opened.url}api/check`, { key })).status).toBe(200)
})
