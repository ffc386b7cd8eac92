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

  it('takes the announced length once a sixteenth has arrived', () => {
    const collector = new ByteCollector(() => '160000')
    const capacity = (): number => collector.take().buffer.byteLength
    collector.add(new Uint8Array(4_000))
    expect(capacity()).toBe(4_000)
    collector.add(new Uint8Array(1))
    expect(capacity()).toBe(8_000)
    collector.add(new Uint8Array(6_000))
    expect(capacity()).toBe(160_000)
    collector.add(new Uint8Array(149_999))
    expect([collector.length, capacity()]).toEqual([160_000, 160_000])
  })

  it.each(['3', '', 'many', '-1', '1e400'])('doubles its memory if the length is announced as %j', (announced) => {
    const collector = new ByteCollector(() => announced)
    collector.add(new Uint8Array(1_000))
    collector.add(new Uint8Array(1))
    expect(collector.take().buffer.byteLength).toBe(2_000)
  })

  it('doubles its memory if the announced length cannot be read', () => {
    const collector = new ByteCollector(() => {
      throw new TypeError('no headers')
    })
    collector.add(new Uint8Array(1_000))
    collector.add(new Uint8Array(1))
    expect(collector.take().buffer.byteLength).toBe(2_000)
  })

  it('copies pieces, so a host may reuse its buffer', () => {
    const collector = new ByteCollector()
    const shared = Buffer.from('before')
    collector.add(shared)
    shared.fill('x')
    expect(collector.take().toString()).toBe('before')
  })

  it('keeps a first piece that has its memory to itself', () => {
    const alone = Buffer.from(new Uint8Array([1, 2, 3]).buffer)
    const collector = new ByteCollector()
    collector.adopt(alone)
    expect(collector.take()).toBe(alone)
  })

  it('never writes to a piece it keeps', () => {
    const alone = Buffer.from(new Uint8Array([1, 2, 3]).buffer)
    const collector = new ByteCollector()
    collector.adopt(alone)
    collector.adopt(Buffer.from([4]))
    expect([...collector.take()]).toEqual([1, 2, 3, 4])
    expect([...alone]).toEqual([1, 2, 3])
  })

  it('copies a piece of a larger memory, which would stay alive with it', () => {
    const large = Buffer.from(new ArrayBuffer(65_536))
    const collector = new ByteCollector()
    collector.adopt(large.subarray(0, 10))
    expect(collector.take().buffer.byteLength).toBe(10)
  })

  it('starts empty', () => {
    expect(new ByteCollector().take()).toHaveLength(0)
  })
})
