import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDisk, isWithoutShim } from '../support/crash/disk.ts'
import type { Accepted } from '../support/crash/server-options.ts'
import { startServer } from '../support/crash/server-process.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-group-'))
afterAll(() => rmSync(home, { recursive: true }))

const count = 500
const expected = Array.from({ length: 2 * count }, (_, index) => (index % 2 === 0 ? 'stored' : 'duplicate'))

describe.skipIf(isWithoutShim('how many syncs a burst takes'))('group commit', () => {
  it.each([
    { what: 'events at the same time', isSlow: false, waves: 1, most: 5 },
    // Ten waves come in the time that two syncs take.
    { what: 'events in 10 waves, on a slow disk', isSlow: true, waves: 10, most: 25 },
  ])('500 $what share few syncs, and get their own answers', async ({ what, isSlow, waves, most }) => {
    const disk = createDisk()
    const options = {
      engine: { path: join(disk.folder, 'events.db') },
      journal: join(home, 'journal'),
      work: 'elsewhere',
    } as const
    const server = await startServer({ ...options, storeTimeoutMs: 20_000 }, disk)
    await server.ask({ do: 'stats' })
    disk.set('slow-syncs', isSlow)
    const before = disk.countSyncs().log
    const { answers, order } = await server.ask<Accepted>({ do: 'accept', count, waves })
    const syncs = disk.countSyncs().log - before
    await server.kill()
    console.log(`group commit: ${count} ${what} took ${syncs} syncs`)
    expect(answers).toEqual(expected)
    expect(order).toEqual(order.toSorted((one, other) => one - other))
    expect(syncs).toBeGreaterThan(0)
    expect(syncs).toBeLessThanOrEqual(most)
  })
})
