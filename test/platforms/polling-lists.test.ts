import { createReceiver, type Receiver } from 'sallyport'
import { parseExact } from 'sallyport/provider'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import type { AgentPollOptions, PlatformError } from '@sallyport/platforms'
import { beforeEach, describe, expect, it } from 'vitest'
import { serve, type Answer, type TestServer } from '../support/platforms/http-server.ts'
import { pollLooks, type Polled } from '../support/platforms/poll-looks.ts'
import { wakeup } from '../support/platforms/notification-service.ts'

let receiver: Receiver<SonzaiEvents>
let handled: string[]

beforeEach(() => {
  handled = []
  receiver = createReceiver(sonzai({ messageIds: true }), { secret: 'whsec_test' })
    .on('on_wakeup_ready', ({ data }) => void handled.push(String(data['message_id'])))
    .onError(() => {})
})

/** A platform whose list is what the test says. */
interface ListService extends TestServer {
  /** Ids in the order they were consumed, repetitions included. */
  readonly consumed: string[]
  readonly looks: () => number
}

async function serveList(
  list: (limit: number, looks: number, consumed: readonly string[]) => unknown,
  consume: Answer = { json: { success: true } },
): Promise<ListService> {
  const consumed: string[] = []
  let looks = 0
  const server = await serve(({ url, method }) => {
    if (method === 'POST') {
      consumed.push(decodeURIComponent(/\/notifications\/([^/]+)\/consume$/.exec(url)![1]!))
      return consume
    }
    looks++
    const limit = Number(new URL(url, 'http://localhost').searchParams.get('limit'))
    return { json: { notifications: list(limit, looks, consumed) } }
  })
  return Object.assign(server, { consumed, looks: () => looks })
}

const poll = (
  service: TestServer,
  looks: number,
  options: Partial<AgentPollOptions<SonzaiEvents>> = {},
): Promise<Polled> => pollLooks(service.url, looks, { agentId: 'luna', receiver, ...options })

const wakeups = (count: number) => Array.from({ length: count }, (_, index) => wakeup(index))
const codes = (errors: readonly unknown[]) => errors.map((error) => (error as PlatformError).code)

describe('a list that lags behind', () => {
  it('is polled with pauses, and every notification consumed once', async () => {
    const all = wakeups(5)
    // A consumed notification is listed in two more answers.
    const gone = new Map<string, number>()
    const service = await serveList((limit, looks, consumed) => {
      for (const id of consumed) if (!gone.has(id)) gone.set(id, looks + 1)
      return all.filter(({ id }) => looks <= (gone.get(id) ?? Infinity)).slice(0, limit)
    })
    const { waits, errors } = await poll(service, 6, { limit: 2 })
    expect(service.consumed).toEqual(all.map(({ id }) => id))
    expect(handled).toEqual(service.consumed)
    expect(errors).toEqual([])
    expect(new Set(waits)).toEqual(new Set([10_000]))
    // Two polls went on at once: each followed one that brought new ones and filled the list.
    expect(service.looks()).toBe(waits.length + 2)
  })

  it('hides no newer notifications', async () => {
    const service = await serveList((limit) => wakeups(5).slice(0, limit))
    await poll(service, 4, { limit: 2 })
    expect(handled).toEqual(['n0', 'n1', 'n2', 'n3', 'n4'])
  })
})

describe('consuming without effect', () => {
  it.each([200, 404, 409])('is repeated ever less and reported once (%i)', async (status) => {
    const service = await serveList(() => wakeups(2), { status, json: {} })
    const { waits, errors, outcomes } = await poll(service, 100, { limit: 2 })
    expect(handled).toEqual(['n0', 'n1'])
    expect(outcomes.map(({ id, consumed }) => [id, consumed])).toEqual([
      ['n0', true],
      ['n1', true],
    ])
    // In polls 1, 5, 12, 25, 50 and 83.
    expect(service.consumed).toHaveLength(12)
    expect(service.looks()).toBe(101)
    expect(waits).toHaveLength(100)
    expect(codes(errors)).toEqual(['NOTIFICATION_STILL_PENDING', 'NOTIFICATION_STILL_PENDING'])
    expect(String(errors[0])).toContain('notification n0')
  })

  it('that is refused is reported once for each notification', async () => {
    const service = await serveList(() => wakeups(2), { status: 403 })
    const { errors } = await poll(service, 20)
    expect(codes(errors)).toEqual(['PLATFORM_FORBIDDEN', 'PLATFORM_FORBIDDEN'])
    expect(handled).toEqual(['n0', 'n1'])
  })

  it('is forgotten when the notification leaves the list', async () => {
    const service = await serveList((_limit, looks) => (looks > 10 && looks < 20 ? [] : wakeups(1)))
    const { errors } = await poll(service, 40)
    expect(codes(errors)).toEqual(['NOTIFICATION_STILL_PENDING', 'NOTIFICATION_STILL_PENDING'])
  })

  it('says when what stays pending hides newer notifications', async () => {
    const many = wakeups(600).map((one) => ({ ...one, type: 'agent.message', wakeup_id: undefined }))
    const service = await serveList((limit) => many.slice(0, limit))
    const { errors } = await poll(service, 20, { limit: 500 })
    expect(codes(errors)).toEqual(['NOTIFICATIONS_HIDDEN'])
  })
})

