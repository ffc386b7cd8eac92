import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import express from 'express'
import { createReceiver, RejectError, type Receiver, type ReceiverOptions } from 'sallyport'
import { webhook } from 'sallyport/express'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { withEvents } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { runHere } from './support/cli/in-process.ts'
import { firstHour } from './support/mistakes/first-hour.ts'

const secret = 'whsec_of-the-first-hour'
const folder = mkdtempSync(join(tmpdir(), 'sallyport-first-hour-'))
const root = join(import.meta.dirname, '..')
const cleaning: (() => unknown)[] = []
afterEach(async () => {
  for (const work of cleaning.splice(0)) await work()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function serve(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  cleaning.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/** Starts a program that a newcomer wrote; what it prints before it ends. */
async function start(
  program: string,
  env: Record<string, string> = {},
  manifest = '{"type":"module"}',
): Promise<string> {
  const project = mkdtempSync(join(folder, 'project-'))
  writeFileSync(join(project, 'package.json'), manifest)
  writeFileSync(join(project, 'server.js'), program)
  mkdirSync(join(project, 'node_modules'))
  symlinkSync(join(root, 'packages', 'sallyport'), join(project, 'node_modules', 'sallyport'), 'junction')
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  const flags = ['--conditions=@sallyport/source', 'server.js']
  const child = spawn(process.execPath, flags, { cwd: project, env: { PATH, NODE_COMPILE_CACHE, ...env } })
  return (await Promise.all([text(child.stdout), text(child.stderr)])).join('')
}

const imports = `import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
`
const create = `${imports}createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })`

interface Delivered {
  readonly sign?: Partial<SignOptions>
  readonly options?: Partial<ReceiverOptions>
  readonly handle?: ((receiver: Receiver) => unknown) | undefined
  readonly change?: (request: { headers: Record<string, string>; body: Buffer; method: string }) => object
  readonly app?: (receiver: Receiver) => express.Express
  readonly receiver?: Receiver
  readonly times?: number
  readonly wanted?: string
}

const mount = (receiver: Receiver): express.Express => express().all('/', webhook(receiver))

/** Sends to an app as a newcomer writes it; what its terminal shows. */
async function deliver({
  sign,
  options,
  handle,
  change,
  app = mount,
  receiver,
  times = 1,
  wanted,
}: Delivered): Promise<string> {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  cleaning.push(() => printed.mockRestore())
  const own = receiver ?? createReceiver(sonzai(), { secret, log: true, ...options })
  if (handle) handle(own)
  else if (receiver === undefined) own.onAny(() => {})
  const { port } = await serve(app(own))
  const { plainHeaders, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', ...sign })
  const request = { method: 'POST', headers: { ...plainHeaders }, body: Buffer.from(body) }
  for (let sent = 0; sent < times; sent++) {
    const response = await fetch(`http://127.0.0.1:${port}/`, { ...request, ...change?.(request) })
    await response.text()
  }
  const read = (): string => printed.mock.calls.flat().join('\n')
  await vi.waitFor(() => expect(read()).toMatch(wanted ?? /\d\d:\d\d:\d\d {2}\d{3}/), { timeout: 10_000 })
  return read()
}

function store(name: string, attempts: number): Partial<ReceiverOptions> {
  const engine = createSqliteEngine({ path: join(folder, name) })
  const inbox = createInbox({ engine, retry: { attempts, delayMs: 60_000 } })
  cleaning.push(() => inbox.stop())
  return { inbox }
}

const fail = (receiver: Receiver): unknown =>
  receiver.onAny(() => {
    throw new Error('of the handler')
  })
const minute = 60_000
const send = async (args: readonly string[], env: Record<string, string> = { SONZAI_WEBHOOK_SECRET: secret }) => {
  const { stdout, stderr } = await runHere(['send', ...args], { cwd: folder, env })
  return stdout + stderr
}
const own = withEvents(sonzai(), { on_wakeup_ready: z.object({ price: z.number() }) })

/** How each mistake is made. */
const made: Readonly<Record<string, () => Promise<string>>> = {
  'started without `.env`, or without the variable': () => start(create),
  'wrote quotes into the secret': () => start(create, { SONZAI_WEBHOOK_SECRET: '"whsec_abc"' }),
  'made the secret file with `echo`': () => start(create, { SONZAI_WEBHOOK_SECRET: 'whsec_abc\n' }),
  'imported a provider from `sallyport`': () => start("import { createReceiver, sonzai } from 'sallyport'"),
  'did not install the framework': () => start("import express from 'express'"),
  'ran `import` in a CommonJS project': () => start(create, {}, '{"type":"commonjs"}'),
  'started it twice': async () => {
    const { port } = await serve(() => {})
    return start(`import { createServer } from 'node:http'\ncreateServer().listen(${port}, '127.0.0.1')`)
  },
  'misspelt an event type': () =>
    start(`${create}.on('on_wakeup_redy', () => {})`, { SONZAI_WEBHOOK_SECRET: 'whsec_abc' }),
  'passed the provider uncalled': () => start(`${imports}createReceiver(sonzai, { secret: 'whsec_abc' })`),

  'set the secret of another endpoint': () => deliver({ sign: { secret: 'whsec_of-another' } }),
  'signed text that was parsed and written again': () =>
    deliver({ change: ({ body }) => ({ body: JSON.stringify(JSON.parse(body.toString()), undefined, 2) }) }),
  'sent with `curl`, or gave the webhook no secret': () =>
    deliver({ change: () => ({ headers: { 'content-type': 'application/json' } }) }),
  'mounted the receiver of another provider': () =>
    deliver({ receiver: createReceiver(github(), { secret, log: true }) }),
  'let the clock run behind': () => deliver({ options: { now: () => Date.now() - 60 * minute } }),
  'replayed an old capture': () => deliver({ sign: { now: Date.now() - 60 * minute } }),
  'put `express.json()` above the route': () =>
    deliver({ app: (receiver) => express().use(express.json()).all('/', webhook(receiver)) }),
  'opened the URL in a browser': () => deliver({ change: () => ({ method: 'GET', body: null, headers: {} }) }),
  'sent a form instead of JSON': () =>
    deliver({
      change: ({ headers }) => ({ headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' } }),
    }),
  'received more than 1 MiB': () =>
    deliver({ sign: { edit: (body) => ({ ...body, generated_message: 'a'.repeat(2 ** 20) }) } }),
  'sent the same delivery twice': () => deliver({ times: 2, wanted: 'duplicate' }),
  'added no handler for the type': () =>
    deliver({ handle: (receiver) => receiver.on('agent.message' as never, () => {}) }),
  'received a type the provider does not declare': () =>
    deliver({ sign: { edit: (body) => ({ ...body, event_type: 'new' }) } }),
  'set `unknownEvents` to `reject`': () =>
    deliver({ options: { unknownEvents: 'reject' }, sign: { edit: (body) => ({ ...body, event_type: 'new' }) } }),
  'received data that does not fit the schema': () =>
    deliver({ receiver: createReceiver(own, { secret, log: true }).onAny(() => {}) }),
  'threw a `RejectError`': () =>
    deliver({
      handle: (receiver) =>
        receiver.onAny(() => {
          throw new RejectError('no')
        }),
    }),
  'threw in a handler': () => deliver({ handle: fail }),
  'worked too long in a handler': () =>
    deliver({
      options: { handlerTimeoutMs: 1 },
      handle: (receiver) => receiver.onAny(() => new Promise((resolve) => setTimeout(resolve, 50))),
    }),
  'threw in a handler behind an inbox': () =>
    deliver({ options: store('failed.db', 2), handle: fail, wanted: 'inbox failed' }),
  'threw in every attempt': () => deliver({ options: store('dead.db', 1), handle: fail, wanted: 'inbox dead' }),

  'sent to a path without a route': async () => {
    const { port } = await serve(express().post('/other', (_request, response) => void response.end()))
    return send(['sonzai', 'on_wakeup_ready', '--to', `http://127.0.0.1:${port}`])
  },
  'did not start the app': () => send(['sonzai', 'on_wakeup_ready', '--to', 'http://127.0.0.1:9']),
  'sent from a folder without `.env`': () => send(['sonzai', 'on_wakeup_ready', '--to', 'http://127.0.0.1:9'], {}),
  'misspelt the provider': () => send(['sonzay', 'on_wakeup_ready', '--to', 'http://127.0.0.1:9']),
  'misspelt the event': () => send(['sonzai', 'on_wakeup_redy', '--to', 'http://127.0.0.1:9']),
}

describe.each(Object.entries(firstHour))('%s: somebody', (_title, rows) => {
  it.each(rows)('%s', async (did, printed) => {
    expect(await made[did]!()).toContain(printed)
  })
})

describe('the table of the first hour', () => {
  const rows = Object.values(firstHour).flat()

  it('has the thirty commonest mistakes, each made once', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30)
    expect(Object.keys(made).toSorted()).toEqual(rows.map(([did]) => did).toSorted())
  })
})
