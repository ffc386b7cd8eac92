import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Counts, DeliveryReport, EventHandler, Provider, ReceiverOptions, WebhookEvent } from 'sallyport'
import { secret } from '../../../../packages/contracts/src/adapter/deliveries.ts'
import {
  doAsTold,
  Journal,
  toEndpoint,
  type Endpoint,
  type EndpointSettings,
} from '../../../../packages/contracts/src/adapter/endpoint.ts'
import { providers } from '../../../../packages/contracts/src/adapter/providers.ts'
import { bundleFor } from '../bundle.ts'
import type { HostName } from '../install-host.ts'
import { serve } from '../serve.ts'
import type { Call, Order, Outcome } from './program.ts'
import { decode, encode } from './wire.ts'

/** A host that serves receivers for tests. */
export interface RemoteHost {
  open(settings?: EndpointSettings): Promise<Endpoint>
  output(): string
  stop(): Promise<void>
}

interface Served {
  readonly journal: Journal
  readonly handler: EventHandler<WebhookEvent>
  readonly options: ReceiverOptions
  readonly signals: Map<string, AbortController>
}

/** Starts a host, and serves receivers there whose functions stay in this process. */
export async function startRemoteHost(host: HostName): Promise<RemoteHost> {
  const served = new Map<string, Served>()
  const calls = createServer(async (request, response) => {
    const { endpoint, name, args } = (await json(request)) as Call
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(await answer(served.get(endpoint)!, name, args)))
  }).listen(0, '127.0.0.1')
  await once(calls, 'listening')
  const code = await bundleFor(host, {
    code: readFileSync(join(import.meta.dirname, 'program.ts'), 'utf8'),
    resolveDir: import.meta.dirname,
    isSource: true,
  })
  const address = `127.0.0.1:${(calls.address() as AddressInfo).port}`
  const program = await serve(host, { code, env: { TEST_PROCESS: `http://${address}` }, calls: address })
  let count = 0

  return {
    async open({ provider = providers.usual, handler = doAsTold, before = 'nothing', options } = {}) {
      const id = String(++count)
      const journal = new Journal()
      const all = { secret, ...options }
      served.set(id, { journal, handler, options: all, signals: new Map() })
      const name = nameOf(provider)
      const order: Order = {
        provider: name,
        options: encode(all, { fromSignal: () => '' }),
        before,
      }
      await fetch(`${program.url}/open/${id}`, { method: 'POST', body: JSON.stringify(order) })
      const settled = async (): Promise<Counts> =>
        (await fetch(`${program.url}/settled/${id}`)).json() as Promise<Counts>
      return toEndpoint(
        { url: `${program.url}/in/hook`, siblingUrl: `${program.url}/sibling`, close: async () => {} },
        { settled: async () => void (await settled()), counts: settled },
        journal,
      )
    },
    output: program.output,
    async stop() {
      await program.stop()
      calls.close()
      calls.closeAllConnections()
    },
  }
}

async function answer(endpoint: Served, name: string, encoded: unknown): Promise<Outcome> {
  const signalOf = (id: string): AbortController => {
    const controller = endpoint.signals.get(id) ?? new AbortController()
    endpoint.signals.set(id, controller)
    return controller
  }
  const toSignal = (id: string): AbortSignal => signalOf(id).signal
  const args = decode(encoded, { toFunction: () => () => {}, toSignal }) as unknown[]
  const { journal, handler, options } = endpoint
  const functions: Record<string, (...given: never[]) => unknown> = {
    abort: (id: string) => signalOf(id).abort(),
    report: (report: DeliveryReport) => journal.note(report),
    handler(event: WebhookEvent, context: Parameters<typeof handler>[1]) {
      journal.handled.push(context.delivery)
      return handler(event, context)
    },
  }
  const living = { fromSignal: () => '' }
  try {
    const work = functions[name] ?? find(options, name.split('.'))
    return { result: encode(await work(...(args as never[])), living) }
  } catch (thrown) {
    return { thrown: encode(thrown, living) }
  }
}

/** @throws Error for a provider that another process cannot find */
export function nameOf(provider: Provider): Order['provider'] {
  const found = Object.entries(providers).find(([, each]) => each === provider)
  if (found === undefined)
    throw new Error(`put the provider "${provider.name}" into packages/contracts/src/adapter/providers.ts`)
  return found[0] as Order['provider']
}

/** The function at a path of the options. */
function find(options: object, [name = '', ...rest]: readonly string[]): (...args: never[]) => unknown {
  const value = (options as Record<string, unknown>)[name]
  return rest.length > 0 ? find(value as object, rest) : (value as (...args: never[]) => unknown)
}
