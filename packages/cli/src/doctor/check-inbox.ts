import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { InboxError } from 'sallyport/inbox'
import { CliError } from '../cli-error.ts'
import { counted } from '../text/amounts.ts'
import { kindOfStore, makeEngine, openStore } from '../inbox/open-store.ts'
import { error, ok, skipped, warning, type Finding } from './check.ts'

const longWait = 15 * 60_000

/** Checks that a store opens, keeps what an inbox promises, and that its events are being handled. */
export async function checkInbox(place: string, cwd: string): Promise<Finding[]> {
  try {
    const kind = kindOfStore(place)
    if (kind === 'sqlite' && !existsSync(resolve(cwd, place)))
      return [skipped('inbox', 'inbox', `${place} does not exist yet; the first delivery creates it`)]
    // PostgreSQL and Redis are opened as the server opens them, so that their real settings are checked.
    const engine =
      kind === 'sqlite'
        ? await openStore(place, { cwd, readOnly: true })
        : await makeEngine(place, { cwd, readOnly: true })
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
                `${counted(counts.dead, 'event')} failed for good`,
                'Run `sallyport inbox list --state dead` to see why.',
              ),
            ]
          : []),
        ...(oldestPendingMs > longWait
          ? [
              warning(
                'inbox-waiting',
                'inbox',
                `an event has been pending for ${Math.round(oldestPendingMs / 60_000)} minutes`,
                'Check that the server, or its worker, is running.',
              ),
            ]
          : []),
      ]
    } finally {
      await engine.stop({ drainMs: 0 })
    }
  } catch (cause) {
    if (InboxError.is(cause) && cause.code === 'INBOX_MISSING')
      return [skipped('inbox', 'inbox', 'not there yet; its server creates it and checks the settings of the store')]
    return [describe(cause)]
  }
}

function describe(cause: unknown): Finding {
  if (InboxError.is(cause)) {
    const check = cause.code === 'INBOX_SETTINGS_WEAK' ? 'inbox-durability' : 'inbox'
    const fix =
      check === 'inbox'
        ? 'Check the address, and that the store is running.'
        : 'Change the settings of the store; docs/inbox.md lists them.'
    return error(check, 'inbox', `${cause.code}: ${cause.message}`, fix)
  }
  if (cause instanceof CliError) return error('inbox', 'inbox', cause.message, cause.fix || 'Fix the configuration.')
  throw cause
}
