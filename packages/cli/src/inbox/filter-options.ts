import type { EventFilter, EventState } from 'sallyport/inbox'
import { Option, type Command } from 'commander'
import { timeSpan } from '../options.ts'

/** Options that choose the store and the events. */
export interface InboxOptions {
  readonly inbox?: string
  readonly queue?: string
  readonly schema?: string
  readonly state?: EventState
  readonly provider?: string
  readonly type?: string
  readonly since?: number
  readonly search?: string
}

/** Adds the options that choose a store. */
export function addStoreOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--inbox <place>', 'SQLite file, postgres://… or redis://… (default: .sallyport/inbox.db)').env(
        'SALLYPORT_INBOX',
      ),
    )
    .option('--queue <name>', 'queue of a PostgreSQL or Redis store (default: inbox)')
    .option('--schema <name>', 'schema of a PostgreSQL store (default: sallyport)')
}

/** Adds the options that choose events. */
export function addFilterOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--state <state>', 'only events in this state').choices(['pending', 'active', 'done', 'dead']),
    )
    .option('--provider <name>', 'only events of this provider')
    .option('--type <type>', 'only events of this type')
    .addOption(
      new Option('--since <span>', 'only events stored within this time, such as 2h or 7d').argParser(timeSpan),
    )
    .option('--search <text>', 'only events with this text in id, type or last error')
}

/** The filter that options stand for. */
export function toFilter({ state, provider, type, since, search }: InboxOptions, now: number): EventFilter {
  return {
    ...(state === undefined ? {} : { state }),
    ...(provider === undefined ? {} : { provider }),
    ...(type === undefined ? {} : { type }),
    ...(since === undefined ? {} : { since: now - since }),
    ...(search === undefined ? {} : { search }),
  }
}
