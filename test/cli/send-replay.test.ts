import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { createReceiver, type Provider } from 'sallyport'
import { webhook } from 'sallyport/node'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { writeHttpFile } from '../../packages/cli/src/http-file.ts'
import { start, temporaryFolder } from '../support/cli/command.ts'
import { findSteering, hostile } from '../support/cli/hostile-text.ts'
import { runHere } from '../support/cli/in-process.ts'

const secret = 'whsec_c2VuZCAtLXJlcGxheSBjYXB0dXJlcw=='
const env = Object.fromEntries(
  ['SONZAI', 'INVORATEC', 'LANGSMITH', 'GITHUB', 'STRIPE'].map((name) => [`${name}_WEBHOOK_SECRET`, secret]),
)
const cleaning: (() => Promise<void>)[] = []
let folder: string

beforeAll(async () => {
  folder = await temporaryFolder((work) => cleaning.push(work))
})
afterAll(() => Promise.all(cleaning.map((work) => work())))

interface Arrived {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly lines: readonly string[]
  readonly body: string
}

async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  onTestFinished(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An endpoint that remembers what arrives. */
async function serveMemory(status = 200): Promise<{ url: string; arrived: Arrived[] }> {
  const arrived: Arrived[] = []
  async function remember(request: IncomingMessage): Promise<void> {
    const { method, url, rawHeaders } = request
    const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []))
    arrived.push({ method, url, lines, body: (await buffer(request)).toString('latin1') })
  }
  const url = await serve((request, response) => {
    void remember(request).then(() => response.writeHead(status).end('{}'))
  })
  return { url, arrived }
}

