import { randomUUID } from 'node:crypto'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { HttpHandler } from '@azure/functions'
import type { MountReceiver } from '@sallyport/contracts'
import { webhook } from 'sallyport/fetch'
import { writeReply } from 'sallyport/node'
import { listen, prefix, route } from '../../adapters/listen.ts'
import { loadAzure, type Invocation, type RegisteredFunction, type Worker } from './azure-worker.ts'

/**
 * Mounts a receiver as examples/azure.ts does, behind a stand-in for the Azure host. The library is Microsoft's: it serves the
 * proxied requests, makes each `HttpRequest`, and sends the answer. The stand-in routes, and passes a request on as a stream.
 */
export const mountAzure: MountReceiver = async (receiver, { before }) => {
  const { app, worker } = await loadAzure()
  const handle = webhook(receiver)
  const hook: HttpHandler = async (request) => {
    // As middleware that reads a request and leaves nothing.
    if (before !== 'nothing') await request.arrayBuffer()
    const { status, headers, body } = await handle(request as unknown as Request)
    return { status, headers, body }
  }
  app.http('hook', { authLevel: 'anonymous', handler: hook })
  app.http('sibling', { authLevel: 'anonymous', handler: async (request) => ({ jsonBody: await request.json() }) })
  // Each name was registered for this receiver.
  const functions = new Map(worker.functions)
  const server = createServer((incoming, outgoing) => {
    const target = toTarget(incoming.url ?? '')
    const found = functions.get(names[target.split('?', 1)[0]!] ?? '')
    if (found === undefined) return void outgoing.writeHead(404).end()
    invoke(worker, found, target, incoming, outgoing).catch(() => outgoing.writeHead(500).end())
  })
  // The host handles a request whose sender has only closed its side.
  return listen(Object.assign(server, { httpAllowHalfOpen: true }))
}

const names: Readonly<Record<string, string>> = { [prefix + route]: 'hook', '/sibling': 'sibling' }

/** Path and query, also of a target with scheme and host. */
function toTarget(url: string): string {
  const parsed = url.startsWith('/') ? null : URL.parse(url)
  return parsed === null ? url : parsed.pathname + parsed.search
}

async function invoke(
  worker: Worker,
  { metadata, handler }: RegisteredFunction,
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const id = randomUUID()
  const model = worker.model().getInvocationModel({
    invocationId: id,
    metadata,
    log: () => {},
    state: undefined,
    request: {
      inputData: [{ name: Object.keys(metadata.bindings)[0], data: {} }],
      triggerMetadata: { Headers: { json: JSON.stringify(incoming.headersDistinct, joined) } },
    },
  } satisfies Invocation)
  proxy(worker.address, target, id, incoming, outgoing)
  const { context, inputs } = await model.getArguments()
  await model.getResponse(context, await model.invokeFunction(context, inputs, handler))
}

/** Repeated headers are one value there. */
function joined(_name: string, value: unknown): unknown {
  return Array.isArray(value) ? value.join(',') : value
}

/** As the host does, which puts a reverse proxy before the worker. */
function proxy(address: string, path: string, id: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming
  const { connection: _connection, ...passed } = headers
  const own = { 'x-ms-invocation-id': id, 'x-forwarded-host': headers.host ?? '', 'x-forwarded-proto': 'http' }
  const upstream = ask(address, { method, path, headers: { ...passed, ...own } })
  upstream.on('response', async (answer) => {
    const { connection: _closed, 'transfer-encoding': _coding, 'x-ms-invocation-id': _id, ...kept } = answer.headers
    const reply = { status: answer.statusCode!, headers: kept as Record<string, string>, body: await text(answer) }
    // The library stops reading what the function does not want; the host reads on.
    incoming.unpipe(upstream)
    writeReply({ ...reply, outcome: 'handled' }, incoming, outgoing)
  })
  upstream.on('error', () => {
    if (!outgoing.headersSent) outgoing.writeHead(502).end()
  })
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) upstream.destroy()
  })
  upstream.flushHeaders()
  incoming.pipe(upstream)
}
