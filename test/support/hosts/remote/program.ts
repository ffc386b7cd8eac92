// Serves receivers of the adapter contract on Bun, Deno or workerd. The test process tells it which, runs their handlers and
// other functions, and hears of everything.
import { createReceiver, type EventMap, type Receiver, type ReceiverOptions } from 'sallyport'
import { webhook, type FetchContext } from 'sallyport/fetch'
import type { HostBehaviour } from '@sallyport/contracts'
import { providers } from '../../../../packages/contracts/src/adapter/providers.ts'
import { decode, encode } from './wire.ts'

/** A receiver to serve. */
export interface Order {
  readonly provider: keyof typeof providers
  /** Encoded. */
  readonly options: unknown
  readonly before: HostBehaviour
}

/** A call of a function in the test process. */
export interface Call {
  readonly endpoint: string
  readonly name: string
  /** Encoded. */
  readonly args: unknown
}

/** What came of a call, encoded. */
export interface Outcome {
  readonly result?: unknown
  readonly thrown?: unknown
}

interface Endpoint {
  readonly receiver: Receiver
  readonly handle: (request: Request, context: FetchContext) => Promise<Response>
  readonly before: HostBehaviour
  /** Reports on their way to the test. */
  readonly reports: Set<Promise<unknown>>
}

const endpoints = new Map<string, Endpoint>()
// The tests of the contract run one after the other, and some write the path themselves.
let current: Endpoint | undefined
let signals = 0

async function call(endpoint: string, name: string, args: readonly unknown[]): Promise<unknown> {
  const fromSignal = (signal: AbortSignal): string => {
    const id = String(++signals)
    const abort = (): void => void call(endpoint, 'abort', [id]).catch(() => {})
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    return id
  }
  const body = JSON.stringify({ endpoint, name, args: encode(args, { fromSignal }) } satisfies Call)
  const response = await fetch(process.env['TEST_PROCESS']!, { method: 'POST', body })
  const { result, thrown } = (await response.json()) as Outcome
  const living = { toFunction: (path: string) => caller(endpoint, path), toSignal: () => new AbortController().signal }
  // What a handler throws may be anything.
  if (thrown !== undefined) throw decode(thrown, living)
  return decode(result, living)
}

function caller(endpoint: string, name: string): (...args: readonly unknown[]) => Promise<unknown> {
  return (...args) => call(endpoint, name, args)
}

function open(id: string, { provider, options, before }: Order): void {
  const living = { toFunction: (path: string) => caller(id, path), toSignal: () => new AbortController().signal }
  const reports = new Set<Promise<unknown>>()
  const send = (report: unknown): Promise<unknown> => {
    const sent = call(id, 'report', [report]).finally(() => reports.delete(sent))
    reports.add(sent)
    return sent
  }
  const receiver = createReceiver<EventMap>(providers[provider], decode(options, living) as ReceiverOptions)
    .onAny((event, context) => call(id, 'handler', [event, context]))
    .onReject(send)
    .onError((_error, report) => report && send(report))
  current = { receiver, handle: webhook(receiver), before, reports }
  endpoints.set(id, current)
}

async function deliver({ handle, before, reports }: Endpoint, request: Request, context: FetchContext) {
  if (before !== 'nothing') await request.arrayBuffer()
  const response = await handle(request, context)
  // The test may look at them when it has the answer.
  await Promise.allSettled(reports)
  return response
}

/** What the hosts pass beside the request. */
interface Host {
  /** Of Bun's server. */
  requestIP?: (request: Request) => { readonly address: string } | null
  /** Deno. */
  readonly remoteAddr?: { readonly hostname: string }
}

export default {
  hostname: '127.0.0.1',
  port: Number(process.env['PORT'] ?? 0),
  async fetch(
    request: Request,
    host: Host,
    execution?: { waitUntil(work: Promise<unknown>): void },
  ): Promise<Response> {
    const [, what, id = ''] = new URL(request.url).pathname.split('/')
    if (what === 'open') {
      open(id, (await request.json()) as Order)
      return new Response()
    }
    if (what === 'sibling') return Response.json(await request.json())
    if (what === 'settled') {
      const { receiver } = endpoints.get(id)!
      // Workers let nobody wait for the work of a request that has ended.
      const settled = receiver.settled().catch(() => {})
      await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 1000))])
      return Response.json(receiver.counts())
    }
    if (what !== 'in' || current === undefined) return new Response(null, { status: 404 })
    const remoteAddress = host.requestIP?.(request)?.address ?? host.remoteAddr?.hostname
    return deliver(current, request, { remoteAddress, waitUntil: execution && ((work) => execution.waitUntil(work)) })
  },
}
