import { createReceiver, SallyportError, type EventMap, type Receiver } from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import { invoratec, type InvoratecEvents } from 'sallyport/providers/invoratec'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { createFleetReceiver } from './fleet-receiver.ts'

/** What every server mounts. */
export interface Receivers {
  readonly sonzai: Receiver<SonzaiEvents>
  readonly invoratec: Receiver<InvoratecEvents>
  /** Only if FLEET_WEBHOOK_TOKEN is set. */
  readonly fleet?: Receiver | undefined
}

/**
 * The receivers of all platforms. Each handled event is a JSON line on stdout, everything else a line on stderr.
 *
 * @param inbox stores events of Sonzai and Invoratec before they are handled; the publisher of an agent waits for the result
 * @throws Error naming the environment variable when a secret is missing or unusable
 */
export function createReceivers(environment: NodeJS.ProcessEnv, inbox?: Inbox): Receivers {
  const { FLEET_WEBHOOK_TOKEN: token, FLEET_DEPLOY_DIR: directory } = environment
  return {
    sonzai: printing(
      fromVariable(environment, 'SONZAI_WEBHOOK_SECRET', (secret) => createReceiver(sonzai(), { secret, inbox })),
    ),
    invoratec: printing(
      fromVariable(environment, 'INVORATEC_WEBHOOK_SECRET', (secret) => createReceiver(invoratec(), { secret, inbox })),
    ),
    fleet: token
      ? reporting(
          fromVariable(environment, 'FLEET_WEBHOOK_TOKEN', (secret) => createFleetReceiver(secret, directory, print)),
        )
      : undefined,
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

// The error names the provider; the user needs the name of the variable.
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
