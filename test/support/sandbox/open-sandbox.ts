import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Receiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import {
  createManualClock,
  createSandbox,
  type ManualClock,
  type Sandbox,
  type SandboxOptions,
} from '@sallyport/sandbox'
import { afterEach } from 'vitest'

/** A sandbox with a manual clock, and servers to send to. */
export interface Bench {
  readonly clock: ManualClock
  /** Starts a sandbox that ends with the test. */
  start(options?: SandboxOptions): Promise<Sandbox>
  /** Serves a receiver until the test ends. */
  serve(receiver: Receiver): Promise<string>
  /** Does something when the test ends, after its sandboxes stopped. */
  onEnd(work: () => Promise<void>): void
  /** Serves a request listener until the test ends. */
  serveWith(listener: Parameters<typeof createServer>[1]): Promise<string>
}

/** Receivers check age with their own clock, so time starts now. */
export function useBench(): Bench {
  const clock = createManualClock(Math.floor(Date.now() / 1000) * 1000)
  const sandboxes: Sandbox[] = []
  const servers: Server[] = []
  const endings: (() => Promise<void>)[] = []
  afterEach(async () => {
    // A test may already have checked a failure to stop.
    await Promise.allSettled(sandboxes.splice(0).map((sandbox) => sandbox.stop()))
    for (const server of servers.splice(0)) server.close().closeAllConnections()
    await Promise.all(endings.splice(0).map((work) => work()))
  })

  async function serveWith(listener: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  return {
    clock,
    async start(options = {}) {
      const sandbox = await createSandbox({ clock, ...options })
      sandboxes.push(sandbox)
      return sandbox
    },
    serve: (receiver) => {
      const handle = webhook(receiver)
      return serveWith((request, response) => void handle(request, response))
    },
    serveWith,
    onEnd: (work) => void endings.push(work),
  }
}

/** Answer of a management API. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** Calls a management API with JSON. */
export async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  { key, body }: { key?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...key },
    ...(body === undefined ? undefined : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

/** The default keys of a sandbox, as headers. */
export const keys = {
  sonzai: { authorization: 'Bearer sk_sandbox' },
  invoratec: { 'x-api-key': 'claw_sandbox' },
  invoratecReader: { 'x-api-key': 'claw_sandbox_read' },
  fleet: { 'x-api-key': 'lsv2_sandbox' },
} as const
