import { createReceiver, RejectDelivery, type EventMap, type Receiver } from '@sallyport/core'
import { invoratec } from '@sallyport/providers/invoratec'
import { sonzai } from '@sallyport/providers/sonzai'
import type { Receivers } from '../receivers.ts'
import { invoratecPlatform, sonzaiPlatform, type DemoSecrets } from './platform.ts'

/** An event whose handler fails when it first sees it. */
export const failsOnce = 'the handler fails'
/** An event the handler turns away. */
export const isUnwanted = 'the handler throws RejectDelivery'

/** The receivers of one server, and how often their handlers ran. */
export interface DemoReceivers extends Receivers {
  handlerRuns(): number
}

/** Makes receivers with secrets in rotation, whose handlers fail where the event's data asks for it. */
export function createDemoReceivers(): DemoReceivers {
  const failed = new Set<string>()
  let runs = 0

  return {
    sonzai: handling(createReceiver(sonzai(), { secret: inRotation(sonzaiPlatform.secrets) })),
    invoratec: handling(createReceiver(invoratec(), { secret: inRotation(invoratecPlatform.secrets) })),
    handlerRuns: () => runs,
  }

  function handling<Events extends EventMap>(receiver: Receiver<Events>): Receiver<Events> {
    return receiver
      .onAny(({ id, data }) => {
        runs += 1
        const { demo } = data as { demo?: unknown }
        if (demo === isUnwanted) throw new RejectDelivery('The demo does not want this event.')
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
