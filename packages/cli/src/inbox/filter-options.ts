import { Command, Option, type OptionValues } from '@commander-js/extra-typings'
import type { EventFilter, EventState } from 'sallyport/inbox'
import { timeSpan } from '../options.ts'

/** Values of the options that choose events. */
export interface FilterOptions {
  readonly state?: EventState | undefined
  readonly provider?: string | undefined
  readonly type?: string | undefined
  /** Milliseconds before now. */
  readonly since?: number | undefined
  readonly search?: string | undefined
}

/** Creates an `inbox` subcommand with the options that choose a store. */
export function createStoreCommand(name: string) {
  return new Command(name)
    .addOption(
      new Option('--inbox <place>', 'SQLite file, postgres://… or redis://… (default: .sallyport/inbox.db)').env(
        'SALLYPORT_INBOX',
      ),
    )
    .option('--queue <name>', 'queue of a PostgreSQL or Redis store (default: inbox)')
    .option('--schema <name>', 'schema of a PostgreSQL store (default: sallyport)')
}

/** Adds the options that choose events. */
export function addFilterOptions<Arguments extends unknown[], Options extends OptionValues>(
  command: Command<Arguments, Options>,
): Command<Arguments, Options & FilterOptions> {
  const filtered = command
    .addOption(
      new Option('--state <state>', 'only events in this state').choices([
        'pending',
        'active',
        'done',
        'dead',
      ] as const),
    )
    .option('--provider <name>', 'only events of this provider')
    .option('--type <type>', 'only events of this type')
    .addOption(
      new Option('--since <time>', 'only events stored within this time: 90s, 15m, 2h or 7d').argParser(timeSpan),
    )
    .option('--search <text>', 'only events with this text in id, type or last error')
  // The inferred type is correct, but too long for a declaration file.
  return filtered as unknown as Command<Arguments, Options & FilterOptions>
}

/** The filter the options describe; members that are absent do not filter. */
export function toFilter({ state, provider, type, since, search }: FilterOptions): EventFilter {
  const filter = { state, provider, type, since: since === undefined ? undefined : Date.now() - since, search }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
