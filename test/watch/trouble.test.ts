import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, type ReplayGuard } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeGracefully } from 'sallyport/shutdown'
import { signDelivery } from 'sallyport/testing'
import { watch, type AlertNotice, type WatchOptions } from 'sallyport/watch'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createSteeredStore } from '../support/watch/note-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-watch-trouble-'))
afterAll(() => rm(folder, { recursive: true }))

const secret = 'whsec_of-a-watch'
const rules = { deadLettersAbove: 0 }

/** A clock that a test moves, what was told, and what went wrong. */
function createScene() {
  const clock = { now: Date.now() }
  const notices: AlertNotice[] = []
  const errors: unknown[] = []
  const options = (more: Partial<WatchOptions> = {}): WatchOptions => ({
    notify: (notice) => void notices.push(notice),
    rules,
    everyMs: 0,
    now: () => clock.now,
    onError: (error) => errors.push(error),
    ...more,
  })
  const told = (): string[] => notices.splice(0).map(({ type, alert }) => `${type.split('.').at(-1)} ${alert.rule}`)
  return { clock, options, told, errors }
}

describe('a hook that never ends', () => {
  it('is called again at the next check', async () => {
    const store = createSteeredStore()
    store.dead = 1
    const { options, errors } = createScene()
    const calls: string[] = []
    const notify = async ({ id }: AlertNotice): Promise<void> => {
      calls.push(id)
      if (calls.length === 1) await new Promise(() => {})
    }
    const watching = watch(store.connect(), options({ notify, sendTimeoutMs: 20 }))
    await watching.check()
    expect(errors).toMatchObject([{ code: 'WATCH_NOT_SENT', message: expect.stringContaining('within 20 ms') }])
    await watching.check()
    await watching.check()
    expect(calls).toHaveLength(2)
    expect(new Set(calls)).toHaveProperty('size', 1)
  })
})

describe('a replay guard', () => {
  const createGuard = (usage: NonNullable<ReplayGuard['usage']>): ReplayGuard => ({
    name: 'a guard',
    claim: () => 'claimed',
    commit() {},
    release() {},
    usage,
  })
  const watchGuard = (options: WatchOptions, usage: NonNullable<ReplayGuard['usage']>) =>
    watch(createReceiver(sonzai(), { secret, replayGuard: createGuard(usage) }), options)

  it('that does not answer hangs no check', async () => {
    const { options, errors } = createScene()
    const guardRules = { replayGuardAbove: 0.9 }
    const watching = watchGuard(options({ rules: guardRules, storeTimeoutMs: 20 }), () => new Promise(() => {}))
    await watching.check()
    expect(errors).toMatchObject([{ code: 'WATCH_RULE_FAILED' }])
  })

  it('that fails leaves its alert as it is', async () => {
    const { options, told, clock } = createScene()
    let isUp = true
    const watching = watchGuard(options({ rules: { replayGuardAbove: 0.9 } }), () => {
      if (!isUp) throw new Error('no connection')
      return { held: 95, capacity: 100 }
    })
    await watching.check()
    isUp = false
    for (let turns = 0; turns < 3; turns++) {
      clock.now += 61_000
      await watching.check()
    }
    expect(told()).toEqual(['raised replay-guard'])
  })
})

describe('an inbox that was stopped', () => {
  it('is no alert', async () => {
    const { options, told, clock, errors } = createScene()
    const receiver = createReceiver(sonzai(), { secret, inbox: join(folder, 'stopped.db') }).onAny(() => {})
    const watching = watch(receiver, options())
    await watching.check()
    await receiver.inbox!.stop()
    for (let turns = 0; turns < 3; turns++) {
      clock.now += 61_000
      await watching.check()
    }
    expect(told()).toEqual([])
    expect(errors).toEqual([])
  })
})

