import { once } from 'node:events'
import { request, type Agent, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { toShortDigest, type Answer, type DemoDelivery } from './delivery.ts'

/** An answer and how long it took. */
export interface TimedAnswer extends Answer {
  readonly milliseconds: number
}

const patienceMs = 20_000

/**
 * Sends a delivery and reads the answer. With `node:http`, because `fetch` neither repeats a header nor says how a body is
 * framed. A connection that breaks is an answer too, with status 0.
 */
export async function send(origin: string, delivery: DemoDelivery, agent: Agent): Promise<TimedAnswer> {
  const startedAt = performance.now()
  const answer = await exchange(origin, delivery, agent).catch(toBrokenConnection)
  return { ...answer, milliseconds: performance.now() - startedAt }
}

async function exchange(origin: string, delivery: DemoDelivery, agent: Agent): Promise<Answer> {
  const { method, path, headers, body, chunked = false } = delivery
  const outgoing = request(new URL(path, origin), { method, agent, signal: AbortSignal.timeout(patienceMs) })
  // An upload that is refused half-way may break off after its answer has come.
  outgoing.on('error', () => {})
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
  if (!chunked && body.length > 0) outgoing.setHeader('Content-Length', body.length)
  if (chunked) outgoing.write(body.subarray(0, 1024))
  outgoing.end(chunked ? body.subarray(1024) : body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, ...toResult(await text(response)) }
}

function toResult(body: string): Omit<Answer, 'status'> {
  try {
    const { outcome, code, detail, digest } = JSON.parse(body) as Readonly<Record<string, unknown>>
    // A handler that names a code of its own begins its reason with it.
    const own = code === 'DELIVERY_REJECTED' ? /^([A-Z0-9_]+): /.exec(String(detail))?.[1] : undefined
    const result = String(own ?? code ?? outcome)
    return typeof digest === 'string' ? { result, digest: toShortDigest(digest) } : { result }
  } catch {
    return { result: 'not JSON' }
  }
}

function toBrokenConnection(error: NodeJS.ErrnoException): Answer {
  return { status: 0, result: error.code ?? error.name }
}
