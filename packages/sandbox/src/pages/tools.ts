import type { Clock } from '../clock.ts'
import type { Courier } from '../delivery/courier.ts'
import type { DeliveryAttempt, PlatformName, TriggeredDelivery } from '../delivery/delivery.ts'
import type { Store } from '../state/store.ts'
import { createNotices, type Notice, type Notices } from './notices.ts'

/** What every page needs. */
export interface PageTools {
  readonly notices: Notices
  /** The attempts of a platform, newest first. */
  attempts(platform: PlatformName): readonly DeliveryAttempt[]
  isoNow(): string
  /** Waits briefly for answers and describes the deliveries. */
  untilSent(deliveries: readonly TriggeredDelivery[]): Promise<Notice>
}

/** Longest wait for deliveries before the page is shown, in milliseconds. */
const patience = 3000

/** Creates what every page needs. */
export function createPageTools(store: Store, clock: Clock, courier: Courier): PageTools {
  return {
    notices: createNotices(),
    attempts: (platform) => store.state.attempts.filter((attempt) => attempt.platform === platform).toReversed(),
    isoNow: () => new Date(clock.now()).toISOString(),
    async untilSent(deliveries) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patience)))
      // Also idle when the rest waits for a retry.
      await Promise.race([Promise.all(deliveries.map(({ finished }) => finished)), courier.idle(), late])
      clearTimeout(timer)
      const count = deliveries.length
      return { text: `Sent to ${count} ${count === 1 ? 'receiver' : 'receivers'}; see the attempts below.` }
    },
  }
}
