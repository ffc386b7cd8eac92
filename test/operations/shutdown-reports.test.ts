import { once } from 'node:events'
import { createServer } from 'node:http'
import fastify from 'fastify'
import { createReceiver } from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import { closeGracefully, closeOnSignals, type SignalOptions } from 'sallyport/shutdown'
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest'
import { provider, secret } from '../support/inbox/receivers.ts'

/** An inbox, as far as a shutdown needs it. */
function inboxWith(stop: Inbox['stop']): Inbox {
  const workStatus = (): object => ({ running: 0, aborted: 0 })
  return { attach() {}, workStatus, stop } as unknown as Inbox
}

let printed: MockInstance
beforeEach(() => {
  printed = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

describe('a report of closeGracefully', () => {
  it('has what an inbox failed with as it stopped', async () => {
    const broken = [
      inboxWith(() => Promise.reject(new Error('rejects'))),
      inboxWith(() => {
        throw new Error('throws')
      }),
    ]
    const report = await closeGracefully(createServer(), { inboxes: broken })
    expect(report).toMatchObject({
      isComplete: false,
      inboxes: 0,
      errors: expect.arrayContaining([Error('throws'), Error('rejects')]),
    })
  })

  it('has what a receiver failed with as it settled', async () => {
    const receiver = createReceiver(provider, { secret })
    const broken = { ...receiver, settled: () => Promise.reject(new Error('no')) }
    const report = await closeGracefully(createServer(), { receivers: [broken] })
    expect(report).toMatchObject({ isComplete: false, receivers: 0, errors: [Error('no')] })
  })

  it('says that a hook of Fastify does not end', async () => {
    const app = fastify().addHook('onClose', () => new Promise<void>(() => {}))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { isComplete, errors } = await closeGracefully(app, { timeoutMs: 100, idleMs: 10 })
    expect([isComplete, String(errors)]).toEqual([false, 'Error: the hooks of Fastify did not end in time'])
  })
})

describe('closeOnSignals', () => {
  /** Closes by a signal that nothing else listens to. */
  async function close(options: SignalOptions): Promise<void> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const closed = Promise.withResolvers<void>()
    // It returns the same promise as the signal's own call, which came first.
    server.once('close', () => void closeGracefully(server).then(() => setImmediate(closed.resolve)))
    closeOnSignals(server, { ...options, signals: ['SIGUSR2'] })
    process.emit('SIGUSR2', 'SIGUSR2')
    expect(process.listenerCount('SIGUSR2')).toBe(0)
    await closed.promise
  }

  it('prints nothing where all went well', async () => {
    await close({})
    expect(printed).not.toHaveBeenCalled()
  })

  it('prints errors, and counts only where something was cut off', async () => {
    await close({ inboxes: [inboxWith(() => Promise.reject(new Error('no')))] })
    expect(printed.mock.calls.map(([line]) => String(line).split('\n')[0])).toEqual([
      'sallyport: the shutdown: Error: no',
    ])
  })

  it('prints how much was cut off', async () => {
    await close({ inboxes: [inboxWith(() => new Promise<void>(() => {}))], timeoutMs: 20 })
    expect(printed.mock.calls).toEqual([
      [expect.stringMatching(/^sallyport: the shutdown was cut off after \d+ ms \(inboxes: 1\)$/)],
    ])
  })

  it('gives the report to onClosed, and forgets its signals when told to', async () => {
    const onClosed = vi.fn<NonNullable<SignalOptions['onClosed']>>()
    await close({ onClosed })
    expect(onClosed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ isComplete: true }))
    const forget = closeOnSignals(createServer(), { signals: ['SIGUSR2'] })
    expect(process.listenerCount('SIGUSR2')).toBe(1)
    forget()
    expect(process.listenerCount('SIGUSR2')).toBe(0)
  })
})
