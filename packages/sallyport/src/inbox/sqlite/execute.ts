import type { Command } from './protocol.ts'
import type { Store } from './store.ts'
import type { WorkerLock } from './worker-lock.ts'

const pruneAtOnce = 500
// Clocks are corrected by steps this small all the time.
const smallStepMs = 1_000
const correctEveryMs = 60_000

const reads = new Set<Command['kind']>(['open', 'list', 'get', 'stats', 'close'])

export function isWrite({ kind }: Command): boolean {
  return !reads.has(kind)
}

/** Makes what carries out a command, inside the caller's transaction. */
export function createExecutor(lock: WorkerLock): (store: Store, command: Command) => unknown {
  let lastNow = 0
  let lastCorrection = 0

  function readClock(): number {
    const now = Date.now()
    if (now < lastNow - smallStepMs) lastCorrection = 0
    lastNow = now
    return now
  }

  // Also at the start, and now and then: the clock may have been set back while nobody looked.
  function correctClock(store: Store, now: number): void {
    if (now < lastCorrection + correctEveryMs) return
    store.correctClock(now)
    lastCorrection = now
  }

  return (store, command) => {
    const now = readClock()
    switch (command.kind) {
      case 'open':
      case 'close':
        return undefined
      case 'insert':
        return command.rows.map((row) => store.insert(row, now))
      case 'work':
        lock.acquire()
        return store.recover(command.retry, command.atWork, now, command.order)
      case 'claim':
        // Not held any more where the thread had to be started again.
        lock.acquire()
        correctClock(store, now)
        return store.claim(command.limit, command.order, now)
      case 'settle':
        return store.settle(command.settlement, now)
      case 'unclaim':
        return store.unclaim(command.key)
      case 'list':
        return store.list(command.filter, command.page)
      case 'get':
        return store.get(command.key)
      case 'replay':
        return store.replay(command.filter, now)
      case 'discard':
        return store.discard(command.filter)
      case 'prune':
        return store.prune(now - command.retentionMs, now - command.deadRetentionMs, pruneAtOnce)
      case 'shrink':
        return store.shrink()
      case 'stats':
        return { ...store.stats(now), bytes: store.bytes() }
    }
  }
}
