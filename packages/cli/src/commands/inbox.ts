import { Command } from 'commander'
import { teach } from '../teach.ts'
import { createDiscardCommand } from './inbox/discard.ts'
import { createListCommand } from './inbox/list.ts'
import { createReplayCommand } from './inbox/replay.ts'
import { createShowCommand } from './inbox/show.ts'
import { createStatsCommand } from './inbox/stats.ts'

/** `sallyport inbox`: what was received and kept. */
export function createInboxCommand(): Command {
  const command = new Command('inbox')
    .summary('look at kept events, replay or discard them')
    .description(
      'Operates an inbox on any engine while its server runs, or while none does. Looking changes nothing. What is replayed is handled by the server, within a second if it runs.',
    )
    .addCommand(createListCommand())
    .addCommand(createShowCommand())
    .addCommand(createReplayCommand())
    .addCommand(createDiscardCommand())
    .addCommand(createStatsCommand())
  return teach(command, {
    examples: [
      ['inbox stats', 'how many wait, how many died'],
      ['inbox list --state dead --inbox events.db', 'what failed for good'],
      ['inbox replay --state dead --since 2h', 'try all of the last two hours again'],
    ],
    exits: {
      no: 'there is no such event',
      configuration: 'no such kind of store, or packages that it needs are missing',
      unavailable: 'the store is not there, cannot be reached, or is locked',
    },
    notes: [
      'Stores: a SQLite file, postgres://… (needs pg-boss and pg) or redis://… (needs bullmq and ioredis).\nAddresses with a password belong into SALLYPORT_INBOX, not on the command line.',
    ],
  })
}
