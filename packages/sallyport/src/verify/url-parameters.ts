/**
 * The values of a URL parameter as they are written, in order. Its name may be percent-encoded.
 *
 * @param url path and query
 */
export function readParameters(url: string, name: string): string[] {
  return queryOf(url).flatMap((pair) => {
    const [written = '', ...value] = pair.split('=')
    return decodePercent(written) === name ? [value.join('=')] : []
  })
}

/** A URL with a parameter set: one that is there is replaced, else it becomes the last. */
export function withParameter(url: string, name: string, value: string): string {
  const [path = ''] = url.split(/[?#]/, 1)
  const others = queryOf(url).filter((pair) => pair !== '' && decodePercent(pair.split('=', 1)[0]!) !== name)
  return `${path}?${[...others, `${encodeURIComponent(name)}=${encodeURIComponent(value)}`].join('&')}`
}

function queryOf(url: string): string[] {
  const [whole = ''] = url.split('#', 1)
  const start = whole.indexOf('?')
  return start < 0 ? [] : whole.slice(start + 1).split('&')
}

/** A text without its percent-encoding (RFC 3986); `undefined` where that is damaged. A plus stays. */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
