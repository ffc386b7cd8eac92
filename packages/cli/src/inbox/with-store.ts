import type { Engine } from 'sallyport/inbox'
import type { Context } from '../context.ts'
import type { InboxOptions } from './filter-options.ts'
import { defaultInbox, openStore } from './open-store.ts'

/** Opens the store that options or configuration name, and closes it after the work. */
export async function withStore<Result>(
  { config, cwd }: Context,
  { inbox, queue, schema }: InboxOptions,
  readOnly: boolean,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await openStore(inbox ?? config.inbox ?? defaultInbox, { cwd, queue, schema, readOnly })
  try {
    return await work(engine)
  } finally {
    await engine.stop({ drainMs: 0 })
  }
}
