import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine, type Inbox } from 'sallyport/inbox'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { run, temporaryFolder } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

const secret = 'whsec_of-the-inbox-command'
const cleaning: (() => Promise<void>)[] = []
let folder: string
let place: string
let count = 0

beforeAll(async () => {
  folder = await temporaryFolder((remove) => cleaning.push(remove))
})
afterAll(() => Promise.all(cleaning.map((remove) => remove())))
beforeEach(() => {
  place = `inbox-${++count}.db`
})

const command = (...args: string[]) => runJson(['inbox', ...args], { cwd: folder, env: { SALLYPORT_INBOX: place } })

/** Starts an inbox that handles events of Sonzai; those of Invoratec fail for good. */
async function work(): Promise<{
  inbox: Inbox
  handled: string[]
  fails: { now: boolean }
  accept: (type: string) => Promise<void>
}> {
  const fails = { now: true }
  const handled: string[] = []
  const inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, place) }), retry: { attempts: 1 } })
  const receivers = [
    createReceiver(sonzai(), { secret, inbox }),
    createReceiver(invoratec(), { secret, inbox }),
  ] as const
  receivers[0].onAny(({ type }) => void handled.push(type))
  receivers[1].onAny(({ type }) => {
    if (fails.now) throw new Error('the database is away')
    handled.push(type)
  })
  await inbox.ready()
  onTestFinished(() => inbox.stop({ drainMs: 1_000 }))
  async function accept(type: string): Promise<void> {
    const receiver = type.startsWith('on_') ? receivers[0] : receivers[1]
    const provider = type.startsWith('on_') ? sonzai() : invoratec()
    const delivery = signDelivery(provider as ReturnType<typeof sonzai>, { secret, type })
    expect((await receiver.receive({ ...delivery, receivedAt: Date.now() })).outcome).toBe('accepted')
  }
  return { inbox, handled, fails, accept }
}

async function settled(inbox: Inbox): Promise<void> {
  await vi.waitFor(async () => {
    const { counts } = await inbox.stats()
    expect(counts.pending + counts.active).toBe(0)
  }, 20_000)
}

describe('inbox with a running server', () => {
  it('lists, shows, counts, replays and discards events', async () => {
    const { inbox, handled, fails, accept } = await work()
    await accept('on_wakeup_ready')
    await accept('alert.triggered')
    await settled(inbox)

    const { records } = await command('list')
    const events = records[0]!['events'] as { id: string; key: string; state: string }[]
    expect(events).toMatchObject([
      {
        provider: 'invoratec',
        type: 'alert.triggered',
        state: 'dead',
        error: expect.stringContaining('the database is away'),
      },
      { provider: 'sonzai', type: 'on_wakeup_ready', state: 'done', attempts: 1 },
    ])
    const dead = events[0]!
    const stats = await command('stats')
    expect(stats).toMatchObject({
      code: 0,
      records: [{ ok: true, counts: { done: 1, dead: 1, pending: 0 }, promises: { durability: 'power cut' } }],
    })
    // Only the server knows its retention.
    expect(stats.records[0]!['promises']).not.toHaveProperty('dedupe')
    expect(await command('show', dead.id)).toMatchObject({
      code: 0,
      records: [{ id: dead.id, method: 'POST', bodyBytes: expect.any(Number) }],
    })
    expect(JSON.stringify(await command('show', dead.key))).not.toContain('severity')
    expect(JSON.stringify(await command('show', dead.id.slice(0, 20), '--body'))).toContain('severity')

    fails.now = false
    expect(await command('replay', '--state', 'dead')).toMatchObject({ code: 0, records: [{ ok: true, count: 1 }] })
    await vi.waitFor(() => expect(handled).toContain('alert.triggered'), 20_000)
    await settled(inbox)
    expect(await command('discard', dead.id.slice('sha256:'.length, 20), '--yes')).toMatchObject({
      code: 0,
      records: [{ count: 1 }],
    })
    expect((await inbox.list()).events.map(({ type }) => type)).toEqual(['on_wakeup_ready'])
  })

  it('shows attempts and duplicates, without secrets', async () => {
    const inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, place) }), retry: { attempts: 1 } })
    onTestFinished(() => inbox.stop({ drainMs: 1_000 }))
    const receiver = createReceiver(sonzai(), { secret, inbox }).onError(() => {})
    receiver.onAny(() => {
      throw new TypeError(`401 for https://me:pass@api.example.com/?token=t0ken with ${secret}`)
    })
    await inbox.ready()
    const delivery = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
    const deliver = () => receiver.receive({ ...delivery, receivedAt: Date.now(), remoteAddress: '192.0.2.7' })
    expect((await deliver()).outcome).toBe('accepted')
    expect((await deliver()).outcome).toBe('duplicate')
    await settled(inbox)
    const [event] = (await inbox.list()).events
    await vi.waitFor(async () => expect((await inbox.get(event!.key))!.history!.duplicates.count).toBe(1), 20_000)

    const message = '401 for https://[redacted]@api.example.com/?token=[redacted] with [redacted]'
    const { records } = await command('show', event!.key)
    expect(records[0]).toMatchObject({
      error: `TypeError: ${message}`,
      history: {
        attempts: [
          {
            number: 1,
            outcome: 'dead',
            begunAt: expect.stringMatching(/^\d{4}-.*Z$/),
            durationMs: expect.any(Number),
            error: { name: 'TypeError', message, stack: expect.arrayContaining([expect.stringMatching(/^at /)]) },
          },
        ],
        duplicates: { count: 1, latest: [{ receivedAt: expect.stringMatching(/Z$/), remoteAddress: '192.0.2.7' }] },
      },
    })
    const { stdout } = await run(['inbox', 'show', event!.key], { cwd: folder, env: { SALLYPORT_INBOX: place } })
    expect(stdout).toMatch(
      /\nattempts\nBEGUN +TRY +OUTCOME +TOOK +WORKER +ERROR\n\S+Z +1 +dead +\d+ ms +\S+:\d+ +TypeError: 401/,
    )
    expect(stdout).toMatch(/\nframes of the last error\n {2}at .*inbox\.test\.ts/)
    expect(stdout).toMatch(/\nduplicates +1\nRECEIVED +AGE +FROM\n\S+Z +\S+ ago +192\.0\.2\.7\n/)
  })
})

