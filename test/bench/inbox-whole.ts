import { join } from 'node:path'
import { createInbox, createSqliteEngine, type Engine, type InboxOptions } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { writeInBatches } from './inbox-batches.ts'
import type { HandledStore, OpenHandled } from './inbox-handled.ts'
import { analyze } from './inbox-by-hand-boss.ts'

/** An inbox on SQLite. @param concurrency the inbox's default if it is left out */
export function openSqliteInbox(concurrency?: number): OpenHandled {
  return ({ folder }, name) =>
    openInbox(createSqliteEngine({ path: join(folder, `${name}.db`), maxBytes: 32 * 1024 ** 3 }), { concurrency })
}

/** An inbox on pg-boss. */
export function openBossInbox(concurrency?: number): OpenHandled {
  return async (place, name) => {
    const { databaseUrl: connectionString, schema } = place
    const store = await openInbox(createPgBossEngine({ connectionString, schema, queue: name }), { concurrency })
    return {
      ...store,
      async fill(count, makeEvent) {
        await store.fill(count, makeEvent)
        await analyze(place, schema)
      },
    }
  }
}

/** An inbox on BullMQ. */
export function openBullInbox(concurrency?: number): OpenHandled {
  return ({ redisUrl: connection }, name) => openInbox(createBullMqEngine({ connection, queue: name }), { concurrency })
}

/** The whole inbox, as a receiver uses it: only HTTP and verification are left out. */
async function openInbox(engine: Engine, { concurrency }: Pick<InboxOptions, 'concurrency'>): Promise<HandledStore> {
  let tellDone = (_count: number): void => {}
  const inbox = createInbox({
    engine,
    concurrency,
    work: 'elsewhere',
    onReport: ({ outcome }) => outcome === 'handled' && tellDone(1),
  })
  await inbox.ready()
  return {
    accept: (event) => inbox.store(event),
    fill: (count, makeEvent) => writeInBatches(count, makeEvent, (batch) => engine.insert(batch)),
    async work(handle, onDone) {
      tellDone = onDone
      inbox.attach('standard-webhooks', async ({ key }) => {
        await handle(key)
      })
      await inbox.work()
    },
    stop: () => inbox.stop({ drainMs: 1_000 }),
  }
}
