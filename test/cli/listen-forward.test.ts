import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findFreePort } from '../support/free-port.ts'
import { run, start, temporaryFolder, type Running } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'
import { sendRaw, startRawApp } from '../support/cli/raw-http.ts'

const secret = 'a-secret-that-is-long-enough'

interface Listening {
  readonly server: Running
  readonly url: string
  readonly folder: string
  /** The record of the next delivery. */
  delivery(): Promise<Record<string, unknown>>
}

async function forward(to: string, ...args: string[]): Promise<Listening> {
  const folder = await temporaryFolder()
  const env = { SONZAI_WEBHOOK_SECRET: secret }
  const server = start(['listen', '--port', '0', '--json', '--forward-to', to, ...args], { cwd: folder, env })
  const [, url = ''] = await server.sees(/"kind":"listening","url":"([^"]+)"/)
  let seen = 0
  return {
    server,
    url,
    folder,
    async delivery() {
      seen += 1
      await server.sees(new RegExp(String.raw`(?:"kind":"delivery"[^\n]*\n[^]*?){${seen}}`))
      const lines = server
        .written()
        .split('\n')
        .filter((line) => line.includes('"kind":"delivery"'))
      return JSON.parse(lines[seen - 1]!) as Record<string, unknown>
    },
  }
}

function sign(key: string): { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> } {
  const { plainHeaders, body } = signDelivery(sonzai(), { secret: key, type: 'on_wakeup_ready' })
  return { headers: { ...plainHeaders }, body }
}

async function post(url: string, init: RequestInit = {}): Promise<Response> {
  const { headers, body } = sign(secret)
  return fetch(url, { method: 'POST', headers, body, redirect: 'manual', ...init })
}

