import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { toShortPage } from './short-page.ts'

/** A handler of web requests; that of `createConsole` is one. */
export type WebHandler<Context> = (request: Request, context?: Context) => Promise<Response>

/** The only way in: a link that works once, then the cookie that it set. Both end with the process. */
export interface OneTimeLink {
  /** As `/…/?token=…`. */
  readonly path: string
  /** Where the console is: nobody else knows it, and the cookie goes nowhere else. */
  readonly basePath: string
  /** Whether the request has the cookie. */
  knows(request: Request): boolean
  /** Answers the link, and requests without the cookie; passes requests with the cookie on. */
  guard<Context>(handler: WebHandler<Context>): WebHandler<Context>
}

/**
 * Makes a link of 256 random bits.
 *
 * @param port part of the name of the cookie, which browsers send to every port of a host
 */
export function createOneTimeLink(port: number): OneTimeLink {
  const [token, session] = [makeToken(), makeToken()]
  const name = `sallyport-console-${port}`
  // Cookies know no ports: at `/`, every other server of this computer that the browser visits would get it.
  const basePath = `/${makeToken()}`
  const cookie = `${name}=${session}; Path=${basePath}/; HttpOnly; SameSite=Strict`
  let isUsed = false

  const knows = (request: Request): boolean =>
    readCookies(request).some(([key, value]) => key === name && isSame(value, session))

  return {
    path: `${basePath}/?token=${token}`,
    basePath,
    knows,
    guard: (handler) => async (request, context) => {
      const { pathname, searchParams } = new URL(request.url)
      const given = pathname === `${basePath}/` && request.method === 'GET' ? searchParams.get('token') : null
      if (knows(request)) return given === null ? handler(request, context) : welcome(basePath)
      if (given === null || isUsed || !isSame(given, token)) return refused()
      isUsed = true
      return welcome(basePath, cookie)
    },
  }
}

function makeToken(): string {
  return randomBytes(32).toString('base64url')
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))
}

function readCookies(request: Request): (readonly [name: string, value: string])[] {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split(/=(.*)/s, 2))
  return pairs.map(([name = '', value = '']) => [name, value])
}

// Not a redirect: a browser that followed the link from another site would not send a strict cookie with the next request.
function welcome(basePath: string, cookie?: string): Response {
  return toShortPage(200, 'Opening the console', `<a href="${basePath}/">Go on</a>`, {
    refresh: `0; url=${basePath}/`,
    ...(cookie === undefined ? {} : { 'set-cookie': cookie }),
  })
}

function refused(): Response {
  return toShortPage(
    401,
    'This link does not work here',
    'It works once, in one browser. Stop the command, run <code>sallyport console</code> again and open the new link.',
  )
}
