import type { Engine } from './engine.ts'
import { InboxError } from './inbox-error.ts'

/** An engine over the same store whose calls that would change it fail with `INBOX_UNSUPPORTED`. */
export function toReadOnly(engine: Engine): Engine {
  const refuse = async (): Promise<never> => {
    throw new InboxError('INBOX_UNSUPPORTED', `${engine.name} was opened with readOnly: true`)
  }
  return {
    ...engine,
    insert: refuse,
    checkWritable: refuse,
    consume: refuse,
    replay: refuse,
    discard: refuse,
    writeNote: refuse,
  }
}

/** @throws InboxError `INBOX_UNSUPPORTED`, always: an older store that may only be read */
export function failUnmigrated(what: string): never {
  throw new InboxError(
    'INBOX_UNSUPPORTED',
    `${what} and must be migrated first: start its server with this version of sallyport`,
  )
}
