import type { Clock } from '../clock.ts'
import type { Courier } from '../delivery/courier.ts'
import type { DeliveryAttempt, PlatformName, TriggeredDelivery } from '../delivery/delivery.ts'
import { SandboxError } from '../error.ts'
import type { Store } from '../state/store.ts'
import { toAnswer } from './attempt-status.ts'
import { createNotices, type Notice, type Notices } from './notices.ts'

/** What every page needs. */
export interface PageTools {
  readonly notices: Notices
  /** The attempts of a platform, or of all, newest first. */
  attempts(platform?: PlatformName): readonly DeliveryAttempt[]
  /** @throws SandboxError `NOT_FOUND` */
  attempt(id: string): DeliveryAttempt
  /** The attempts of one delivery, oldest first. */
  attemptsOf(deliveryId: string): readonly DeliveryAttempt[]
  /** Sends the bytes of an attempt again. @throws SandboxError `NOT_FOUND` */
  resend(id: string): Promise<DeliveryAttempt>
  isoNow(): string
  /** Waits briefly for answers and describes the deliveries. */
  untilSent(deliveries: readonly TriggeredDelivery[]): Promise<Notice>
}

/** Longest wait for deliveries before the page is shown, in milliseconds. */
const patience = 3000

/** Creates what every page needs. */
export function createPageTools(store: Store, clock: Clock, courier: Courier): PageTools {
  const { state } = store

  function attempt(id: string): DeliveryAttempt {
    const found = state.attempts.find((each) => each.id === id)
    if (found === undefined) throw new SandboxError('NOT_FOUND', 'the sandbox no longer keeps this attempt')
    return found
  }

  return {
    notices: createNotices(),
    attempts: (platform) =>
      state.attempts.filter((each) => platform === undefined || each.platform === platform).toReversed(),
    attempt,
    attemptsOf: (deliveryId) => state.attempts.filter((each) => each.deliveryId === deliveryId),
    resend: (id) => courier.resend(attempt(id)),
    isoNow: () => new Date(clock.now()).toISOString(),
    async untilSent(deliveries) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patience)))
      // Also idle when the rest waits for a retry.
      await Promise.race([Promise.all(deliveries.map(({ finished }) => finished)), courier.idle(), late])
      clearTimeout(timer)
      const answers = deliveries.flatMap(({ id }) =>
        state.attempts.filter((each) => each.deliveryId === id).map(toAnswer),
      )
      const count = `Sent to ${deliveries.length} ${deliveries.length === 1 ? 'receiver' : 'receivers'}`
      return { text: `${count}: ${answers.length === 0 ? 'no answer yet' : answers.join(', ')}.` }
    },
  }
}
