import { createReceiver, type Receiver } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { beforeEach, describe, expect, it } from 'vitest'

const secret = 'whsec_of-a-clock'
const day = 86_400_000
const start = Date.parse('2026-11-29T12:00:00Z')
let now = start

beforeEach(() => {
  now = start
})

async function send(receiver: Receiver<never>, delivery: SignedDelivery): Promise<string> {
  const { method, url, headers, body } = delivery
  const { outcome, code } = await receiver.receive({ method, url, headers, body })
  return code ?? outcome
}

describe('a clock that was a day ahead', () => {
  it('lets nothing of a sender that signs the time pass twice', async () => {
    const receiver = createReceiver(sonzai(), { secret, now: () => now }).onAny(() => {}) as unknown as Receiver<never>
    const sign = (): SignedDelivery =>
      signDelivery(sonzai(), { secret, now: start, edit: (body) => ({ ...body, number: Math.random() }) })
    const [before, during] = [sign(), sign()]
    expect(await send(receiver, before)).toBe('handled')
    now += day
    for (const delivery of [before, during]) expect(await send(receiver, delivery)).toBe('TIMESTAMP_STALE')
    now = start + 1_000
    expect(await send(receiver, before)).toBe('duplicate')
    expect(await send(receiver, during)).toBe('handled')
  })

  it('has forgotten older events of a sender that signs none', async () => {
    const options = { secret, now: () => now, retentionMs: day }
    const receiver = createReceiver(github(), options).onAny(() => {}) as unknown as Receiver<never>
    const sign = (): SignedDelivery =>
      signDelivery(github(), { secret, edit: (body) => ({ ...body, after: Math.random() }) })
    const [before, during] = [sign(), sign()]
    expect(await send(receiver, before)).toBe('handled')
    now += day
    expect(await send(receiver, during)).toBe('handled')
    now = start + 1_000
    expect(await send(receiver, during)).toBe('duplicate')
    expect(await send(receiver, before)).toBe('handled')
  })
})
