import { Command } from 'commander'
import { action } from '../../context.ts'
import { changeEvents } from '../../inbox/change-events.ts'
import { addFilterOptions, addStoreOptions } from '../../inbox/filter-options.ts'
import { teach } from '../../teach.ts'

/** `sallyport inbox discard`. */
export function createDiscardCommand(): Command {
  const command = addFilterOptions(addStoreOptions(new Command('discard')))
    .summary('remove events for good')
    .description(
      'Removes events, and the memory of their keys: the same delivery would be taken again. Events at work stay.',
    )
    .argument('[event...]', 'ids of events as `inbox list` shows them, or keys; without one, the options choose')
    .option('--all', 'every event that is not at work, where no option chooses')
    .action(action(changeEvents('discard')))
  return teach(command, {
    examples: [
      ['inbox discard 77ab03f2', 'one event'],
      ['inbox discard --state dead --since 7d', 'all that died of the last week'],
    ],
    exits: { no: 'no event was like that', unavailable: 'the store is not there, cannot be reached, or is locked' },
  })
}
