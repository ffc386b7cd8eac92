import { Registry } from 'prom-client'
import { anyOf, createMemoryReplayGuard, createReceiver } from 'sallyport'
import { withEvents } from 'sallyport/provider'
import { createPrometheusEndpoint } from 'sallyport/prometheus'
import { startOpenTelemetry } from 'sallyport/opentelemetry'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { listMetrics, metrics } from '../../packages/sallyport/src/telemetry/metrics.ts'
import { toPrometheusName } from '../../packages/sallyport/src/telemetry/prometheus/prometheus-name.ts'
import { createQuietReceiver, provider, secret, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'
import { parseMetrics, samplesOf } from '../support/telemetry/parse-metrics.ts'
import { createMeters, valuesOf } from '../support/telemetry/sdk.ts'

const { openInbox, makePath } = useInboxes()
// A busy machine opens a store slowly.
const readTimeoutMs = 60_000

/** What counts here, in OpenTelemetry or in Prometheus; values by the name and labels of the table. */
interface Counting {
  read(name: keyof typeof metrics): Promise<[labels: object, value: number][]>
  stop(): void
}

type Options = Parameters<typeof createPrometheusEndpoint>[0]

const libraries: Readonly<Record<string, (options: Options) => Counting>> = {
  OpenTelemetry(options) {
    const { meterProvider, collect } = createMeters()
    const { stop } = startOpenTelemetry({ ...options, meterProvider, spans: false })
    const short = (name: string): string => name.replace('sallyport.event.', '').replace('sallyport.', '')
    return {
      stop,
      async read(name) {
        return valuesOf((await collect()).get(metrics[name].name)).map(([attributes, value]) => [
          Object.fromEntries(Object.entries(attributes).map(([key, one]) => [short(key), one as string])),
          value,
        ])
      },
    }
  },
  Prometheus(options) {
    const endpoint = createPrometheusEndpoint(options)
    return {
      stop: () => endpoint.stop(),
      async read(name) {
        return samplesOf(parseMetrics(await endpoint.registry.metrics()).get(toPrometheusName(metrics[name])))
      },
    }
  },
}

describe.each(Object.keys(libraries))('metrics of %s', (library) => {
  let counting: Counting | undefined
  const start = (options: Options): Counting => (counting = libraries[library]!(options))
  afterEach(() => counting?.stop())

  it('count deliveries by provider, outcome and code, and measure their stages', async () => {
    const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})
    const { read } = start({ receivers: [receiver] })
    const delivery = sign()
    await receiver.receive(delivery)
    await receiver.receive(delivery)
    await receiver.receive({ ...delivery, body: Buffer.from('{}') })
    const of = { provider: 'standard-webhooks' }
    expect(await read('deliveries')).toEqual([
      [{ ...of, outcome: 'handled' }, 1],
      [{ ...of, outcome: 'duplicate' }, 1],
      [{ ...of, outcome: 'refused', code: 'SIGNATURE_MISMATCH' }, 1],
    ])
    expect(await read('duplicates')).toEqual([[of, 1]])
    expect(await read('bodySize')).toEqual([[of, 3]])
    expect(await read('deliveryDuration')).toEqual([[of, 3]])
    expect(await read('verifyDuration')).toEqual([[of, 3]])
    expect(await read('acceptDuration')).toEqual([[of, 1]])
    expect(await read('handlerDuration')).toEqual([[{ ...of, type: 'order.paid', outcome: 'handled' }, 1]])
  })

  it('count what an inbox does, and show what waits and what is dead', async () => {
    const inbox = openInbox(makePath(), { retry: { attempts: 2, delayMs: 0, maxDelayMs: 0, jitter: 0 } })
    const receiver = createQuietReceiver(inbox).on('order.paid', ({ id }) => {
      if (id === 'bad') throw new Error('never')
    })
    const { read } = start({ receivers: [receiver], inboxes: { orders: inbox }, readTimeoutMs })
    for (const id of ['good', 'good', 'bad']) await receiver.receive(sign({ id }))
    await untilCount(inbox, 'done', 1)
    await untilCount(inbox, 'dead', 1)
    const of = { provider: 'standard-webhooks', type: 'order.paid' }
    const counts = await read('inboxEvents')
    expect(counts.toSorted(([, one], [, other]) => one - other)).toHaveLength(5)
    expect(counts).toEqual(
      expect.arrayContaining([
        [{ ...of, outcome: 'stored' }, 2],
        [{ ...of, outcome: 'duplicate' }, 1],
        [{ ...of, outcome: 'handled' }, 1],
        [{ ...of, outcome: 'retried' }, 1],
        [{ ...of, outcome: 'dead' }, 1],
      ]),
    )
    const attempts = await read('handlerDuration')
    expect(attempts.map(([labels]) => (labels as { outcome: string }).outcome).toSorted()).toEqual([
      'dead',
      'handled',
      'retried',
    ])
    const labels = { inbox: 'orders' }
    expect(await read('dead')).toEqual([[labels, 1]])
    for (const name of ['waiting', 'running', 'retrying', 'oldestWaiting'] as const)
      expect(await read(name)).toEqual([[labels, 0]])
    expect((await read('storeSize'))[0]?.[1]).toBeGreaterThan(0)
  })

  it('bound the types of events to those that a provider declares', async () => {
    const receiver = createReceiver(provider, { secret }).onUnknown(() => {})
    const { read } = start({ receivers: [receiver] })
    for (let n = 0; n < 5; n++) await receiver.receive(sign({ id: `${n}`, body: { type: `made-up-${n}`, data: {} } }))
    expect(await read('handlerDuration')).toEqual([
      [{ provider: 'standard-webhooks', type: 'other', outcome: 'unknown' }, 5],
    ])
  })

  it('never have a tenant, an id or a key', async () => {
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox, { secret: () => ({ tenant: 'tenant-7', secrets: secret }) })
    receiver.on('order.paid', () => {})
    const { read } = start({ receivers: [receiver], readTimeoutMs })
    await receiver.receive(sign({ id: 'msg_secret_id' }))
    await untilCount(inbox, 'done', 1)
    const values = await Promise.all((Object.keys(metrics) as (keyof typeof metrics)[]).map(read))
    expect(values.flat().length).toBeGreaterThan(8)
    expect(JSON.stringify(values)).not.toMatch(/tenant-7|msg_secret_id/)
  })

  it('show the replay guard and the time until a secret ends', async () => {
    const guard = createMemoryReplayGuard({ capacity: 4 })
    const ends = { secret, notAfter: Date.now() + 10 * 86_400_000 }
    const receiver = createReceiver(provider, { secret: ends, replayGuard: guard }).on('order.paid', () => {})
    const endpoint = anyOf({ one: receiver })
    const { read } = start({ receivers: [endpoint] })
    await receiver.receive(sign())
    const labels = { provider: 'standard-webhooks' }
    expect(await read('guardHeld')).toEqual([[labels, 1]])
    expect(await read('guardFill')).toEqual([[labels, 0.25]])
    expect((await read('secretRemaining'))[0]?.[1]).toBeCloseTo(10 * 86_400, -3)
  })

  it('show the worst of receivers of one provider and of inboxes of one name', async () => {
    const open = (days: number, capacity: number) =>
      createReceiver(provider, {
        secret: { secret, notAfter: Date.now() + days * 86_400_000 },
        replayGuard: createMemoryReplayGuard({ capacity }),
      }).on('order.paid', () => {})
    const receivers = [open(90, 10), open(1, 4), open(30, 100)]
    const toInbox = (dead: number) => ({
      name: 'events',
      stats: async () => ({ counts: { pending: 0, active: 0, done: 0, dead } }),
    })
    const { read } = start({ receivers, inboxes: [toInbox(0), toInbox(7), toInbox(2)] })
    for (const receiver of receivers) await receiver.receive(sign())
    expect(await read('dead')).toEqual([[{ inbox: 'events' }, 7]])
    const of = { provider: 'standard-webhooks' }
    expect(await read('guardFill')).toEqual([[of, 0.25]])
    expect(await read('guardHeld')).toEqual([[of, 1]])
    const ends = await read('secretRemaining')
    expect(ends).toHaveLength(1)
    expect(ends[0]![1]).toBeLessThanOrEqual(86_400)
  })

  it('leave out a store that is slow or down, count the error, and do not ask it twice', async () => {
    let asked = 0
    const down = { name: 'down', stats: () => Promise.reject(new Error('no connection')) }
    const slow = {
      name: 'slow',
      stats(): Promise<never> {
        asked++
        return new Promise(() => {})
      },
    }
    const up = { name: 'up', stats: async () => ({ counts: { pending: 0, active: 0, done: 0, dead: 0 } }) }
    const { read } = start({ receivers: [], inboxes: { down, slow, up }, readTimeoutMs: 20 })
    expect(await read('dead')).toEqual([[{ inbox: 'up' }, 0]])
    expect(await read('dead')).toEqual([[{ inbox: 'up' }, 0]])
    expect(asked).toBe(1)
    const errors = await read('readErrors')
    expect(errors).toContainEqual([{ source: 'inbox' }, expect.any(Number)])
    expect(Math.max(...errors.map(([, count]) => count))).toBeGreaterThanOrEqual(4)
  })

  it('ask a store again whose answer never came', async () => {
    let asked = 0
    const lost = {
      name: 'lost',
      async stats() {
        if (asked++ === 0) await new Promise(() => {})
        return { counts: { pending: 0, active: 0, done: 0, dead: 3 } }
      },
    }
    const { read } = start({ receivers: [], inboxes: [lost], readTimeoutMs: 1 })
    expect(await read('dead')).toEqual([])
    await expect.poll(() => read('dead')).toEqual([[{ inbox: 'lost' }, 3]])
  })

  it('are counted once', () => {
    const { meterProvider } = createMeters()
    const options = { receivers: [], meterProvider, registry: new Registry(), spans: false }
    const begin = (): { stop(): void } => {
      const { receivers, registry, ...others } = options
      return library === 'OpenTelemetry'
        ? startOpenTelemetry({ receivers, ...others })
        : createPrometheusEndpoint({ receivers, registry })
    }
    const first = begin()
    expect(begin).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('stop()') }),
    )
    first.stop()
    const second = begin()
    first.stop()
    expect(begin).toThrow('stop()')
    second.stop()
    begin().stop()
  })

  it('stop', async () => {
    const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})
    const { read, stop } = start({ receivers: [receiver] })
    stop()
    await receiver.receive(sign())
    expect(await read('deliveries')).toEqual([])
  })
})

