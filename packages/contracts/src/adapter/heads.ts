import { expect } from 'vitest'
import type { SignedDelivery } from 'sallyport/testing'
import { sonzaiDelivery } from './deliveries.ts'
import { expectCounts, type Endpoint } from './endpoint.ts'
import { rawHead, rawRequest } from './raw-request.ts'
import type { RawConnection } from './raw-connection.ts'
import type { Suite } from './suite.ts'

/** Alters the text of a head that is otherwise in order. */
type Alter = (head: string) => string

const addLine =
  (line: string): Alter =>
  (head) =>
    head.replace('\r\n', `\r\n${line}\r\n`)
const replace =
  (text: string | RegExp, by: string): Alter =>
  (head) =>
    head.replace(text, by)

/** Heads that no server may pass on (RFC 9112). */
const broken: Readonly<Record<string, Alter>> = {
  'lines that end in bare LF': (head) => head.replaceAll('\r\n', '\n'),
  'a bare CR in a header': addLine('X-Trace: a\rX-Other: b'),
  'a NUL in a header': addLine('X-Trace: a\0b'),
  'a NUL in a header name': addLine('X-\0Trace: a'),
  'a NUL in the signature': replace('v1=', '\0v1='),
  'a folded header': addLine('X-Trace: a\r\n b'),
  'a folded signature': replace('v1=', '\r\n v1='),
  'white space before the first header': replace('\r\nHost', '\r\n Host'),
  'a header without a colon': addLine('X-Trace'),
  'no host': replace(/Host: .*\r\n/, ''),
  'a header of 20 KB': addLine(`X-Trace: ${'a'.repeat(20_000)}`),
  '5000 headers': addLine('a: b\r\n'.repeat(5000).trimEnd()),
  'bytes that are no text in the target': replace(' HTTP/1.1', '?\u00ff\u00fe HTTP/1.1'),
  'a method in lower case': replace('POST', 'post'),
  'a version of HTTP that does not exist': replace('HTTP/1.1', 'HTTP/1.2'),
  'the preface of HTTP/2': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'HTTP/0.9': () => 'GET /in/hook\r\n\r\n',
}

/** Heads that are rare, and change nothing about a delivery. */
const unusual: Readonly<Record<string, Alter>> = {
  'names of object members as headers': addLine('__proto__: a\r\nconstructor: b\r\nhasOwnProperty: c'),
  'a signature named hop-by-hop': addLine('Connection: sonzai-signature'),
  'a query that does not decode': replace(' HTTP/1.1', '?%zz HTTP/1.1'),
  '500 headers': addLine('a: b\r\n'.repeat(500).trimEnd()),
}

/** Targets of a request beside its path, which a host may answer or route as it likes. */
const targets: Readonly<Record<string, Alter>> = {
  'an absolute target': replace('/in/hook', 'http://elsewhere.example/in/hook'),
  'an absolute target over HTTPS': replace('/in/hook', 'https://elsewhere.example/in/hook'),
  'a target with two slashes': replace('/in/hook', '//in/hook'),
  'a target with dot segments': replace('/in/hook', '/x/../in/hook'),
  'a target with a backslash': replace('/in/hook', '/in\\hook'),
  'a target that does not decode': replace('/in/hook', '/in/hoo%6'),
  'a host that is no host': replace(/Host: .*/, 'Host: a/b?c@d'),
  'an empty host': replace(/Host: .*/, 'Host: '),
}

/** Request lines and headers as attackers write them. */
export function checkHeads({ it, open }: Suite): void {
  for (const [name, alter] of Object.entries(broken)) {
    it(`rejects ${name}`, async () => {
      const { endpoint, connection } = await send(alter, sonzaiDelivery())
      expect((await connection.statuses(1)).filter((status) => status < 400 || status > 499)).toEqual([])
      await expectOnlyOthers(endpoint)
    })
  }

  for (const [name, alter] of Object.entries(unusual)) {
    it(`accepts ${name}`, async () => {
      const { endpoint, connection } = await send(alter, sonzaiDelivery())
      expect(await connection.statuses(2)).toEqual([200, 200])
      expect(endpoint.handled).toHaveLength(2)
    })
  }

  for (const [name, alter] of Object.entries(targets)) {
    it(`handles no forgery with ${name}`, async () => {
      const { endpoint, connection } = await send(alter, { ...sonzaiDelivery(), body: forged })
      const [first] = await connection.statuses(2)
      expect(first).toBeTypeOf('number')
      await expectOnlyOthers(endpoint)
    })
  }

  /** Sends a delivery with an altered head, and one in order after it. */
  async function send(alter: Alter, { plainHeaders, body }: SignedDelivery): Promise<Sent> {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const next = sonzaiDelivery({ content: { other: true } })
    connection.send(
      alter(rawHead({ url: endpoint.url, headers: plainHeaders }, body.length)),
      body,
      rawRequest({ url: endpoint.url, headers: next.plainHeaders }, next.body),
    )
    return { endpoint, connection }
  }
}

interface Sent {
  readonly endpoint: Endpoint
  readonly connection: RawConnection
}

const forged = Buffer.from('{"event_type":"agent.message","content":"forged"}')

/** Checks that nothing but deliveries in order was handled, and that they still are. */
async function expectOnlyOthers(endpoint: Endpoint): Promise<void> {
  const last = sonzaiDelivery({ content: { other: true } })
  await endpoint.post(last).expect(200)
  await expectCounts(endpoint)
  const bodies = endpoint.handled.map(({ body }) => Buffer.from(body).toString())
  expect(bodies.filter((body) => !body.includes('"other":true'))).toEqual([])
  expect(bodies).toContain(Buffer.from(last.body).toString())
}
