import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, type Receiver, type SecretSource } from 'sallyport'
import { webhook } from 'sallyport/node'
import {
  ensureWebhooks,
  createFileSecretStore,
  createMemorySecretStore,
  rotateWithOverlap,
  storedSecrets,
  type SecretStore,
} from '@sallyport/platforms'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sonzaiAt } from '../support/platforms/clients.ts'
import { serveSonzai, type SonzaiService } from '../support/platforms/sonzai-service.ts'

// A sender that signs with whatever the platform's secret is at that moment, over real HTTP, while it is rotated.
const provider = sonzai()
const eventType = 'agent.message'
const senders = 8
const rotations = 5

let service: SonzaiService
let client: ReturnType<typeof sonzaiAt>
let closing: (() => Promise<unknown>)[]

beforeEach(async () => {
  closing = []
  service = await serveSonzai()
  client = sonzaiAt(service.url)
})
afterEach(async () => {
  for (const close of closing) await close()
})

async function listen(secret: SecretSource): Promise<{ url: string; receiver: Receiver<SonzaiEvents> }> {
  const receiver = createReceiver(provider, { secret }).onAny(() => {})
  const server = createServer(webhook(receiver)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, receiver }
}

/** Sends without a pause until it is told to stop; half of what it signs stays under way for some milliseconds. */
function startLoad(url: string): { stop(): Promise<Record<number, number>>; sent(): number } {
  const statuses: Record<number, number> = {}
  const over = new AbortController()
  let sent = 0
  const send = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const number = sent++
      const body = { event_type: eventType, number }
      const { plainHeaders, body: bytes } = signDelivery(provider, { secret: service.secretOf(`/${eventType}`), body })
      if (number % 2 === 0) await new Promise((resolve) => setTimeout(resolve, number % 20))
      const { status } = await fetch(url, { method: 'POST', headers: plainHeaders, body: Buffer.from(bytes) })
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
  const all = Array.from({ length: senders }, send)
  return {
    sent: () => sent,
    async stop() {
      over.abort()
      await Promise.all(all)
      return statuses
    },
  }
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 2))
}

/** The platform rotates at once; its answer with the new secret comes when `isOver` does. */
function answerSlowly(isOver: () => Promise<unknown>): void {
  service.intercept = async ({ url }) => {
    if (!url.endsWith('/rotate-secret')) return undefined as never
    const held = service.held.get(`/${eventType}`)!
    held.secret = `whsec_${crypto.randomUUID()}`
    const json = { success: true, signing_secret: held.secret }
    await isOver()
    return { json }
  }
}

