import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startClients, type Clients } from './clients.ts'
import type { Disk } from './disk.ts'
import { findLost, readJournal, readStore } from './read-back.ts'
import type { Flaw, ServerOptions } from './server-options.ts'
import { startServer, untilIdle } from './server-process.ts'

/** A run of crashes. */
export interface CrashPlan {
  readonly cycles: number
  /** Disk whose power is cut as well when the server dies. */
  readonly disk?: Disk
  readonly unsynced?: 'lost' | 'some survives'
  readonly flaw?: Flaw
  /** Stop at the first loss: enough for a control. */
  readonly untilLost?: boolean
}

/** The result. */
export interface CrashCount {
  readonly cycles: number
  readonly acknowledged: number
  /** Acknowledged but not in the store. */
  readonly lost: number
  /** Acknowledged but never handled. */
  readonly unhandled: number
  /** Handled more than once, which is allowed. */
  readonly handledAgain: number
  /** Answered as duplicates: sent again, because the first answer never came. */
  readonly duplicates: number
}

const clientCount = 32
const mostLifeMs = 200
const patienceMs = 20_000

/**
 * 32 clients send their own events, each until it is acknowledged, while the server is killed at random and restarted.
 * Finally all events are handled, and the store and the journal of the handler are compared with the acknowledged events.
 */
export async function crash({ cycles, disk, unsynced, flaw, untilLost = false }: CrashPlan): Promise<CrashCount> {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-crash-'))
  const journal = join(home, 'journal')
  const path = join(disk?.folder ?? home, 'events.db')
  const options: ServerOptions = { engine: { path }, journal, ...(flaw === undefined ? undefined : { flaw }) }
  let server = await startServer(options, disk)
  const { port } = server
  const clients = startClients(port, clientCount)
  try {
    let cycle = 0
    let isEnough = false
    while (cycle < cycles && !isEnough) {
      cycle++
      await untilMore(clients)
      await wait(Math.random() * mostLifeMs)
      await server.kill()
      disk?.cut(unsynced)
      if (untilLost) isEnough = findLost(clients.acknowledged, await readStore(path)).length > 0
      server = await startServer({ ...options, port }, disk)
    }
    await clients.stop()
    await untilIdle(server)
    await server.stop()
    const { acknowledged, answers } = clients
    const handled = readJournal(journal)
    return {
      cycles: cycle,
      acknowledged: acknowledged.size,
      lost: findLost(acknowledged, await readStore(path)).length,
      unhandled: [...acknowledged].filter((id) => !handled.has(id)).length,
      handledAgain: [...handled.values()].filter((times) => times > 1).length,
      duplicates: answers.get('200 duplicate') ?? 0,
    }
  } finally {
    void clients.stop().catch(() => {})
    await server.kill()
    rmSync(home, { recursive: true, force: true })
  }
}

// A server killed before it did anything would prove nothing.
async function untilMore({ acknowledged }: Clients): Promise<void> {
  const enough = acknowledged.size + clientCount
  const end = Date.now() + patienceMs
  while (acknowledged.size < enough && Date.now() < end) await wait(5)
}

/** One readable line. */
export function describeCount(what: string, count: CrashCount): string {
  const { cycles, acknowledged, lost, unhandled, handledAgain, duplicates } = count
  return `${what}: ${cycles} crashes, ${acknowledged} acknowledged, ${lost} lost, ${unhandled} never handled, ${duplicates} answered as duplicates, ${handledAgain} handled more than once`
}
