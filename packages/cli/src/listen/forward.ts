import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { toFailure, type AppFailure } from './app-failure.ts'
import type { Exchange } from './exchange.ts'
import { toForwarded } from './forward-headers.ts'
import { toTarget } from './forward-target.ts'

/** An answer of the app, whole. */
export interface AppAnswer {
  readonly ok: true
  readonly status: number
  readonly statusMessage: string
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly ms: number
}

export type AppResult = AppAnswer | AppFailure

/** Forwards requests to an app. */
export interface Forwarder {
  readonly to: URL
  /** Never rejects. */
  forward(exchange: Exchange, body: Uint8Array): Promise<AppResult>
  /** Gives up what is under way. */
  stop(): void
}

/** Largest answer that is passed on. */
export const longestAnswer = 8 * 1024 * 1024

/** @param timeoutMs from the first byte sent to the last byte of the answer */
export function createForwarder(to: URL, timeoutMs: number): Forwarder {
  const request = to.protocol === 'https:' ? httpsRequest : httpRequest
  const stopping = new AbortController()

  return {
    to,
    stop: () => stopping.abort(),
    async forward({ method, url, rawHeaders }, body) {
      const began = performance.now()
      const elapsed = (): number => performance.now() - began
      const giveUp = new AbortController()
      const timer = setTimeout(() => giveUp.abort(), timeoutMs)
      try {
        const headers = toForwarded(rawHeaders, { host: to.host, method, length: body.byteLength })
        // A connection of its own: an app that restarts on every change leaves broken ones behind.
        const signal = AbortSignal.any([giveUp.signal, stopping.signal])
        const options = { ...toTarget(to, url), method, headers, agent: false as const, signal }
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
          // Redirects are not followed: the sender gets them.
          request(options).once('response', resolve).on('error', reject).end(body)
        })
        const { statusCode: status = 0, statusMessage = '' } = response
        if (status < 200) throw Object.assign(new Error('no status of an answer'), { code: 'HPE_INVALID_STATUS' })
        return {
          ok: true,
          status,
          statusMessage,
          rawHeaders: response.rawHeaders,
          body: await readAnswer(response),
          ms: elapsed(),
        }
      } catch (error) {
        return toFailure(giveUp.signal.aborted ? 'TIMEOUT' : (error as NodeJS.ErrnoException).code, to, {
          timeoutMs,
          ms: elapsed(),
        })
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

async function readAnswer(response: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.byteLength
    if (length > longestAnswer) throw Object.assign(new Error('the answer is too large'), { code: 'TOO_LARGE' })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
