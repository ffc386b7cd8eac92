import { createReceiver, SallyportError, type EventMap, type Receiver } from '@sallyport/core'
import { invoratec, type InvoratecEvents } from '@sallyport/providers/invoratec'
import { sonzai, type SonzaiEvents } from '@sallyport/providers/sonzai'

/** What every server mounts. */
export interface Receivers {
  readonly sonzai: Receiver<SonzaiEvents>
  readonly invoratec: Receiver<InvoratecEvents>
}

/**
 * The receivers of both platforms. A handled event is one JSON line on stdout, everything else one on stderr.
 *
 * @throws Error naming the environment variable when a secret is missing or unusable
 */
export function createReceivers(environment: NodeJS.ProcessEnv): Receivers {
  return {
    sonzai: printing(
      fromVariable(environment, 'SONZAI_WEBHOOK_SECRET', (secret) => createReceiver(sonzai(), { secret })),
    ),
    invoratec: printing(
      fromVariable(environment, 'INVORATEC_WEBHOOK_SECRET', (secret) => createReceiver(invoratec(), { secret })),
    ),
  }
}

function printing<Events extends EventMap>(receiver: Receiver<Events>): Receiver<Events> {
  const provider = receiver.provider.name
  return receiver
    .onAny(({ type, id, data }) => console.log(JSON.stringify({ provider, type, id, data })))
    .onUnknown(({ type, id }) => console.error(JSON.stringify({ provider, outcome: 'unknown', type, id })))
    .onReject(({ code, status, remoteAddress }) =>
      console.error(JSON.stringify({ provider, code, status, remoteAddress })),
    )
    .onError((error, report) => {
      const { code, status, remoteAddress } = report ?? {}
      console.error(JSON.stringify({ provider, code, status, remoteAddress, error: String(error) }))
    })
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
