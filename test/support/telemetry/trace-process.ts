// One of the two processes of a traced event: `receive` stores deliveries, `work` handles them. Answers a message with its spans.
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine, createWorker } from 'sallyport/inbox'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { webhook } from 'sallyport/node'
import { startOpenTelemetry } from 'sallyport/opentelemetry'
import { provider, secret } from '../crash/provider.ts'
import { databaseUrl } from '../inbox/pg-boss-database.ts'
import { registerSdk } from './sdk.ts'

const [role, store, place] = process.argv.slice(2) as ['receive' | 'work', 'sqlite' | 'pg-boss', string]
const sdk = registerSdk()
const instrumentation = new HttpInstrumentation()
instrumentation.setTracerProvider(sdk.tracerProvider)
instrumentation.enable()
const { createServer } = createRequire(import.meta.url)('node:http') as typeof import('node:http')

const inbox = createInbox({
  engine:
    store === 'sqlite'
      ? createSqliteEngine({ path: place })
      : createPgBossEngine({ connectionString: databaseUrl, schema: place, pollMs: 50, maxConnections: 4 }),
  retry: { attempts: 5, delayMs: 0, maxDelayMs: 0, jitter: 0 },
  work: 'elsewhere',
})
const receiver = createReceiver(provider, { secret, inbox }).onError(() => {})
receiver.on('task.created', (_event, { attempt }) => {
  if (attempt < 3) throw new TypeError('not yet')
})
startOpenTelemetry({ receivers: [receiver], metrics: false })

process.on('message', () => {
  process.send!(
    sdk.spans().map((span) => ({
      name: span.name,
      kind: span.kind,
      parent: span.parentSpanContext?.spanId,
      links: span.links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId })),
      outcome: span.attributes['sallyport.outcome'],
      ...idsOf(span),
    })),
  )
})
process.once('disconnect', () => process.exit())

if (role === 'receive') {
  await receiver.ready()
  const server = createServer(webhook(receiver)).listen(0, '127.0.0.1', () => {
    process.send!((server.address() as AddressInfo).port)
  })
} else {
  await createWorker(receiver).ready()
  process.send!(process.pid)
}

function idsOf(span: ReadableSpan) {
  const { traceId, spanId } = span.spanContext()
  return { traceId, spanId }
}
