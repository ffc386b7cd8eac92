import type { SonzaiDeliveryAttempt } from '@sallyport/platforms'

const reasons: Readonly<Record<number, string>> = {
  400: 'the endpoint could not read the delivery; record one with `sallyport listen --record`',
  401: 'the secret or the signature does not match; record a delivery, then run `sallyport verify`',
  403: 'the endpoint, or a proxy in front of it, forbids it',
  404: 'there is no endpoint at this URL; check the path',
  405: 'the endpoint does not take POST; check the path',
  408: 'the endpoint waited too long for the body',
  413: 'the body is larger than the endpoint, or a proxy in front of it, allows',
  415: 'the endpoint does not take this content type',
  422: 'the endpoint does not know this event type, or its data do not match',
  429: 'the endpoint asks for fewer deliveries',
  502: 'the proxy in front of the endpoint does not reach it',
  503: 'the endpoint is busy or not running',
  504: 'the endpoint did not answer its proxy in time',
}

/** Why an attempt failed and what to do, in one line; `undefined` if it did not fail. */
export function explainAttempt({
  status,
  response_code: code,
  response_body: body,
  error_message: message,
}: SonzaiDeliveryAttempt): string | undefined {
  if (code && code >= 200 && code < 300 && status !== 'failed') return undefined
  const said = [readCode(body ?? ''), message].filter(Boolean)
  return [...said, code ? explainStatus(code) : said.length === 0 ? noAnswer : ''].filter(Boolean).join(': ')
}

const noAnswer = 'no answer; check that the URL is public and that the server is running'

function explainStatus(code: number): string {
  if (code < 400) return 'redirects are not followed; register the final URL'
  return (
    reasons[code] ??
    (code < 500 ? 'the endpoint does not accept the delivery' : 'the endpoint failed; its log says why')
  )
}

/** The code in an answer of our receivers. Nothing else of an answer is shown: it may be confidential. */
function readCode(body: string): string | undefined {
  return /^\s*\{[^]*"code"\s*:\s*"([A-Z][A-Z_]{2,59})"/.exec(body)?.[1]
}
