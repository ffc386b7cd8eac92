import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { startClients, type Clients } from '../support/crash/clients.ts'
import { deliver, deliverUntilAcknowledged } from '../support/crash/deliver.ts'
import { createDisk, isWithoutShim, type Fault } from '../support/crash/disk.ts'
import { signTask } from '../support/crash/provider.ts'
import { findLost, readJournal, readStore } from '../support/crash/read-back.ts'
import type { ServerOptions } from '../support/crash/server-options.ts'
import { startServer, untilIdle, type ServerProcess } from '../support/crash/server-process.ts'
import { mountSmallDisk } from '../support/crash/small-disk.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-faults-'))
afterAll(() => rmSync(home, { recursive: true }))

const clientCount = 8

/** Lets clients send through a fault and after it, each event until it is acknowledged. */
async function sendThrough(server: ServerProcess, fault: Breakage): Promise<ReadonlySet<string>> {
  const clients = startClients(server.port, clientCount, () => ({ padding: 'x'.repeat(fault.padding ?? 0) }))
  await untilAcknowledged(clients, 10)
  await fault.begin()
  await vi.waitUntil(() => (clients.answers.get('503') ?? 0) >= clientCount, 20_000)
  const before = clients.acknowledged.size
  await fault.end()
  await untilAcknowledged(clients, before + 10)
  await clients.stop()
  return clients.acknowledged
}

async function expectAllHandled(
  what: string,
  server: ServerProcess,
  options: ServerOptions,
  ids: ReadonlySet<string>,
): Promise<void> {
  await untilIdle(server)
  await server.stop()
  const handled = readJournal(options.journal)
  const lost = findLost(ids, await readStore(options.engine.path))
  const unhandled = [...ids].filter((id) => !handled.has(id))
  console.log(`${what}: ${ids.size} acknowledged, ${lost.length} lost, ${unhandled.length} never handled`)
  expect({ lost, unhandled }).toEqual({ lost: [], unhandled: [] })
}

/** Something that goes wrong for a while. */
interface Breakage {
  /** Bytes that each event is made larger by. */
  readonly padding?: number
  begin(): unknown
  end(): unknown
}

const untilAcknowledged = ({ acknowledged }: Clients, count: number): Promise<boolean> =>
  vi.waitUntil(() => acknowledged.size >= count, 20_000)

function makeOptions(folder = mkdtempSync(join(home, 'place-'))): ServerOptions {
  return {
    engine: { path: join(folder, 'events.db'), busyTimeoutMs: 200 },
    journal: join(mkdtempSync(join(home, 'journal-')), 'journal'),
  }
}

describe.skipIf(isWithoutShim('I/O errors'))('a disk with errors', () => {
  it.each<Fault>(['fail-syncs', 'fail-writes'])('%s: answers 503, recovers, and loses nothing', async (fault) => {
    const disk = createDisk()
    const options = makeOptions(disk.folder)
    const server = await startServer(options, disk)
    const acknowledged = await sendThrough(server, {
      begin: () => disk.set(fault, true),
      async end() {
        await wait(300)
        disk.set(fault, false)
      },
    })
    await server.kill()
    disk.cut()
    expect(findLost(acknowledged, await readStore(options.engine.path))).toEqual([])
    await expectAllHandled(`${fault}, then a power cut`, await startServer(options, disk), options, acknowledged)
  })
})

describe('a server with an inbox', () => {
  it('answers 503, recovers and loses nothing on a full disk', async ({ skip }) => {
    const disk = mountSmallDisk(2)
    if (!disk) return skip()
    try {
      const options = makeOptions(disk.folder)
      const server = await startServer(options)
      const acknowledged = await sendThrough(server, { padding: 40_000, begin: () => {}, end: () => disk.resize(64) })
      await expectAllHandled('a full disk', server, options, acknowledged)
    } finally {
      disk.remove()
    }
  })

  it('answers 503 at maxBytes and handles stored events', async () => {
    const options = makeOptions()
    const server = await startServer({ ...options, engine: { ...options.engine, maxBytes: 300_000 } })
    await deliverUntilAcknowledged(server.port, signTask('first', { workMs: 300 }))
    const large = { padding: 'x'.repeat(100_000) }
    const answers = []
    for (const name of ['a', 'b', 'c', 'd']) answers.push(await deliver(server.port, signTask(name, large)))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 503, 503])
    expect(answers[2]).toMatchObject({ retryAfter: '5', body: expect.stringContaining('INBOX_FAILED') })
    expect((await deliver(server.port, signTask('a', large))).status).toBe(200)
    await untilIdle(server)
    await server.stop()
    expect([...readJournal(options.journal).keys()].toSorted()).toEqual(['a', 'b', 'first'])
  })

  it('answers 503, recovers and loses nothing when locked', async () => {
    const options = makeOptions()
    const server = await startServer(options)
    let other: DatabaseSync | undefined
    const acknowledged = await sendThrough(server, {
      begin() {
        other = new DatabaseSync(options.engine.path, { timeout: 20_000 })
        other.exec('BEGIN EXCLUSIVE')
      },
      end() {
        other!.exec('ROLLBACK')
        other!.close()
      },
    })
    await expectAllHandled('a locked database', server, options, acknowledged)
  })

  it('answers 503 in time if the store is slow, then duplicate', async () => {
    const options = makeOptions()
    const server = await startServer({
      ...options,
      // Longer than the sender waits for an answer.
      engine: { ...options.engine, busyTimeoutMs: 60_000 },
      storeTimeoutMs: 200,
    })
    await deliverUntilAcknowledged(server.port, signTask('first'))
    await untilIdle(server)
    const other = new DatabaseSync(options.engine.path, { timeout: 20_000 })
    other.exec('BEGIN IMMEDIATE')
    const late = await deliver(server.port, signTask('late'))
    expect(late).toMatchObject({ status: 503, retryAfter: '5' })
    other.exec('ROLLBACK')
    other.close()
    const { body } = await deliverUntilAcknowledged(server.port, signTask('late'))
    expect(body).toContain('duplicate')
    await untilIdle(server)
    await server.stop()
    expect(readJournal(options.journal).get('late')).toBe(1)
  })

  it('handles the claims of a dead thread', async () => {
    const options = makeOptions()
    const server = await startServer(options)
    const clients = startClients(server.port, clientCount)
    for (let times = 0; times < 5; times++) {
      await untilAcknowledged(clients, clients.acknowledged.size + 10)
      await server.ask({ do: 'kill the thread' })
    }
    await clients.stop()
    await expectAllHandled('a thread that dies 5 times', server, options, clients.acknowledged)
  })

  it('answers no 2xx while the database is moved away', async () => {
    const options = makeOptions()
    const server = await startServer(options)
    await deliverUntilAcknowledged(server.port, signTask('first'))
    await untilIdle(server)
    renameSync(options.engine.path, `${options.engine.path}-moved`)
    expect((await deliver(server.port, signTask('second'))).status).toBe(503)
    expect((await deliver(server.port, signTask('first'))).status).toBe(503)
    renameSync(`${options.engine.path}-moved`, options.engine.path)
    expect((await deliver(server.port, signTask('first'))).status).toBe(200)
    expect((await deliver(server.port, signTask('second'))).status).toBe(202)
    await server.kill()
    expect([...(await readStore(options.engine.path)).keys()].toSorted()).toEqual(['first', 'second'])
  })
})
