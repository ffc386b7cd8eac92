import { context, propagation, ProxyTracerProvider, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { getRPCMetadata, RPCType, setRPCMetadata } from '@opentelemetry/core'
import { createReceiver, RejectError } from 'sallyport'
import { startOpenTelemetry, type OpenTelemetryOptions, type Telemetry } from 'sallyport/opentelemetry'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createQuietReceiver, provider, secret, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'
import { linksOf, registerSdk } from '../support/telemetry/sdk.ts'

const { openInbox, makePath } = useInboxes()
const sdk = registerSdk()
const tracer = trace.getTracer('test')
let telemetry: Telemetry | undefined

function start(options: Partial<OpenTelemetryOptions> = {}): void {
  telemetry = startOpenTelemetry({ receivers: [], metrics: false, ...options })
}

beforeEach(() => sdk.reset())
afterEach(() => {
  telemetry?.stop()
  vi.unstubAllEnvs()
})

/** Runs work as HTTP instrumentation runs a request listener; resolves when the server span has ended. */
async function serve<Result>(headers: Record<string, string>, work: () => Promise<Result>): Promise<Result> {
  const extracted = propagation.extract(context.active(), headers)
  const span = tracer.startSpan('POST', { kind: SpanKind.SERVER }, extracted)
  try {
    return await context.with(setRPCMetadata(trace.setSpan(extracted, span), { type: RPCType.HTTP, span }), work)
  } finally {
    span.end()
  }
}

const foreignTrace = 'f0'.repeat(16)
const foreignSpan = '0a'.repeat(8)
const traceparent = `00-${foreignTrace}-${foreignSpan}-01`

function signWith(headers: Record<string, string>, id = 'msg_1') {
  const delivery = sign({ id })
  return { ...delivery, headers: { ...delivery.plainHeaders, ...headers } }
}

describe('the server span', () => {
  const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})

  it('has provider, outcome, type and id of a delivery', async () => {
    start()
    await serve({}, () => receiver.receive(sign({ id: 'msg_9' })))
    expect(sdk.span('POST').attributes).toEqual({
      'sallyport.provider': 'standard-webhooks',
      'sallyport.outcome': 'handled',
      'sallyport.event.type': 'order.paid',
      'sallyport.event.id': 'msg_9',
    })
  })

  it('has the code of a refused delivery, and nothing that was not proven', async () => {
    start()
    await serve({}, () => receiver.receive({ ...sign(), body: Buffer.from('{"type":"order.paid"}') }))
    expect(sdk.span('POST').attributes).toEqual({
      'sallyport.provider': 'standard-webhooks',
      'sallyport.outcome': 'refused',
      'sallyport.code': 'SIGNATURE_MISMATCH',
    })
  })

  it('is found below the span of a framework, and no other span is taken for it', async () => {
    start()
    await serve({}, () =>
      tracer.startActiveSpan('middleware', async (span) => {
        expect(getRPCMetadata(context.active())?.span).not.toBe(span)
        await receiver.receive(sign({ id: 'msg_10' }))
        span.end()
      }),
    )
    await tracer.startActiveSpan('poll', async (span) => {
      await receiver.receive(sign({ id: 'msg_11' }))
      span.end()
    })
    expect(sdk.span('POST').attributes).toHaveProperty('sallyport.outcome')
    for (const name of ['middleware', 'poll']) expect(sdk.span(name).attributes).toEqual({})
  })
})

