import type { DeliveryAttempt } from '../delivery/delivery.ts'
import { readKeptRequest } from '../delivery/resend-attempt.ts'

/**
 * Writes the request of an attempt as a file that `sallyport verify --request` and `sallyport send --replay` read: the exact
 * bytes, credentials included.
 *
 * @throws SandboxError `NOT_FOUND` where its bytes are no longer kept
 */
// The command writes such files too (`listen --record`); neither package depends on the other.
export function toHttpFile(attempt: DeliveryAttempt): { name: string; bytes: Buffer } {
  const { url, headers, body } = readKeptRequest(attempt)
  const { pathname, search } = new URL(url)
  const head = [
    `# received-at: ${attempt.createdAt}`,
    `POST ${pathname}${search} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return {
    name: `${attempt.eventType.replaceAll(/[^\w.-]+/g, '_').slice(0, 60)}-${attempt.attemptNumber}.http`,
    bytes: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]),
  }
}
