import { runInNewContext } from 'node:vm'
import { createMemoryReplayGuard, createReceiver, createVerifier, verify, type ReceiverOptions } from 'sallyport'
import { webhook } from 'sallyport/express'
import { createInbox, createWorker, type InboxOptions } from 'sallyport/inbox'
import { stripe } from 'sallyport/providers/stripe'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'
import { scope } from './support/mistakes/scope.ts'

const secret = 'whsec_test'
const toleranceOf = (options: object): number => createReceiver(sonzai(), options).describe().toleranceMs

describe('the options of createReceiver', () => {
  it('may be undefined', () => {
    const names = ['toleranceMs', 'maxBodyBytes', 'secretTimeoutMs', 'now', 'replayGuard', 'inbox', 'dedupeKey']
    const options = Object.fromEntries(names.map((name) => [name, undefined]))
    expect(toleranceOf({ ...options, secret })).toBe(300_000)
  })

  it('may be frozen, without a prototype, or of another realm', () => {
    expect(toleranceOf(Object.freeze({ secret, toleranceMs: 1 }))).toBe(1)
    expect(toleranceOf(Object.assign(Object.create(null), { secret, toleranceMs: 2 }) as object)).toBe(2)
    expect(toleranceOf(runInNewContext(`({ secret: '${secret}', toleranceMs: 3 })`) as object)).toBe(3)
  })

  it('may be a class instance with other members', () => {
    class Settings {
      readonly secret = secret
      readonly port = 3000
      readonly database = { url: 'postgres://' }
      get toleranceMs(): number {
        return 4
      }
    }
    expect(toleranceOf(new Settings())).toBe(4)
  })

  it('may have symbols, and members that are not enumerable', () => {
    const options = { secret, toleranceMs: 5, [Symbol('mine')]: 1 }
    expect(toleranceOf(Object.defineProperty(options, 'hidden', { value: 1 }))).toBe(5)
  })

  it('may be functions of any kind', () => {
    const bound = Number.bind(undefined, 0)
    for (const now of [bound, vi.fn(() => 0), new Proxy(bound, {})]) {
      const options: ReceiverOptions = { secret: async () => secret, now, dedupeKey: () => undefined }
      expect(() => createReceiver(sonzai(), options)).not.toThrow()
    }
  })

  it('may be a replay guard of any class', () => {
    class Guard {
      readonly #inner = createMemoryReplayGuard()
      readonly name = 'mine'
      claim = this.#inner.claim
      commit(): void {}
      release(): void {}
    }
    expect(createReceiver(sonzai(), { secret, replayGuard: new Guard() }).describe().replayGuard).toBe('mine')
  })
})

describe('a mount', () => {
  it('may be a callback of map', () => {
    const receiver = createReceiver(sonzai(), { secret })
    expect([receiver, receiver].map(webhook as (one: unknown) => unknown)).toHaveLength(2)
  })

  it('may get a copy of a receiver', () => {
    const receiver = { ...createReceiver(sonzai(), { secret }) }
    expect(webhook(receiver)).toBeTypeOf('function')
  })
})

describe('verify', () => {
  it('takes everything a request has', async () => {
    const { headers, body } = signDelivery(stripe(), { secret })
    const request = { headers, body, method: 'POST', url: '/', secure: true, receivedAt: Date.now() }
    await expect(verify(stripe(), { secret, ...request })).resolves.toMatchObject({ provider: 'stripe' })
    await expect(createVerifier(stripe(), { secret }).verify(request)).resolves.toBeDefined()
  })
})

describe('secrets of a function', () => {
  it('may be rows with other members', async () => {
    const secrets = [{ id: 'a', secret, createdAt: 1, tenantId: 'b' }]
    const { headers, body } = signDelivery(stripe(), { secret })
    await expect(verify(stripe(), { secret: () => secrets, headers, body })).resolves.toMatchObject({ keyId: 'a' })
  })
})

describe('an inbox', () => {
  it('takes options whose members are getters', async () => {
    class Settings {
      readonly name = 'of the program'
      get engine(): InboxOptions['engine'] {
        return scope['engine'] as InboxOptions['engine']
      }
      get retry(): object {
        return { attempts: undefined }
      }
    }
    const inbox = createInbox(new Settings())
    const worker = createWorker({ ...createReceiver(sonzai(), { secret, inbox }) }, { drainMs: 0, signals: [] })
    await worker.stop()
  })
})
