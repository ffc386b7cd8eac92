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
  /** Milliseconds before now. */
  readonly until?: number | undefined
  readonly tenant?: string | undefined
  readonly orderKey?: string | undefined
  readonly failing?: true | undefined
  readonly failure?: string | undefined
  readonly search?: string | undefined
}

/** Creates a command with the options that choose a store. */
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
    .addOption(
      new Option('--until <time>', 'only events stored before this time: 2h is two hours ago').argParser(timeSpan),
    )
    .option('--tenant <id>', 'only events of this tenant')
    .option('--order-key <key>', 'only events with this order key')
    .option('--failing', 'only events that are dead or retried after a failure')
    .option('--failure <text>', 'only events that failed like this, as `inbox list --json` shows it')
    .option('--search <text>', 'only events with this text in id, type or last error')
  // The inferred type is correct, but too long for a declaration file.
  return filtered as unknown as Command<Arguments, Options & FilterOptions>
}

/** The filter the options describe; members that are absent do not filter. */
export function toFilter(options: FilterOptions): EventFilter {
  const { state, provider, type, since, until, tenant, orderKey, failing, failure = failing, search } = options
  const now = Date.now()
  const toTime = (span: number | undefined): number | undefined => (span === undefined ? undefined : now - span)
  const filter: EventFilter = {
    state,
    provider,
    type,
    since: toTime(since),
    until: toTime(until),
    tenant,
    orderKey,
    failure,
    search,
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
