import { toShownUrl } from '@sallyport/platforms'

/** Why there is no answer of the app. */
export interface AppFailure {
  readonly ok: false
  /** Status for the sender: 504 after a time-out, else 502. */
  readonly status: 502 | 504
  /** A short text for the sender. */
  readonly text: string
  /** What to do, for the terminal. */
  readonly fix: string
  readonly ms: number
}

/** @param code of Node's error, or our own */
export function toFailure(
  code: string | undefined,
  to: URL,
  { timeoutMs, ms }: { readonly timeoutMs: number; readonly ms: number },
): AppFailure {
  const place = toShownUrl(to.href)
  const seconds = `${timeoutMs / 1000} s`
  const [text, fix] = ((): readonly [string, string] => {
    if (code === 'TIMEOUT')
      return [
        `the app did not answer within ${seconds}`,
        `${place} did not answer within ${seconds}: look for a handler that never answers, or raise --timeout`,
      ]
    if (code === 'ECONNREFUSED')
      return ['the app is not running', `nothing listens at ${place}: start the app, or correct --forward-to`]
    if (code === 'TOO_LARGE')
      return ["the app's answer is too large", `the answer of ${place} is over 8 MiB: shorten it`]
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      return ["the app's host is unknown", `the host of ${place} is unknown: correct --forward-to`]
    if (code === 'ECONNRESET' || code === 'EPIPE')
      return [
        'the app closed the connection without an answer',
        `${place} closed the connection without an answer: look at the app's own output`,
      ]
    if (code?.startsWith('HPE_') || code === 'EPROTO')
      return ['the app does not answer with HTTP', `${place} does not speak ${to.protocol}//: correct --forward-to`]
    if (/CERT|SIGNED|ISSUER/.test(code ?? ''))
      return [
        "the app's certificate is not trusted",
        `the certificate of ${place} is not trusted (${code}): use http://, or name its authority in NODE_EXTRA_CA_CERTS`,
      ]
    return [
      `the app cannot be reached (${code ?? 'no code'})`,
      `${place} cannot be reached (${code ?? 'no code'}): start the app, or correct --forward-to`,
    ]
  })()
  return { ok: false, status: code === 'TIMEOUT' ? 504 : 502, text, fix, ms }
}
