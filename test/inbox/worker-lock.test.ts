import { copyFileSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createSqliteEngine, toRetryPolicy } from 'sallyport/inbox'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { deliverUntilAcknowledged } from '../support/crash/deliver.ts'
import { signTask } from '../support/crash/provider.ts'
import { readJournal } from '../support/crash/read-back.ts'
import { startServer } from '../support/crash/server-process.ts'
import { startWorker, type WorkerProcess } from '../support/crash/worker-process.ts'

const consumeOptions = { concurrency: 1, retry: toRetryPolicy({}), order: 'none', onOutcome: () => {} } as const

const home = mkdtempSync(join(tmpdir(), 'sallyport-lock-'))
afterAll(() => rmSync(home, { recursive: true }))

let workers: WorkerProcess[] = []
afterEach(async () => {
  for (const { process } of workers) process.kill('SIGKILL')
  await Promise.all(workers.map(({ gone }) => gone))
  workers = []
})

function work(path: string, journal = `${path}-journal`): WorkerProcess {
  const worker = startWorker({ path, journal, drainMs: 20_000 })
  workers.push(worker)
  return worker
}

/** A store in a folder of its own. */
function makePlace(): { folder: string; path: string; journal: string } {
  const folder = mkdtempSync(join(home, 'place-'))
  return { folder, path: join(folder, 'events.db'), journal: join(folder, 'journal') }
}

describe('the worker of a SQLite inbox', () => {
  it.each([
    ['a link to its file', ({ path, folder }) => [path, join(folder, 'link.db')]],
    ['a link to a link', ({ path, folder }) => [path, join(folder, 'link.db'), join(folder, 'second.db')]],
    ['a link to its folder', ({ folder }) => [folder, `${folder}-link`]],
  ] satisfies [string, (place: ReturnType<typeof makePlace>) => string[]][])(
    'is the only one, also through %s',
    async (_name, toLinks) => {
      const place = makePlace()
      const first = work(place.path)
      await first.says('working')
      const names = toLinks(place)
      for (const [index, name] of names.slice(1).entries()) symlinkSync(names[index]!, name)
      const last = names.at(-1)!
      const second = work(names[0] === place.folder ? join(last, 'events.db') : last)
      await second.says('INBOX_LOCKED')
      first.process.kill('SIGKILL')
      const server = await startServer({ engine: { path: place.path }, journal: place.journal, work: 'elsewhere' })
      await deliverUntilAcknowledged(server.port, signTask('after'))
      await second.says('begun after')
      await server.stop()
    },
  )

  it('is the only one of a file that a link names first', async () => {
    const { folder, path } = makePlace()
    symlinkSync(path, join(folder, 'link.db'))
    const first = work(join(folder, 'link.db'))
    await first.says('working')
    await work(path).says('INBOX_LOCKED')
  })

  it.each(['removed', 'replaced', 'moved aside and copied back'])(
    'stays the only one with its lock file %s',
    async (how) => {
      const { folder, path, journal } = makePlace()
      const server = await startServer({ engine: { path }, journal, work: 'elsewhere' })
      await deliverUntilAcknowledged(server.port, signTask('before'))
      const first = work(path, journal)
      await first.says('begun before')
      const lock = `${path}-worker`
      renameSync(lock, join(folder, 'aside'))
      if (how === 'moved aside and copied back') copyFileSync(join(folder, 'aside'), lock)
      const second = work(path, journal)
      await second.says('INBOX_LOCKED')
      if (how === 'replaced') rmSync(lock)
      for (const id of ['one', 'two', 'three']) {
        await deliverUntilAcknowledged(server.port, signTask(id))
        await first.says(`begun ${id}`)
      }
      await vi.waitUntil(() => readJournal(journal).size === 4, 20_000)
      expect(second.heard()).toEqual(new Set(['INBOX_LOCKED']))
      await server.stop()
    },
  )

  it('reports that its database was replaced', async () => {
    const { folder, path } = makePlace()
    const worker = work(path)
    await worker.says('working')
    renameSync(path, join(folder, 'old.db'))
    await worker.says('INBOX_UNAVAILABLE')
  })

  it('reports that its link leads to another database', async () => {
    const { folder, path } = makePlace()
    const other = join(folder, 'other.db')
    for (const each of [path, other]) {
      const engine = createSqliteEngine({ path: each })
      await engine.start()
      await engine.stop({ drainMs: 0 })
    }
    const link = join(folder, 'link.db')
    symlinkSync(path, link)
    const worker = work(link)
    await worker.says('working')
    symlinkSync(other, `${link}-new`)
    renameSync(`${link}-new`, link)
    await worker.says('INBOX_UNAVAILABLE')
  })
})

describe('the path of a SQLite inbox', () => {
  it('is rejected for a second name (a hard link)', async () => {
    const { folder, path } = makePlace()
    const engine = createSqliteEngine({ path })
    await engine.start()
    const second = join(folder, 'second.db')
    linkSync(path, second)
    await expect(createSqliteEngine({ path: second }).start()).rejects.toMatchObject({
      code: 'INBOX_SETTINGS_WEAK',
      detail: expect.stringContaining('a second name of a database (a hard link)'),
    })
    // The first name goes on, also after a restart: a backup may have made the second.
    expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
    await engine.stop({ drainMs: 0 })
    await engine.start()
    expect(await engine.insert([newEvent(1)])).toEqual(['duplicate'])
    // To look at a copy that a backup made of links is safe.
    await engine.stop({ drainMs: 0 })
    const reader = createSqliteEngine({ path: second, readOnly: true })
    await reader.start()
    expect((await reader.stats()).counts.pending).toBe(1)
    await reader.stop({ drainMs: 0 })
  })

  it('is rejected as a URL', () => {
    const { path } = makePlace()
    for (const url of [pathToFileURL(path).href, 'file:events.db?mode=ro'])
      expect(() => createSqliteEngine({ path: url })).toThrow(expect.objectContaining({ code: 'INBOX_OPTION_INVALID' }))
  })

  it('may be relative, and may lead to a file not there yet', async () => {
    const { folder } = makePlace()
    mkdirSync(join(folder, 'data'))
    symlinkSync(join('data', 'events.db'), join(folder, 'link.db'))
    const engine = createSqliteEngine({ path: relative(process.cwd(), join(folder, 'link.db')) })
    await engine.start()
    const same = createSqliteEngine({ path: join(folder, 'data', 'events.db') })
    await same.start()
    await engine.consume(async () => {}, consumeOptions)
    await expect(same.consume(async () => {}, consumeOptions)).rejects.toMatchObject({ code: 'INBOX_LOCKED' })
    await engine.stop({ drainMs: 0 })
    await same.consume(async () => {}, consumeOptions)
    await same.stop({ drainMs: 0 })
  })
})