describe('a stored event', () => {
  it('has a PRODUCER span below the server span, and each attempt a CONSUMER span linked to it', async () => {
    start()
    const inbox = openInbox(makePath())
    const active: (string | undefined)[] = []
    const receiver = createQuietReceiver(inbox).on('order.paid', (_event, { attempt }) => {
      active.push(trace.getActiveSpan()?.spanContext().spanId)
      if (attempt < 3) throw new TypeError('a payload of secrets')
    })
    await serve({}, () => receiver.receive(sign({ id: 'msg_1' })))
    await untilCount(inbox, 'done', 1)
    const [server, accepted, ...attempts] = sdk.spans()
    expect(server).toMatchObject({ name: 'POST', kind: SpanKind.SERVER })
    expect(accepted).toMatchObject({
      name: 'publish standard-webhooks',
      kind: SpanKind.PRODUCER,
      links: [],
      parentSpanContext: { spanId: server!.spanContext().spanId },
      attributes: {
        'sallyport.provider': 'standard-webhooks',
        'sallyport.event.type': 'order.paid',
        'sallyport.event.id': 'msg_1',
        'sallyport.outcome': 'stored',
      },
    })
    expect(attempts).toHaveLength(3)
    for (const [index, attempt] of attempts.entries()) {
      expect(attempt).toMatchObject({ name: 'process standard-webhooks', kind: SpanKind.CONSUMER })
      expect(attempt.parentSpanContext).toBeUndefined()
      expect(attempt.spanContext().traceId).not.toBe(accepted!.spanContext().traceId)
      expect(attempt.links).toHaveLength(1)
      expect(attempt.links[0]!.context).toMatchObject({ ...ids(accepted!), isRemote: true })
      expect(attempt.attributes).toMatchObject({ 'sallyport.attempt': index + 1 })
    }
    expect(attempts.map(({ attributes, status }) => [attributes['sallyport.outcome'], status.code])).toEqual([
      ['retried', SpanStatusCode.ERROR],
      ['retried', SpanStatusCode.ERROR],
      ['handled', SpanStatusCode.UNSET],
    ])
    expect(attempts.map(({ attributes }) => attributes['error.type'])).toEqual(['TypeError', 'TypeError', undefined])
    expect(active).toEqual(attempts.map((attempt) => attempt.spanContext().spanId))
    const printed = JSON.stringify(
      sdk.spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    )
    expect(printed).not.toMatch(/secrets|amount|v1,/)
  })

  it('that is dropped as a duplicate or dead is shown as such', async () => {
    start()
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {
      throw new RejectError('never')
    })
    await receiver.receive(sign({ id: 'msg_1' }))
    await receiver.receive(sign({ id: 'msg_1' }))
    await untilCount(inbox, 'dead', 1)
    const outcomes = sdk.spans().map(({ name, attributes }) => `${name} ${String(attributes['sallyport.outcome'])}`)
    expect(outcomes.toSorted()).toEqual([
      'process standard-webhooks dead',
      'publish standard-webhooks duplicate',
      'publish standard-webhooks stored',
    ])
    expect(sdk.span('process standard-webhooks').attributes['error.type']).toBe('DELIVERY_REJECTED')
  })

  it('stores nothing while no SDK makes spans', async () => {
    start({ tracerProvider: new ProxyTracerProvider() })
    const inbox = openInbox(makePath())
    await createQuietReceiver(inbox)
      .on('order.paid', () => {})
      .receive(sign())
    await untilCount(inbox, 'done', 1)
    expect((await inbox.list()).events[0]).not.toHaveProperty('traceContext')
  })
})

