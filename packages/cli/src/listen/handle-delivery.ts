import type { IncomingMessage, ServerResponse } from 'node:http'
import { SallyportError, type BodyReader, type IncomingDelivery } from 'sallyport'
import { captureNode, discardRest, writeReply } from 'sallyport/node'
import { within, type Exchange } from './exchange.ts'
import { toReturned } from './forward-headers.ts'
import type { AppResult, Forwarder } from './forward.ts'
import type { Mounted } from './receivers.ts'

const bodyTimeoutMs = 30_000

/** Starts the record of a request. */
export function toExchange(request: IncomingMessage, found: Mounted | undefined): Exchange {
  const { method = '', url = '', rawHeaders, socket } = request
  return {
    receivedAt: Date.now(),
    method,
    url,
    rawHeaders,
    remoteAddress: socket.remoteAddress,
    secure: false,
    provider: found?.name,
    isResent: false,
  }
}

/** Reads the body of an exchange, whatever a receiver would say of it. @throws SallyportError where it is cut off or too large */
export async function readWhole(
  exchange: Exchange,
  { body }: Pick<IncomingDelivery, 'body'>,
  maxBodyBytes: number,
): Promise<Uint8Array> {
  exchange.body = typeof body === 'function' ? await body({ maxBodyBytes, bodyTimeoutMs }) : body
  return exchange.body
}

/** Receives a delivery; the receiver answers. @param options `recorded`: read all bodies up to this size, for the record */
export async function receiveDelivery(
  exchange: Exchange,
  {
    receiver,
    recorded,
  }: { readonly receiver: NonNullable<Mounted['receiver']>; readonly recorded: number | undefined },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const captured = captureNode(request, response)
  const { body } = captured
  // Also what the receiver rejects by its headers: a record of it needs the body.
  const whole = recorded === undefined ? undefined : readWhole(exchange, captured, recorded)
  await whole?.catch(() => {})
  const incoming = toIncoming(exchange, async (limits) => {
    exchange.body = await (whole ?? (typeof body === 'function' ? body(limits) : body))
    return exchange.body
  })
  const reply = await within(exchange, () => receiver.receive({ ...incoming, signal: captured.signal }))
  exchange.status = reply.status
  writeReply(reply, request, response)
}

/** Forwards a delivery whatever the verdict is, and answers with the app's answer. */
export async function forwardDelivery(
  exchange: Exchange,
  { forwarder, receiver, maxBodyBytes }: ForwardParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await readWhole(exchange, captureNode(request, response), maxBodyBytes)
  } catch (error) {
    const { code, status = 400, title } = SallyportError.is(error) ? error : new SallyportError('REQUEST_UNREADABLE')
    exchange.unreadable = code
    exchange.status = status
    discardRest(request)
    writePlain(response, status, title)
    return
  }
  await forwardBody(exchange, { forwarder, receiver }, (result) => writeAnswer(result, request, response))
}

/** What forwarding needs. */
export interface ForwardParts {
  readonly forwarder: Forwarder
  readonly receiver: Mounted['receiver']
  /** Most that is read and forwarded. */
  readonly maxBodyBytes: number
}

/** Forwards the body of an exchange and checks it meanwhile; the answer does not wait for the verdict. */
export async function forwardBody(
  exchange: Exchange,
  { forwarder, receiver }: Pick<ForwardParts, 'forwarder' | 'receiver'>,
  onAnswer: (result: AppResult) => void,
): Promise<void> {
  const bytes = exchange.body ?? new Uint8Array()
  const incoming = toIncoming(exchange, () => Promise.resolve(bytes))
  const forwarding = forwarder.forward(exchange, bytes)
  const checking = receiver && within(exchange, () => receiver.receive(incoming))
  const result = await forwarding
  exchange.app = result
  exchange.status = result.status
  onAnswer(result)
  await checking
}

/** The delivery of an exchange, for a receiver. */
export function toIncoming(
  { method, url, rawHeaders, remoteAddress, secure, receivedAt }: Exchange,
  body: BodyReader,
): IncomingDelivery {
  return { method, url, headers: rawHeaders, remoteAddress, secure, receivedAt, body }
}

const emptyStatuses: readonly number[] = [204, 205, 304]

function writeAnswer(result: AppResult, request: IncomingMessage, response: ServerResponse): void {
  // The sender has gone.
  if (response.destroyed) return
  if (!result.ok) {
    writePlain(response, result.status, result.text)
    return
  }
  const { status, statusMessage, rawHeaders, body } = result
  const isEmpty = request.method === 'HEAD' || emptyStatuses.includes(status)
  const headers = toReturned(rawHeaders, isEmpty ? undefined : body.byteLength)
  const message = /^[\t\x20-\x7e]*$/.test(statusMessage) ? statusMessage : undefined
  response.writeHead(status, message, headers).end(isEmpty ? undefined : body)
}

function writePlain(response: ServerResponse, status: number, text: string): void {
  if (response.destroyed) return
  const body = `sallyport listen: ${text}\n`
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
