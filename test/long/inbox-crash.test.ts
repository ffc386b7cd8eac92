import { describe, expect, it } from 'vitest'
import { crash, describeCount } from '../support/crash/crash-cycles.ts'
import { createDisk, isWithoutShim } from '../support/crash/disk.ts'

const cycles = 20

describe('inbox server, killed', () => {
  it('loses nothing acknowledged in 20 kills', async () => {
    const count = await crash({ cycles })
    console.log(describeCount('kill -9', count))
    expect(count).toMatchObject({ cycles, lost: 0, unhandled: 0 })
  })

  it('control: loses events if it answers before the commit', async () => {
    for (let times = 0; times < 3; times++) {
      const count = await crash({ cycles, flaw: 'acknowledges before the commit', untilLost: true })
      console.log(describeCount('control, acknowledges before the commit', count))
      expect(count.lost).toBeGreaterThan(0)
    }
  })
})

describe.skipIf(isWithoutShim('power cuts'))('inbox server, power cuts', () => {
  it.each(['lost', 'some survives'] as const)('loses nothing in 20 cuts (unsynced: %s)', async (unsynced) => {
    const count = await crash({ cycles, disk: createDisk(), unsynced })
    console.log(describeCount(`power cut, unsynced: ${unsynced}`, count))
    expect(count).toMatchObject({ cycles, lost: 0, unhandled: 0 })
  })

  it('control: loses events with synchronous=NORMAL', async () => {
    for (let times = 0; times < 3; times++) {
      const count = await crash({ cycles, disk: createDisk(), flaw: 'synchronous=NORMAL', untilLost: true })
      console.log(describeCount('control, synchronous=NORMAL', count))
      expect(count.lost).toBeGreaterThan(0)
    }
  })
})
