import { createServer } from 'node:http'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { BatchSpanProcessor, ConsoleSpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { startOpenTelemetry } from 'sallyport/opentelemetry'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeOnSignals } from 'sallyport/shutdown'

// The SDK first; with @opentelemetry/sdk-node it is `new NodeSDK({ textMapPropagator }).start()`.
const tracerProvider = new TracerProvider({
  spanProcessors: [new BatchSpanProcessor({ exporter: new ConsoleSpanExporter() })],
})
trace.setGlobalTracerProvider(tracerProvider)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

// Sends your trace along with your requests, and takes none from a stranger's.
const w3c = new W3CTraceContextPropagator()
propagation.setGlobalPropagator({
  inject: (active, carrier, setter) => w3c.inject(active, carrier, setter),
  extract: (active) => active,
  fields: () => w3c.fields(),
})

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  inbox: process.env.EVENTS_FILE ?? 'events.db',
})
receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

startOpenTelemetry({ receivers: [receiver] })

const server = createServer(webhook(receiver)).listen(process.env.PORT ?? 3000)
closeOnSignals(server, { receivers: [receiver], onClosed: () => void tracerProvider.shutdown() })
