import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InboxStats } from 'sallyport/inbox'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { deliverUntilAcknowledged } from '../support/crash/deliver.ts'
import { signTask } from '../support/crash/provider.ts'
import { readJournal } from '../support/crash/read-back.ts'
import { startServer, untilIdle } from '../support/crash/server-process.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-clock-'))
afterAll(() => rmSync(home, { recursive: true }))

const hour = 3_600_000
const preload = `--import=${fileURLToPath(new URL('../support/crash/moving-clock.ts', import.meta.url))}`

describe('a clock jump', () => {
  it.each([
    { jump: hour, isRestarted: false },
    { jump: -hour, isRestarted: false },
    { jump: -hour, isRestarted: true },
  ])('loses and blocks nothing at $jump ms (restart: $isRestarted)', async ({ jump, isRestarted }) => {
    const place = mkdtempSync(join(home, 'place-'))
    const clock = join(place, 'clock')
    writeFileSync(clock, '0')
    const journal = join(place, 'journal')
    // Waits long enough to be under way when the clock jumps.
    const options = { engine: { path: join(place, 'events.db') }, journal, retry: { delayMs: 1_000, maxDelayMs: hour } }
    const start = { execArgv: [preload], environment: { CLOCK_OFFSET_FILE: clock } }
    let server = await startServer(options, start)
    await deliverUntilAcknowledged(server.port, signTask('retried', { failures: 1 }))
    await deliverUntilAcknowledged(server.port, signTask('at work', { workMs: 200 }))
    const isAtWork = async (): Promise<boolean> => {
      const { counts } = await server.ask<InboxStats>({ do: 'stats' })
      return counts.active + counts.done > 0
    }
    await vi.waitUntil(isAtWork, 20_000)
    if (isRestarted) await server.kill()
    writeFileSync(clock, String(jump))
    if (isRestarted) server = await startServer(options, start)
    const after = signTask('after', { failures: 1 }, Date.now() + jump)
    expect((await deliverUntilAcknowledged(server.port, after)).status).toBe(202)
    expect(
      (await deliverUntilAcknowledged(server.port, signTask('retried', { failures: 1 }, Date.now() + jump))).status,
    ).toBe(200)
    // Within the test's time: an event that is due in an hour would outlast it.
    await untilIdle(server)
    await server.stop()
    expect([...readJournal(journal).keys()].toSorted()).toEqual(['after', 'at work', 'retried'])
  })

  it('loses and repeats nothing when the clock was a day ahead', async () => {
    const place = mkdtempSync(join(home, 'place-'))
    const clock = join(place, 'clock')
    writeFileSync(clock, '0')
    const journal = join(place, 'journal')
    const options = { engine: { path: join(place, 'events.db') }, journal, retry: { delayMs: 1_000, maxDelayMs: hour } }
    const server = await startServer(options, { execArgv: [preload], environment: { CLOCK_OFFSET_FILE: clock } })
    const send = async (id: string, jump: number, work = {}): Promise<number> =>
      (await deliverUntilAcknowledged(server.port, signTask(id, work, Date.now() + jump))).status
    expect(await send('before', 0)).toBe(202)
    await untilIdle(server)
    writeFileSync(clock, String(24 * hour))
    // Waits for its retry, due tomorrow by the right clock.
    expect(await send('ahead', 24 * hour, { failures: 1 })).toBe(202)
    expect(await send('before', 24 * hour)).toBe(200)
    writeFileSync(clock, '0')
    for (const id of ['before', 'ahead']) expect(await send(id, 0, id === 'ahead' ? { failures: 1 } : {})).toBe(200)
    expect(await send('after', 0)).toBe(202)
    await untilIdle(server)
    await server.stop()
    expect(Object.fromEntries(readJournal(journal))).toEqual({ after: 1, ahead: 1, before: 1 })
  })
})
