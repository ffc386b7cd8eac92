import { gzipSync } from 'node:zlib'
import type { DemoDelivery } from '../delivery.ts'
import type { DemoPlatform } from '../platform.ts'

/** Requests that are not what the platform documents. */
export function malformedRequests({ signatureHeader, make }: DemoPlatform): DemoDelivery[] {
  return [
    make({
      name: 'signature cut short',
      tamper: ({ headers }) => ({ headers: { ...headers, [signatureHeader]: headers[signatureHeader]!.slice(0, -2) } }),
      expected: { status: 400, result: 'SIGNATURE_MALFORMED' },
    }),
    make({
      name: 'signature header sent twice',
      tamper: ({ headers }) => {
        const signature = headers[signatureHeader]!
        return {
          headers: { ...headers, [signatureHeader]: [signature, signature] },
          expectedWhenJoined: { status: 400, result: 'SIGNATURE_MALFORMED' },
        }
      },
      expected: { status: 400, result: 'HEADER_DUPLICATED' },
    }),
    make({
      name: 'GET instead of POST',
      tamper: () => ({ method: 'GET', body: new Uint8Array() }),
      expected: { status: 405, result: 'METHOD_NOT_ALLOWED' },
    }),
    make({
      name: 'sent as text/plain',
      tamper: ({ headers }) => ({ headers: { ...headers, 'Content-Type': 'text/plain' } }),
      expected: { status: 415, result: 'CONTENT_TYPE_UNSUPPORTED' },
    }),
    make({
      name: 'compressed with gzip',
      edit: (body) => gzipSync(JSON.stringify(body)),
      tamper: ({ headers }) => ({ headers: { ...headers, 'Content-Encoding': 'gzip' } }),
      expected: { status: 415, result: 'CONTENT_ENCODING_UNSUPPORTED' },
    }),
  ]
}

/** Signed by the platform, and still not an event. */
export function malformedBodies({ make }: DemoPlatform): DemoDelivery[] {
  return [
    make({
      name: 'signed, but not JSON',
      edit: (body) => `${JSON.stringify(body)},`,
      expected: { status: 400, result: 'BODY_NOT_JSON' },
    }),
    make({
      name: 'signed, but not UTF-8',
      // 0xff stands nowhere in UTF-8; a decoder that replaces it would hand on text that nobody signed.
      edit: (body) =>
        Buffer.concat([Buffer.from(JSON.stringify(body).slice(0, -2)), Buffer.from([0xff]), Buffer.from('"}')]),
      expected: { status: 400, result: 'BODY_NOT_UTF8' },
    }),
    make({
      name: 'signed, but a JSON array',
      edit: (body) => [body],
      expected: { status: 422, result: 'BODY_NOT_OBJECT' },
    }),
  ]
}

const largest = 1024 * 1024

/** Bodies over the receiver's limit, otherwise genuine. */
export function oversized({ make }: DemoPlatform): DemoDelivery[] {
  const edit = (body: object): object => ({ ...body, padding: 'x'.repeat(largest) })
  const expected = { status: 413, result: 'BODY_TOO_LARGE' }
  return [
    make({ name: 'over 1 MiB by its Content-Length', edit, expected }),
    make({ name: 'over 1 MiB in chunks, unannounced', edit, tamper: () => ({ chunked: true }), expected }),
  ]
}
