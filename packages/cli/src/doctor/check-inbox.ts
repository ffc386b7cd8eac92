import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { InboxError } from 'sallyport/inbox'
import { CliError } from '../cli-error.ts'
import { kindOfStore, makeEngine, openStore } from '../inbox/open-store.ts'
import { error, ok, warning, type Finding } from './check.ts'

const longWait = 15 * 60_000

/** Checks that a store can be opened, keeps what an inbox promises, and that somebody works on it. */
export async function checkInbox(place: string, cwd: string): Promise<Finding[]> {
  try {
    const kind = kindOfStore(place)
    if (kind === 'sqlite' && !existsSync(resolve(cwd, place)))
      return [ok('inbox', 'inbox', `${place} is not there yet; it is made when something is received`)]
    // A server's store is opened as the server opens it: its real settings are verified.
    const engine =
      kind === 'sqlite'
        ? await openStore(place, { cwd, readOnly: true })
        : await makeEngine(place, { cwd, readOnly: true }, 'power cut')
    try {
      await engine.start()
      const { counts, oldestPendingMs = 0 } = await engine.stats()
      return [
        ok('inbox-durability', 'inbox', `${engine.name}: survives a ${engine.promises.durability}`),
        ...(counts.dead > 0
          ? [
              warning(
                'inbox-dead',
                'inbox',
                `${counts.dead} events failed for good`,
                '`sallyport inbox list --state dead` shows why.',
              ),
            ]
          : []),
        ...(oldestPendingMs > longWait
          ? [
              warning(
                'inbox-waiting',
                'inbox',
                `an event has waited ${Math.round(oldestPendingMs / 60_000)} minutes`,
                'Is the server, or its worker, running?',
              ),
            ]
          : []),
      ]
    } finally {
      await engine.stop({ drainMs: 0 })
    }
  } catch (cause) {
    if (InboxError.is(cause) && cause.code === 'INBOX_MISSING')
      return [ok('inbox', 'inbox', 'it is not there yet; its server makes it, and verifies the settings of the store')]
    return [describe(cause)]
  }
}

function describe(cause: unknown): Finding {
  if (InboxError.is(cause)) {
    const check = cause.code === 'INBOX_SETTINGS_WEAK' ? 'inbox-durability' : 'inbox'
    const fix =
      check === 'inbox'
        ? 'Correct the place, or start the store.'
        : 'Correct the settings of the store; docs/inbox.md says which.'
    return error(check, 'inbox', `${cause.code}: ${cause.message}`, fix)
  }
  if (cause instanceof CliError)
    return error('inbox', 'inbox', cause.message, cause.fix ?? 'Correct the configuration.')
  throw cause
}
