import { hash, timingSafeEqual } from 'node:crypto'
import type { Authorize } from '@sallyport/console'

/** Passwords of the console. A visitor without one is asked for it. */
export interface Passwords {
  /** May do everything. */
  readonly operate: string | undefined
  /** May only look. @default nobody */
  readonly view?: string | undefined
}

/** Asks for a user name and one of two passwords. Serve it over HTTPS: each request carries them. */
export function basicAuth({ operate, view }: Passwords): Authorize {
  if (!operate || operate === view) throw new Error('the console needs a password of its own, as CONSOLE_PASSWORD')
  return (request) => {
    const [who, password] = readCredentials(request.headers.get('authorization') ?? '')
    if (isSame(password, operate)) return { can: 'operate', who }
    if (view && isSame(password, view)) return { can: 'view', who }
    return new Response('The console asks for a password.', {
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="console", charset="UTF-8"' },
    })
  }
}

function readCredentials(header: string): readonly [who: string, password: string] {
  const [, encoded = ''] = /^Basic ([\w+/=]+)$/i.exec(header) ?? []
  const [who = '', password = ''] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s)
  return [who, password]
}

/** Takes the same time for every password of a length; the digests also hide the length. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))
}
