import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { TriggeredDelivery } from '@sallyport/sandbox'
import type { Bench } from './open-sandbox.ts'

/** Tests one documented row. */
export type PlatformCheck = (bench: Bench) => Promise<void>

/** A request as received. */
export interface CaughtRequest {
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: string
  readonly json: Record<string, unknown>
}

/** A server that accepts every request and answers 200. */
export interface Catcher {
  readonly url: string
  readonly requests: CaughtRequest[]
}

/** Serves a catcher until the test ends. */
export async function startCatcher(bench: Bench): Promise<Catcher> {
  const requests: CaughtRequest[] = []
  const url = await bench.serveWith((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const body = Buffer.concat(chunks).toString()
      const { headers, rawHeaders } = request
      requests.push({ headers, rawHeaders, body, json: JSON.parse(body) as Record<string, unknown> })
      return response.end('ok')
    })
  })
  return { url, requests }
}

/** Waits until deliveries are finished. */
export async function finish(deliveries: readonly TriggeredDelivery[]): Promise<void> {
  await Promise.all(deliveries.map(({ finished }) => finished))
}

/** HMAC-SHA256 in lower-case hex, from the platforms' documents, without code of this project. */
export function hmacHex(key: string, message: string): string {
  return createHmac('sha256', key).update(message).digest('hex')
}
