/**
 * Headers of one connection, which a proxy does not pass on (RFC 9110, section 7.6.1); and `Expect`, which has been met once
 * the body is here.
 */
const ofConnection = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]

const withoutBody = ['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE']

/**
 * Header lines for the app: order, case and repeated lines as they arrived, without those of the connection. `Host` names the
 * app; `Content-Length` is the exact length, also of a chunked body.
 *
 * @param raw name, value, name, value …
 */
export function toForwarded(
  raw: readonly string[],
  { host, method, length }: { readonly host: string; readonly method: string; readonly length: number },
): string[] {
  const framed = withLength(raw, length)
  const kept = endToEnd(framed)
  const has = (wanted: string): boolean => kept.some(([name]) => name.toLowerCase() === wanted)
  const lines: (readonly [string, string])[] = has('host') ? [] : [['Host', host]]
  let hasHost = false
  for (const [name, value] of kept) {
    if (name.toLowerCase() !== 'host') lines.push([name, value])
    else if (!hasHost) lines.push([name, host])
    hasHost ||= name.toLowerCase() === 'host'
  }
  if (!has('content-length') && (length > 0 || !withoutBody.includes(method)))
    lines.push(['Content-Length', String(length)])
  return lines.flat()
}

/**
 * Header lines of the app's answer for the sender.
 *
 * @param length of the body; `undefined` where the answer has none by its nature, and announces what it likes
 */
export function toReturned(raw: readonly string[], length: number | undefined): string[] {
  if (length === undefined) return endToEnd(raw).flat()
  const kept = endToEnd(withLength(raw, length))
  const hasLength = kept.some(([name]) => name.toLowerCase() === 'content-length')
  return [...kept.flat(), ...(hasLength ? [] : ['Content-Length', String(length)])]
}

/** The lines with the body in one piece: `Content-Length` where `Transfer-Encoding` was. */
export function withLength(raw: readonly string[], length: number): string[] {
  let hasLength = toPairs(raw).some(([name]) => name.toLowerCase() === 'content-length')
  return toPairs(raw).flatMap(([name, value]) => {
    if (name.toLowerCase() !== 'transfer-encoding') return [name, value]
    if (hasLength) return []
    hasLength = true
    return ['Content-Length', String(length)]
  })
}

export function toPairs(raw: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: raw.length >> 1 }, (_, index) => [raw[2 * index]!, raw[2 * index + 1]!])
}

function endToEnd(raw: readonly string[]): [name: string, value: string][] {
  const pairs = toPairs(raw)
  const named = pairs.flatMap(([name, value]) =>
    name.toLowerCase() === 'connection' ? value.split(',').map((each) => each.trim().toLowerCase()) : [],
  )
  // A sender must not name these there; without them the app would see another request.
  const dropped = new Set([...ofConnection, ...named.filter((name) => name !== 'host' && name !== 'content-length')])
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase()))
}
