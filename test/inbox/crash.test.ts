import { describe, expect, test } from 'vitest'
import { crash, describeCount } from '../support/crash/crash-cycles.ts'

describe('a server killed at random, while 32 clients send until they are acknowledged', () => {
  test('loses nothing that it acknowledged', { timeout: 90_000 }, async () => {
    const count = await crash({ cycles: 6 })
    console.log(describeCount('kill -9', count))
    expect(count).toMatchObject({ cycles: 6, lost: 0, unhandled: 0 })
    expect(count.acknowledged).toBeGreaterThan(6 * 32)
  })

  test('control: loses events when it acknowledges before the commit', { timeout: 90_000 }, async () => {
    const count = await crash({ cycles: 10, flaw: 'acknowledges before the commit', untilLost: true })
    console.log(describeCount('control, acknowledges before the commit', count))
    expect(count.lost).toBeGreaterThan(0)
    expect(count.unhandled).toBeGreaterThan(0)
  })
})
