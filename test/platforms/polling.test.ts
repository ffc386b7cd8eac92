import { runInNewContext } from 'node:vm'
import { createReceiver, RejectError, type Receiver } from 'sallyport'
import { pollNotifications, type AgentPollOptions } from '@sallyport/platforms'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { sonzaiAt } from '../support/platforms/clients.ts'
import { pollLooks, type Polled } from '../support/platforms/poll-looks.ts'
import { serveNotifications, wakeup, type NotificationService } from '../support/platforms/notification-service.ts'

const secret = 'whsec_test'
let receiver: Receiver<SonzaiEvents>
let handled: string[]

beforeEach(() => {
  handled = []
  receiver = createReceiver(sonzai({ messageIds: true }), { secret })
    .on('on_wakeup_ready', ({ data }) => void handled.push(String(data.generated_message)))
    .onError(() => {})
})

const poll = (
  service: NotificationService,
  looks: number,
  options: Partial<AgentPollOptions<SonzaiEvents>> = {},
): Promise<Polled> => pollLooks(service.url, looks, { agentId: 'luna', receiver, ...options })

describe('pollNotifications', () => {
  it('delivers typed events, then consumes the notifications', async () => {
    const service = await serveNotifications(wakeup(1), wakeup(2), wakeup(3, { user_id: 'user-2' }))
    receiver.on('on_wakeup_ready', ({ data, id, keyId }, { delivery }) => {
      expect(service.consumed).not.toContain(data['message_id'])
      expect(data.wakeup).toMatchObject({ wakeup_id: expect.stringMatching(/^wk_/) })
      expect([keyId, delivery.method]).toEqual(['feed:sonzai-notifications', 'PULL'])
      expect(id).toMatch(/^on_wakeup_ready:wakeup:wk_/)
    })
    const { outcomes, waits } = await poll(service, 1, { userId: 'user-1' })
    expect(handled).toEqual(['Hello 1', 'Hello 2'])
    expect(service.consumed).toEqual(['n1', 'n2'])
    expect(outcomes).toEqual([
      { id: 'n1', type: 'on_wakeup_ready', outcome: 'handled', consumed: true },
      { id: 'n2', type: 'on_wakeup_ready', outcome: 'handled', consumed: true },
    ])
    expect(waits).toEqual([10_000])
    expect(service.seen[0]!.url).toBe('/api/v1/agents/luna/notifications?status=pending&user_id=user-1&limit=50')
  })

  it.each([
    [{ type: 'agent.message' }, 'agent.message'],
    [{ type: 'wakeup' }, 'on_wakeup_ready'],
    [{}, 'on_wakeup_ready'],
    [{ type: 'check_in', wakeup_id: 'wk' }, 'on_wakeup_ready'],
    [{ type: 'newsletter' }, 'newsletter'],
    [{ type: '__proto__' }, '__proto__'],
  ])('delivers %j as %s', async (notification, type) => {
    const service = await serveNotifications({ id: 'n', content: 'Hi', ...notification })
    const seen: unknown[] = []
    receiver.onAny((event) => void seen.push(event.type)).onUnknown((event) => void seen.push(event.type))
    await poll(service, 1)
    expect(seen).toEqual([type])
  })

  it('uses toBody to convert a notification', async () => {
    const service = await serveNotifications(wakeup(1))
    const toBody = ({ id, content }: { id: string; content?: unknown }) => ({
      event_type: 'agent.message',
      message_id: id,
      text: content,
    })
    const seen: unknown[] = []
    receiver.on('agent.message', ({ data }) => void seen.push(data['text']))
    await poll(service, 1, { toBody })
    expect(seen).toEqual(['Hello 1'])
  })

  describe('an unhandled notification', () => {
    it('is retried in fewer and fewer polls and delays no other', async () => {
      const service = await serveNotifications(wakeup(1), wakeup(2))
      let runs = 0
      receiver.on('on_wakeup_ready', ({ data }) => {
        if (data['message_id'] === 'n1' && ++runs < 3) throw new Error('not now')
      })
      const { outcomes } = await poll(service, 8)
      expect(outcomes.map(({ id, outcome, consumed }) => `${id} ${outcome} ${consumed}`)).toEqual([
        'n1 failed false',
        'n2 handled true',
        'n1 failed false',
        'n1 handled true',
      ])
      expect(service.consumed).toEqual(['n2', 'n1'])
    })

    it.each([
      ['leave', []],
      ['consume', ['n1', 'n2', 'n3']],
    ] as const)('is left or consumed as configured: %s', async (refused, consumed) => {
      const service = await serveNotifications(
        wakeup(1),
        wakeup(2, { generated_message: 7 }),
        wakeup(3, { type: 'agent.message', wakeup_id: undefined }),
      )
      let runs = 0
      receiver.on('on_wakeup_ready', () => {
        runs++
        throw new RejectError('no')
      })
      const { outcomes } = await poll(service, 3, { refused })
      expect(service.consumed).toEqual(consumed)
      expect(outcomes.map(({ outcome, code }) => [outcome, code])).toEqual([
        ['refused', 'DELIVERY_REJECTED'],
        ['refused', 'PAYLOAD_INVALID'],
        ['unhandled', undefined],
      ])
      expect(runs).toBe(1)
    })

    it('does not hide newer notifications', async () => {
      const service = await serveNotifications(...[1, 2, 3].map((number) => wakeup(number, { type: 'agent.message' })))
      service.pending.push(wakeup(4))
      await poll(service, 4, { limit: 2 })
      expect(service.consumed).toEqual(['n4'])
    })
  })

  it('retries a failed consume without handling again', async () => {
    const service = await serveNotifications(wakeup(1))
    let tries = 0
    service.intercept = ({ method }) => (method === 'POST' && ++tries === 1 ? { status: 500 } : undefined)
    const { outcomes, errors } = await poll(service, 2)
    expect(errors).toEqual([expect.objectContaining({ code: 'PLATFORM_UNAVAILABLE' })])
    expect(outcomes).toEqual([expect.objectContaining({ outcome: 'duplicate', consumed: true })])
    expect(handled).toEqual(['Hello 1'])
    expect(service.consumed).toEqual(['n1'])
  })

  it.each([404, 409])('accepts that another poller consumed it (%i)', async (status) => {
    const service = await serveNotifications(wakeup(1))
    service.intercept = ({ method }) => (method === 'POST' ? { status } : undefined)
    const { outcomes, errors } = await poll(service, 1)
    expect(errors).toEqual([])
    expect(outcomes).toEqual([expect.objectContaining({ outcome: 'handled', consumed: true })])
  })

  it('backs off while polls fail, honoring Retry-After', async () => {
    const service = await serveNotifications()
    let looks = 0
    service.intercept = () => {
      looks++
      if (looks <= 3) return { status: 401 }
      return looks === 4 ? { status: 429, headers: { 'retry-after': '1000' } } : undefined
    }
    const { waits, errors } = await poll(service, 6, { random: () => 1, maxIntervalMs: 40_000 })
    expect(waits).toEqual([20_000, 30_000, 40_000, 1_000_000, 11_000, 11_000])
    expect(errors).toHaveLength(4)
  })

  it('polls without waiting while there is more', async () => {
    const service = await serveNotifications(...[1, 2, 3, 4, 5].map((number) => wakeup(number)))
    const { waits } = await poll(service, 1, { limit: 2 })
    expect(service.consumed).toEqual(['n1', 'n2', 'n3', 'n4', 'n5'])
    expect(waits).toEqual([10_000])
  })

  describe('push and pull together', () => {
    const push = (number: number, to: Receiver<SonzaiEvents> = receiver) =>
      to.receive(
        signDelivery(sonzai(), {
          secret,
          body: {
            event_type: 'on_wakeup_ready',
            wakeup: { wakeup_id: `wk_${number}` },
            generated_message: `Hello ${number}`,
          },
        }),
      )

    it('handles a message once', async () => {
      const numbers = Array.from({ length: 40 }, (_, index) => index)
      const service = await serveNotifications(...numbers.map((number) => wakeup(number)))
      const pushing = Promise.all(numbers.toReversed().map((number) => push(number)))
      await Promise.all([poll(service, 1), pushing])
      expect(handled.toSorted()).toEqual(numbers.map((number) => `Hello ${number}`).toSorted())
      expect(service.pending).toEqual([])
    })

    it.each([
      ['names no messages', () => createReceiver(sonzai(), { secret }), 'messageIds: true'],
      ['does not use ids', () => createReceiver(sonzai({ messageIds: true }), { secret: () => secret }), 'isOneSender'],
    ])('rejects a receiver that %s, unless onlyPulled is set', async (_name, create, remedy) => {
      const service = await serveNotifications(wakeup(1))
      const made = create().on('on_wakeup_ready', ({ id }) => void handled.push(id))
      const options = { agentId: 'luna', receiver: made }
      expect(() => pollNotifications(sonzaiAt(service.url), options)).toThrow(remedy)
      await poll(service, 1, { receiver: made, onlyPulled: true })
      expect(handled).toHaveLength(1)
    })
  })

  describe('ending a poller', () => {
    it('stop() lets the handler finish and consumes its notification', async () => {
      const service = await serveNotifications(wakeup(1), wakeup(2))
      const client = sonzaiAt(service.url)
      const begun = Promise.withResolvers<void>()
      const finish = Promise.withResolvers<void>()
      receiver.on('on_wakeup_ready', async () => {
        begun.resolve()
        await finish.promise
      })
      const poller = pollNotifications(client, { agentId: 'luna', receiver })
      await begun.promise
      const stopped = poller.stop()
      finish.resolve()
      await stopped
      expect(service.consumed).toEqual(['n1'])
      expect(handled).toEqual(['Hello 1'])
    })

    it('the signal aborts the running handler', async () => {
      const service = await serveNotifications(wakeup(1), wakeup(2))
      const controller = new AbortController()
      const { signal } = controller
      receiver.on('on_wakeup_ready', async (_event, context) => {
        const aborted = new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(new Error('aborted')))
        })
        controller.abort()
        await aborted
      })
      await pollNotifications(sonzaiAt(service.url), { agentId: 'luna', receiver, signal }).done
      expect(service.consumed).toEqual([])
      expect(handled).toEqual(['Hello 1'])
    })

    it('the signal ends a poll and a wait', async () => {
      const service = await serveNotifications()
      const looking = new AbortController()
      service.intercept = () => {
        looking.abort()
        return new Promise(() => {})
      }
      const client = sonzaiAt(service.url)
      await pollNotifications(client, { agentId: 'luna', receiver, signal: looking.signal }).done
      const waiting = new AbortController()
      service.intercept = () => {
        setTimeout(() => waiting.abort(), 20)
        return undefined
      }
      await pollNotifications(client, { agentId: 'luna', receiver, signal: waiting.signal }).done
    })
  })

  it('never polls twice at once', async () => {
    const service = await serveNotifications(...[1, 2, 3].map((number) => wakeup(number)))
    let atWork = 0
    let most = 0
    service.intercept = async () => {
      most = Math.max(most, ++atWork)
      await new Promise((resolve) => setTimeout(resolve, 5))
      atWork--
      return undefined as never
    }
    await poll(service, 5, { intervalMs: 1 })
    expect(most).toBe(1)
  })

  it.each<[how: string, onOutcome: () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('a hook')
      },
    ],
    ['rejects', () => Promise.reject(new Error('a hook'))],
    ["rejects with another realm's promise", () => runInNewContext("Promise.reject(new Error('a hook'))") as unknown],
  ])('continues if a hook %s', async (_how, onOutcome) => {
    const service = await serveNotifications(wakeup(1), wakeup(2))
    const { waits } = await poll(service, 2, { onOutcome })
    expect(waits).toHaveLength(2)
    expect(service.consumed).toEqual(['n1', 'n2'])
  })

  it.each([
    [{ intervalMs: 0 }],
    [{ intervalMs: Number.NaN }],
    [{ intervalMs: 10_000, maxIntervalMs: 5_000 }],
    [{ limit: 0 }],
    [{ limit: 501 }],
    [{ refused: 'drop' }],
  ])('rejects the options %j', (options) => {
    const all = { agentId: 'luna', receiver, ...options } as AgentPollOptions<SonzaiEvents>
    expect(() => pollNotifications(sonzaiAt('https://example.com'), all)).toThrow(
      expect.objectContaining({ code: 'PLATFORM_OPTION_INVALID' }),
    )
  })
})
