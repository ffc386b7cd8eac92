import { resolve } from 'node:path'
import { createInbox, createSqliteEngine, InboxError, type Engine, type Inbox } from 'sallyport/inbox'
import type { Context } from '../context.ts'
import { kindOfStore, makeEngine } from '../inbox/open-store.ts'
import type { Undo } from '../make-or-undo.ts'
import { makeFolderOf } from '../private-folder.ts'

/** An inbox that opens on request, so that a failed start neither creates it nor handles its events. */
export interface LateInbox {
  readonly inbox: Inbox
  /** Creates the folder of its file, and opens it. */
  open(): Promise<Undo>
  stop(): Promise<void>
}

/** Creates an inbox for a place, which may be missing. */
export async function createLateInbox(place: string, { output, cwd }: Context): Promise<LateInbox> {
  const path = kindOfStore(place) === 'sqlite' ? resolve(cwd, place) : undefined
  const engine =
    path === undefined ? await makeEngine(place, { cwd, readOnly: false, create: true }) : createSqliteEngine({ path })
  const opening = Promise.withResolvers<void>()
  opening.promise.catch(() => {})
  const start: Engine['start'] = async (report) => {
    await opening.promise
    return engine.start(report)
  }
  const onError = (error: unknown): void =>
    output.note(`inbox: ${error instanceof Error ? error.message : String(error)}; retrying`)
  const inbox = createInbox({ engine: { ...engine, start }, onError })
  return {
    inbox,
    async open() {
      const undo = path === undefined ? async () => {} : await makeFolderOf(path, cwd)
      opening.resolve()
      await inbox.ready().catch(async (error: unknown) => {
        // Its retries would create the folder's file again.
        await inbox.stop({ drainMs: 0 })
        await undo().catch(() => {})
        throw error
      })
      return undo
    },
    async stop() {
      const stopping = inbox.stop({ drainMs: 5_000 })
      // Of no effect once it is open.
      opening.reject(new InboxError('INBOX_STOPPED'))
      await stopping
    },
  }
}
