import type { IncomingDelivery } from '../verify/delivery.ts'
import type { Reply } from './reply.ts'
import type { Voucher } from './vouch.ts'

/** How a source gets at a receiver. Not a member of the receiver, so that nothing that holds one can come in this way. */
export interface Entrance {
  /** Takes an event through all stages but the check of a signature. Never rejects. */
  deliver(incoming: IncomingDelivery, voucher: Voucher): Promise<Reply>
  /** Whether anybody here takes events of a type. */
  handles(type: string): boolean
  /** Whether ids out of the body name pushed events. */
  readonly trustsIds: boolean
  /** Names of the feeds in use; shown by `describe()`. */
  readonly feeds: Set<string>
}

const entrances = new WeakMap<object, Entrance>()

/** Gives a receiver its entrance. */
export function addEntrance(receiver: object, entrance: Entrance): void {
  entrances.set(receiver, entrance)
}

/** The entrance of a receiver; `undefined` for one of another copy of this package. */
export function entranceOf(receiver: object): Entrance | undefined {
  return entrances.get(receiver)
}
