import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { webhook, type LambdaAnswer, type LambdaHttpEvent } from 'sallyport/lambda'
import type { HostBehaviour, MountReceiver } from '@sallyport/contracts'
import { lambdaEvents, toReadRequest, type LambdaService } from './lambda-events.ts'
import { listen, prefix, route } from './listen.ts'

type LambdaFunction = (event: LambdaHttpEvent, context: object) => Promise<unknown>

/** Milliseconds without a byte, and in all, after which the host gives a request up. */
const idleMs = 250
const requestMs = 1_500
/** Most bytes of a request, https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html and the load balancer's. */
const megabyte = 2 ** 20
const mostBytes = (service: LambdaService): number => (service.startsWith('a load') ? 1 : 10) * megabyte
/** Most bytes of an event, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html. */
const mostEventBytes = 6 * megabyte
// The host of a late handler must answer in a test's time: it waits for background work until a second before the end.
const context = { getRemainingTimeInMillis: () => 1_200 }

/**
 * Mounts a receiver in a function behind a stand-in of a service of AWS: an HTTP server that reads a request to its end, makes
 * the event that AWS documents, and checks the answer as strictly.
 */
export function mountLambda(service: LambdaService): MountReceiver {
  return (receiver, { before }) => {
    const handler = webhook(receiver) as LambdaFunction
    const sibling: LambdaFunction = async ({ body, isBase64Encoded }) => ({
      ...(service.startsWith('a load') && { statusDescription: '200 OK' }),
      statusCode: 200,
      body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8').toString(),
      isBase64Encoded: false,
      [service.endsWith('multi-value headers') ? 'multiValueHeaders' : 'headers']: service.endsWith(
        'multi-value headers',
      )
        ? { 'content-type': ['application/json'] }
        : { 'content-type': 'application/json' },
    })
    const server = createServer((request, response) => {
      void serve(request, response, service, before, (url) => {
        const path = url.split('?', 1)[0]
        return path === prefix + route ? handler : path === '/sibling' ? sibling : undefined
      })
    })
    return listen(server)
  }
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  service: LambdaService,
  before: HostBehaviour,
  find: (url: string) => LambdaFunction | undefined,
): Promise<void> {
  const answer = (status: number, message: string, headers: object = {}): void => {
    incoming.resume()
    if (!response.destroyed) response.writeHead(status, { ...headers }).end(JSON.stringify({ message }))
  }
  const body = await readAll(incoming, mostBytes(service))
  if (body === 'gone') return
  if (body === 'late') return answer(408, 'Request timed out', { connection: 'close' })
  if (body === 'large') return answer(413, 'Request Too Long')
  // As a REST API does that is told to take compressed requests.
  const request = toReadRequest(incoming, before === 'decompressed-bytes' ? gunzipSync(body) : body)
  const handle = find(request.url)
  if (handle === undefined) return answer(404, 'Not Found')
  const event = JSON.stringify(change(lambdaEvents[service](request), before))
  if (Buffer.byteLength(event) > mostEventBytes) return answer(413, 'Request Too Long')
  try {
    const result: unknown = await handle(JSON.parse(event) as LambdaHttpEvent, context)
    write(JSON.parse(JSON.stringify(result)) as LambdaAnswer, service, incoming, response)
  } catch (error) {
    answer(502, String(error))
  }
}

// What middleware between the runtime and the handler may do.
function change(event: LambdaHttpEvent, before: HostBehaviour): object {
  if (before === 'nothing' || before === 'decompressed-bytes' || typeof event.body !== 'string') return event
  const bytes = Buffer.from(event.body, event.isBase64Encoded === true ? 'base64' : 'utf8')
  if (before === 'json-parser')
    return { ...event, body: JSON.parse(bytes.toString()) as unknown, isBase64Encoded: false }
  if (before === 'raw-text') return { ...event, body: bytes.toString(), isBase64Encoded: false }
  return { ...event, body: bytes.toString('base64'), isBase64Encoded: true }
}

/** Checks an answer as the service does, and sends it. */
function write(
  answer: LambdaAnswer,
  service: LambdaService,
  { method }: IncomingMessage,
  response: ServerResponse,
): void {
  const { statusCode, statusDescription, headers, multiValueHeaders, body, isBase64Encoded, ...others } = answer
  const isBalancer = service.startsWith('a load')
  const isMultiValue = service.endsWith('multi-value headers')
  const isSound =
    Object.keys(others).length === 0 &&
    Number.isInteger(statusCode) &&
    !isBase64Encoded &&
    (isBalancer ? /^\d{3} \S/.test(statusDescription ?? '') : statusDescription === undefined) &&
    (isMultiValue ? headers === undefined : multiValueHeaders === undefined)
  if (!isSound) throw new Error(`malformed answer: ${JSON.stringify(answer)}`)
  const length = statusCode === 204 || method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(body) }
  response.writeHead(statusCode, { ...headers, ...multiValueHeaders, ...length }).end(body)
}

/** Reads a request to its end, as no function is invoked before. */
function readAll(request: IncomingMessage, most: number): Promise<Buffer | 'late' | 'large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    let reads = 0
    const finish = (result: Buffer | 'late' | 'large' | 'gone'): void => {
      clearInterval(timer)
      clearTimeout(end)
      resolve(result)
    }
    const end = setTimeout(finish, requestMs, 'late')
    let readsBefore = -1
    // A busy machine runs timers before it reads what has arrived: the second look in a row counts.
    const timer = setInterval(() => {
      if (reads === readsBefore) finish('late')
      readsBefore = reads
    }, idleMs / 2)
    request
      .on('data', (chunk: Buffer) => {
        reads++
        length += chunk.length
        if (length > most) finish('large')
        else chunks.push(chunk)
      })
      .once('end', () => finish(Buffer.concat(chunks)))
      .once('close', () => finish('gone'))
      .on('error', () => finish('gone'))
  })
}
