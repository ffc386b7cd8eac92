import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { deliverUntilAcknowledged } from '../support/crash/deliver.ts'
import { createDisk, isWithoutShim, type Disk } from '../support/crash/disk.ts'
import { signTask, type Task } from '../support/crash/provider.ts'
import { readJournal, readStore } from '../support/crash/read-back.ts'
import type { ServerOptions } from '../support/crash/server-options.ts'
import {
  ServerGoneError,
  startServer,
  unlessGone,
  untilIdle,
  type ServerProcess,
} from '../support/crash/server-process.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-syncs-'))
afterAll(() => rmSync(home, { recursive: true }))

const tasks: Readonly<Record<string, Task>> = {
  plain: {},
  retried: { failures: 2 },
  dead: { failures: 99, isPermanent: true },
  large: { padding: 'x'.repeat(500_000) },
}
const mostSyncs = 60

/** Sends every task until it is acknowledged; false if the server dies meanwhile. */
function sendAll(server: ServerProcess, acknowledged: Set<string>): Promise<boolean> {
  return unlessGone(server, async (gone) => {
    for (const [id, task] of Object.entries(tasks)) {
      if (acknowledged.has(id)) continue
      await deliverUntilAcknowledged(server.port, signTask(id, task), () => {}, gone)
      acknowledged.add(id)
    }
    await untilIdle(server)
  })
}

/** `undefined` if the power cut ends the server before it listens; any other early end fails the test. */
async function startDoomed(options: ServerOptions, disk: Disk): Promise<ServerProcess | undefined> {
  return startServer(options, disk).catch((error: unknown) => {
    if (error instanceof ServerGoneError && error.signal === 'SIGKILL') return undefined
    throw error
  })
}

describe.skipIf(isWithoutShim('the power cut at every sync'))('inbox server, power cut at every sync', () => {
  it.each([
    { unsynced: 'lost', step: 1 },
    // What survives is random here, so every other sync is enough.
    { unsynced: 'some survives', step: 2 },
  ] as const)('loses nothing (unsynced: $unsynced)', async ({ unsynced, step }) => {
    let at = 0
    let cuts = 0
    let lostInAll = 0
    let acknowledgedInAll = 0
    let isThrough = false
    while (!isThrough && at < mostSyncs) {
      at += step
      const disk = createDisk()
      const journal = join(home, `journal-${unsynced}-${at}`)
      const options = { engine: { path: join(disk.folder, 'events.db') }, journal }
      const acknowledged = new Set<string>()
      disk.set('kill-at-sync', true, String(at))
      const doomed = await startDoomed(options, disk)
      isThrough = doomed !== undefined && (await sendAll(doomed, acknowledged))
      await doomed?.kill()
      if (doomed) expect({ at, ended: await doomed.gone }).toEqual({ at, ended: 'SIGKILL' })
      disk.set('kill-at-sync', false)
      disk.cut(unsynced)

      const promised = [...acknowledged]
      const found = await readStore(options.engine.path)
      const lost = promised.filter((id) => !found.has(id))
      cuts += isThrough ? 0 : 1
      lostInAll += lost.length
      acknowledgedInAll += promised.length
      expect({ at, lost }).toEqual({ at, lost: [] })
      const next = await startServer(options, disk)
      expect(await sendAll(next, acknowledged)).toBe(true)
      await next.stop()
      const states = [...(await readStore(options.engine.path)).values()].map(({ id, state }) => `${id} ${state}`)
      expect({ at, states: states.toSorted() }).toEqual({
        at,
        states: ['dead dead', 'large done', 'plain done', 'retried done'],
      })
      expect([...readJournal(journal).keys()].toSorted()).toEqual(['large', 'plain', 'retried'])
    }
    const counts = `${acknowledgedInAll} acknowledged before the cuts, ${lostInAll} lost`
    console.log(
      `the power was cut ${cuts} times, at syncs ${step} to ${at - step} in steps of ${step} (unsynced: ${unsynced}): ${counts}`,
    )
    expect(at).toBeGreaterThan(10)
    expect(isThrough).toBe(true)
  })
})
