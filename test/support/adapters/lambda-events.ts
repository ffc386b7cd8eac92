import type { IncomingMessage } from 'node:http'
import type { LambdaHttpEvent } from 'sallyport/lambda'

/** A request, read to its end. */
export interface ReadRequest {
  readonly method: string
  /** Path and query as they arrived. */
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly sourceIp: string
  readonly body: Buffer
}

/** Turns a request into the event that a service of AWS makes of it. */
export type ToEvent = (request: ReadRequest) => LambdaHttpEvent

/** The stage of the APIs: the first part of the path. */
const stage = 'in'

export function toReadRequest(request: IncomingMessage, body: Buffer): ReadRequest {
  const { method = '', url = '', rawHeaders, socket } = request
  // RFC 9112, section 3.2.2: the target may be a whole URL.
  const target = url.replace(/^[a-z]+:\/\/[^/?]*/i, '')
  return { method, url: target, rawHeaders, sourceIp: socket.remoteAddress ?? '', body }
}

/** Payload format 2.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html. */
const toFormat2 =
  (domainName: string, toPath: (path: string) => string): ToEvent =>
  (request) => {
    const { method, sourceIp } = request
    const { path, query } = splitUrl(request)
    const { cookie, ...lists } = groupHeaders(request, (name) => name.toLowerCase())
    const headers = Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.join(',')]))
    return {
      version: '2.0',
      rawPath: toPath(path),
      rawQueryString: query,
      ...(cookie && { cookies: cookie.flatMap((line) => line.split('; ')) }),
      headers,
      requestContext: { domainName, http: { method, sourceIp } },
      ...toBody(request, isTextType),
    }
  }

// Of HTTP APIs: decoded, and cut at a `?` that comes of it (https://github.com/middleapi/standard-server/pull/93).
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path).split('?', 1)[0]!
  } catch {
    return path
  }
}

/** A REST API and payload format 1.0 of an HTTP API. */
const toFormat1 =
  (members: { readonly version?: string }, isText: (type: string) => boolean): ToEvent =>
  (request) => {
    const { method, sourceIp } = request
    const { path, query } = splitUrl(request)
    const isRest = members.version === undefined
    const multiValueHeaders = groupHeaders(request, (name) => (isRest ? name : name.toLowerCase()))
    const parameters = group(new URLSearchParams(query))
    const { body = null, isBase64Encoded } = toBody(request, isText)
    return {
      ...members,
      path: isRest ? path.replace(`/${stage}/`, '/') : decodePath(path),
      httpMethod: method,
      headers: lastOf(multiValueHeaders),
      multiValueHeaders,
      queryStringParameters: query === '' ? null : lastOf(parameters),
      multiValueQueryStringParameters: query === '' ? null : parameters,
      requestContext: { identity: { sourceIp }, ...(isRest && { path }) },
      body,
      isBase64Encoded,
    }
  }

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
const toLoadBalancer =
  (isMultiValue: boolean): ToEvent =>
  (request) => {
    const { method, sourceIp } = request
    const { path, query } = splitUrl(request)
    const lists = groupHeaders(request, (name) => name.toLowerCase())
    const forwarded = [...(lists['x-forwarded-for'] ?? []), sourceIp].join(', ')
    const headers = {
      ...lists,
      'x-forwarded-for': [forwarded],
      'x-forwarded-proto': lists['x-forwarded-proto'] ?? ['http'],
    }
    const pairs = query === '' ? [] : query.split('&').map((pair) => toPair(pair))
    const { body = '', isBase64Encoded } = toBody(request, isTextType)
    return {
      requestContext: {
        elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:region:123456789012:targetgroup/test/6d0ecf83' },
      },
      httpMethod: method,
      path,
      ...(isMultiValue
        ? { multiValueQueryStringParameters: group(pairs), multiValueHeaders: headers }
        : { queryStringParameters: lastOf(group(pairs)), headers: lastOf(headers) }),
      body,
      isBase64Encoded,
    }
  }

function toPair(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

// What a load balancer names; HTTP APIs were seen to do the same (https://github.com/ministackorg/ministack/pull/766).
function isTextType(type: string): boolean {
  return /^(?:text\/.*|application\/(?:json|javascript|xml))$/.test(type)
}

function toBody({ rawHeaders, body }: ReadRequest, isText: (type: string) => boolean) {
  if (body.length === 0) return { isBase64Encoded: false }
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type')
  const type = (rawHeaders[at + 1] ?? '').split(';', 1)[0]!.trim().toLowerCase()
  // JSON holds text only: what is not UTF-8 is lost.
  return isText(at < 0 ? '' : type)
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true }
}

function splitUrl({ url }: ReadRequest): { path: string; query: string } {
  const at = url.indexOf('?')
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) }
}

function groupHeaders({ rawHeaders }: ReadRequest, toName: (name: string) => string): Record<string, string[]> {
  const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, index) => rawHeaders.slice(2 * index, 2 * index + 2))
  return group(pairs.map(([name, value]) => [toName(name!), value!] as const))
}

function group(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const lists = new Map<string, string[]>()
  for (const [name, value] of pairs) lists.set(name, [...(lists.get(name) ?? []), value])
  return Object.fromEntries(lists)
}

function lastOf(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1)!]))
}

/** How each service turns a request into an event. */
export const lambdaEvents = {
  'an HTTP API, format 2.0': toFormat2('id.execute-api.us-east-1.amazonaws.com', decodePath),
  'a function URL': toFormat2('id.lambda-url.us-east-1.on.aws', (path) => path),
  'an HTTP API, format 1.0': toFormat1({ version: '1.0' }, isTextType),
  'a REST API': toFormat1({}, () => true),
  'a REST API with binary media type */*': toFormat1({}, () => false),
  'a load balancer': toLoadBalancer(false),
  'a load balancer with multi-value headers': toLoadBalancer(true),
} satisfies Record<string, ToEvent>

export type LambdaService = keyof typeof lambdaEvents
