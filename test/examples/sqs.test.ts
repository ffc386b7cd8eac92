import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { secrets } from '../support/examples/environment.ts'

/** A stub of the client, which is not installed: it keeps what it is given. The real one is in test/long/sqs.test.ts. */
const stub = vi.hoisted(() => ({ bodies: [] as string[], error: undefined as Error | undefined, queueUrl: '' }))
vi.mock('@aws-sdk/client-sqs', () => ({
  SendMessageCommand: class {
    readonly input: { readonly QueueUrl: string; readonly MessageBody: string }
    constructor(input: { QueueUrl: string; MessageBody: string }) {
      this.input = input
    }
  },
  SQSClient: class {
    async send({ input }: { input: { QueueUrl: string; MessageBody: string } }): Promise<void> {
      if (stub.error) throw stub.error
      stub.queueUrl = input.QueueUrl
      stub.bodies.push(input.MessageBody)
    }
  },
}))

const log = vi.spyOn(console, 'log').mockImplementation(() => {})
beforeAll(() => {
  vi.stubEnv('SONZAI_WEBHOOK_SECRET', secrets.SONZAI_WEBHOOK_SECRET)
  vi.stubEnv('QUEUE_URL', 'https://sqs.eu-central-1.amazonaws.com/123456789012/events')
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
beforeEach(() => {
  stub.bodies.length = 0
  stub.error = undefined
  log.mockClear()
})

let age = 0

/** Sends a delivery to the first function, behind an HTTP API. */
async function receive(options: Partial<SignOptions> = {}): Promise<{ statusCode: number; body: string }> {
  const { handler } = await import('../../examples/sqs/receive.ts')
  // Each has its own time, so that none is a duplicate.
  const now = Date.now() - 1_000 * ++age
  const secret = secrets.SONZAI_WEBHOOK_SECRET
  const { plainHeaders, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', now, ...options })
  return handler({
    version: '2.0',
    rawPath: '/',
    rawQueryString: '',
    headers: plainHeaders,
    requestContext: { http: { method: 'POST' } },
    body: Buffer.from(body).toString(),
    isBase64Encoded: false,
  })
}

/** Passes messages to the second function, as Lambda passes a batch of the queue. */
async function work(...bodies: readonly string[]): Promise<unknown> {
  const { handler } = await import('../../examples/sqs/work.ts')
  return handler({ Records: bodies.map((body, index) => ({ messageId: `message-${index}`, body })) })
}

describe('examples/sqs/receive.ts, with a stub of the client of SQS', () => {
  it('answers 202 once the queue has the event', async () => {
    expect(await receive()).toMatchObject({ statusCode: 202, body: '{"outcome":"accepted"}' })
    expect(stub.bodies).toHaveLength(1)
    expect(stub.queueUrl).toBe(process.env['QUEUE_URL'])
  })

  it('answers 500 where the queue does not take it', async () => {
    stub.error = new Error('throttled')
    expect(await receive()).toMatchObject({ statusCode: 500 })
    expect(stub.bodies).toEqual([])
  })

  it('puts nothing forged on the queue', async () => {
    expect(await receive({ secret: 'guessed' })).toMatchObject({ statusCode: 401 })
    expect(stub.bodies).toEqual([])
  })

  it('puts an event of an unknown type there too', async () => {
    expect(await receive({ body: '{"event_type":"agent.new"}' })).toMatchObject({ statusCode: 200 })
    expect(stub.bodies).toHaveLength(1)
  })

  it('passes the exact bytes, and no header', async () => {
    const body =
      '\ufeff{"event_type":"on_wakeup_ready","agent_id":"a","generated_message":"\uffff ü","n":12345678901234567890}'
    await receive({ body })
    const message = JSON.parse(stub.bodies[0]!) as { body: string }
    expect(Buffer.from(message.body, 'base64').toString()).toBe(body)
    expect(Object.keys(message)).toEqual(['id', 'body'])
    // SQS replaces other characters, or rejects them.
    expect(stub.bodies[0]).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('examples/sqs/work.ts', () => {
  it('handles what the other function put on the queue', async () => {
    await receive()
    await receive({ body: '\ufeff{"event_type":"on_wakeup_ready","agent_id":"a","generated_message":"Good morning"}' })
    expect(await work(...stub.bodies)).toEqual({ batchItemFailures: [] })
    expect(log).toHaveBeenCalledTimes(2)
    expect(log).toHaveBeenCalledWith('Good morning')
  })

  it('returns the messages that failed, and no other', async () => {
    await receive()
    const [good = ''] = stub.bodies
    const invalid = JSON.stringify({ id: 'x', body: Buffer.from('{"event_type":5}').toString('base64') })
    log.mockImplementationOnce(() => {
      throw new Error('the handler failed')
    })
    await receive()
    const failing = stub.bodies.at(-1)!
    expect(await work(failing, good, 'no JSON', invalid)).toEqual({
      batchItemFailures: [0, 2, 3].map((index) => ({ itemIdentifier: `message-${index}` })),
    })
    // The queue passes it again.
    expect(await work(failing)).toEqual({ batchItemFailures: [] })
  })

  it('handles a message once that the queue passes twice', async () => {
    await receive()
    const [body = ''] = stub.bodies
    await work(body)
    expect(await work(body)).toEqual({ batchItemFailures: [] })
    expect(log).toHaveBeenCalledTimes(1)
  })
})
