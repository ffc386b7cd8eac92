import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { createKeyCache, type KeyCacheOptions } from './key-cache.ts'

/** A cache over names that the test answers. */
function setUp(options: KeyCacheOptions = {}) {
  let now = 0
  let answer: (name: string) => Promise<object | undefined> = (name) => Promise.resolve({ name, at: now })
  const load = vi.fn((name: string) => answer(name))
  const cache = createKeyCache(load, { clock: () => now, ...options })
  return {
    cache,
    load,
    pass: (ms: number) => void (now += ms),
    answerWith: (next: typeof answer) => void (answer = next),
    fail: () => void (answer = () => Promise.reject(new Error('keys.example answered 500'))),
  }
}

const unavailable = expect.objectContaining({ ok: false, code: 'KEY_UNAVAILABLE' })

describe('a key cache', () => {
  it('asks once for many deliveries at a time, and again after the lifetime', async () => {
    const { cache, load, pass } = setUp({ lifetimeMs: 1_000 })
    await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')])
    pass(1_000)
    expect(await cache.get('a')).toEqual({ name: 'a', at: 0 })
    expect(load).toHaveBeenCalledTimes(1)
    pass(1)
    expect(await cache.get('a')).toEqual({ name: 'a', at: 1_001 })
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('asks again sooner where the caller wants a newer key', async () => {
    const { cache, load, pass } = setUp()
    await cache.get('a')
    pass(30_000)
    await cache.get('a', 30_000)
    expect(load).toHaveBeenCalledTimes(1)
    pass(1)
    expect(await cache.get('a', 30_000)).toMatchObject({ at: 30_001 })
  })

  it('keeps a key while it cannot be fetched, and asks again after a pause', async () => {
    const { cache, load, pass, fail } = setUp({ lifetimeMs: 1_000, staleMs: 10_000, retryMs: 100 })
    await cache.get('a')
    fail()
    pass(1_001)
    expect(await cache.get('a')).toMatchObject({ at: 0 })
    expect(await cache.get('a')).toMatchObject({ at: 0 })
    expect(load).toHaveBeenCalledTimes(2)
    pass(100)
    await cache.get('a')
    expect(load).toHaveBeenCalledTimes(3)
    pass(10_000)
    expect(await cache.get('a')).toEqual(unavailable)
  })

  it('remembers a failure for a while, and says why', async () => {
    const { cache, load, pass, fail, answerWith } = setUp({ retryMs: 5_000 })
    fail()
    expect(await cache.get('a')).toMatchObject({ detail: expect.stringContaining('keys.example answered 500') })
    expect(await cache.get('a')).toEqual(unavailable)
    expect(load).toHaveBeenCalledTimes(1)
    answerWith((name) => Promise.resolve({ name }))
    pass(4_999)
    expect(await cache.get('a')).toEqual(unavailable)
    pass(1)
    expect(await cache.get('a')).toEqual({ name: 'a' })
  })

  it('does not call out without bound for forged names', async () => {
    const { cache, load, pass, fail } = setUp()
    await cache.get('honest')
    fail()
    for (let index = 0; index < 1_000; index++) expect(await cache.get(`forged-${index}`)).toEqual(unavailable)
    expect(load).toHaveBeenCalledTimes(60)
    // Those that are known stay usable.
    expect(await cache.get('honest')).toEqual({ name: 'honest', at: 0 })
    pass(60_000)
    await cache.get('forged-new')
    expect(load).toHaveBeenCalledTimes(61)
  })

  it('asks for the keys it has, however many forged names there are', async () => {
    const { cache, load, pass, answerWith } = setUp({ lifetimeMs: 1_000 })
    await cache.get('honest')
    pass(1_001)
    answerWith(() => new Promise(() => {}))
    for (let index = 0; index < 8; index++) void cache.get(`slow-${index}`)
    for (let index = 0; index < 200; index++) void cache.get('slow-0')
    answerWith(() => Promise.resolve({ newer: true }))
    expect(await cache.get('honest')).toEqual({ newer: true })
    expect(load).toHaveBeenCalledTimes(10)
  })

  it('does not use a key that the sender has no more', async () => {
    const { cache, load, pass, answerWith } = setUp({ lifetimeMs: 1_000, retryMs: 100 })
    await cache.get('a')
    answerWith(() => Promise.resolve(undefined))
    expect(await cache.get('a')).toEqual({ name: 'a', at: 0 })
    pass(1_001)
    expect(await cache.get('a')).toMatchObject({
      code: 'KEY_UNAVAILABLE',
      detail: expect.stringContaining('no such key'),
    })
    expect(await cache.get('a')).toEqual(unavailable)
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('bounds the look-ups at once and the deliveries that wait', async () => {
    const { cache, load, answerWith } = setUp()
    const open: ((key: object) => void)[] = []
    answerWith(() => new Promise((resolve) => open.push(resolve)))
    const first = Array.from({ length: 20 }, (_, index) => cache.get(`name-${index}`))
    expect(load).toHaveBeenCalledTimes(8)
    const waiting = Array.from({ length: 200 }, () => cache.get('name-0'))
    for (const resolve of open) resolve({})
    const found = await Promise.all([...first, ...waiting])
    expect(found.filter((key) => !('code' in key))).toHaveLength(100)
    expect(found.filter((key) => 'code' in key)).toHaveLength(120)
    expect(await cache.get('name-0')).toEqual({})
  })

  it('ends a look-up that takes too long, and does not wait for one that goes on', async () => {
    const { cache, answerWith } = setUp({ timeoutMs: 20 })
    answerWith(() => new Promise(() => {}))
    expect(await cache.get('a')).toMatchObject({ detail: expect.stringContaining('within 20 ms') })
    const signals: AbortSignal[] = []
    const told = createKeyCache<object>((_, signal) => new Promise(() => void signals.push(signal)), { timeoutMs: 20 })
    await told.get('a')
    await sleep(1)
    expect(signals[0]!.aborted).toBe(true)
  })

  it('starts again where the host ended a look-up without a word', async () => {
    // As Workers end what belongs to a request: neither its promise nor its timer ever comes.
    using timers = vi.spyOn(globalThis, 'setTimeout').mockReturnValue(0 as unknown as NodeJS.Timeout)
    const { cache, load, pass, answerWith } = setUp({ timeoutMs: 1_000 })
    answerWith(() => new Promise(() => {}))
    for (let count = 0; count < 100; count++) void cache.get('a')
    expect(await cache.get('a')).toEqual(unavailable)
    pass(1_001)
    answerWith((name) => Promise.resolve({ name }))
    expect(await cache.get('a')).toEqual({ name: 'a' })
    expect(load).toHaveBeenCalledTimes(2)
    expect(timers).toHaveBeenCalled()
  })

  it('waits no longer for a look-up of another request than for its own', async () => {
    const { cache, answerWith } = setUp({ timeoutMs: 20 })
    using timers = vi.spyOn(globalThis, 'setTimeout').mockReturnValueOnce(0 as unknown as NodeJS.Timeout)
    answerWith(() => new Promise(() => {}))
    void cache.get('a')
    expect(await cache.get('a')).toEqual(unavailable)
    expect(timers).toHaveBeenCalledTimes(3)
  })

  it('forgets the oldest keys', async () => {
    const { cache, load, pass } = setUp()
    for (let index = 0; index < 70; index++) {
      pass(2_000)
      await cache.get(`name-${index}`)
    }
    load.mockClear()
    await cache.get('name-69')
    expect(load).not.toHaveBeenCalled()
    await cache.get('name-0')
    expect(load).toHaveBeenCalledTimes(1)
  })
})
