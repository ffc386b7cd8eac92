import { SallyportError } from '../../errors/sallyport-error.ts'

/** Headers or parameters in an event: one value a name, or a list of values. */
export type LambdaValues = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * An HTTP request as AWS passes it to a function: of API Gateway (REST and HTTP APIs), a function URL or an Application Load Balancer.
 * Only what `webhook` reads. The event types of `@types/aws-lambda` are assignable to it.
 */
export interface LambdaHttpEvent {
  /** `2.0` or `1.0` of an HTTP API; `2.0` of a function URL; absent from events of REST APIs and load balancers. */
  readonly version?: string | undefined
  readonly httpMethod?: string | undefined
  readonly path?: string | undefined
  readonly rawPath?: string | undefined
  readonly rawQueryString?: string | undefined
  readonly headers?: LambdaValues | null | undefined
  readonly multiValueHeaders?: LambdaValues | null | undefined
  readonly cookies?: readonly string[] | null | undefined
  readonly queryStringParameters?: LambdaValues | null | undefined
  readonly multiValueQueryStringParameters?: LambdaValues | null | undefined
  readonly body?: string | null | undefined
  readonly isBase64Encoded?: boolean | undefined
  readonly requestContext: LambdaRequestContext
}

/** What the service says of a request, as far as `webhook` reads it. */
export interface LambdaRequestContext {
  /** Of a load balancer. */
  readonly elb?: object | undefined
  /** Of a function URL or an HTTP API, payload format 2.0. */
  readonly http?: { readonly method: string; readonly sourceIp?: string | undefined } | undefined
  /** Of a REST API or an HTTP API, payload format 1.0. */
  readonly identity?: { readonly sourceIp?: string | undefined } | undefined
  /** Path with the stage, as the sender wrote it; of a REST API. */
  readonly path?: string | undefined
  readonly domainName?: string | undefined
}

/** What `webhook` reads of the second argument of a function. */
export interface LambdaContext {
  /** Milliseconds until the function is stopped. */
  getRemainingTimeInMillis?(): number
}

/** Who made an event. Each shows another part of the request as it arrived. */
export type LambdaSource = 'REST API' | 'HTTP API 1.0' | 'HTTP API 2.0' | 'function URL' | 'load balancer'

/**
 * Tells who made an event, by its own members.
 *
 * @throws SallyportError `REQUEST_UNREADABLE` for anything else: there is nobody to answer
 */
export function readSource(event: unknown): LambdaSource {
  const { version, httpMethod, requestContext } = asRecord(event)
  const { elb, http, domainName } = asRecord(requestContext)
  if (isObject(elb)) return 'load balancer'
  if (version === '2.0' && isObject(http)) return isFunctionUrl(domainName) ? 'function URL' : 'HTTP API 2.0'
  if (isObject(requestContext) && typeof httpMethod === 'string') {
    if (version === '1.0') return 'HTTP API 1.0'
    if (version === undefined || version === null) return 'REST API'
  }
  throw new SallyportError('REQUEST_UNREADABLE', `webhook of sallyport/lambda: ${describeForeign(event)}`)
}

// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html: always <id>.lambda-url.<region>.on.aws.
function isFunctionUrl(domainName: unknown): boolean {
  return typeof domainName === 'string' && domainName.includes('.lambda-url.')
}

const expected =
  'invoke the function by API Gateway (REST or HTTP API, proxy integration), a function URL or an Application Load Balancer'

// Names what the event looks like, and nothing in it.
function describeForeign(event: unknown): string {
  if (!isObject(event)) return `the event is ${event === null ? 'null' : `of type ${typeof event}`}; ${expected}`
  if (Array.isArray(event['Records']))
    return `the event has Records, as those of SQS, SNS and S3; handle these in another function`
  if (isObject(event['requestContext']) && 'connectionId' in event['requestContext'])
    return `the event is of a WebSocket API; ${expected}`
  return `the event is not an HTTP request; ${expected}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function asRecord(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {}
}