describe('rotateWithOverlap and storedSecrets', () => {
  describe.each([
    ['memory', (_folder: string): SecretStore[] => Array.from({ length: 2 }, () => sharedMemory)],
    // As two processes have it: one rotates, one receives.
    [
      'a file',
      (folder: string) => Array.from({ length: 2 }, () => createFileSecretStore(join(folder, 'secrets.json'))),
    ],
  ])('rotating under load, secrets in %s', (_name, createStores) => {
    it('rejects no delivery signed before the secret is known', async () => {
      sharedMemory = createMemorySecretStore()
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-rotation-'))
      closing.push(async () => rmSync(folder, { recursive: true }))
      const [store, receivers] = createStores(folder) as [SecretStore, SecretStore]
      await ensureWebhooks(client, [{ eventType, url: 'https://example.com' }], { store })
      answerSlowly(() => new Promise((resolve) => setTimeout(resolve, 60)))
      const { url, receiver } = await listen(storedSecrets(receivers, { provider, pollMs: 5 }))
      const load = startLoad(url)
      await until(() => load.sent() > 50)
      for (let rotation = 1; rotation <= rotations; rotation++) {
        const before = load.sent()
        await rotateWithOverlap(client, eventType, { store })
        await until(() => load.sent() > before + 50)
      }
      const statuses = await load.stop()
      expect(Object.keys(statuses)).toEqual(['200'])
      expect(receiver.counts().codes).toEqual({})
      expect((await store.get(`sonzai:${eventType}`))?.secrets).toHaveLength(rotations + 1)
    })
  })

  let sharedMemory = createMemorySecretStore()

  it('control: rejects deliveries in a rotation without holding', async () => {
    const store = createMemorySecretStore()
    await ensureWebhooks(client, [{ eventType, url: 'https://example.com' }], { store })
    const { url, receiver } = await listen(storedSecrets(store, { provider, holdMs: 0 }))
    receiver.onError(() => {})
    const load = startLoad(url)
    await until(() => load.sent() > 50)
    answerSlowly(() => {
      // By then senders have signed with the new secret, and been answered.
      const enough = load.sent() + 4 * senders
      return until(() => load.sent() > enough)
    })
    await rotateWithOverlap(client, eventType, { store })
    await load.stop()
    expect(receiver.counts().codes.SECRET_RESOLVER_FAILED).toBeGreaterThan(0)
  })

  describe('holding deliveries', () => {
    const sign = (secret: string) => signDelivery(provider, { secret, body: { event_type: eventType } })
    const rotation = { id: 'r', expiresAt: Date.now() + 60_000 }

    it('does not hold a delivery signed with a known secret', async () => {
      const store = createMemorySecretStore()
      await store.update('sonzai:x', () => ({ secrets: [{ id: '1', secret: 'whsec_old' }], rotation }))
      // It would wait for longer than the test may take.
      const secret = storedSecrets(store, { provider, holdMs: 3_600_000 })
      const receiver = createReceiver(provider, { secret })
      expect((await receiver.receive(sign('whsec_old'))).status).toBe(200)
      expect((await receiver.receive(signDelivery(provider, { secret: 'whsec_other', now: 1 }))).code).toBe(
        'TIMESTAMP_STALE',
      )
    })

    it('rejects it after the rotation, or answers 503 after holdMs', async () => {
      const store = createMemorySecretStore()
      await store.update('sonzai:x', () => ({ secrets: [{ id: '1', secret: 'whsec_old' }], rotation }))
      const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider, pollMs: 1 }) })
      const waiting = receiver.receive(sign('whsec_guessed'))
      await store.update('sonzai:x', (current) => ({ ...current!, rotation: undefined }))
      expect((await waiting).code).toBe('SIGNATURE_MISMATCH')
      await store.update('sonzai:x', (current) => ({ ...current!, rotation }))
      const brief = createReceiver(provider, { secret: storedSecrets(store, { provider, holdMs: 3, pollMs: 1 }) })
      brief.onError(() => {})
      expect(await brief.receive(sign('whsec_guessed'))).toMatchObject({ status: 503, code: 'SECRET_RESOLVER_FAILED' })
    })

    it('stops holding once the secret is known', async () => {
      const store = createMemorySecretStore()
      await store.update('sonzai:x', () => ({ secrets: [{ id: '1', secret: 'whsec_old' }], rotation }))
      await store.update('sonzai:y', () => ({ secrets: [], rotation }))
      const secret = storedSecrets(store, { provider, holdMs: 3_600_000, pollMs: 1 })
      const waiting = createReceiver(provider, { secret }).receive(sign('whsec_new'))
      await store.update('sonzai:x', () => ({ secrets: [{ id: '2', secret: 'whsec_new' }] }))
      expect((await waiting).status).toBe(200)
    })

    it('limits the number of held deliveries', async () => {
      const store = createMemorySecretStore()
      await store.update('sonzai:x', () => ({ secrets: [{ id: '1', secret: 'whsec_old' }], rotation }))
      const secret = storedSecrets(store, { provider, holdMs: 3_600_000, maxHeld: 1, pollMs: 1 })
      const receiver = createReceiver(provider, { secret }).onError(() => {})
      const held = receiver.receive(sign('whsec_new'))
      expect((await receiver.receive(sign('whsec_new'))).status).toBe(503)
      await store.update('sonzai:x', () => ({ secrets: [{ id: '2', secret: 'whsec_new' }] }))
      expect((await held).status).toBe(200)
    })

    it('limits the bytes of held deliveries', async () => {
      const store = createMemorySecretStore()
      await store.update('sonzai:x', () => ({ secrets: [{ id: '1', secret: 'whsec_old' }], rotation }))
      const { byteLength } = sign('whsec_new').body
      const limits = { holdMs: 3_600_000, maxHeldBytes: 2 * byteLength, pollMs: 1 }
      const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider, ...limits }) })
      receiver.onError(() => {})
      const held = [receiver.receive(sign('whsec_new')), receiver.receive(sign('whsec_new'))]
      expect(await receiver.receive(sign('whsec_new'))).toMatchObject({ status: 503, code: 'SECRET_RESOLVER_FAILED' })
      expect((await receiver.receive(sign('whsec_old'))).status).toBe(200)
      await store.update('sonzai:x', () => ({ secrets: [{ id: '2', secret: 'whsec_new' }] }))
      expect((await Promise.all(held)).map(({ outcome }) => outcome).toSorted()).toEqual(['duplicate', 'duplicate'])
    })

    it('lets known senders in while forgeries wait', async () => {
      const store = createMemorySecretStore()
      await store.update('sonzai:x', () => ({ secrets: [{ id: '1', secret: 'whsec_old' }], rotation }))
      const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider }) }).onError(() => {})
      let answered = 0
      const body = JSON.stringify({ event_type: eventType, text: 'x'.repeat(1024 * 1023) })
      const forged = signDelivery(provider, { secret: 'whsec_guessed', body })
      const forgeries = Array.from({ length: 200 }, () => receiver.receive(forged).finally(() => answered++))
      // The others have 503. One signed with the new secret waits like a forgery: nobody can tell them apart yet.
      await vi.waitUntil(() => answered === 150, 3_000)
      expect((await receiver.receive(sign('whsec_old'))).status).toBe(200)
      await store.update('sonzai:x', (current) => ({ ...current!, rotation: undefined }))
      const codes = (await Promise.all(forgeries)).map(({ code }) => code)
      expect(codes.filter((code) => code === 'SIGNATURE_MISMATCH')).toHaveLength(50)
    })

    it('stops holding what the receiver has answered', async () => {
      const store = createMemorySecretStore()
      await store.update('sonzai:x', () => ({ secrets: [{ id: '1', secret: 'whsec_old' }], rotation }))
      const secret = storedSecrets(store, { provider, holdMs: 3_600_000, maxHeld: 1 })
      const reasons: string[] = []
      const receiver = createReceiver(provider, { secret, secretTimeoutMs: 20 })
      receiver.onError((error) => void reasons.push(String(error)))
      for (let count = 0; count < 2; count++) expect((await receiver.receive(sign('whsec_new'))).status).toBe(503)
      // The second was held too: the first has left its place.
      const late = expect.stringContaining('it took longer than secretTimeoutMs') as string
      expect(reasons).toEqual([late, late])
    })

    it('holds nothing after an abandoned rotation expires', async () => {
      const store = createMemorySecretStore()
      const died = { id: 'r', expiresAt: Date.now() - 1 }
      await store.update('sonzai:x', () => ({ secrets: [{ id: '1', secret: 'whsec_old' }], rotation: died }))
      const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider, holdMs: 3_600_000 }) })
      expect((await receiver.receive(sign('whsec_guessed'))).code).toBe('SIGNATURE_MISMATCH')
    })

    it('rejects without secrets, and answers 503 if the store fails', async () => {
      const store = createMemorySecretStore()
      const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider }) })
      expect((await receiver.receive(sign('whsec_x'))).code).toBe('SECRET_UNKNOWN')
      const broken = { ...store, names: () => Promise.reject(new Error('down')) }
      const failing = createReceiver(provider, { secret: storedSecrets(broken, { provider }) }).onError(() => {})
      expect(await failing.receive(sign('whsec_x'))).toMatchObject({ status: 503, code: 'SECRET_RESOLVER_FAILED' })
    })

    it('expires the old secret when the window ends', async () => {
      let now = Date.now()
      const store = createMemorySecretStore()
      await ensureWebhooks(client, [{ eventType, url: 'https://example.com' }], { store })
      const old = service.secretOf(`/${eventType}`)
      const clock = (): number => now
      const report = await rotateWithOverlap(client, eventType, { store, windowMs: 60_000, now: clock })
      const receiver = createReceiver(provider, {
        secret: storedSecrets(store, { provider, now: clock }),
        now: clock,
      })
      const arrive = async (secret: string): Promise<string | undefined> =>
        (await receiver.receive(signDelivery(provider, { secret, now, body: { event_type: eventType } }))).code
      expect(report.retiring).toEqual([{ keyId: `sonzai:${eventType}#1`, retiresAt: new Date(now + 60_000) }])
      now += 59_999
      expect([await arrive(old), await arrive(service.secretOf(`/${eventType}`))]).toEqual([undefined, undefined])
      now += 1
      expect([await arrive(old), await arrive(service.secretOf(`/${eventType}`))]).toEqual([
        'SIGNATURE_MISMATCH',
        undefined,
      ])
      // The next change forgets it.
      await rotateWithOverlap(client, eventType, { store, windowMs: 60_000, now: clock })
      expect(JSON.stringify(await store.get(`sonzai:${eventType}`))).not.toContain(old)
    })
  })
})
