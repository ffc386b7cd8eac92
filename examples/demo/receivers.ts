import { createReceiver, RejectError, type EventMap, type Receiver } from 'sallyport'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { createDeployReceiver } from '../fleet-deploy/receiver.ts'
import type { Receivers } from '../receivers.ts'
import { fleetAuth, fleetSecrets } from './fleet/settings.ts'
import { invoratecPlatform, sonzaiPlatform, type DemoSecrets } from './platform.ts'

/** An event whose handler fails when it first sees it. */
export const failsOnce = 'the handler fails'
/** An event the handler turns away. */
export const isUnwanted = 'the handler throws RejectError'

/** The receivers of one server, and how often their handlers ran. */
export interface DemoReceivers extends Receivers {
  handlerRuns(): number
  /** What handlers printed since this was last asked. */
  takePrinted(): string
}

/**
 * Makes receivers with secrets in rotation. The handlers of Sonzai and Invoratec fail where the event's data asks for it;
 * that of Fleet is the one of `fleet-deploy`.
 *
 * @param directory where published agents go
 */
export function createDemoReceivers(directory: string): DemoReceivers {
  const failed = new Set<string>()
  let runs = 0
  let printed = ''

  return {
    sonzai: handling(createReceiver(sonzai(), { secret: inRotation(sonzaiPlatform.secrets) })),
    invoratec: handling(createReceiver(invoratec(), { secret: inRotation(invoratecPlatform.secrets) })),
    fleet: createDeployReceiver({
      secret: inRotation(fleetSecrets),
      directory,
      auth: fleetAuth,
      // Each publish that reaches the handler is printed once.
      print(text) {
        runs += 1
        printed += text
      },
    }).onError(console.error),
    handlerRuns: () => runs,
    takePrinted() {
      const text = printed
      printed = ''
      return text
    },
  }

  function handling<Events extends EventMap>(receiver: Receiver<Events>): Receiver<Events> {
    return receiver
      .onAny(({ id, data }) => {
        runs += 1
        const { demo } = data as { demo?: unknown }
        if (demo === isUnwanted) throw new RejectError('The demo does not want this event.')
        if (demo !== failsOnce || failed.has(id)) return
        failed.add(id)
        throw new FirstTry()
      })
      .onUnknown(() => {
        runs += 1
      })
      .onError((error) => {
        if (!(error instanceof FirstTry)) console.error(error)
      })
  }
}

class FirstTry extends Error {}

function inRotation({ current, previous, retired }: DemoSecrets) {
  return [
    { id: 'current', secret: current },
    { id: 'previous', secret: previous },
    { id: 'retired', secret: retired, notAfter: Date.now() - 86_400_000 },
  ]
}
