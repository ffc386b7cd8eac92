import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { addHelp } from '../help.ts'
import { createDiscardCommand } from './inbox/discard.ts'
import { createListCommand } from './inbox/list.ts'
import { createReplayCommand } from './inbox/replay.ts'
import { createShowCommand } from './inbox/show.ts'
import { createStatsCommand } from './inbox/stats.ts'

/** `sallyport inbox`: stored events. */
export function createInboxCommand(): CommandUnknownOpts {
  const command = new Command('inbox')
    .summary('list, replay and discard stored events')
    .description(
      'Operates an inbox on any engine, whether or not its server is running. list, show and stats change nothing. The server handles replayed events, within a second if it is running.',
    )
    .addCommand(createListCommand())
    .addCommand(createShowCommand())
    .addCommand(createReplayCommand())
    .addCommand(createDiscardCommand())
    .addCommand(createStatsCommand())
  return addHelp(command, {
    examples: [
      ['inbox stats', 'how many are pending, how many failed'],
      ['inbox list --state dead --inbox events.db', 'what failed for good'],
      ['inbox replay --state dead --since 2h', 'retry all of the last two hours'],
    ],
    exits: {
      no: 'there is no such event',
      configuration: 'unknown kind of store, or its packages are not installed',
      unavailable: 'the store is missing, unreachable, or locked',
    },
    notes: [
      'Stores: a SQLite file, postgres://… (needs pg-boss and pg) or redis://… (needs bullmq and ioredis). Put addresses with a password into SALLYPORT_INBOX, not on the command line.',
    ],
  })
}
