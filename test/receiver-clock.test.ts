import { createMemoryReplayGuard, createReceiver, type Receiver } from 'sallyport'
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
    let passed = 0
    const replayGuard = createMemoryReplayGuard({ elapsed: () => passed })
    const options = { secret, now: () => now, retentionMs: day, replayGuard }
    const receiver = createReceiver(github(), options).onAny(() => {}) as unknown as Receiver<never>
    const sign = (): SignedDelivery =>
      signDelivery(github(), { secret, edit: (body) => ({ ...body, after: Math.random() }) })
    const [before, justBefore, during] = [sign(), sign(), sign()]
    expect(await send(receiver, before)).toBe('handled')
    passed = 900_000
    now += passed
    expect(await send(receiver, justBefore)).toBe('handled')
    now += day
    expect(await send(receiver, during)).toBe('handled')
    now = start + passed + 1_000
    for (const delivery of [during, justBefore]) expect(await send(receiver, delivery)).toBe('duplicate')
    expect(await send(receiver, before)).toBe('handled')
  })
})

describe('a clock that was an hour behind for one delivery', () => {
  it('lets nothing pass twice through a full guard', async () => {
    const options = { secret, now: () => now, replayGuard: createMemoryReplayGuard({ capacity: 3 }) }
    const receiver = createReceiver(sonzai(), options).onAny(() => {}) as unknown as Receiver<never>
    const sign = (at: number): SignedDelivery =>
      signDelivery(sonzai(), { secret, now: at, edit: (body) => ({ ...body, number: Math.random() }) })
    const [first, second, third] = [sign(start), sign(start), sign(start)]
    expect(await send(receiver, first)).toBe('handled')
    expect(await send(receiver, second)).toBe('handled')
    now = start - 3_600_000
    expect(await send(receiver, sign(now))).toBe('handled')
    now = start + 2
    expect(await send(receiver, third)).toBe('REPLAY_GUARD_FULL')
    now = start + 3
    for (const delivery of [first, second]) expect(await send(receiver, delivery)).toBe('duplicate')
  })
})