describe('ids above 2^53', () => {
  it('keep two notifications apart, and name each for consuming', async () => {
    const items = parseExact(`[
      {"id":9007199254740992,"type":"wakeup","wakeup_id":9007199254740994,"content":"one"},
      {"id":9007199254740993,"type":"wakeup","wakeup_id":9007199254740995,"content":"two"},
      {"message_id":9007199254740994,"type":"wakeup","content":"three"},
      {"id":"9007199254740995","type":"wakeup","meta":{"order":12345678901234567890}}
    ]`)
    const service = await serveList(() => items)
    const ids: string[] = []
    const bodies: string[] = []
    receiver.on('on_wakeup_ready', ({ id }, { delivery }) => {
      ids.push(id)
      bodies.push(Buffer.from(delivery.body).toString())
    })
    await poll(service, 1)
    expect(service.consumed).toEqual(['9007199254740992', '9007199254740993', '9007199254740994', '9007199254740995'])
    expect(ids).toEqual([
      'on_wakeup_ready:wakeup:9007199254740994',
      'on_wakeup_ready:wakeup:9007199254740995',
      'on_wakeup_ready:message:9007199254740994',
      'on_wakeup_ready:message:9007199254740995',
    ])
    expect(bodies[3]).toContain('"order":12345678901234567890')
  })

  it('are one id as a number and as text', async () => {
    const service = await serveList((_limit, looks) => [{ ...wakeup(1), id: looks === 1 ? 1 : '1' }])
    const { outcomes } = await poll(service, 2)
    expect(service.consumed).toEqual(['1'])
    expect(outcomes).toHaveLength(1)
  })
})

describe('odd entries of a list', () => {
  const odd = [
    null,
    7,
    'text',
    [],
    { content: 'no id' },
    { id: '', content: 'empty id' },
    { id: 1.5, content: 'no whole number' },
    { id: {}, content: 'wrong id' },
    { id: 'n-type', type: 7 },
  ]

  it('are reported once each, and stop no other', async () => {
    const good = wakeups(2)
    const service = await serveList((_limit, looks, consumed) => [
      ...odd,
      ...good.filter(({ id }) => !consumed.includes(id)),
      ...(looks < 3 ? [] : [null]),
    ])
    const { errors, waits } = await poll(service, 5)
    expect(handled).toEqual(['n0', 'n1'])
    expect(service.consumed).toEqual(['n0', 'n1'])
    expect(codes(errors)).toEqual(odd.map(() => 'NOTIFICATION_UNREADABLE'))
    expect(String(errors[0])).toContain('unexpected value at notifications.0')
    expect(String(errors[8])).toContain('notification n-type: unexpected value at notifications.8.type')
    expect(new Set(waits)).toEqual(new Set([10_000]))
  })

  it('hide no newer notifications', async () => {
    const service = await serveList((limit) => [...odd, ...wakeups(2)].slice(0, limit))
    await poll(service, 8, { limit: 2 })
    expect(handled).toEqual(['n0', 'n1'])
  })

  it('that toBody cannot convert are retried, reported once, and stop no other', async () => {
    const service = await serveList((_limit, _looks, consumed) => wakeups(2).filter(({ id }) => !consumed.includes(id)))
    let runs = 0
    const { errors } = await poll(service, 20, {
      onlyPulled: true,
      toBody: ({ id }) => {
        if (id === 'n0' && ++runs > 0) throw new Error('not this one')
        return { event_type: 'on_wakeup_ready', message_id: id }
      },
    })
    expect(handled).toEqual(['n1'])
    expect(runs).toBe(5)
    expect(errors.map(String)).toEqual(['Error: not this one'])
  })
})
