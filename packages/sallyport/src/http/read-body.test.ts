import { describe, expect, it } from 'vitest'
import { ByteCollector } from './read-body.ts'

describe('ByteCollector', () => {
  it('collects pieces in order', () => {
    const collector = new ByteCollector()
    for (const piece of ['a', '', 'bcd', 'efghijklmnop', 'q']) collector.add(Buffer.from(piece))
    expect(collector.length).toBe(17)
    expect(collector.take().toString()).toBe('abcdefghijklmnopq')
  })

  it('uses at most twice the memory of its content', () => {
    const collector = new ByteCollector()
    for (let index = 0; index < 100_000; index++) collector.add(new Uint8Array([index]))
    const bytes = collector.take()
    expect(bytes.length).toBe(100_000)
    expect(bytes.buffer.byteLength).toBeLessThanOrEqual(200_000)
    expect(bytes[99_999]).toBe(99_999 & 0xff)
  })

  it('copies pieces, so a host may reuse its buffer', () => {
    const collector = new ByteCollector()
    const shared = Buffer.from('before')
    collector.add(shared)
    shared.fill('x')
    expect(collector.take().toString()).toBe('before')
  })

  it('starts empty', () => {
    expect(new ByteCollector().take()).toHaveLength(0)
  })
})
