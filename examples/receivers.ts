import { createReceiver, SallyportError, type EventMap, type Receiver } from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import { invoratec, type InvoratecEvents } from 'sallyport/providers/invoratec'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { createFleetReceiver } from './fleet-receiver.ts'

/** What every server mounts. */
export interface Receivers {
  readonly sonzai: Receiver<SonzaiEvents>
  readonly invoratec: Receiver<InvoratecEvents>
  /** Only where there is a token for it. */
  readonly fleet?: Receiver
}

/**
 * The receivers of all platforms. A handled event is one JSON line on stdout, everything else one on stderr.
 *
 * @param inbox where events of Sonzai and Invoratec are kept before they are handled; whoever publishes an agent waits for
 * what becomes of it
 * @throws Error naming the environment variable when a secret is missing or unusable
 */
export function createReceivers(environment: NodeJS.ProcessEnv, inbox?: Inbox): Receivers {
  const { FLEET_WEBHOOK_TOKEN: token, FLEET_DEPLOY_DIR: directory } = environment
  const kept = inbox === undefined ? {} : { inbox }
  return {
    sonzai: printing(
      fromVariable(environment, 'SONZAI_WEBHOOK_SECRET', (secret) => createReceiver(sonzai(), { secret, ...kept })),
    ),
    invoratec: printing(
      fromVariable(environment, 'INVORATEC_WEBHOOK_SECRET', (secret) =>
        createReceiver(invoratec(), { secret, ...kept }),
      ),
    ),
    ...(token
      ? {
          fleet: reporting(
            fromVariable(environment, 'FLEET_WEBHOOK_TOKEN', (secret) => createFleetReceiver(secret, directory, print)),
          ),
        }
      : undefined),
  }
}

function printing<Events extends EventMap>(receiver: Receiver<Events>): Receiver<Events> {
  const provider = receiver.provider.name
  return reporting(receiver.onAny(({ type, id, data }) => print({ provider, type, id, data })))
}

function reporting<Events extends EventMap>(receiver: Receiver<Events>): Receiver<Events> {
  const provider = receiver.provider.name
  return receiver
    .onUnknown(({ type, id }) => console.error(JSON.stringify({ provider, outcome: 'unknown', type, id })))
    .onReject(({ code, status, remoteAddress }) =>
      console.error(JSON.stringify({ provider, code, status, remoteAddress })),
    )
    .onError((error, report) => {
      const { code, status, remoteAddress } = report ?? {}
      console.error(JSON.stringify({ provider, code, status, remoteAddress, error: String(error) }))
    })
}

function print(event: { provider: string; type: string; id: string; data: unknown }): void {
  console.log(JSON.stringify(event))
}

// The library refuses to start without a secret and names the provider; whoever starts this needs the variable.
function fromVariable<Made>(environment: NodeJS.ProcessEnv, name: string, make: (secret?: string) => Made): Made {
  try {
    return make(environment[name])
  } catch (error) {
    if (SallyportError.is(error)) {
      throw new Error(`set the environment variable ${name} (${error.message})`, { cause: error })
    }
    throw error
  }
}