describe('a scrape', () => {
  let endpoint: ReturnType<typeof createPrometheusEndpoint> | undefined
  afterEach(() => endpoint?.stop())

  it('has every metric of the table with its help and its kind', async () => {
    endpoint = createPrometheusEndpoint({ receivers: [] })
    const families = parseMetrics(await endpoint.registry.metrics())
    const expected = Object.fromEntries(
      Object.values(metrics).map(({ description, ...metric }) => [
        toPrometheusName(metric),
        { help: description, type: metric.kind.toUpperCase() },
      ]),
    )
    expect(Object.fromEntries([...families].map(([name, { help, type }]) => [name, { help, type }]))).toEqual(expected)
    expect(listMetrics('gauge').length + listMetrics('counter').length + listMetrics('histogram').length).toBe(
      families.size,
    )
  })

  it('escapes what a program names', async () => {
    const odd = 'a "quoted"\\\nname'
    endpoint = createPrometheusEndpoint({ receivers: [], inboxes: { [odd]: openInbox(makePath()) }, readTimeoutMs })
    const families = parseMetrics(await endpoint.registry.metrics())
    expect(samplesOf(families.get('sallyport_inbox_dead'))).toEqual([[{ inbox: odd }, 0]])
  })

  it('counts an event of a type that was added with withEvents', async () => {
    const extended = withEvents(provider, { 'order.lost': z.looseObject({}) })
    const receiver = createReceiver(extended, { secret }).on('order.lost', () => {})
    endpoint = createPrometheusEndpoint({ receivers: [receiver] })
    await receiver.receive(sign({ body: { type: 'order.lost', data: {} } }))
    const families = parseMetrics(await endpoint.registry.metrics())
    expect(samplesOf(families.get('sallyport_handler_duration_seconds'))[0]?.[0]).toMatchObject({ type: 'order.lost' })
  })
})

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())