describe('inbox without a server', () => {
  it('reads without changing the store and replays for later', async () => {
    const before = await work()
    await before.accept('alert.triggered')
    await settled(before.inbox)
    await before.inbox.stop()
    const { mtimeMs } = await stat(join(folder, place))
    for (const args of [['list'], ['stats'], ['list', '--state', 'pending']])
      expect((await command(...args)).code).toBe(0)
    expect((await stat(join(folder, place))).mtimeMs).toBe(mtimeMs)

    expect(await command('replay', '--all')).toMatchObject({ code: 0, records: [{ count: 1 }] })
    const after = await work()
    after.fails.now = false
    await vi.waitFor(() => expect(after.handled).toEqual(['alert.triggered']), 20_000)
  })
})

describe('inbox list', () => {
  it('pages and filters by every option', async () => {
    const { inbox, accept } = await work()
    for (let index = 0; index < 3; index++) await accept('alert.triggered')
    await accept('tool.failed')
    await settled(inbox)
    const first = await command('list', '--limit', '3')
    const { events, next } = first.records[0] as { events: { type: string; key: string }[]; next: string }
    expect(events).toHaveLength(3)
    expect(events[0]).toMatchObject({ type: 'tool.failed' })
    const second = await command('list', '--limit', '3', '--after', next)
    expect(second.records[0]!['events']).toHaveLength(1)
    const oldest = await command('list', '--oldest', '--limit', '3')
    expect((oldest.records[0]!['events'] as typeof events).map(({ key }) => key)).toEqual(
      [...events, ...(second.records[0]!['events'] as typeof events)]
        .map(({ key }) => key)
        .toReversed()
        .slice(0, 3),
    )
    const toNext = ['--oldest', '--limit', '3', '--after', String(oldest.records[0]!['next'])]
    expect((await command('list', ...toNext)).records[0]!['events']).toMatchObject([{ key: events[0]!.key }])
    for (const args of [
      ['--type', 'tool.failed'],
      ['--search', 'tool.f'],
      ['--provider', 'invoratec', '--type', 'tool.failed', '--since', '1h', '--state', 'dead'],
    ])
      expect((await command('list', ...args)).records[0]!['events']).toHaveLength(1)
    const failure = 'Error: the database is away'
    for (const [found, ...args] of [
      [4, '--failing'],
      [4, '--failure', failure, '--until', '0s'],
      [0, '--failure', 'Error: something else'],
      [0, '--failing', '--state', 'done'],
      [0, '--until', '1h'],
      [0, '--tenant', 'acme'],
      [0, '--order-key', 'a'],
    ] as const) {
      const { records } = await command('list', ...args)
      expect([args, (records[0]!['events'] as unknown[]).length]).toEqual([args, found])
    }
    expect((await command('list', '--limit', '1')).records[0]!['events']).toMatchObject([{ failure }])
    const { stdout, stderr } = await run(['inbox', 'list', '--limit', '3', '--inbox', place], { cwd: folder })
    const [header, ...lines] = stdout.split('\n').slice(0, -1)
    expect(header).toMatch(/^KEY +AGE {2}STATE/)
    expect(lines).toHaveLength(3)
    expect(stderr).toBe(`There are older ones: pass --after ${next}\n`)
    const other = await run(['inbox', 'list', '--oldest', '--limit', '3', '--inbox', place], { cwd: folder })
    expect(other.stderr).toBe(`There are newer ones: pass --oldest --after ${String(oldest.records[0]!['next'])}\n`)
  })
})

describe('inbox errors', () => {
  it('ends with 4 and does not create a missing store', async () => {
    for (const args of [['list'], ['replay', '--all']])
      expect(await command(...args)).toMatchObject({ code: 4, records: [{ ok: false, code: 'INBOX_MISSING' }] })
    expect(await readdir(folder)).not.toContain(place)
  })

  it('ends with 1 for a missing or ambiguous event', async () => {
    const { accept, inbox } = await work()
    await accept('alert.triggered')
    await accept('alert.triggered')
    await settled(inbox)
    expect(await command('show', 'sha256:0000000000')).toMatchObject({ code: 1, records: [{ code: 'EVENT_MISSING' }] })
    expect(await command('show', 'sha256:')).toMatchObject({ code: 1, records: [{ code: 'EVENT_AMBIGUOUS' }] })
    expect(await command('replay', '--state', 'pending')).toMatchObject({ code: 1, records: [{ ok: false, count: 0 }] })
  })

  it('ends with 4 for a file that is not an inbox', async () => {
    expect(await runJson(['inbox', 'list', '--inbox', '/etc/hostname'])).toMatchObject({
      code: 4,
      records: [{ code: 'INBOX_UNAVAILABLE' }],
    })
  })

  it('does not print the password of an unreachable server', async () => {
    const env = { SALLYPORT_INBOX: 'postgres://user:hidden-password@127.0.0.1:9/none' }
    const { code, stdout, stderr } = await run(['inbox', 'stats'], { env })
    expect(code).toBe(4)
    expect(stdout + stderr).not.toContain('hidden-password')
    expect(stderr).toContain('INBOX_UNAVAILABLE')
  })
})
