import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import type { Planned } from './plan.ts'

/** The result of one delivery. */
export type Answer =
  | { readonly status: number; readonly ms: number; readonly said?: string | undefined }
  | { readonly error: string; readonly ms: number }

/** Sends deliveries over keep-alive connections. */
export interface Poster {
  post(planned: Planned): Promise<Answer>
  close(): void
}

const slowPieces = 10
const longestAnswer = 64 * 1024

/** Creates a poster for one URL. */
export function createPoster(url: URL, { concurrency, timeoutMs }: { concurrency: number; timeoutMs: number }): Poster {
  const isHttps = url.protocol === 'https:'
  const options = { keepAlive: true, maxSockets: concurrency }
  const agent = isHttps ? new HttpsAgent(options) : new HttpAgent(options)
  const request = isHttps ? httpsRequest : httpRequest

  return {
    async post(planned) {
      if (planned.delayMs > 0) await wait(planned.delayMs)
      const began = performance.now()
      const elapsed = (): number => performance.now() - began
      let outgoing: ClientRequest | undefined
      let isLate = false
      // Not the socket's timeout: a slow trickle of bytes would postpone it for ever.
      const timer = setTimeout(() => {
        isLate = true
        outgoing?.destroy()
      }, timeoutMs)
      try {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
          const { method, path = url.pathname + url.search, body } = planned
          const headers = [...toHeaders(url, planned.headers), 'Content-Length', String(body.byteLength)]
          outgoing = request(url, { method, path, agent, headers })
          outgoing.once('response', resolve).on('error', reject)
          void write(outgoing, planned)
        })
        const text = await readText(response)
        return { status: response.statusCode ?? 0, ms: elapsed(), said: readOutcome(text) }
      } catch (error) {
        const code = isLate ? 'ETIMEDOUT' : (error as NodeJS.ErrnoException).code
        return { error: code ?? 'ERROR', ms: elapsed() }
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => agent.destroy(),
  }
}

/** A list, so that names, order and repeated headers stay as they are; Node then adds nothing by itself. */
function toHeaders({ host, username, password }: URL, own: readonly string[]): string[] {
  const has = (wanted: string): boolean =>
    own.some((name, index) => index % 2 === 0 && name.toLowerCase() === wanted.toLowerCase())
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
  const more = [
    ['Host', host],
    ...(username === '' ? [] : [['Authorization', `Basic ${credentials.toString('base64')}`]]),
    ['User-Agent', 'sallyport-send'],
  ].filter(([name]) => !has(name!))
  return [...more.flat(), ...own]
}

async function write(outgoing: ClientRequest, { body, slowBodyMs }: Planned): Promise<void> {
  if (slowBodyMs === 0) {
    outgoing.end(body)
    return
  }
  const size = Math.max(1, Math.ceil(body.byteLength / slowPieces))
  for (let at = 0; at < body.byteLength && !outgoing.destroyed; at += size) {
    outgoing.write(body.subarray(at, at + size))
    await wait(slowBodyMs / slowPieces)
  }
  outgoing.end()
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response) if (text.length < longestAnswer) text += String(chunk)
  return text
}

/** The outcome or error code in an answer, if it has one. */
function readOutcome(text: string): string | undefined {
  try {
    const { outcome, code } = JSON.parse(text) as { outcome?: unknown; code?: unknown }
    const said = code ?? outcome
    return typeof said === 'string' && /^\w{1,40}$/.test(said) ? said : undefined
  } catch {
    return undefined
  }
}
