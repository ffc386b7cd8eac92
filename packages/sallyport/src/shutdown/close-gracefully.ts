import type { Server } from 'node:net'
import type { Inbox } from '../inbox/inbox.ts'
import { allow, longestTimer } from '../options/allow.ts'
import { checkOptions, checkValue, failOption, type OptionRules } from '../options/check-options.ts'
import { markDraining, toSingleReceivers } from './draining.ts'
import { createServerStop } from './stop-server.ts'
import { createTimeLimit } from './time-limit.ts'

/** A receiver, or what `anyOf` returns, as far as a shutdown needs it. */
export interface SettlingReceiver {
  readonly inbox?: Inbox | undefined
  settled(): Promise<void>
}

/** A server of `node:http`, `node:https` or `node:http2`, as Express, Koa and Hono listen with, or a Fastify instance. */
export type ClosableServer = Server | { readonly server: Server; close(): PromiseLike<unknown> }

/** Options of `closeGracefully`. */
export interface CloseOptions {
  /** Receivers mounted on the server. Their inboxes are stopped too. @default none */
  readonly receivers?: readonly SettlingReceiver[] | undefined
  /** Further inboxes to stop. @default none */
  readonly inboxes?: readonly Inbox[] | undefined
  /** Milliseconds for all of it, the delay included; what is left then is cut off. @default 8_000 */
  readonly timeoutMs?: number | undefined
  /** Milliseconds to go on as before, but not ready, until a load balancer sends no more. @default 0 */
  readonly delayMs?: number | undefined
  /** Milliseconds that a kept connection gets for one more request. @default 1_000 */
  readonly idleMs?: number | undefined
}

/** How a shutdown went. */
export interface CloseReport {
  /** Whether everything ended by itself. */
  readonly isComplete: boolean
  /** Connections that were cut off. */
  readonly connections: number
  /** Receivers that had work under way when the time was up. */
  readonly receivers: number
  /** Handlers of inboxes that were aborted; their events are retried. */
  readonly handlers: number
  /** Inboxes that had not stopped when the time was up. */
  readonly inboxes: number
  /** What receivers, inboxes and Fastify failed with as they closed; also that Fastify's hooks did not end in time. */
  readonly errors: readonly unknown[]
  /** Milliseconds that it took. */
  readonly durationMs: number
}

const rules: OptionRules<CloseOptions> = {
  receivers: allow.listOf(allow.having('', 'settled'), 'receivers'),
  inboxes: allow.listOf(allow.having('', 'attach', 'stop', 'workStatus'), 'inboxes'),
  timeoutMs: allow.above0(longestTimer),
  delayMs: allow.number(0, longestTimer),
  idleMs: allow.above0(longestTimer),
}

const isServer = allow.having('the server that listen() returns, or a Fastify instance', 'close')

/** Checks what is passed to `closeGracefully`. @throws SallyportError `OPTION_INVALID` */
export function checkClosing(place: string, server: ClosableServer, options: CloseOptions): void {
  checkValue(place, 'the server', server, {
    ...isServer,
    accepts: (value) => isServer.accepts(value) && findServer(value as ClosableServer) !== undefined,
    explain: (value) =>
      typeof value === 'function' ? 'an app is no server: pass what app.listen() returned' : undefined,
  })
  checkOptions(place, options, rules)
  const { timeoutMs = defaultTimeoutMs, delayMs = 0 } = options
  if (delayMs >= timeoutMs)
    failOption(`${place}: delayMs must be less than timeoutMs (${timeoutMs}), which includes it, not ${delayMs}`)
}

const closings = new WeakMap<object, Promise<CloseReport>>()
const defaultTimeoutMs = 8_000

/**
 * Shuts a server down without losing a delivery: not ready any more, no new connection, each connection ends with its answer,
 * then handlers finish and inboxes stop. Never rejects. A further call for the same server returns the same promise.
 *
 * @param server what `listen` returned, or a Fastify instance
 * @throws SallyportError `OPTION_INVALID`
 * @example
 * process.once('SIGTERM', () => void closeGracefully(server, { receivers: [receiver] }))
 */
export function closeGracefully(server: ClosableServer, options: CloseOptions = {}): Promise<CloseReport> {
  checkClosing('closeGracefully', server, options)
  const closing = closings.get(server) ?? close(server, options)
  closings.set(server, closing)
  return closing
}

async function close(server: ClosableServer, options: CloseOptions): Promise<CloseReport> {
  const { timeoutMs = defaultTimeoutMs, delayMs = 0, idleMs = 1_000 } = options
  const receivers = toSingleReceivers(options.receivers ?? [])
  const inboxes = [...new Set([...receivers.flatMap(({ inbox }) => inbox ?? []), ...(options.inboxes ?? [])])]
  const start = performance.now()
  const limit = createTimeLimit(timeoutMs)
  const errors: unknown[] = []
  const run = (work: () => PromiseLike<unknown>): Promise<unknown> =>
    Promise.resolve()
      .then(work)
      .catch((error: unknown) => errors.push(error))

  markDraining(...receivers, ...inboxes)
  const http = createServerStop(findServer(server)!)
  await new Promise((resolve) => setTimeout(resolve, delayMs))

  const isClosed = await limit.wait(http.stop(idleMs), 'early')
  const connections = isClosed ? 0 : await http.cut()
  const settled = await Promise.all(
    receivers.map((receiver) =>
      limit.wait(
        run(() => receiver.settled()),
        'middle',
      ),
    ),
  )
  // The last part of the time is for what an inbox writes as it stops.
  const drainMs = limit.leftMs('late')
  const stopped = await Promise.all(inboxes.map((inbox) => limit.wait(run(() => inbox.stop({ drainMs })))))
  // Its hooks may close what handlers use.
  if ('server' in server && !(await limit.wait(run(() => server.close()))))
    errors.push(new Error('the hooks of Fastify did not end in time'))

  const left = {
    connections,
    receivers: settled.filter((isSettled) => !isSettled).length,
    handlers: sum(inboxes.map((inbox) => inbox.workStatus()).map(({ aborted, running }) => aborted + running)),
    inboxes: stopped.filter((isStopped) => !isStopped).length,
  }
  const isComplete = errors.length === 0 && Object.values(left).every((count) => count === 0)
  return { isComplete, ...left, errors, durationMs: Math.round(performance.now() - start) }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

// An Express app has no `server`, and Koa's neither.
function findServer(server: ClosableServer): Server | undefined {
  const found: unknown = 'server' in server ? server.server : server
  return isNetServer.accepts(found) ? (found as Server) : undefined
}

const isNetServer = allow.having('', 'close', 'getConnections', 'prependListener')