async function capture(name: string, lines: readonly string[], body: string): Promise<string> {
  await writeFile(join(folder, name), `${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  return name
}

async function captureOf(provider: Provider, name: string, ageMs: number, more: object = {}): Promise<string> {
  const now = Date.now() - ageMs
  const { headers, body, method } = signDelivery(provider, { secret, now, ...more })
  const file = `${name}.http`
  await writeFile(
    join(folder, file),
    writeHttpFile({ method, url: `/webhooks/${name}`, headers, body, receivedAt: now }),
  )
  return file
}

async function send(...args: string[]): Promise<{ code: number | null; record: Record<string, unknown> }> {
  const { code, stdout } = await runHere(['send', ...args, '--json'], { cwd: folder, env })
  return { code, record: JSON.parse(stdout) as Record<string, unknown> }
}

describe('send --replay', () => {
  it('sends the same method, path, header lines and bytes', async () => {
    const { url, arrived } = await serveMemory()
    const lines = [
      'x-ONE: 1',
      'X-Two:  a  b ',
      'x-one: 2',
      'Content-Type: text/odd',
      'User-Agent: acme/1 \u00e9',
      'Authorization: Bearer x',
    ]
    const ofConnection = [
      'Host: hooks.example.com',
      'Connection: close',
      'Transfer-Encoding: identity',
      'Content-Length: 12',
      'Expect: 100-continue',
    ]
    const body = '{"a": "\u00ff\u0000"}\n'
    const file = await capture(
      'same.http',
      ['# a comment', 'PUT /odd//path?a=%20&a HTTP/1.1', ...ofConnection, ...lines],
      body,
    )
    expect(await send('--replay', file, '--to', url)).toMatchObject({
      code: 0,
      record: { ok: true, sent: 1, files: [file], signed: false, statuses: { 200: 1 } },
    })
    const host = `Host: ${new URL(url).host}`
    const length = `Content-Length: ${body.length}`
    expect(arrived).toEqual([
      {
        method: 'PUT',
        url: '/odd//path?a=%20&a',
        lines: [
          host,
          ...lines.map((line) => line.replace('X-Two:  a  b ', 'X-Two: a  b')),
          length,
          'Connection: keep-alive',
        ],
        body,
      },
    ])
  })

  it('sends several files, each as often as --times says', async () => {
    const { url, arrived } = await serveMemory()
    const one = await capture('one.http', ['POST /one HTTP/1.1'], '1')
    const two = await capture('two.http', ['POST /two HTTP/1.1'], '2')
    expect(await send('--replay', one, two, '--times', '2', '--to', url)).toMatchObject({
      code: 0,
      record: { sent: 4 },
    })
    expect(arrived.map(({ url: path, body }) => [path, body])).toEqual([
      ['/one', '1'],
      ['/two', '2'],
      ['/one', '1'],
      ['/two', '2'],
    ])
  })

  it('names the path it was sent to', async () => {
    const { url } = await serveMemory(404)
    const one = await capture('one.http', ['POST //odd/../one?token=hidden HTTP/1.1'], '1')
    const two = await capture('two.http', ['POST /two HTTP/1.1'], '2')
    const single = await send('--replay', one, '--to', url)
    expect(single.record).toMatchObject({
      to: `${url}//odd/../one?…`,
      next: 'nothing receives at //odd/../one?…: pass --to with the path of your endpoint',
    })
    const several = await send('--replay', two, one, two, '--to', url)
    expect(several.record).toMatchObject({
      to: `${url}/`,
      paths: ['/two', '//odd/../one?…'],
      next: 'nothing receives at /two: pass --to with the path of your endpoint',
    })
    const { stdout } = await runHere(['send', '--replay', two, one, '--to', url], { cwd: folder, env })
    expect(stdout).toContain(`2 deliveries to ${url}, at 2 paths, in `)
    const named = await send('--replay', two, one, '--to', `${url}/hooks?token=hidden`)
    expect(named.record).toMatchObject({
      to: `${url}/hooks?…`,
      next: expect.stringContaining('nothing receives at /hooks'),
    })
    expect(named.record).not.toHaveProperty('paths')
  })

  it('sends to the path of --to if it has one', async () => {
    const { url, arrived } = await serveMemory()
    const file = await capture('path.http', ['POST /webhooks/sonzai?a=1 HTTP/1.1'], '{}')
    await send('--replay', file, '--to', url)
    await send('--replay', file, '--to', `${url}/hooks?b=2`)
    expect(arrived.map(({ url: path }) => path)).toEqual(['/webhooks/sonzai?a=1', '/hooks?b=2'])
  })

  it('counts what is not accepted, by file, and says what to do', async () => {
    const { url } = await serveMemory(401)
    const file = await capture('it is.http', ['POST /webhooks/stripe HTTP/1.1'], '{}')
    const { code, record } = await send('--replay', file, '--to', url)
    expect({ code, record }).toMatchObject({
      code: 1,
      record: { ok: false, provider: 'stripe', surprises: [{ file, got: '401', expected: 'accept', count: 1 }] },
    })
    expect(record['next']).toBe("to see why, run npx sallyport verify stripe --request 'it is.http'")
    const { stdout } = await runHere(['send', '--replay', file, '--to', url], { cwd: folder, env })
    expect(stdout).toContain('1 it is.http but rejected: 401')
  })

  it('says how to send what has no signature', async () => {
    const { url } = await serveMemory(401)
    const head = ['POST /webhooks/stripe HTTP/1.1', 'Stripe-Signature: [redacted]']
    const { record } = await send('--replay', await capture('left-out.http', head, '{}'), '--to', url)
    expect(record['next']).toBe('its credentials are [redacted] in the file: --sign signs it again')
  })

  it('takes what listen records', async () => {
    const server = start(['listen', '--port', '0', '--no-inbox', '--record', 'captures', '--json'], {
      cwd: folder,
      env,
    })
    const [, url = ''] = await server.sees(/"kind":"listening","url":"([^"]+)"/)
    await send('stripe', 'invoice.paid', '--to', url)
    const [, path = ''] = await server.sees(/"kind":"recorded","path":"([^"]+)"/)
    expect(await send('--replay', path, '--to', url)).toMatchObject({
      code: 0,
      record: { said: { '200 duplicate': 1 } },
    })
    await server.end('SIGTERM')
  })

  it('ends with 1 for a file that is no request, and 4 without one', async () => {
    const { url, arrived } = await serveMemory()
    const file = await capture('fine.http', ['POST / HTTP/1.1'], '{}')
    await capture('none.http', ['not a request'], '')
    for (const [name, code, said] of [
      ['none.http', 1, 'REQUEST_INVALID'],
      ['absent.http', 4, 'ENOENT'],
    ] as const)
      expect(await send('--replay', file, name, '--to', url)).toMatchObject({ code, record: { code: said } })
    expect(arrived).toEqual([])
  })

  it('shows nothing of a hostile file raw', async () => {
    const { url } = await serveMemory(401)
    const odd = Buffer.from(hostile.replaceAll(/[\r\n]/g, '')).toString('latin1')
    const name = `${hostile.replaceAll('\n', '')}.http`
    await capture('head.http', ['POST / HTTP/1.1', `X-Odd: ${odd}`], '{}')
    await capture('url.http', [`POST /${odd.replaceAll(/\s/g, '')} HTTP/1.1`], '{}')
    await capture('name.http', ['POST / HTTP/1.1', `X-${odd}: a`], '{}')
    await capture(name, ['POST / HTTP/1.1'], '{}')
    for (const file of ['head.http', 'url.http', 'name.http', name])
      for (const form of [[], ['--json']]) {
        const { code, stdout, stderr } = await runHere(['send', ...form, '--replay', file, '--to', url], {
          cwd: folder,
        })
        expect([file, code, findSteering(stdout + stderr)]).toEqual([file, 1, []])
      }
  })
})

