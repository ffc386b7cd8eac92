import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { crash, describeCount } from '../support/crash/crash-cycles.ts'
import { deliver, deliverUntilAcknowledged } from '../support/crash/deliver.ts'
import { createDisk, isWithoutShim } from '../support/crash/disk.ts'
import { signTask } from '../support/crash/provider.ts'
import { readJournal } from '../support/crash/read-back.ts'
import { startServer, untilIdle } from '../support/crash/server-process.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-cut-'))
afterAll(() => rmSync(home, { recursive: true }))

describe.skipIf(isWithoutShim('power cuts'))('a power cut', () => {
  it('loses nothing that was acknowledged', { timeout: 90_000 }, async () => {
    const count = await crash({ cycles: 6, disk: createDisk() })
    console.log(describeCount('power cut', count))
    expect(count).toMatchObject({ cycles: 6, lost: 0, unhandled: 0 })
    expect(count.acknowledged).toBeGreaterThan(6 * 32)
  })

  it('loses nothing when some unsynced writes survive', { timeout: 90_000 }, async () => {
    const count = await crash({ cycles: 4, disk: createDisk(), unsynced: 'some survives' })
    console.log(describeCount('power cut, some unsynced writes survive', count))
    expect(count).toMatchObject({ cycles: 4, lost: 0, unhandled: 0 })
  })

  it('control: synchronous=NORMAL loses events', { timeout: 90_000 }, async () => {
    const count = await crash({ cycles: 5, disk: createDisk(), flaw: 'synchronous=NORMAL', untilLost: true })
    console.log(describeCount('control, synchronous=NORMAL', count))
    expect(count.lost).toBeGreaterThan(0)
  })

  it('keeps an unsynced event that was answered as duplicate', { timeout: 60_000 }, async () => {
    const disk = createDisk()
    const journal = join(home, 'journal')
    const options = { engine: { path: join(disk.folder, 'events.db') }, journal }
    const delivery = signTask('found')
    const doomed = await startServer(options, disk)
    await deliverUntilAcknowledged(doomed.port, signTask('first'))
    await untilIdle(doomed)
    disk.set('kill-at-sync', true)
    await expect(deliver(doomed.port, delivery)).rejects.toThrow()
    expect(await doomed.gone).toBe('SIGKILL')
    disk.set('kill-at-sync', false)

    // The log holds the event, in memory; the sender's next try finds it there.
    const second = await startServer({ ...options, work: 'elsewhere' }, disk)
    const answer = await deliver(second.port, delivery)
    await second.kill()
    disk.cut()

    const third = await startServer(options, disk)
    const again = await deliverUntilAcknowledged(third.port, delivery)
    await untilIdle(third)
    await third.stop()
    expect(answer.body).toContain('duplicate')
    expect(again.body).toContain('duplicate')
    expect(readJournal(journal).get('found')).toBeGreaterThan(0)
  })
})
