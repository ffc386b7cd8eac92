import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { toHeaderList } from '../verify/header-list.ts'
import { createHandlerContext, Deadline } from './handler-context.ts'

const hour = 3_600_000

// Like the signal of a worker, it outlives every event.
const worker = (): AbortController => new AbortController()
const create = ({ signal }: AbortController, timeoutMs = hour): Deadline =>
  new Deadline(
    timeoutMs,
    () => signal,
    () => {},
  )

describe('Deadline', () => {
  it('frees its signal while the followed signal lives on', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const living = worker()
    async function handle(): Promise<WeakRef<AbortSignal>> {
      const deadline = create(living)
      deadline.signal.addEventListener('abort', () => {})
      await deadline.limit(Promise.resolve())
      return new WeakRef(deadline.signal)
    }
    const used = await handle()
    await vi.waitFor(() => {
      collectGarbage()
      // A matcher could keep a reference to the signal.
      expect(used.deref() === undefined).toBe(true)
    }, 20_000)
    expect(living.signal.aborted).toBe(false)
  })

  it('aborts with the followed signal while work is running', async () => {
    const living = worker()
    const deadline = create(living)
    const later = Promise.withResolvers<void>()
    const { signal } = deadline
    deadline.keep(later.promise)
    await deadline.limit(Promise.resolve())
    expect(getEventListeners(living.signal, 'abort')).toHaveLength(1)
    living.abort(new Error('stopping'))
    expect(signal).toMatchObject({ aborted: true, reason: { message: 'stopping' } })
    later.resolve()

    const other = worker()
    const failing = create(other)
    const failed = Promise.reject(new Error('no'))
    expect(failing.signal.aborted).toBe(false)
    await expect(failing.limit(failed)).rejects.toThrow('no')
    expect(getEventListeners(other.signal, 'abort')).toEqual([])
  })

  it('aborts at once if the followed signal has, and on timeout', async () => {
    const stopped = worker()
    stopped.abort('stopped')
    expect(create(stopped).signal).toMatchObject({ aborted: true, reason: 'stopped' })

    const slow = create(worker(), 1)
    const { signal } = slow
    await expect(slow.limit(new Promise(() => {}))).rejects.toMatchObject({ code: 'HANDLER_TIMEOUT' })
    expect(signal.aborted).toBe(true)
  })
})

describe('the context of a handler', () => {
  it('keeps nothing alive for longer than a minor collection', () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as (options: { type: 'minor' }) => void
    const headers = toHeaderList([])
    const delivery = { method: 'POST', url: '/', headers, receivedAt: 0, body: new Uint8Array() }
    const deadline = create(worker())
    function handle(): void {
      const held = Array.from({ length: 1_000 }, () => 0)
      const waitUntil = (): void => void held.pop()
      createHandlerContext({ delivery, attempt: 1, idempotencyKey: '', waitUntil, deadline })
    }
    function measure(): number {
      for (let count = 0; count < 3; count++) collectGarbage({ type: 'minor' })
      return process.memoryUsage().heapUsed
    }
    const before = measure()
    for (let count = 0; count < 1_000; count++) handle()
    // Of 8 MB.
    expect(measure() - before).toBeLessThan(4_000_000)
  })
})
