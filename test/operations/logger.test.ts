import { Console } from 'node:console'
import { PassThrough, Writable } from 'node:stream'
import fastify from 'fastify'
import pino from 'pino'
import { createReceiver, anyOf, type ReceiverOptions } from 'sallyport'
import { createInbox, createSqliteEngine, createWorker } from 'sallyport/inbox'
import { stripe } from 'sallyport/providers/stripe'
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest'
import winston from 'winston'
import { takesObjectFirst } from '../../packages/sallyport/src/logger/logger.ts'
import { fastRetry, provider, secret, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'

const { makePath, openInbox } = useInboxes()

let printed: MockInstance
beforeEach(() => {
  printed = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

/** A stream, and what was written to it as lines of JSON. */
function collect() {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { stream, lines }
}

type Opened = { logger: NonNullable<ReceiverOptions['logger']>; lines: () => Record<string, unknown>[] }

const jsonLoggers: Readonly<Record<string, () => Opened>> = {
  pino() {
    const { stream, lines } = collect()
    return { logger: pino(stream), lines }
  },
  'a child of pino'() {
    const { stream, lines } = collect()
    return { logger: pino(stream).child({ module: 'webhooks' }), lines }
  },
  'pino with own levels only'() {
    const { stream, lines } = collect()
    const customLevels = { warn: 40, error: 50 }
    return { logger: pino({ customLevels, useOnlyCustomLevels: true, level: 'warn' }, stream), lines }
  },
  'fastify.log'() {
    const { stream, lines } = collect()
    return { logger: fastify({ logger: { stream } }).log, lines }
  },
  winston() {
    const { stream, lines } = collect()
    return { logger: winston.createLogger({ transports: new winston.transports.Stream({ stream }) }), lines }
  },
  'a child of winston'() {
    const { stream, lines } = collect()
    const parent = winston.createLogger({ transports: new winston.transports.Stream({ stream }) })
    return { logger: parent.child({ module: 'webhooks' }), lines }
  },
}

describe.each(Object.entries(jsonLoggers))('%s', (_name, open) => {
  it('gets message and members as its own', async () => {
    const { logger, lines } = open()
    const receiver = createReceiver(provider, { secret, logger })
    await receiver.receive(sign({ secret: 'whsec_Zm9yZ2Vk' }))
    await expect.poll(() => lines().length).toBe(1)
    const [line = {}] = lines()
    expect(line['msg'] ?? line['message']).toBe(`${provider.name}: refused SIGNATURE_MISMATCH (401)`)
    expect(line).toMatchObject({ code: 'SIGNATURE_MISMATCH', status: 401, outcome: 'refused', provider: provider.name })
    expect(String(line['level'])).toMatch(/^(?:40|warn)$/)
  })
})

describe('the order of arguments', () => {
  it('is that of console for console and for two functions', async () => {
    const out = new PassThrough()
    const receiver = createReceiver(provider, { secret, logger: new Console(out, out) })
    await receiver.receive(sign({ secret: 'whsec_Zm9yZ2Vk' }))
    expect(String(out.read())).toMatch(/^standard-webhooks: refused SIGNATURE_MISMATCH \(401\) \{\n/)
    expect(takesObjectFirst({ warn() {}, error() {} })).toBe(false)
  })

  it('is that of pino for what has its shape', () => {
    const levels = { child() {}, fatal() {}, error() {}, warn() {}, info() {}, debug() {}, trace() {} }
    // bunyan and abstract-logging.
    expect(takesObjectFirst(levels)).toBe(true)
    expect(takesObjectFirst(fastify().log)).toBe(true)
    // log4js has these levels, and no child.
    expect(takesObjectFirst({ ...levels, child: undefined })).toBe(false)
  })
})

describe('a logger of a receiver', () => {
  it('gets one line for each failure, and nothing else is printed', async () => {
    const { logger, lines } = jsonLoggers['pino']!()
    const receiver = createReceiver(provider, { secret, logger, log: true }).on('order.paid', () => {
      throw new TypeError(`cannot read ${secret}`)
    })
    await receiver.receive(sign())
    await receiver.receive(sign({ headers: { 'webhook-signature': undefined } }))
    expect(lines()).toMatchObject([
      { level: 50, code: 'HANDLER_FAILED', eventType: 'order.paid', error: { name: 'TypeError' } },
      { level: 40, code: 'SIGNATURE_MISSING' },
    ])
    expect(JSON.stringify(lines())).not.toContain(secret.slice(6))
    expect(printed).not.toHaveBeenCalled()
  })

  it('leaves hooks as they are', async () => {
    const { logger, lines } = jsonLoggers['pino']!()
    const hook = vi.fn<() => void>()
    const receiver = createReceiver(provider, { secret, logger }).onReject(hook)
    await receiver.receive(sign({ secret: 'whsec_Zm9yZ2Vk' }))
    expect([hook.mock.calls.length, lines().length]).toEqual([1, 1])
  })

  it('says what was left out of a flood when the receiver settles', async () => {
    const { logger, lines } = jsonLoggers['pino']!()
    const receiver = createReceiver(provider, { secret, logger })
    for (let n = 0; n < 300; n++) await receiver.receive(sign({ secret: 'whsec_Zm9yZ2Vk' }))
    await receiver.settled()
    expect(lines()).toHaveLength(11)
    expect(lines().at(-1)).toMatchObject({ leftOut: 290, code: 'SIGNATURE_MISMATCH' })
  })

  it('breaks no delivery when it throws', async () => {
    const broken = { warn: () => raise(), error: () => raise() }
    const receiver = createReceiver(provider, { secret, logger: broken })
    expect((await receiver.receive(sign({ secret: 'whsec_Zm9yZ2Vk' }))).status).toBe(401)
  })

  it('is checked', () => {
    const create = (logger: unknown) => () => createReceiver(provider, { secret, logger } as ReceiverOptions)
    expect(create({ warn() {} })).toThrow(/logger must be a logger with the methods warn and error.*it has no error/)
    expect(create(pino)).toThrow('call it')
    expect(create('console')).toThrow('logger must be')
    expect(() => createInbox({ engine: createSqliteEngine({ path: makePath() }), logger: {} as never })).toThrow(
      'it has no warn and no error',
    )
  })

  it('gets deliveries that no sender of anyOf got', async () => {
    const { logger, lines } = jsonLoggers['pino']!()
    const receivers = {
      paid: createReceiver(provider, { secret }),
      stripe: createReceiver(stripe(), { secret: 'whsec_b' }),
    }
    await anyOf(receivers, { logger }).receive(sign({ headers: unsigned }))
    expect(lines()).toMatchObject([{ code: 'SENDER_UNKNOWN', provider: 'any-of' }])
  })
})

const unsigned = { 'webhook-id': undefined, 'webhook-timestamp': undefined, 'webhook-signature': undefined }

function raise(): never {
  throw new Error('disk full')
}

describe('a logger and an inbox', () => {
  const attempts = [
    { level: 40, outcome: 'retried', attempt: 1, msg: `${provider.name}: attempt 1 failed, next in 0 ms` },
    { level: 40, outcome: 'retried', attempt: 2 },
    { level: 50, outcome: 'dead', attempt: 3, msg: `${provider.name}: attempt 3 failed, now dead` },
  ]

  it.each(['the receiver', 'the inbox', 'both', 'a receiver with the path of its file'])(
    'has one line per failed attempt, with the logger of %s',
    async (place) => {
      const { logger, lines } = jsonLoggers['pino']!()
      const own = place === 'the receiver' ? {} : { logger }
      const path = makePath()
      const inbox = place.endsWith('file') ? undefined : openInbox(path, own)
      const receiver = createReceiver(provider, {
        secret,
        inbox: inbox ?? path,
        logger: place === 'the inbox' ? undefined : logger,
      }).on('order.paid', () => {
        throw new RangeError(`no customer for ${secret}`)
      })
      expect((await receiver.receive(sign({ id: 'msg_1' }))).status).toBe(202)
      const expected = inbox === undefined ? attempts.slice(0, 1) : attempts
      await expect.poll(() => lines().length).toBeGreaterThanOrEqual(expected.length)
      if (inbox) await untilCount(inbox, 'dead', 1)
      expect(lines().slice(0, expected.length)).toMatchObject(
        expected.map(({ outcome, attempt, level }) => ({ outcome, attempt, level })),
      )
      for (const line of lines())
        expect(line).toMatchObject({
          eventId: 'msg_1',
          eventType: 'order.paid',
          key: expect.any(String),
          error: { name: 'RangeError', message: expect.stringMatching(/^no customer/) },
        })
      if (inbox) expect(lines().map(({ msg }) => msg)).toContain(attempts[2]!.msg)
      expect(JSON.stringify(lines())).not.toContain(secret.slice(6))
      expect(printed).not.toHaveBeenCalled()
      await receiver.inbox!.stop({ drainMs: 0 })
    },
  )

  it('works in a process that only runs handlers', async () => {
    const { logger, lines } = jsonLoggers['pino']!()
    const path = makePath()
    const stores = createReceiver(provider, { secret, inbox: openInbox(path, { work: 'elsewhere' }) })
    expect((await stores.receive(sign())).status).toBe(202)
    const inbox = openInbox(path, { work: 'elsewhere', logger, retry: { ...fastRetry, attempts: 1 } })
    const receiver = createReceiver(provider, { secret, inbox }).on('order.paid', () => raise())
    const worker = createWorker(receiver, { signals: [] })
    await expect.poll(() => lines().length).toBe(1)
    expect(lines()).toMatchObject([{ level: 50, outcome: 'dead', attempt: 1 }])
    await worker.stop()
  })

  it('says why an event was not stored', async () => {
    const { logger, lines } = jsonLoggers['pino']!()
    const full = createSqliteEngine({ path: makePath() })
    vi.spyOn(full, 'insert').mockRejectedValue(new Error('no space, postgres://me:pass@db.internal/events'))
    const inbox = createInbox({ engine: full })
    const receiver = createReceiver(provider, { secret, inbox, logger })
    expect((await receiver.receive(sign())).status).toBe(503)
    expect(lines()).toMatchObject([
      {
        level: 50,
        code: 'INBOX_FAILED',
        error: { cause: { message: 'no space, postgres://[redacted]@db.internal/events' } },
      },
    ])
    await inbox.stop()
  })

  it('has the errors of the store', async () => {
    const { logger, lines } = jsonLoggers['pino']!()
    openInbox('/missing-folder/events.db', { logger })
    await expect.poll(() => lines().length).toBeGreaterThan(0)
    expect(lines()[0]).toMatchObject({ level: 50, error: { code: 'INBOX_UNAVAILABLE' } })
    expect(printed).not.toHaveBeenCalled()
  })

  it('has no credentials of the store', async () => {
    const { logger, lines } = jsonLoggers['pino']!()
    const engine = createSqliteEngine({ path: makePath() })
    vi.spyOn(engine, 'start').mockRejectedValue(new Error('cannot reach postgres://me:pass@db.internal/events'))
    const inbox = createInbox({ engine, logger })
    await expect.poll(() => lines().length).toBe(1)
    expect(lines()[0]).toMatchObject({ error: { message: 'cannot reach postgres://[redacted]@db.internal/events' } })
    await inbox.stop()
  })
})
