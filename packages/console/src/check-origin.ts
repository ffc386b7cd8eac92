import { ConsoleError } from './console-error.ts'

/** The header that only a script of the same origin can set without asking. */
export const ownHeader = 'x-sallyport-console'

/**
 * Checks that a page of the console asks for a change, and no other page the visitor has open (CSRF). Such a page can send
 * cookies along, but neither the header nor the content type without a preflight, which the console never answers.
 *
 * @param origins further addresses that visitors use, as `https://example.com`, where a proxy changes the host
 * @throws ConsoleError `CONSOLE_FORGED`
 */
export function checkChange({ headers, url }: Request, origins: readonly string[]): void {
  if (headers.get(ownHeader) !== '1') forged(`the header ${ownHeader}: 1 is missing`)
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/json') forged('the content type is not application/json')
  checkSite(headers)
  const origin = headers.get('origin')
  if (origin !== null && !origins.includes(origin) && toHost(origin) !== toHost(url))
    forged("the Origin header names another host than the request's")
}

/** Checks that no page of another site reads. Opening a link is fine. @throws ConsoleError `CONSOLE_FORGED` */
export function checkSite(headers: Headers): void {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') forged('another site asks')
}

function forged(detail: string): never {
  throw new ConsoleError('CONSOLE_FORGED', detail)
}

// Without the scheme: a proxy that ends TLS passes the request on as HTTP.
function toHost(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host : undefined
}
