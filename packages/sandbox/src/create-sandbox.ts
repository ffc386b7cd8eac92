import { checkOptions, printError } from 'sallyport/provider'
import { randomInt } from 'node:crypto'
import type { Hono } from 'hono'
import { systemClock } from './clock.ts'
import { createCourier } from './delivery/courier.ts'
import { toFaults, type FaultInput } from './delivery/faults.ts'
import { toRetryPolicy } from './delivery/retry-policy.ts'
import { toFleetSandbox, type FleetSandbox } from './fleet/sandbox.ts'
import { mountPlatforms } from './http/mount-platforms.ts'
import { createOutages, type Outage } from './http/outage.ts'
import { createApp, listen, toUrlHost } from './http/server.ts'
import { toInvoratecSandbox, type InvoratecSandbox } from './invoratec/sandbox.ts'
import { toKeys } from './keys.ts'
import { toLangsmithSandbox, type LangsmithSandbox } from './langsmith/sandbox.ts'
import { sandboxRules, type SandboxOptions } from './options.ts'
import { createSendOwn, type SendOwn } from './own/send-own.ts'
import { createPageTools } from './pages/tools.ts'
import { createPlatforms } from './platforms.ts'
import { toSonzaiSandbox, type SonzaiSandbox } from './sonzai/sandbox.ts'
import { createMemoryStore, openFileStore } from './state/store.ts'

/** A running sandbox. */
export interface Sandbox extends AsyncDisposable {
  /** Base URL, without a trailing slash. */
  readonly url: string
  readonly port: number
  readonly sonzai: SonzaiSandbox
  readonly fleet: FleetSandbox
  readonly invoratec: InvoratecSandbox
  readonly langsmith: LangsmithSandbox
  /**
   * Sends a delivery of any provider, such as one of your own, with retries and faults. It is signed as `signDelivery` does.
   *
   * @throws SallyportError `OPTION_INVALID`, `SECRET_INVALID` as `signDelivery` does; SandboxError `VALUE_INVALID` for the URL
   */
  readonly send: SendOwn
  /** Replaces the faults of all deliveries. @throws SallyportError `OPTION_INVALID` */
  setFaults(faults: readonly FaultInput[]): void
  /** Makes the next calls of the management APIs fail. @throws SallyportError `OPTION_INVALID` */
  failCalls(outage: Outage): void
  /** Waits until no request is running. Deliveries that wait for a retry or a delay do not count. */
  idle(): Promise<void>
  /** Waits until every delivery is delivered, failed or cancelled. */
  settled(): Promise<void>
  /** Stops the sandbox. Pending deliveries stay in the state file; the next sandbox with that file continues them. */
  stop(): Promise<void>
}

/**
 * Starts the platforms on localhost: management APIs, signed deliveries with retries, and faults.
 *
 * @throws SallyportError `OPTION_INVALID`; SandboxError `STATE_INVALID`, `STATE_UNUSABLE` or `STATE_LOCKED` for the state
 * file
 * @example
 * const sandbox = await createSandbox()
 * const { signingSecret } = sandbox.sonzai.register('on_wakeup_ready', { webhookUrl: 'http://localhost:3000/webhooks/sonzai' })
 * const [delivery] = sandbox.sonzai.trigger('on_wakeup_ready')
 * console.log(await delivery?.finished)
 * await sandbox.stop()
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkOptions('createSandbox', options, sandboxRules)
  const { port = 0, host = '127.0.0.1', allowedHosts = [], clock = systemClock, onError = report } = options
  const keys = toKeys(options.keys)
  let faults = toFaults(options.faults)
  const settings = {
    clock,
    retry: toRetryPolicy(options.retry),
    concurrency: options.concurrency ?? 16,
    timeoutMs: options.timeoutMs ?? 10_000,
    seed: options.seed ?? randomInt(2 ** 32),
    faults: () => faults,
  }
  const ready = Promise.withResolvers<Hono>()
  ready.promise.catch(() => {})
  // Before the state file is opened, so that a start without a port leaves no files behind.
  const { url, port: actualPort, close } = await listen(ready.promise, host, port)
  const opening = options.state === undefined ? createMemoryStore() : openFileStore(options.state, onError)
  const store = await Promise.resolve(opening).catch(async (error: unknown) => {
    ready.reject(error)
    await close()
    throw error
  })
  const courier = createCourier({ ...settings, store })
  const platforms = createPlatforms({ store, clock, courier }, keys, options)
  const outages = createOutages()
  const app = createApp([toUrlHost(host), ...allowedHosts], (mounted) => {
    mounted.use('/api/*', outages.guard).use('/v1/*', outages.guard)
    mountPlatforms(mounted, platforms, keys, store.state, createPageTools(store, clock, courier))
  })
  ready.resolve(app)
  courier.resume()
  platforms.sonzai.wakeups.resume()

  let stopped: Promise<void> | undefined
  async function stopAll(): Promise<void> {
    platforms.sonzai.wakeups.stop()
    await close()
    await courier.stop()
    await store.close()
  }
  const stop = (): Promise<void> => (stopped ??= stopAll())

  return {
    url,
    port: actualPort,
    sonzai: toSonzaiSandbox(platforms.sonzai, keys.sonzai, url),
    fleet: toFleetSandbox(platforms.fleet.webhooks, platforms.fleet.agents, keys.fleet, url),
    langsmith: toLangsmithSandbox(platforms.langsmith.webhooks, platforms.langsmith.repos, keys.fleet, url),
    invoratec: toInvoratecSandbox(platforms.invoratec.webhooks, keys.invoratec, url),
    send: createSendOwn(clock, courier),
    setFaults(inputs) {
      faults = toFaults(inputs)
    },
    failCalls: outages.begin,
    idle: courier.idle,
    settled: courier.settled,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function report(error: unknown): void {
  printError(`sandbox: ${error instanceof Error ? error.message : 'failed'}`)
}