describe('a process that shuts down', () => {
  it('tries to send no further', async () => {
    const { clock, options, told } = createScene()
    const receiver = createReceiver(sonzai(), { secret, inbox: join(folder, 'closing.db') }).onAny(() => {})
    const server = createServer().listen(0, '127.0.0.1')
    let tries = 0
    let closing: Promise<unknown> | undefined
    const host = createServer((_request, response) => {
      tries++
      closing ??= closeGracefully(server, { receivers: [receiver] })
      response.writeHead(503).end()
    })
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void host.close())
    const { port } = host.address() as { port: number }
    const space = { rules: { spaceBelow: 0.9999 } }
    const alerts = await watch(receiver, options({ ...space, notify: { slack: `http://127.0.0.1:${port}/` } })).check()
    await closing
    expect(alerts.map(({ rule }) => rule)).not.toContain('store')
    expect(tries).toBe(1)
    const next = createReceiver(sonzai(), { secret, inbox: join(folder, 'closing.db') }).onAny(() => {})
    onTestFinished(() => next.inbox!.stop())
    clock.now += 600_000
    await watch(next, options({ ...space, notify: { slack: `http://127.0.0.1:${port}/` } })).check()
    expect(tries).toBeGreaterThan(1)
    expect(told()).toEqual([])
  })
})

describe('a state that is damaged', () => {
  const alert = { id: 'a', rule: 'dead-letters', subject: 'a store', text: 't', value: 1, limit: 0, raisedAt: 1 }
  const notice = { id: 'n', type: 'sallyport.alert.raised', at: 1, watch: 'watch', alert }
  const state = { format: 1, alerts: [], notices: [], reports: {}, lastAt: {}, since: 1 }
  it.each([
    'null',
    '{',
    { ...state, alerts: [null] },
    { ...state, alerts: [{ ...alert, scope: 5 }] },
    { ...state, notices: [notice] },
    { ...state, notices: [{ ...notice, unsent: ['hook 1'], holder: '', heldUntil: 0, at: 'now' }] },
    { ...state, reports: null },
    { ...state, reports: { one: { at: 1 } } },
    { ...state, lastAt: { stripe: 'yesterday' } },
    { ...state, since: undefined },
  ])('is reported, and nothing changed: %j', async (given) => {
    const store = createSteeredStore()
    const text = typeof given === 'string' ? given : JSON.stringify(given)
    store.notes.set('watch:watch', text)
    store.dead = 1
    const { options, told, errors } = createScene()
    expect(await watch(store.connect(), options()).check()).toEqual([])
    expect(errors).toMatchObject([{ code: 'WATCH_STATE_UNREADABLE' }])
    expect(store.notes.get('watch:watch')).toBe(text)
    expect(told()).toEqual([])
  })
})

describe('errors without onError', () => {
  it('are printed once, and again after an hour', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => print.mockRestore())
    const { clock, options } = createScene()
    const store = createSteeredStore()
    store.dead = 1
    let reason = ''
    const notify = (): never => {
      throw new Error(`down ${reason}`)
    }
    const watching = watch(store.connect(), options({ notify, onError: undefined }))
    for (let turns = 0; turns < 3; turns++) {
      clock.now += 30_000
      await watching.check()
    }
    expect(print).toHaveBeenCalledTimes(1)
    clock.now += 3_600_000
    await watching.check()
    expect(print).toHaveBeenCalledTimes(2)
    for (let turns = 0; turns < 1_200; turns++) {
      reason = `${turns}`
      await watching.check()
    }
    expect(print).toHaveBeenCalledTimes(1_202)
  })
})

describe('a clock that was ahead', () => {
  const hour = 3_600_000
  const ahead = 365 * 24 * hour

  it('does not keep silence from being noticed', async () => {
    const { clock, options, told } = createScene()
    const store = createSteeredStore()
    const silent = { silentForMs: { stripe: hour, acme: hour } }
    const right = clock.now
    clock.now += ahead
    store.minutes = [
      { minute: Math.floor(clock.now / 60_000) * 60_000, provider: 'stripe', outcome: 'stored', count: 1 },
    ]
    await watch(store.connect(), options({ rules: silent })).check()
    clock.now = right
    const watching = watch(store.connect(), options({ rules: silent }))
    await watching.check()
    clock.now += hour + 121_000
    await watching.check()
    expect(told()).toEqual(['raised silent', 'raised silent'])
  })

  it('keeps no notice of a process that died', async () => {
    const { clock, options, told } = createScene()
    const store = createSteeredStore()
    store.dead = 1
    const right = clock.now
    clock.now += ahead
    const connection = store.connect()
    const notify = (): never => {
      connection.die()
      throw new Error('it died')
    }
    await watch(connection, options({ notify })).check()
    clock.now = right
    await watch(store.connect(), options()).check()
    expect(told()).toEqual(['raised dead-letters'])
  })
})

