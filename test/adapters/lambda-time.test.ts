import { createReceiver, type Receiver, type ReceiverOptions } from 'sallyport'
import { webhook, type LambdaHttpEvent } from 'sallyport/lambda'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const secret = 'whsec_in-time'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

function toEvent(options: Partial<SignOptions> = {}): LambdaHttpEvent {
  const { plainHeaders: headers, body } = signDelivery(sonzai(), { secret, type: 'agent.message', ...options })
  const requestContext = { http: { method: 'POST' } }
  return {
    version: '2.0',
    rawPath: '/',
    rawQueryString: '',
    headers,
    body: Buffer.from(body).toString(),
    requestContext,
  }
}

function open(options: Partial<ReceiverOptions> = {}): { receiver: Receiver; errors: unknown[] } {
  const errors: unknown[] = []
  const receiver = createReceiver(sonzai(), { secret, ...options }).onError((error) => void errors.push(error))
  return { receiver, errors }
}

/** Whether the function has answered, once everything that is ready has run. */
async function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  let isDone = false
  void answer.then(() => (isDone = true))
  await vi.advanceTimersByTimeAsync(0)
  return isDone
}

describe('work that outlives the answer', () => {
  it('is waited for', async () => {
    const { receiver } = open()
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    receiver.onAny((_event, { waitUntil }) => {
      // Work may add work.
      waitUntil(first.promise.then(() => waitUntil(second.promise)))
    })
    const answer = webhook(receiver)(toEvent())
    expect(await isAnswered(answer)).toBe(false)
    first.resolve()
    expect(await isAnswered(answer)).toBe(false)
    second.resolve()
    expect(await answer).toMatchObject({ statusCode: 200, body: '{"outcome":"handled"}' })
  })

  it('does not change the answer when it fails', async () => {
    const { receiver, errors } = open()
    receiver.onAny((_event, { waitUntil }) => waitUntil(Promise.reject(new Error('no connection'))))
    expect(await webhook(receiver)(toEvent())).toMatchObject({ statusCode: 200 })
    expect(errors).toMatchObject([{ message: 'no connection' }])
  })

  it('includes hooks that write a log', async () => {
    const { receiver } = open()
    const written = Promise.withResolvers<void>()
    receiver.onReject(() => written.promise)
    const answer = webhook(receiver)(toEvent({ secret: 'guessed' }))
    expect(await isAnswered(answer)).toBe(false)
    written.resolve()
    expect(await answer).toMatchObject({ statusCode: 401 })
  })

  it('is given up a second before the function is stopped', async () => {
    const { receiver } = open()
    receiver.onAny((_event, { waitUntil }) => waitUntil(new Promise(() => {})))
    const answer = webhook(receiver)(toEvent(), { getRemainingTimeInMillis: () => 3_000 })
    await vi.advanceTimersByTimeAsync(1_999)
    expect(await isAnswered(answer)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await answer).toMatchObject({ statusCode: 200 })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is not waited for in the last second', async () => {
    const { receiver } = open()
    receiver.onAny((_event, { waitUntil }) => waitUntil(new Promise(() => {})))
    const answer = webhook(receiver)(toEvent(), { getRemainingTimeInMillis: () => 400 })
    await vi.advanceTimersByTimeAsync(1)
    expect(await answer).toMatchObject({ statusCode: 200 })
  })
})

describe('a handler that is too slow', () => {
  it('is waited for after its time is up, and then answered 503', async () => {
    const { receiver } = open({ handlerTimeoutMs: 50 })
    const end = Promise.withResolvers<void>()
    receiver.onAny(() => end.promise)
    const answer = webhook(receiver)(toEvent(), { getRemainingTimeInMillis: () => 60_000 })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await isAnswered(answer)).toBe(false)
    end.resolve()
    expect(await answer).toMatchObject({ statusCode: 503 })
  })

  it('gets a signal a second before the function is stopped', async () => {
    const { receiver } = open()
    receiver.onAny(async (_event, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      throw new Error('out of time')
    })
    const answer = webhook(receiver)(toEvent(), { getRemainingTimeInMillis: () => 3_000 })
    await vi.advanceTimersByTimeAsync(1_999)
    expect(await isAnswered(answer)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await answer).toMatchObject({ statusCode: 500 })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gets no signal without a context', async () => {
    const { receiver } = open()
    const signals: AbortSignal[] = []
    receiver.onAny((_event, { signal }) => void signals.push(signal))
    await webhook(receiver)(toEvent())
    await webhook(receiver)(toEvent({ now: Date.now() - 5_000 }), {})
    await vi.advanceTimersByTimeAsync(60_000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
  })
})
