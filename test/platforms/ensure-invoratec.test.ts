import {
  ensureWebhooks,
  createMemorySecretStore,
  rotateWithOverlap,
  secretName,
  type SecretStore,
} from '@sallyport/platforms'
import { beforeEach, describe, expect, it } from 'vitest'
import { invoratecAt } from '../support/platforms/clients.ts'
import { serve, type Answer, type Seen, type TestServer } from '../support/platforms/http-server.ts'

interface Held {
  readonly _id: string
  readonly event: string
  readonly url: string
  readonly secret?: string
  readonly filter?: object
  enabled: boolean
}

const url = 'https://example.com/webhooks/invoratec'
const name = secretName('invoratec', { eventType: 'tool.executed', url })
let held: Held[]
let server: TestServer
let store: SecretStore
let client: ReturnType<typeof invoratecAt>
let intercept: (seen: Seen) => Answer | undefined

beforeEach(async () => {
  held = []
  let count = 0
  intercept = () => undefined
  store = createMemorySecretStore()
  server = await serve((seen) => {
    const other = intercept(seen)
    if (other) return other
    if (seen.method === 'POST') {
      const made = { ...(seen.body as Omit<Held, '_id'>), _id: `s${++count}`, enabled: true }
      held.push(made)
      const { _id: id, secret: _secret, ...rest } = made
      return { status: 201, json: { id, ...rest } }
    }
    if (seen.method === 'DELETE') {
      held = held.filter(({ _id }) => !seen.url.endsWith(_id))
      return { json: { success: true } }
    }
    // The documented list shows neither secret nor filter.
    return { json: { webhooks: held.map(({ secret: _s, filter: _f, ...rest }) => rest), eventTypes: [] } }
  })
  client = invoratecAt(server.url)
})

const ensure = (filter?: Record<string, unknown>, missingSecret: 'report' | 'rotate' = 'report') =>
  ensureWebhooks(client, [{ eventType: 'tool.executed', url, ...(filter && { filter }) }], {
    store,
    missingSecret,
  })
const methods = (): string[] => server.seen.map(({ method }) => method)

