import type { ErrorCode } from '../../errors/error-codes.ts'
import type { Outcome } from '../../receive/reply.ts'
import type { Past } from '../past.ts'
import type { WatchedReceiver } from '../watched.ts'

// What shows that a sender is alive, whatever became of its delivery here. A handshake may be of the sender's setup page only.
const proven = ['accepted', 'handled', 'duplicate', 'ignored', 'unknown'] as const satisfies readonly Outcome[]

// Verified, and failed afterwards.
const failed = [
  'HANDLER_FAILED',
  'HANDLER_TIMEOUT',
  'PAYLOAD_INVALID',
  'DELIVERY_REJECTED',
] as const satisfies readonly ErrorCode[]

/** Notes whether receivers without an inbox got events since it was last called: they count, but do not say when. */
export function readArrivals(receivers: readonly WatchedReceiver[], past: Past): (at: number) => void {
  const counted = new Map<WatchedReceiver, number>()
  for (const receiver of receivers) if (receiver.inbox === undefined) counted.set(receiver, countProven(receiver))

  return (at) => {
    for (const [receiver, before] of counted) {
      const count = countProven(receiver)
      if (count > before) past.note(receiver.provider.name, at)
      counted.set(receiver, count)
    }
  }
}

function countProven(receiver: WatchedReceiver): number {
  const { outcomes, codes } = receiver.counts()
  const answered = proven.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0)
  return failed.reduce((sum, code) => sum + (codes[code] ?? 0), answered)
}
