import { describe, expect, it, vi } from 'vitest'
import { HeaderList } from './header-list.ts'
import { createLookup } from './secret-lookup.ts'

const head = { method: 'POST', url: '/', headers: new HeaderList([]), receivedAt: 0 }
const large = { ...head, body: new Uint8Array(2 * 1024 * 1024) }

describe('a secret function whose host ends its work without a word', () => {
  it('loses its place and its body after ten times its limit', async () => {
    // As Workers end what belongs to a request: neither its promise nor its timer ever comes.
    using timers = vi.spyOn(globalThis, 'setTimeout').mockReturnValue(0 as unknown as NodeJS.Timeout)
    using clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    let hangs = true
    const resolver = (): Promise<string> => (hangs ? new Promise(() => {}) : Promise.resolve('secret'))
    const lookUp = createLookup(resolver, 'acme', { secretTimeoutMs: 1000 })
    for (let count = 0; count < 64; count++) void lookUp(large)
    await expect(lookUp(large)).rejects.toThrow('bodies of 134217728 bytes wait for it already')
    for (let count = 64; count < 100; count++) void lookUp(head)
    await expect(lookUp(head)).rejects.toThrow('100 calls of it are running already')
    hangs = false
    clock.mockReturnValue(9_999)
    await expect(lookUp(head)).rejects.toThrow('100 calls of it are running already')
    clock.mockReturnValue(10_000)
    expect(await lookUp(large)).toBe('secret')
    expect(timers).toHaveBeenCalledTimes(101)
  })
})
