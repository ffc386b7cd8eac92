import type { LambdaHttpEvent, LambdaSource, LambdaValues } from './event.ts'

/** The URL of a request. */
export interface LambdaUrl {
  /** Path and query. */
  readonly url: string
  /** Whether the sender may have written it another way: the service decoded a part, or does not pass the order. */
  readonly isRebuilt: boolean
}

/**
 * Writes the URL of a request, and says whether it is what arrived. Read 2026-11-29:
 *
 * | source        | path                              | query                                              |
 * | ------------- | --------------------------------- | -------------------------------------------------- |
 * | function URL  | as it arrived                     | as it arrived                                      |
 * | HTTP API 2.0  | decoded                           | as it arrived                                      |
 * | HTTP API 1.0  | decoded                           | decoded, by name                                   |
 * | REST API      | as it arrived, in the context     | decoded, by name; "the order is not preserved"     |
 * | load balancer | as it arrived                     | not decoded, by name; without multi-value the last |
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html; that HTTP APIs decode the path is in no
 * document: https://github.com/honojs/hono/issues/2156, https://github.com/middleapi/standard-server/pull/93.
 */
export function toLambdaUrl(event: LambdaHttpEvent, source: LambdaSource): LambdaUrl {
  const path = readPath(event, source)
  const isPathDecoded = source.startsWith('HTTP API') && !plain.test(path.replaceAll('/', ''))
  const { query, isRebuilt } = event.version === '2.0' ? readRaw(event) : joinParameters(event, source)
  const url = (path + query).replaceAll(unwritable, escapeCharacter)
  return { url, isRebuilt: isPathDecoded || isRebuilt || url !== path + query }
}

function readPath(event: LambdaHttpEvent, source: LambdaSource): string {
  if (event.version === '2.0') return readText(event.rawPath).replaceAll(/[?#]/g, escapeCharacter)
  // The sender's path has the stage, or the base path of a custom domain, in front; `path` may lack it.
  const path = (source === 'REST API' ? event.requestContext.path : undefined) ?? event.path
  return readText(path).replaceAll(/[?#]/g, escapeCharacter)
}

function readRaw({ rawQueryString }: LambdaHttpEvent): { query: string; isRebuilt: boolean } {
  const text = readText(rawQueryString)
  return { query: text === '' ? '' : `?${text}`, isRebuilt: false }
}

function joinParameters(event: LambdaHttpEvent, source: LambdaSource): { query: string; isRebuilt: boolean } {
  const lists = event.multiValueQueryStringParameters ?? undefined
  const pairs = toPairs(lists ?? event.queryStringParameters ?? {})
  if (pairs.length === 0) return { query: '', isRebuilt: false }
  const isDecoded = source !== 'load balancer'
  const write = (text: string): string => (isDecoded ? encodeURIComponent(text.toWellFormed()) : text)
  const [[name, value]] = pairs as [readonly [string, string]]
  // One parameter has no order, if no other of its name is hidden. An empty value does not show whether there was a `=`.
  const isAlone = lists !== undefined && pairs.length === 1 && value !== ''
  const isCertain = isAlone && (!isDecoded || (plain.test(name) && plain.test(value)))
  return { query: `?${pairs.map((pair) => pair.map(write).join('=')).join('&')}`, isRebuilt: !isCertain }
}

function toPairs(parameters: LambdaValues): (readonly [string, string])[] {
  return Object.entries(parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map((one) => [name, readText(one)] as const),
  )
}

/** What nobody needs to encode (RFC 3986, section 2.3): the same decoded. */
const plain = /^[\w.~-]*$/

/** What no request target holds: senders encode it. Two characters must not become one byte of a signed message. */
const unwritable = /[^!-~]/gu

function escapeCharacter(character: string): string {
  return encodeURIComponent(character.toWellFormed())
}

function readText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
