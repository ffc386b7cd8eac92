import {
  ensureWebhooks,
  createMemorySecretStore,
  PlatformError,
  rotateWithOverlap,
  type SecretStore,
} from '@sallyport/platforms'
import { beforeEach, describe, expect, it } from 'vitest'
import { fakeTime, sonzaiAt } from '../support/platforms/clients.ts'
import { serveSonzai, type SonzaiService } from '../support/platforms/sonzai-service.ts'

const eventType = 'agent.message'
const name = `sonzai:${eventType}`
const desired = [{ eventType, url: 'https://example.com' }]
let service: SonzaiService
let store: SecretStore
let client: ReturnType<typeof sonzaiAt>

beforeEach(async () => {
  service = await serveSonzai()
  store = createMemorySecretStore()
  client = sonzaiAt(service.url)
  await ensureWebhooks(client, desired, { store })
})

const rotationsAsked = (): number => service.seen.filter(({ url }) => url.endsWith('/rotate-secret')).length
const newest = async (): Promise<string | undefined> => (await store.get(name))?.secrets.at(-1)?.secret

/** Fails that many rotations after they took effect, as a connection that breaks too early does. */
function loseAnswers(count: number): void {
  let lost = 0
  service.intercept = ({ url }) => {
    if (!url.endsWith('/rotate-secret') || lost >= count) return undefined
    service.held.get(`/${eventType}`)!.secret = `whsec_lost_${++lost}`
    return (response) => void response.destroy()
  }
}

describe('rotateWithOverlap at Sonzai', () => {
  it('marks the store before it calls the platform', async () => {
    const marks: unknown[] = []
    service.intercept = async ({ url }) => {
      if (url.endsWith('/rotate-secret')) marks.push((await store.get(name))?.rotation)
      return undefined as never
    }
    const now = 1_700_000_000_000
    await rotateWithOverlap(client, eventType, { store, pendingMs: 5_000, now: () => now })
    expect(marks).toEqual([{ id: expect.any(String), expiresAt: now + 5_000 }])
    expect((await store.get(name))?.rotation).toBeUndefined()
    expect(await newest()).toBe(service.secretOf(`/${eventType}`))
  })

  it('rotates again after a lost answer', async () => {
    loseAnswers(2)
    const { waits, options } = fakeTime(1)
    const report = await rotateWithOverlap(client, eventType, { store, ...options })
    expect(report.attempts).toBe(3)
    expect(waits).toEqual([500, 1000])
    expect(await newest()).toBe(service.secretOf(`/${eventType}`))
  })

  it('reports and records that every answer was lost', async () => {
    loseAnswers(99)
    const old = await newest()
    const work = rotateWithOverlap(client, eventType, { store, ...fakeTime().options })
    await expect(work).rejects.toMatchObject({ code: 'ROTATION_UNCERTAIN' })
    expect(rotationsAsked()).toBe(3)
    expect(await store.get(name)).toMatchObject({ secrets: [{ secret: old }], lostAt: expect.any(Number) })
    expect((await store.get(name))?.rotation).toBeUndefined()

    service.intercept = () => undefined
    const report = await ensureWebhooks(client, desired, { store })
    expect(report.webhooks).toEqual([expect.objectContaining({ action: 'unchanged', secret: 'missing' })])
    const second = await ensureWebhooks(client, desired, { store, missingSecret: 'rotate' })
    expect(second.webhooks).toEqual([expect.objectContaining({ action: 'rotated', secret: 'stored' })])
    expect((await store.get(name))?.lostAt).toBeUndefined()
  })

  it.each([401, 403, 404, 429])('changes nothing if the platform refuses (%i)', async (status) => {
    const before = await store.get(name)
    service.intercept = ({ url }) => (url.endsWith('/rotate-secret') ? { status } : undefined)
    await expect(rotateWithOverlap(client, eventType, { store })).rejects.toMatchObject({ status })
    expect(rotationsAsked()).toBe(1)
    expect(await store.get(name)).toEqual(before)
  })

  it('stores nothing for an unknown webhook', async () => {
    await expect(rotateWithOverlap(client, 'agent.wakeup', { store })).rejects.toMatchObject({ status: 404 })
    expect(await store.names()).toEqual([name])
  })

  it('rejects a second rotation at the same time', async () => {
    const results = await Promise.allSettled([1, 2].map(() => rotateWithOverlap(client, eventType, { store })))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(results[1]).toMatchObject({ reason: { code: 'ROTATION_IN_PROGRESS' } })
    expect(rotationsAsked()).toBe(1)
    expect(await newest()).toBe(service.secretOf(`/${eventType}`))
  })

  it('replaces an abandoned rotation once it expires', async () => {
    let now = 1_700_000_000_000
    await store.update(name, (current) => ({ ...current!, rotation: { id: 'died', expiresAt: now + 1000 } }))
    const options = { store, now: () => now }
    await expect(rotateWithOverlap(client, eventType, options)).rejects.toMatchObject({ code: 'ROTATION_IN_PROGRESS' })
    now += 1000
    const report = await ensureWebhooks(client, desired, { store, now: () => now })
    expect(report.webhooks[0]?.secret).toBe('missing')
    await rotateWithOverlap(client, eventType, options)
    expect(await newest()).toBe(service.secretOf(`/${eventType}`))
    expect((await store.get(name))?.rotation).toBeUndefined()
  })

  it('retries a store that fails briefly', async () => {
    let calls = 0
    const flaky: SecretStore = {
      ...store,
      update: (...parameters) => {
        calls++
        if (calls === 2 || calls === 3) return Promise.reject(new PlatformError('SECRET_STORE_FAILED'))
        return store.update(...parameters)
      },
    }
    await rotateWithOverlap(client, eventType, { store: flaky, ...fakeTime().options })
    expect(await newest()).toBe(service.secretOf(`/${eventType}`))
    expect(rotationsAsked()).toBe(1)
  })

  it('reports a store that keeps failing, without the secret', async () => {
    const broken: SecretStore = {
      ...store,
      update: (key, change) =>
        store.update(key, (current) => {
          const next = change(current)
          if (next!.secrets.length > 1) throw new PlatformError('SECRET_STORE_FAILED', { detail: 'disk full' })
          return next
        }),
    }
    const error = await rotateWithOverlap(client, eventType, { store: broken, ...fakeTime().options }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'SECRET_STORE_FAILED' })
    expect(String(error)).not.toContain('whsec_')
    expect(rotationsAsked()).toBe(1)
    expect((await store.get(name))?.lostAt).toEqual(expect.any(Number))
  })

  it('reports an abort as uncertain', async () => {
    const controller = new AbortController()
    service.intercept = ({ url }) => {
      if (!url.endsWith('/rotate-secret')) return undefined
      controller.abort()
      return new Promise(() => {})
    }
    const work = rotateWithOverlap(client, eventType, { store, signal: controller.signal })
    await expect(work).rejects.toMatchObject({ code: 'ROTATION_UNCERTAIN' })
    expect(rotationsAsked()).toBe(1)
  })

  it.each([[{ windowMs: -1 }], [{ attempts: 0 }], [{ pendingMs: 0 }], [{ windowMs: Infinity }], [{ windowMs: 9e15 }]])(
    'rejects the options %j',
    async (options) => {
      await expect(rotateWithOverlap(client, eventType, { store, ...options })).rejects.toMatchObject({
        code: 'PLATFORM_OPTION_INVALID',
      })
    },
  )
})
