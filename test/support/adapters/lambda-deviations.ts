import type { Deviation } from '@sallyport/contracts'
import { beforeTheBody } from './before-the-body.ts'
import type { LambdaService } from './lambda-events.ts'

/** Tests with a body of type JSON that is not UTF-8. */
const notUtf8 = [
  'verifies the signature before it rejects non-UTF-8 bytes',
  'rejects other bytes that decode to the same text',
  'answers BODY_NOT_UTF8, then the next delivery',
  'answers CONTENT_ENCODING_INVALID, then the next delivery',
  'reads x-gzip as gzip',
  ...['wire', 'decoded'].flatMap((signed) => [
    `accepts a compressed body signed over its ${signed} bytes`,
    `rejects a body that decompresses past the limit (${signed})`,
  ]),
  'rejects a signature not made over the decoded bytes',
]

/** What a function behind a service cannot do, and why. */
export function lambdaDeviations(service: LambdaService): readonly Deviation[] {
  const isBalancer = service.startsWith('a load')
  const isBinary = service.endsWith('*/*')
  const isFormat2 = service.endsWith('2.0') || service === 'a function URL'
  return [
    ...declare('a function is invoked when the service has read the whole request', ...beforeTheBody),
    ...declare('Lambda takes events of up to 6 MB', 'accepts ten megabytes intact with a raised limit'),
    ...declare('JSON arrives as text here; its UTF-8 is what is verified', 'does not accept text as raw bytes'),
    ...(isBinary ? [] : declare('the service passes JSON as text: bytes that are not UTF-8 are lost', ...notUtf8)),
    ...(isBinary || isBalancer
      ? declare(
          isBalancer ? 'a load balancer takes bodies of up to 1 MB' : '5 MB in base64 exceed the 6 MB of an event',
          'lets the sender of a huge body read its answer',
          'answers a huge body sent with Connection: close',
        )
      : []),
    ...(isFormat2
      ? declare(
          'format 2.0 joins repeated values, and the result is malformed',
          'answers HEADER_DUPLICATED, then the next delivery',
        )
      : declare('the service passes the query in parts, and no order', 'passes the URL to handlers as requested')),
    ...(service === 'a load balancer'
      ? declare(
          'without multi-value headers it passes the last value alone, and that one is verified',
          'answers HEADER_DUPLICATED, then the next delivery',
          'rejects two signature headers if only the second is valid',
          'rejects the same signature header twice, in any case',
          'rejects a GET with another token, or that sends back a page',
        )
      : []),
  ]
}

function declare(reason: string, ...tests: readonly string[]): Deviation[] {
  return tests.map((test) => ({ test, reason }))
}