describe("a sender's traceparent", () => {
  it('is no parent of the accepted event, whose own trace links to the server span that took it', async () => {
    start()
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {})
    const delivery = signWith({ traceparent })
    await serve({ traceparent }, () => receiver.receive(delivery))
    await untilCount(inbox, 'done', 1)
    const server = sdk.span('POST')
    const accepted = sdk.span('publish standard-webhooks')
    const attempt = sdk.span('process standard-webhooks')
    expect(server.spanContext().traceId).toBe(foreignTrace)
    expect(accepted.parentSpanContext).toBeUndefined()
    expect(accepted.spanContext().traceId).not.toBe(foreignTrace)
    expect(linksOf(accepted)).toEqual([server.spanContext().spanId])
    expect(linksOf(attempt)).toEqual([accepted.spanContext().spanId])
  })

  it('is neither parent nor link where HTTP instrumentation did not take it', async () => {
    start()
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {})
    await serve({}, () => receiver.receive(signWith({ traceparent })))
    await receiver.receive(signWith({ traceparent }, 'msg_2'))
    await untilCount(inbox, 'done', 2)
    const [below, alone] = sdk.spans().filter(({ kind }) => kind === SpanKind.PRODUCER)
    expect(below!.parentSpanContext?.spanId).toBe(sdk.span('POST').spanContext().spanId)
    expect(alone!.parentSpanContext).toBeUndefined()
    for (const span of sdk.spans()) {
      expect(span.spanContext().traceId).not.toBe(foreignTrace)
      expect(linksOf(span)).not.toContain(foreignSpan)
    }
  })

  it('is a link of the accepted event only with linkSender', async () => {
    start({ linkSender: true })
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {})
    await serve({ traceparent }, () => receiver.receive(signWith({ traceparent })))
    await receiver.receive(signWith({ traceparent: 'nonsense' }, 'msg_2'))
    await untilCount(inbox, 'done', 2)
    const accepted = sdk.spans().filter(({ kind }) => kind === SpanKind.PRODUCER)
    expect(accepted.map(linksOf)).toEqual([[sdk.span('POST').spanContext().spanId, foreignSpan], []])
  })
})

describe('attributes of the messaging conventions', () => {
  const names = async (): Promise<string[][]> => {
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {})
    await receiver.receive(sign())
    await untilCount(inbox, 'done', 1)
    return sdk.spans().map(({ attributes }) => Object.keys(attributes).filter((name) => name.startsWith('messaging.')))
  }

  it.each(['', 'http', 'http/dup', 'database,messagings'])(
    'are left out for OTEL_SEMCONV_STABILITY_OPT_IN=%j',
    async (value) => {
      vi.stubEnv('OTEL_SEMCONV_STABILITY_OPT_IN', value)
      start()
      expect(await names()).toEqual([[], []])
    },
  )

  it.each(['messaging', 'messaging/dup', 'http/dup, Messaging'])('are there for %j', async (value) => {
    vi.stubEnv('OTEL_SEMCONV_STABILITY_OPT_IN', value)
    start()
    for (const attributes of await names()) expect(attributes).toHaveLength(5)
    expect(sdk.span('publish standard-webhooks').attributes).toMatchObject({
      'messaging.system': 'sallyport',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'standard-webhooks',
    })
    expect(sdk.span('process standard-webhooks').attributes['messaging.operation.type']).toBe('process')
  })

  it('follow the option rather than the variable', async () => {
    vi.stubEnv('OTEL_SEMCONV_STABILITY_OPT_IN', 'messaging')
    start({ messagingAttributes: false })
    expect(await names()).toEqual([[], []])
  })
})

describe('startOpenTelemetry', () => {
  it('makes nothing after stop', async () => {
    start()
    telemetry!.stop()
    const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})
    await serve({}, () => receiver.receive(sign()))
    expect(sdk.span('POST').attributes).toEqual({})
  })

  it('makes each span once', async () => {
    start()
    expect(() => startOpenTelemetry({ receivers: [], metrics: false })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('stop()') }),
    )
    // Another provider is another destination.
    const other = startOpenTelemetry({ receivers: [], metrics: false, tracerProvider: new ProxyTracerProvider() })
    other.stop()
    telemetry!.stop()
    start()
  })

  it.each([
    ['no receivers', {}, 'receivers is missing'],
    ['a receiver in place of a list', { receivers: createReceiver(provider, { secret }) }, 'receivers must be'],
    ['a misspelt option', { receivers: [], linkSenders: true }, 'linkSender'],
    ['an inbox in place of a list', { receivers: [], inboxes: { stats() {} } }, 'inboxes must be'],
  ])('rejects %s', (_case, options, message) => {
    expect(() => startOpenTelemetry(options as never)).toThrow(message)
  })
})

function ids(span: { spanContext(): { traceId: string; spanId: string } }) {
  const { traceId, spanId } = span.spanContext()
  return { traceId, spanId }
}