describe('ensureWebhooks at Invoratec', () => {
  it('creates a secret and stores it before registering', async () => {
    intercept = ({ method }) => {
      if (method === 'POST') void store.get(name).then((record) => expect(record?.secrets).toHaveLength(1))
      return undefined
    }
    const report = await ensure()
    expect(report.webhooks).toEqual([expect.objectContaining({ action: 'registered', secret: 'stored' })])
    expect(held).toEqual([expect.objectContaining({ secret: (await store.get(name))!.secrets[0]!.secret })])
    expect(held[0]!.secret).toMatch(/^[\w-]{43}$/)
    expect((await ensure()).webhooks).toEqual([expect.objectContaining({ action: 'unchanged', secret: 'known' })])
    expect(methods()).toEqual(['GET', 'POST', 'GET'])
  })

  it.each([
    ['filter', { toolName: 'b' }, true],
    ['active', { toolName: 'a' }, false],
  ])('replaces a webhook that differs in %s, keeping the secret', async (difference, filter, enabled) => {
    await ensure({ toolName: 'a' })
    const secret = held[0]!.secret
    held[0]!.enabled = enabled
    const report = await ensure(filter)
    expect(report.webhooks).toEqual([
      expect.objectContaining({ action: 'updated', differences: [difference], secret: 'known' }),
    ])
    expect(held).toEqual([expect.objectContaining({ filter, secret, enabled: true })])
    expect(methods().slice(-2)).toEqual(['POST', 'DELETE'])
    expect((await ensure(filter)).webhooks).toEqual([expect.objectContaining({ action: 'unchanged' })])
  })

  it('ignores the order of keys in a filter', async () => {
    await ensure({ a: 1, b: { c: 2, d: 3 } })
    expect((await ensure({ b: { d: 3, c: 2 }, a: 1 })).webhooks[0]?.action).toBe('unchanged')
  })

  it('replaces a foreign webhook with unknown secret only on request', async () => {
    await client.webhooks.register({ event: 'tool.executed', url: 'https://EXAMPLE.com/webhooks/invoratec' })
    expect((await ensure()).webhooks[0]).toMatchObject({ action: 'unchanged', secret: 'missing' })
    expect((await ensure(undefined, 'rotate')).webhooks[0]).toMatchObject({ action: 'rotated', secret: 'stored' })
    expect(held.map(({ secret }) => secret)).toEqual([(await store.get(name))!.secrets.at(-1)!.secret])
  })

  it('reports a second webhook with the same URL as extra', async () => {
    await ensure()
    await client.webhooks.register({ event: 'tool.executed', url })
    expect((await ensure()).webhooks.map(({ action }) => action)).toEqual(['unchanged', 'extra'])
    await ensureWebhooks(client, [{ eventType: 'tool.executed', url }], { store, deleteExtra: true })
    expect(held.map(({ _id }) => _id)).toEqual(['s1'])
  })

  it('rejects an auth header', async () => {
    const desired = [{ eventType: 'tool.executed', url, authHeader: 'x' }]
    await expect(ensureWebhooks(client, desired, { store })).rejects.toMatchObject({
      code: 'PLATFORM_OPTION_INVALID',
    })
  })

  it('registers the new webhook before it deletes the old one', async () => {
    await ensure({ toolName: 'a' })
    const old = held[0]!.secret
    const now = Date.parse('2026-11-21T12:00:00Z')
    const options = { store, windowMs: 60_000, now: () => now }
    await expect(rotateWithOverlap(client, 'tool.executed', options)).rejects.toMatchObject({
      message: expect.stringContaining('does not list filters'),
    })
    const filter = { toolName: 'a' }
    const report = await rotateWithOverlap(client, { eventType: 'tool.executed', filter }, options)
    expect(held).toEqual([expect.objectContaining({ filter })])
    const record = (await store.get(name))!
    expect(record.secrets).toEqual([
      { id: '1', secret: old, notAfter: now + 60_000 },
      { id: '2', secret: held[0]!.secret },
    ])
    expect(held).toHaveLength(1)
    expect(methods().slice(-2)).toEqual(['POST', 'DELETE'])
    expect(report).toMatchObject({ keyId: `${name}#2`, retiring: [{ keyId: `${name}#1` }] })
    expect(String(report)).not.toContain(held[0]!.secret)
  })

  it('keeps the old secret if the platform refuses a rotation', async () => {
    await ensure()
    const before = await store.get(name)
    intercept = ({ method }) => (method === 'POST' ? { status: 403, json: { error: 'read only key' } } : undefined)
    await expect(rotateWithOverlap(client, 'tool.executed', { store })).rejects.toMatchObject({
      code: 'PLATFORM_FORBIDDEN',
    })
    expect(await store.get(name)).toEqual(before)
  })

  it('keeps both secrets if a rotation gets no answer', async () => {
    await ensure()
    intercept = ({ method }) => (method === 'POST' ? (response) => void response.destroy() : undefined)
    await expect(rotateWithOverlap(client, 'tool.executed', { store })).rejects.toMatchObject({
      code: 'PLATFORM_NETWORK',
    })
    const { secrets } = (await store.get(name))!
    expect(secrets.map(({ notAfter }) => notAfter)).toEqual([undefined, undefined])
  })

  it('requires a URL if there are several webhooks', async () => {
    await expect(rotateWithOverlap(client, 'tool.executed', { store })).rejects.toMatchObject({
      code: 'PLATFORM_NOT_FOUND',
    })
    await ensure()
    await client.webhooks.register({ event: 'tool.executed', url: 'https://other.example.com' })
    await expect(rotateWithOverlap(client, 'tool.executed', { store })).rejects.toMatchObject({
      code: 'PLATFORM_OPTION_INVALID',
    })
    await rotateWithOverlap(client, { eventType: 'tool.executed', url }, { store })
  })
})
