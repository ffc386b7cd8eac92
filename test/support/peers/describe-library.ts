import { safeVerify, type EventMap, type Provider } from 'sallyport'
import type { Scheme } from 'sallyport/provider'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'

type Headers = Readonly<Record<string, string>>

/** A library that a sender publishes for its users, or names in its documents. */
export interface Library {
  /** What the receiver is configured with. */
  readonly secret: string
  /** Another one of the same form. */
  readonly otherSecret: string
  /** What signs, where that is another key. @default the secret */
  readonly signingSecret?: string
  /** Whose fixture the bodies are. @default the first type that the provider declares */
  readonly type?: string
  /** A body with further members. @default the fixture with them */
  readonly bodyOf?: (extra: object) => unknown
  /** Returns false, or throws, for what it does not accept. Header names are in lower case. */
  readonly verify: (body: string, headers: Headers, secret: string) => unknown
  /** The headers of a delivery that it signs now. @default it only verifies */
  readonly sign?: (body: string, secret: string) => Headers | Promise<Headers>
}

const extras: Readonly<Record<string, object>> = {
  'letters of many alphabets': { note: 'Zoë, 你好, नमस्ते, 🙈, \u2028 and "\\"', Ключ: 'ü' },
  'a large field': { note: 'ü🙈a'.repeat(50_000) },
  'empty fields': { note: '', none: null, list: [], object: {} },
}

/** Deliveries of `signDelivery` go to the library, and its own, if it signs, to the provider; good ones and altered ones. */
export function describeLibrary<Events extends EventMap>(
  name: string,
  provider: Provider<Events>,
  library: Library,
): void {
  const { secret, otherSecret, signingSecret = secret, sign, type } = library
  const { bodyOf = fillFixture(provider, signingSecret, type) } = library
  const bodies = Object.entries(extras).map(([what, extra]) => [what, toText(bodyOf(extra))] as const)
  const blanks = bodyOf({})
  if (!(blanks instanceof URLSearchParams)) bodies.push(['blanks and a line end', `${toText(blanks, 2)}\r\n`])

  const timeHeader = findTimeHeader(provider.scheme)

  const accepts = async (body: string, headers: Headers, key = secret): Promise<boolean> => {
    try {
      return (await library.verify(body, headers, key)) !== false
    } catch {
      return false
    }
  }
  const check = async (body: string, headers: Headers, key = secret): Promise<string> => {
    const result = await safeVerify(provider, { secret: key, headers, body: Buffer.from(body) })
    return result.ok ? 'ok' : result.code
  }

  describe(name, () => {
    it.each(bodies)('accepts what is signed here: %s', async (_what, text) => {
      const body = blanks instanceof URLSearchParams ? new URLSearchParams(text) : text
      const signed = signDelivery(provider, { secret: signingSecret, body })
      const headers = toLowerCase(signed.plainHeaders)
      expect(Buffer.from(signed.body).toString()).toBe(text)
      expect(await accepts(text, headers)).toBe(true)
      expect(await accepts(`${text} `, headers)).toBe(false)
      expect(await accepts(text.replace(/[a-z]/, '_'), headers)).toBe(false)
      expect(await accepts(text, headers, otherSecret)).toBe(false)
      if (timeHeader !== undefined) expect(await accepts(text, makeLater(headers, timeHeader))).toBe(false)
    })

    if (sign === undefined) return
    it.each(bodies)('signs what is accepted here: %s', async (_what, text) => {
      const headers = { 'content-type': 'application/json', ...(await sign(text, signingSecret)) }
      expect(await check(text, headers)).toBe('ok')
      expect(await check(`${text} `, headers)).toBe('SIGNATURE_MISMATCH')
      expect(await check(text.replace(/[a-z]/, '_'), headers)).toBe('SIGNATURE_MISMATCH')
      expect(await check(text, headers, otherSecret)).toBe('SIGNATURE_MISMATCH')
    })
  })
}

/** Where the time is, unless it is in the body or in a token. */
function findTimeHeader(scheme: Scheme): string | undefined {
  if (scheme.freshness.from === 'header') return scheme.freshness.name.toLowerCase()
  const isToken = scheme.definition?.().kind === 'jwt'
  return scheme.freshness.from === 'signature' && !isToken ? scheme.describe().header : undefined
}

/** The signed time a second later, which is still in time. */
function makeLater(headers: Headers, name: string): Headers {
  const value = headers[name]!.replace(/\d{10,}/, (time) => String(Number(time) + 1))
  expect(value).not.toBe(headers[name])
  return { ...headers, [name]: value }
}

function toLowerCase(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function fillFixture<Events extends EventMap>(provider: Provider<Events>, secret: string, type?: string) {
  const fixture = JSON.parse(Buffer.from(signDelivery(provider, { secret, type }).body).toString()) as object
  return (extra: object): unknown => ({ ...fixture, ...extra })
}

function toText(body: unknown, indent?: number): string {
  return body instanceof URLSearchParams ? body.toString() : JSON.stringify(body, undefined, indent)
}
