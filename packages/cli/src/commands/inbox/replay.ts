import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { dryRunOption } from '../../confirm.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { changeEvents } from '../../inbox/change-events.ts'
import { addFilterOptions, createStoreCommand } from '../../inbox/filter-options.ts'

/** `sallyport inbox replay`. */
export function createReplayCommand(): CommandUnknownOpts {
  const command = addFilterOptions(createStoreCommand('replay'))
    .summary('make dead or done events pending again')
    .description(
      'Makes dead or done events pending again, starting at attempt 1. The server handles them within a second, or when it next starts.',
    )
    .argument('[event...]', 'ids as `inbox list` shows them, or keys; without any, the filter options select')
    .option('--all', 'every event that is dead or done, if no filter option is given')
    .addOption(dryRunOption())
    .action(action((context, names, options) => changeEvents('replay', context, names, options)))
  return addHelp(command, {
    examples: [
      ['inbox replay 5f2cd1e7', 'one event'],
      ['inbox replay --state dead --provider invoratec', 'all dead events of a provider'],
    ],
    exits: { no: 'no event matches', unavailable: 'the store is missing, unreachable, or locked' },
  })
}