describe('a channel that got another place in the list', () => {
  it('gets what it missed, and one that is gone nothing', async () => {
    const { options, errors } = createScene()
    const store = createSteeredStore()
    store.dead = 1
    const answers = [400]
    const server = createServer((_request, response) => response.writeHead(answers.shift() ?? 200).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const slack = { slack: `http://127.0.0.1:${port}/` }
    const failing = (): never => {
      throw new Error('down')
    }
    await watch(store.connect(), options({ notify: [() => {}, failing, slack] })).check()
    expect(errors).toHaveLength(2)
    const requests: unknown[] = []
    server.on('request', (request) => requests.push(request))
    const hooked: AlertNotice[] = []
    await watch(store.connect(), options({ notify: [slack, (notice) => void hooked.push(notice)] })).check()
    expect(requests).toHaveLength(1)
    expect(hooked).toEqual([])
  })
})

describe('two watches with names that look like notes', () => {
  it('are kept apart', async () => {
    const { options, told, errors } = createScene()
    const store = createSteeredStore()
    store.dead = 1
    for (const name of ['one', 'one:past', 'one', 'one:past']) await watch(store.connect(), options({ name })).check()
    expect(told()).toEqual(['raised dead-letters', 'raised dead-letters'])
    expect(errors).toEqual([])
  })

  it.each(['', 'a\0b', 'a\nb', '\ud800', 'x'.repeat(101)])('a name must be one that any store keeps: %j', (name) => {
    const { options } = createScene()
    expect(() => watch(createSteeredStore().connect(), options({ name }))).toThrow('watch: name must be')
  })
})

describe('two stores with one name', () => {
  it('share an alert while either is in trouble', async () => {
    const { clock, options, told } = createScene()
    const stores = [createSteeredStore(), createSteeredStore()]
    const connections = stores.map((store) => store.connect())
    const watching = watch(connections, options({ clearAfterMs: 0 }))
    for (const [one, other] of [
      [1, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ] as const) {
      clock.now += 1_000
      stores[0]!.dead = one
      stores[1]!.dead = other
      await watching.check()
    }
    expect(told()).toEqual(['raised dead-letters', 'cleared dead-letters'])
  })
})

describe('two processes without an inbox for a provider', () => {
  it('know what the other received', async () => {
    const { clock, options, told } = createScene()
    const store = createSteeredStore()
    // An event every five minutes, for nine days.
    const first = Math.floor(clock.now / 60_000) - 9 * 24 * 60
    const bits = Buffer.alloc((9 * 24 * 60) / 8)
    for (let minute = 0; minute < bits.length * 8; minute += 5) bits[minute >> 3]! |= 1 << (minute & 7)
    store.notes.set('watch-past:watch', JSON.stringify({ sonzai: [first, bits.toString('base64')] }))
    const processes = [1, 2].map(() => {
      const receiver = createReceiver(sonzai(), { secret }).onAny(() => {})
      const watching = watch([store.connect(), receiver], options({ rules: { silentAgainstPast: true } }))
      return { receiver, watching }
    })
    for (let minutes = 0; minutes < 90; minutes += 5) {
      await processes[0]!.receiver.receive(signDelivery(sonzai(), { secret }))
      for (const { watching } of processes) await watching.check()
      clock.now += 300_000
    }
    expect(told()).toEqual([])
    clock.now += 3_600_000
    for (const { watching } of processes) await watching.check()
    expect(told()).toEqual(['raised silent-against-past'])
  })
})
