import { accepted, type DemoDelivery } from '../delivery.ts'
import type { DemoPlatform } from '../platform.ts'
import { failsOnce, isUnwanted } from '../receivers.ts'

/** Every event the platform declares. */
export function everyEvent({ eventTypes, make }: DemoPlatform): DemoDelivery[] {
  return eventTypes.map((type) => make({ name: type, type, expected: accepted('handled') }))
}

/** Genuine deliveries that are not the plain case. */
export function genuineOddities({ secrets, make }: DemoPlatform): DemoDelivery[] {
  const original = make({ name: 'an event', expected: accepted('handled') })
  const failing = make({ name: failsOnce, expected: { status: 500, result: 'HANDLER_FAILED' } })
  return [
    original,
    { ...original, name: '… replayed: the same bytes again', expected: accepted('duplicate') },
    failing,
    { ...failing, name: '… sent again, the handler works', expected: accepted('handled') },
    { ...failing, name: '… and once more', expected: accepted('duplicate') },
    make({ name: isUnwanted, expected: { status: 422, result: 'DELIVERY_REJECTED' } }),
    make({ name: 'signed with the previous secret', secret: secrets.previous, expected: accepted('handled') }),
    make({ name: 'an event type nobody declared', type: 'agent.hiccup', expected: accepted('unknown') }),
  ]
}
