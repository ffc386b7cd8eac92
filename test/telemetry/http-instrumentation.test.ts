import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { SpanKind } from '@opentelemetry/api'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { startOpenTelemetry } from 'sallyport/opentelemetry'
import { webhook } from 'sallyport/node'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { createQuietReceiver, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'
import { linksOf, registerSdk } from '../support/telemetry/sdk.ts'

const { openInbox, makePath } = useInboxes()
const sdk = registerSdk()
const instrumentation = new HttpInstrumentation({ disableOutgoingRequestInstrumentation: true })
instrumentation.setTracerProvider(sdk.tracerProvider)
instrumentation.enable()
// It patches what is loaded by `require` from then on.
const http = createRequire(import.meta.url)('node:http') as typeof import('node:http')
const telemetry = startOpenTelemetry({ receivers: [], metrics: false })
afterAll(() => {
  telemetry.stop()
  instrumentation.disable()
})
beforeEach(() => sdk.reset())

async function deliver(headers: Record<string, string>): Promise<void> {
  const inbox = openInbox(makePath())
  const receiver = createQuietReceiver(inbox).on('order.paid', () => {})
  const server: Server = http.createServer(webhook(receiver)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { plainHeaders, body } = sign()
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...plainHeaders, ...headers },
      body: Buffer.from(body),
    })
    expect(response.status).toBe(202)
    await response.arrayBuffer()
    await untilCount(inbox, 'done', 1)
  } finally {
    server.closeAllConnections()
    server.close()
  }
  // The server span ends when the response is closed.
  await vi.waitUntil(() => sdk.spans().length === 3)
}

it('a delivery through @opentelemetry/instrumentation-http has one trace up to the store', async () => {
  await deliver({})
  const [server, accepted, attempt] = sdk.spans()
  expect(server).toMatchObject({ kind: SpanKind.SERVER, attributes: { 'sallyport.outcome': 'accepted' } })
  expect(server!.attributes['http.response.status_code']).toBe(202)
  expect(accepted!.parentSpanContext?.spanId).toBe(server!.spanContext().spanId)
  expect(accepted!.links).toEqual([])
  expect(linksOf(attempt!)).toEqual([accepted!.spanContext().spanId])
})

it("a sender's traceparent that the instrumentation takes does not reach the event", async () => {
  const traceId = 'f0'.repeat(16)
  await deliver({ traceparent: `00-${traceId}-${'0a'.repeat(8)}-01` })
  const [server, accepted, attempt] = sdk.spans()
  expect(server!.spanContext().traceId).toBe(traceId)
  expect(accepted!.parentSpanContext).toBeUndefined()
  expect(accepted!.spanContext().traceId).not.toBe(traceId)
  expect(linksOf(accepted!)).toEqual([server!.spanContext().spanId])
  expect(linksOf(attempt!)).toEqual([accepted!.spanContext().spanId])
  expect(attempt!.spanContext().traceId).not.toBe(traceId)
})