describe('send --replay --sign', () => {
  const day = 86_400_000
  const events = {
    'contact.created': { '~standard': { version: 1, vendor: 'a', validate: (value: unknown) => ({ value }) } },
  } as const
  const rows: readonly (readonly [name: string, provider: Provider, stale: string, again: string])[] = [
    ['sonzai', sonzai(), '401 TIMESTAMP_STALE', '200 handled'],
    ['invoratec', invoratec(), '401 TIMESTAMP_STALE', '200 handled'],
    ['stripe', stripe(), '401 TIMESTAMP_STALE', '200 duplicate'],
    ['langsmith', langsmith(), '401 TIMESTAMP_STALE', '200 duplicate'],
    ['github', github(), '200 handled', '200 duplicate'],
    ['standard-webhooks', standardWebhooks({ events }), '401 TIMESTAMP_STALE', '200 duplicate'],
  ]
  const serveProvider = (provider: Provider): Promise<string> =>
    serve(webhook(createReceiver(provider, { secret }).onAny(() => {})))

  it.each(rows)('renews the time of %s and keeps the event', async (name, provider, stale, again) => {
    const now = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now })
    onTestFinished(() => void vi.useRealTimers())
    const url = await serveProvider(provider)
    const file = await captureOf(provider, name, 2 * day)
    const asWas = await send('--replay', file, '--to', url)
    expect(asWas.record['said']).toEqual({ [stale]: 1 })
    if (stale.startsWith('401')) expect(asWas.record['next']).toContain('--sign')
    const signAgain = () => send('--sign', '--replay', file, '--to', url, '--secret', 'env:STRIPE_WEBHOOK_SECRET')
    const first = stale.startsWith('401') ? '200 handled' : again
    expect(await signAgain()).toMatchObject({ code: 0, record: { provider: name, signed: true, said: { [first]: 1 } } })
    // So that an event without an id has another time.
    vi.setSystemTime(now + 2_000)
    expect(await signAgain()).toMatchObject({ code: 0, record: { said: { [again]: 1 } } })
  })

  it('changes nothing else', async () => {
    const { url, arrived } = await serveMemory()
    const more = { headers: { 'X-Own': '1', 'X-GitHub-Delivery': 'the-first' }, body: '{ "zen": 1.50 }' }
    const file = await captureOf(github(), 'github', day, more)
    await send('--sign', '--replay', file, '--to', `${url}/hooks`)
    const [{ lines, ...rest }] = arrived as [Arrived]
    expect(rest).toEqual({ method: 'POST', url: '/hooks', body: '{ "zen": 1.50 }' })
    expect(lines).toEqual(
      expect.arrayContaining(['X-Own: 1', 'X-GitHub-Delivery: the-first', 'Content-Type: application/json']),
    )
  })

  it('keeps every digit of a body whose time it renews', async () => {
    const { url, arrived } = await serveMemory()
    const body = '{ "created": 1, "id": 9007199254740993, "data": { "n": 1.10 } }'
    await send('--sign', '--replay', await captureOf(langsmith(), 'langsmith', day, { body }), '--to', url)
    expect(arrived[0]!.body).toMatch(/^\{"created":\d{10},"id":9007199254740993,"data":\{"n":1.10?\}\}$/)
  })

  it('reads the second family of header names', async () => {
    const url = await serveProvider(standardWebhooks({ events }))
    const now = Date.now() - day
    const { plainHeaders, body } = signDelivery(standardWebhooks({ events }), { secret, now, id: 'msg_svix' })
    const lines = Object.entries(plainHeaders).map(([name, value]) => `${name.replace('webhook-', 'svix-')}: ${value}`)
    const file = await capture(
      'svix.http',
      ['POST /webhooks/standard-webhooks HTTP/1.1', ...lines],
      Buffer.from(body).toString(),
    )
    const args = ['--sign', '--replay', file, '--to', url, '--secret', 'env:STRIPE_WEBHOOK_SECRET', '--times', '2']
    expect(await send(...args)).toMatchObject({ code: 0, record: { said: { '200 handled': 1, '200 duplicate': 1 } } })
  })

  it('injects faults, and knows what they deserve', async () => {
    const url = await serveProvider(invoratec())
    const file = await captureOf(invoratec(), 'invoratec', 0)
    const faults = ['corrupt:0.3', 'wrong-signature:0.3', 'unsigned:0.2', 'stale:0.2', 'duplicate:0.2', 'reorder:0.2']
    const args = faults.flatMap((fault) => ['--fault', fault])
    const { code, record } = await send('invoratec', '--sign', ...args, '--times', '40', '--to', url, '--replay', file)
    expect({ code, surprises: record['surprises'] }).toEqual({ code: 0, surprises: [] })
    expect(record['said']).toMatchObject({
      '401 SIGNATURE_MISMATCH': expect.any(Number),
      '401 TIMESTAMP_STALE': expect.any(Number),
    })
  })

  it('asks for files of one provider', async () => {
    const files = await Promise.all([captureOf(stripe(), 'stripe', 0), captureOf(sonzai(), 'sonzai', 0)])
    const { code, record } = await send('--sign', '--replay', ...files)
    expect({ code, record }).toMatchObject({
      code: 2,
      record: {
        code: 'PROVIDER_MISSING',
        message: 'the files are requests of several providers: stripe, sonzai',
        fix: expect.stringMatching(/^Pass files of one provider/),
      },
    })
  })

  it('asks for the provider where the path names none', async () => {
    const file = await capture('unknown.http', ['POST /hooks HTTP/1.1'], '{}')
    expect(await send('--sign', '--replay', file)).toMatchObject({ code: 2, record: { code: 'PROVIDER_MISSING' } })
  })
})

describe('send refuses options that exclude each other', () => {
  const rows: readonly (readonly [args: string, reason: RegExp])[] = [
    ['stripe invoice.paid --sign', /--sign goes with --replay/],
    ['stripe invoice.paid --replay a.http', /says which event/],
    ['--replay a.http --data b.json', /has the body/],
    ['--replay a.http --secret env:A', /signed already/],
    ['--replay a.http --fault corrupt', /signed already/],
    ['--replay a.http --sign --fault corrupt --data b.json', /has the body/],
  ]
  it.each(rows)('%s', async (args, reason) => {
    const { code, record } = await send(...args.split(' '))
    expect({ code, record }).toMatchObject({
      code: 2,
      record: { ok: false, code: 'OPTION_CONFLICT', message: expect.stringMatching(reason), fix: expect.any(String) },
    })
  })
})