describe('listen --forward-to', () => {
  it('forwards header lines and body as they arrived', async () => {
    const app = await startRawApp()
    const { url } = await forward(app.url)
    const own = new Set(['host', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade', 'expect', 'content-length'])
    const name = fc
      .stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/)
      .filter((text) => !own.has(text.toLowerCase()) && !/^(?:transfer|proxy)-/i.test(text))
    // Also bytes that are no ASCII; blanks at the ends are not part of a value.
    const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[ -~\x80-\xff]{0,30}[!-~\x80-\xff])?)?$/)
    const lines = fc.array(fc.tuple(name, value), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.uint8Array({ maxLength: 2000 }),
        fc.stringMatching(/^[\w.~%-]{0,20}$/),
        async (pairs, body, path) => {
          const head = [
            `POST /${path}?q=%20 HTTP/1.1`,
            'hOsT: sender.example',
            ...pairs.map(([key, text]) => `${key}: ${text}`),
          ]
          const framed = [...head, `content-LENGTH: ${body.length}`, 'Connection: close', '', '']
          await sendRaw(url, Buffer.concat([Buffer.from(framed.join('\r\n'), 'latin1'), body]))
          const got = app.requests.pop()!
          expect(got.line).toBe(head[0])
          expect(got.headers).toEqual([
            `hOsT: ${new URL(app.url).host}`,
            ...head.slice(2),
            `content-LENGTH: ${body.length}`,
            'Connection: close',
          ])
          expect(got.body.equals(Buffer.from(body))).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('leaves out headers of the connection only', async () => {
    const app = await startRawApp()
    const { url } = await forward(app.url)
    const head = [
      'POST / HTTP/1.1',
      'Host: sender.example',
      'X-Twice: 1',
      'Connection: X-Hop, close',
      'x-hop: gone',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Upgrade: h2c',
      'Expect: 100-continue',
      'x-TWICE: 2',
      'Transfer-Encoding: chunked',
      'X-Last: 1',
    ]
    await sendRaw(url, Buffer.from(`${head.join('\r\n')}\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n`))
    expect(app.requests).toEqual([
      {
        line: 'POST / HTTP/1.1',
        headers: [
          `Host: ${new URL(app.url).host}`,
          'X-Twice: 1',
          'x-TWICE: 2',
          'Content-Length: 3',
          'X-Last: 1',
          'Connection: close',
        ],
        body: Buffer.from('abc'),
      },
    ])
  })

  it('answers with the answer of the app', async () => {
    const body = '{"a":"ü"}'
    const head = [
      'HTTP/1.1 418 Short And Stout',
      'X-One: 1',
      'x-one: 2',
      'Set-Cookie: a=b',
      'Location: http://x.invalid/',
    ]
    const app = await startRawApp(
      () =>
        `${head.join('\r\n')}\r\nTransfer-Encoding: chunked\r\nKeep-Alive: timeout=9\r\n\r\n9\r\n${body}\r\n0\r\n\r\n`,
    )
    const { url, delivery } = await forward(app.url)
    const request = `POST /webhooks/sonzai HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
    const answer = await sendRaw(url, Buffer.from(request))
    expect(answer.line).toBe(head[0])
    expect(answer.headers.filter((line) => !/^(?:date|connection):/i.test(line))).toEqual([
      ...head.slice(1),
      'Content-Length: 9',
    ])
    expect(answer.body.toString('latin1')).toBe(body)
    expect(await delivery()).toMatchObject({ ok: false, status: 418, forwarded: { to: `${app.url}/`, status: 418 } })
  })

  it('does not follow redirects', async () => {
    const app = await startRawApp(() => `HTTP/1.1 307 Temporary Redirect\r\nLocation: /other\r\n\r\n`)
    const { url } = await forward(app.url)
    const { status, headers } = await post(url)
    expect([status, headers.get('location'), app.requests.length]).toEqual([307, '/other', 1])
  })

  it('forwards whatever the verdict, and shows it', async () => {
    const app = await startRawApp()
    const { url, delivery } = await forward(app.url)
    const wrong = sign('another-secret-of-some-length')
    const stories: [string, RequestInit, object][] = [
      ['/webhooks/sonzai', {}, { verdict: 'verified', eventType: 'on_wakeup_ready', provider: 'sonzai' }],
      ['/webhooks/sonzai', wrong, { verdict: 'SIGNATURE_MISMATCH', code: 'SIGNATURE_MISMATCH' }],
      ['/webhooks/sonzai', { method: 'PUT' }, { verdict: 'METHOD_NOT_ALLOWED' }],
      ['/webhooks/sonzai', { headers: {} }, { verdict: 'CONTENT_TYPE_UNSUPPORTED' }],
      ['/webhooks/stripe', {}, { verdict: 'no secret: not checked', provider: 'stripe' }],
      ['/elsewhere?token=hidden', {}, { verdict: 'no provider at this path', path: '/elsewhere?…' }],
    ]
    for (const [path, init, record] of stories) {
      expect((await post(url + path, init)).status).toBe(204)
      expect(await delivery()).toMatchObject({ ok: true, status: 204, forwarded: { status: 204 }, ...record })
    }
    expect(app.requests.map(({ line }) => line.split(' ')[1])).toEqual(stories.map(([path]) => path))
  })

  it('says 502 and what to do if the app is down', async () => {
    const port = await findFreePort()
    const { url, delivery, server } = await forward(`http://127.0.0.1:${port}/hooks`)
    const answer = await post(`${url}/webhooks/sonzai`)
    expect([answer.status, await answer.text()]).toEqual([502, 'sallyport listen: the app is not running\n'])
    expect(await delivery()).toMatchObject({
      ok: false,
      status: 502,
      verdict: 'verified',
      forwarded: {
        error: 'the app is not running',
        fix: `nothing listens at http://127.0.0.1:${port}/hooks: start the app, or correct --forward-to`,
      },
    })
    expect((await server.end('SIGTERM')).code).toBe(0)
  })

  it('says 504 if the app does not answer in time', async () => {
    const app = await startRawApp(() => undefined)
    const { url, delivery } = await forward(app.url, '--timeout', '1s')
    expect((await post(url)).status).toBe(504)
    expect(await delivery()).toMatchObject({ forwarded: { error: 'the app did not answer within 1 s' } })
  })

  it.each([
    ['closes the connection', '', 'the app closed the connection without an answer'],
    ['speaks no HTTP', 'SSH-2.0-OpenSSH\r\n', 'the app does not answer with HTTP'],
    [
      'cuts its answer',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab',
      'the app closed the connection without an answer',
    ],
  ])('says 502 if the app %s', async (_what, bytes, error) => {
    const app = await startRawApp(() => bytes)
    const { url, delivery } = await forward(app.url)
    expect((await post(url)).status).toBe(502)
    expect(await delivery()).toMatchObject({ forwarded: { error } })
  })

  it('bounds the answer of the app', async () => {
    const app = createServer((_request, response) => void response.end(Buffer.alloc(9 * 1024 * 1024)))
    await once(app.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => app.close().closeAllConnections())
    const { url, delivery } = await forward(`http://127.0.0.1:${(app.address() as AddressInfo).port}`)
    expect((await post(url)).status).toBe(502)
    expect(await delivery()).toMatchObject({ forwarded: { error: "the app's answer is too large" } })
  })

  it('forwards large bodies and rejects larger ones', async () => {
    const app = await startRawApp()
    const { url, delivery } = await forward(app.url)
    const large = Buffer.alloc(3 * 1024 * 1024, 'x')
    expect((await post(`${url}/webhooks/sonzai`, { body: large })).status).toBe(204)
    expect(app.requests.pop()!.body.equals(large)).toBe(true)
    expect(await delivery()).toMatchObject({ verdict: 'BODY_TOO_LARGE', status: 204 })
    expect((await post(`${url}/webhooks/sonzai`, { body: Buffer.alloc(65 * 1024 * 1024) })).status).toBe(413)
    expect(await delivery()).toMatchObject({ verdict: 'BODY_TOO_LARGE', status: 413 })
    expect(app.requests).toEqual([])
  }, 60_000)

  it('waits for the app while the sender is gone', async () => {
    const answered = Promise.withResolvers<void>()
    const app = createServer((request, response) => {
      request.resume()
      void answered.promise.then(() => response.end('late'))
    })
    await once(app.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => app.close().closeAllConnections())
    const { url, delivery } = await forward(`http://127.0.0.1:${(app.address() as AddressInfo).port}`)
    const leaving = new AbortController()
    const posted = post(url, { signal: leaving.signal }).catch(() => 'gone')
    await once(app, 'request')
    leaving.abort()
    expect(await posted).toBe('gone')
    answered.resolve()
    expect(await delivery()).toMatchObject({ forwarded: { status: 200 } })
  })

  it('stops while the app is slow', async () => {
    const app = await startRawApp(() => undefined)
    const { url, server } = await forward(app.url)
    void post(url).catch(() => {})
    await expect.poll(() => app.requests.length).toBe(1)
    expect((await server.end('SIGTERM')).code).toBe(0)
  }, 20_000)

  it('stores nothing, and works without any secret', async () => {
    const app = await startRawApp()
    const folder = await temporaryFolder()
    const server = start(['listen', '--port', '0', '--forward-to', app.url], { cwd: folder })
    const [text] = await server.sees(/Receiving at[^]*Forwarding to .*\n/)
    expect(text).toMatch(
      /^Receiving at http:\S+\n {2}deliveries of all providers are forwarded unchecked \(no secret\)\nForw/,
    )
    expect(text).not.toContain('Inbox')
    expect((await server.end('SIGTERM')).code).toBe(0)
    expect(await readdir(folder)).toEqual([])
  })

  it('lists only providers that are checked or configured', async () => {
    const folder = await temporaryFolder()
    await writeFile(
      join(folder, 'sallyport.config.ts'),
      "export default { providers: { stripe: { path: '/own' }, github: { secret: 'env:HUB' } } }",
    )
    const env = { SONZAI_WEBHOOK_SECRET: secret, HUB: secret }
    const server = start(['listen', '--port', '0', '--forward-to', 'http://localhost:9'], { cwd: folder, env })
    const [text] = await server.sees(/Receiving at[^]*Forwarding to .*\n/)
    expect(text.replaceAll(/http:\S+?:\d+/g, 'URL').split('\n')).toEqual([
      'Receiving at',
      '  sonzai             URL/webhooks/sonzai',
      '  github             URL/webhooks/github',
      '  stripe             URL/own  unchecked',
      '  deliveries of all other providers are forwarded unchecked',
      'Forwarding to URL/',
      '',
    ])
    expect((await server.end('SIGTERM')).stderr).toBe('')
  })

  it('prints local times', async () => {
    const app = await startRawApp()
    const folder = await temporaryFolder()
    const line = ['listen', '--port', '0', '--forward-to', app.url]
    const server = start(line, { cwd: folder, env: { TZ: 'Asia/Kolkata' } })
    const [, url = ''] = await server.sees(/Receiving at (\S+)/)
    const before = Date.now()
    await post(`${url}/webhooks/sonzai`)
    const [, time = ''] = await server.sees(/^([\d:]{8}) {2}204/m)
    const at = (ms: number): string => new Date(ms).toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata' })
    expect([at(before), at(before + 1_000), at(Date.now())]).toContain(time)
    await server.end('SIGTERM')
  })

  it('prints aligned lines', async () => {
    const app = await startRawApp(({ line }) => `HTTP/1.1 ${line.includes('stripe') ? 500 : 200} X\r\n\r\n`)
    const folder = await temporaryFolder()
    const env = { SONZAI_WEBHOOK_SECRET: secret }
    const server = start(['listen', '--port', '0', '--forward-to', app.url], { cwd: folder, env })
    const [, url = ''] = await server.sees(/sonzai +(\S+)\/webhooks/)
    await post(`${url}/webhooks/sonzai`)
    await post(`${url}/webhooks/sonzai`, { body: '{}' })
    await post(`${url}/webhooks/stripe`)
    const [, shown = ''] = await server.sees(/Forwarding.*\n((?:.*\n){4})/)
    expect(
      shown
        .replaceAll(/^[\d:]{8}/gm, 'HH:MM:SS')
        .replaceAll(/ [\d .]+ (?:B|kB|ms|s)\b/g, (text) => '#'.padStart(text.length)),
    ).toBe(
      [
        'HH:MM:SS  200  sonzai                  #       #  verified   on_wakeup_ready',
        'HH:MM:SS  200  sonzai                  #       #  SIGNATURE_MISMATCH',
        '          the app accepted a delivery that does not verify',
        'HH:MM:SS  500  stripe                  #       #  no secret: not checked',
        '',
      ].join('\n'),
    )
    await server.end('SIGTERM')
  })

  it('records everything, for verify', async () => {
    const app = await startRawApp()
    const { url, folder, server } = await forward(app.url, '--record', 'captures')
    await post(`${url}/webhooks/sonzai`)
    await post(`${url}/webhooks/sonzai`, { headers: { 'sonzai-signature': 'none' } })
    const chunked = ['POST /odd HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked', 'Connection: close', '', '']
    // Joined, it looks like chunks again.
    await sendRaw(url, Buffer.from(`${chunked.join('\r\n')}b\r\n1\r\nb\r\n0\r\n\r\n\r\n0\r\n\r\n`))
    await server.sees(/(?:[^]*"kind":"recorded"){3}/)
    await server.end('SIGTERM')
    const [ignore, ...names] = (await readdir(join(folder, 'captures'))).toSorted((a, b) => a.localeCompare(b))
    expect(ignore).toBe('.gitignore')
    expect(names.map((name) => name.replace(/^.*Z-/, ''))).toEqual([
      '0001-sonzai.http',
      '0002-sonzai.http',
      '0003-unknown.http',
    ])
    const verify = (name: string, provider = 'sonzai') =>
      runJson(['verify', provider, '--request', join('captures', name)], {
        cwd: folder,
        env: { SONZAI_WEBHOOK_SECRET: secret },
      })
    expect(await verify(names[0]!)).toMatchObject({ code: 0, records: [{ ok: true, type: 'on_wakeup_ready' }] })
    const sent = app.requests[0]!
    const again = ['send', '--replay', join('captures', names[0]!), '--to', app.url]
    expect(await runJson(again, { cwd: folder })).toMatchObject({ code: 0 })
    expect(app.requests.at(-1)!.body.equals(sent.body)).toBe(true)
    const signatureOf = ({ headers }: typeof sent) => headers.find((line) => /^sonzai-signature:/i.test(line))
    expect(signatureOf(app.requests.at(-1)!)).toBe(signatureOf(sent))
    expect(signatureOf(sent)).toBeDefined()
    expect(await verify(names[1]!)).toMatchObject({ code: 1, records: [{ code: expect.any(String) }] })
    const odd = await readFile(join(folder, 'captures', names[2]!), 'latin1')
    expect(odd.replace(/^#.*\r\n/, '')).toBe(
      'POST /odd HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nConnection: close\r\n\r\n1\r\nb\r\n0\r\n\r\n',
    )
  })
})

describe('listen', () => {
  it('shows the action of Fleet, also with an inbox', async () => {
    const cwd = await temporaryFolder()
    const env = { FLEET_WEBHOOK_TOKEN: secret }
    const server = start(['listen', '--port', '0'], { cwd, env })
    const [, url = ''] = await server.sees(/(http:\S+)\/webhooks\/fleet/)
    expect((await runJson(['send', 'fleet', 'Publish', '--to', url], { cwd, env })).code).toBe(0)
    await server.sees(/inbox handled/)
    expect((await post(`${url}/webhooks/fleet`)).status).toBe(401)
    expect((await post(`${url}/other`)).status).toBe(404)
    await server.sees(/\/other\n/)
    const [, shown = ''] = await server.sees(/Inbox: .*\n([^]*)\n/)
    const measured = /^[\d:]{8}| +[\d.]+ (?:B|kB|ms|s)\b/g
    expect(shown.split('\n').map((line) => line.replaceAll(measured, (part) => '#'.padStart(part.length)))).toEqual([
      '       #  202  fleet       #       #  accepted   Publish "Meeting preparer" (dry run)',
      '       #       fleet   inbox handled             Publish "Meeting preparer" (dry run)',
      '       #  401  fleet               #  CREDENTIAL_MISSING',
      '       #  404  -                   #  no provider at this path  POST /other',
    ])
    await server.end('SIGTERM')
  })
})

describe('the options of forwarding', () => {
  it.each([
    [['--forward-to', 'ftp://x'], 2, /Use a URL/],
    [['--forward-to', 'http://me:hidden@x'], 2, /FORWARD_TO_INVALID.*password/],
    [['--forward-to', 'http://localhost:4300/x'], 2, /FORWARD_TO_INVALID.*4300/],
    [['--forward-to', 'localhost:3000', '--deploy', 'agents'], 2, /OPTIONS_CONFLICT/],
    [['--forward-to', 'localhost:3000', '--timeout', '0s'], 2, /1s to 24d/],
  ])('rejects %j', async (args, code, message) => {
    const cwd = await temporaryFolder()
    const ended = await run(['listen', ...args], { cwd })
    expect(ended.code).toBe(code)
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toContain('hidden')
    expect(await readdir(cwd)).toEqual([])
  })
})
