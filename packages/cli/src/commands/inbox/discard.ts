import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { dryRunOption, yesOption } from '../../confirm.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { changeEvents } from '../../inbox/change-events.ts'
import { addFilterOptions, createStoreCommand } from '../../inbox/filter-options.ts'

/** `sallyport inbox discard`. */
export function createDiscardCommand(): CommandUnknownOpts {
  const command = addFilterOptions(createStoreCommand('discard'))
    .summary('remove events for good')
    .description(
      'Removes events and forgets their keys, so the same delivery would be accepted again. Active events stay. Asks first.',
    )
    .argument('[event...]', 'ids as `inbox list` shows them, or keys; without any, the filter options select')
    .option('--all', 'every event that is not active, if no filter option is given')
    .addOption(dryRunOption())
    .addOption(yesOption())
    .action(action((context, names, options) => changeEvents('discard', context, names, options)))
  return addHelp(command, {
    examples: [
      ['inbox discard 77ab03f2', 'one event'],
      ['inbox discard --state dead --since 7d --dry-run', 'how many failed in the last week'],
      ['inbox discard --state dead --since 7d --yes', 'remove them without a question'],
    ],
    exits: {
      no: 'no event matches, or the answer was no',
      unavailable: 'the store is missing, unreachable, or locked',
    },
  })
}
