import type { Clock } from '../clock.ts'
import { createDocumentId } from '../identifiers.ts'
import type { CallLog } from '../state/state.ts'
import type { Store } from '../state/store.ts'

/** A call to log. */
export type LoggedCall = Pick<CallLog, 'userId' | 'endpoint' | 'method' | 'status' | 'responseTime'>

/** The log of API calls. */
export interface InvoratecLogs {
  add(call: LoggedCall): void
  /** Newest first. */
  list(userId: string, limit: number): readonly CallLog[]
}

const mostKept = 1000

/** Creates the log of API calls. */
export function createInvoratecLogs(store: Store, clock: Clock): InvoratecLogs {
  const { logs } = store.state.invoratec
  return {
    add(call) {
      logs.push({ id: createDocumentId(), ...call, timestamp: new Date(clock.now()).toISOString() })
      if (logs.length > mostKept) logs.shift()
      store.changed()
    },
    list: (userId, limit) =>
      logs
        .filter((log) => log.userId === userId)
        .toReversed()
        .slice(0, limit),
  }
}
