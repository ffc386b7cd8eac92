import { Command } from 'commander'
import { action } from '../../context.ts'
import { changeEvents } from '../../inbox/change-events.ts'
import { addFilterOptions, addStoreOptions } from '../../inbox/filter-options.ts'
import { teach } from '../../teach.ts'

/** `sallyport inbox replay`. */
export function createReplayCommand(): Command {
  const command = addFilterOptions(addStoreOptions(new Command('replay')))
    .summary('make dead or done events pending again')
    .description(
      'Makes dead or done events pending again, from their first attempt. The server that works on the inbox handles them: within a second if it runs, else when it starts.',
    )
    .argument('[event...]', 'ids of events as `inbox list` shows them, or keys; without one, the options choose')
    .option('--all', 'every event that is dead or done, where no option chooses')
    .action(action(changeEvents('replay')))
  return teach(command, {
    examples: [
      ['inbox replay 5f2cd1e7', 'one event'],
      ['inbox replay --state dead --provider invoratec', 'all dead ones of a provider'],
    ],
    exits: { no: 'no event was like that', unavailable: 'the store is not there, cannot be reached, or is locked' },
  })
}
