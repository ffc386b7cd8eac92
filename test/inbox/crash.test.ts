import { describe, expect, it } from 'vitest'
import { crash, describeCount } from '../support/crash/crash-cycles.ts'

describe('a server killed at random under 32 clients', () => {
  it('loses nothing it acknowledged', { timeout: 90_000 }, async () => {
    const count = await crash({ cycles: 6 })
    console.log(describeCount('kill -9', count))
    expect(count).toMatchObject({ cycles: 6, lost: 0, unhandled: 0 })
    expect(count.acknowledged).toBeGreaterThan(6 * 32)
  })

  it('control: loses events if it answers before the commit', { timeout: 90_000 }, async () => {
    const count = await crash({ cycles: 10, flaw: 'acknowledges before the commit', untilLost: true })
    console.log(describeCount('control, acknowledges before the commit', count))
    expect(count.lost).toBeGreaterThan(0)
    expect(count.unhandled).toBeGreaterThan(0)
  })
})
