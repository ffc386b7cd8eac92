import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { fleet } from '@sallyport/fleet'
import { createWorker, inboxErrorCodes } from 'sallyport/inbox'
import { signDelivery } from 'sallyport/testing'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { deliverUntilAcknowledged } from '../support/crash/deliver.ts'
import { signTask } from '../support/crash/provider.ts'
import { readJournal, readStore } from '../support/crash/read-back.ts'
import { startServer } from '../support/crash/server-process.ts'
import { startWorker } from '../support/crash/worker-process.ts'
import { createQuietReceiver, provider, secret, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-worker-'))
afterAll(() => rmSync(home, { recursive: true }))

describe('a worker in another process', () => {
  it('is the only one, is replaced when killed, and drains', async () => {
    const path = join(home, 'shared.db')
    const journal = join(home, 'shared-journal')
    const options = { path, journal, drainMs: 20_000 }
    const server = await startServer({ engine: { path }, journal, work: 'elsewhere' })
    await deliverUntilAcknowledged(server.port, signTask('before'))
    const first = startWorker(options)
    await first.says('working')
    const second = startWorker(options)
    await second.says('INBOX_LOCKED')
    await deliverUntilAcknowledged(server.port, signTask('while one works'))
    await vi.waitUntil(() => readJournal(journal).size === 2, 20_000)

    await deliverUntilAcknowledged(server.port, signTask('interrupted', { workMs: 60_000 }))
    await first.says('begun interrupted')
    first.process.kill('SIGKILL')
    await second.says('begun interrupted')
    await deliverUntilAcknowledged(server.port, signTask('at work', { workMs: 500 }))
    await second.says('begun at work')
    await server.stop()
    second.process.kill('SIGTERM')
    // The long one outlasts no patience here: a second signal ends the process at once.
    await vi.waitUntil(() => readJournal(journal).has('at work'), 20_000)
    second.process.kill('SIGTERM')
    expect(await second.gone).toEqual([null, 'SIGTERM'])
    expect((await readStore(path)).get('interrupted')).toMatchObject({ state: 'active', attempts: 2 })
  })

  it('waits for running handlers, begins no more, and ends', async () => {
    const path = join(home, 'drained.db')
    const journal = join(home, 'drained-journal')
    const server = await startServer({ engine: { path }, journal, work: 'elsewhere' })
    const work = { untilTold: true, workMs: 100 }
    for (let n = 0; n < 15; n++) await deliverUntilAcknowledged(server.port, signTask(`task-${n}`, work))
    await server.stop()
    const worker = startWorker({ path, journal, drainMs: 20_000 })
    for (let n = 0; n < 10; n++) await worker.says(`begun task-${n}`)
    worker.process.kill('SIGTERM')
    expect(await worker.gone).toEqual([0, null])
    // As many as work at the same time.
    expect(readJournal(journal).size).toBe(10)
    const states = [...(await readStore(path)).values()].map(({ state, attempts }) => `${state} ${attempts}`)
    expect(states.toSorted()).toEqual([...Array<string>(10).fill('done 1'), ...Array<string>(5).fill('pending 0')])
  })

  it('aborts handlers after drainMs; their events are retried', async () => {
    const path = join(home, 'aborted.db')
    const journal = join(home, 'aborted-journal')
    const server = await startServer({ engine: { path }, journal, work: 'elsewhere' })
    await deliverUntilAcknowledged(server.port, signTask('long', { workMs: 60_000 }))
    await server.stop()
    const worker = startWorker({ path, journal, drainMs: 50 })
    await worker.says('begun long')
    worker.process.kill('SIGTERM')
    await worker.says('stopped')
    worker.process.kill('SIGKILL')
    await worker.gone
    const next = startWorker({ path, journal, drainMs: 50 })
    await next.says('begun long')
    next.process.kill('SIGKILL')
    await next.gone
  })
})

describe('createWorker', () => {
  const { openInbox, makePath } = useInboxes()

  it('handles events here for all receivers of an inbox', async () => {
    const inbox = openInbox(makePath(), { work: 'elsewhere' })
    const handled: string[] = []
    const receiver = createQuietReceiver(inbox).onAny(({ id }) => void handled.push(id))
    await receiver.receive(sign({ id: 'one' }))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(handled).toEqual([])
    const before = process.listenerCount('SIGTERM')
    const worker = createWorker([receiver, receiver])
    expect(process.listenerCount('SIGTERM')).toBe(before + 1)
    await worker.ready()
    await untilCount(inbox, 'done', 1)
    expect(handled).toEqual(['one'])
    await worker.stop()
    expect(process.listenerCount('SIGTERM')).toBe(before)
  })

  it('handles a 30 MB publish that another inbox stored', async () => {
    const path = makePath()
    const provided = fleet({ actions: { Deploy: z.looseObject({ notes: z.string() }) } })
    const notes = 'All of it. '.repeat(30 * 1024 * 100)
    const delivery = signDelivery(provided, {
      secret: 'fleet-token',
      type: 'Deploy',
      edit: (publish) => ({ ...publish, input: { notes } }),
    })
    expect(delivery.body.byteLength).toBeGreaterThan(30 * 1024 * 1024)
    const keeping = openInbox(path, { work: 'elsewhere', storeTimeoutMs: 20_000 })
    const server = createReceiver(provided, { secret: 'fleet-token', inbox: keeping })
    expect((await server.receive(delivery)).status).toBe(202)

    const seen: unknown[] = []
    const receiver = createReceiver(provided, {
      secret: 'fleet-token',
      inbox: openInbox(path, { work: 'elsewhere' }),
    }).on('Deploy', ({ data }, context) => {
      seen.push(data.input.notes === notes, data.bundle.files.length > 0)
      seen.push(Buffer.from(context.delivery.body).equals(delivery.body))
    })
    const worker = createWorker(receiver)
    await untilCount(keeping, 'done', 1)
    expect(seen).toEqual([true, true, true])
    await worker.stop()
  })

  it('stops with its inbox; ignores signals with signals: []', async () => {
    const inbox = openInbox(makePath(), { work: 'elsewhere' })
    const before = process.listenerCount('SIGINT')
    const worker = createWorker(createQuietReceiver(inbox), { signals: [] })
    expect(process.listenerCount('SIGINT')).toBe(before)
    await inbox.stop()
    await worker.stopped
    await expect(worker.ready()).rejects.toMatchObject({ code: 'INBOX_STOPPED', title: inboxErrorCodes.INBOX_STOPPED })
  })

  it('rejects a receiver without an inbox', () => {
    expect(() => createWorker(createReceiver(provider, { secret }))).toThrow(
      expect.objectContaining({ code: 'INBOX_OPTION_INVALID' }),
    )
  })
})
