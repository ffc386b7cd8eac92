import { Command, Option } from 'commander'
import { action, type Context } from '../../context.ts'
import { addFilterOptions, addStoreOptions, toFilter, type InboxOptions } from '../../inbox/filter-options.ts'
import { toRecord, toRow } from '../../inbox/present-event.ts'
import { withStore } from '../../inbox/with-store.ts'
import { wholeNumber } from '../../options.ts'
import { teach } from '../../teach.ts'

interface ListOptions extends InboxOptions {
  readonly limit: number
  readonly after?: string
}

/** `sallyport inbox list`. */
export function createListCommand(): Command {
  const command = addFilterOptions(addStoreOptions(new Command('list')))
    .summary('list events')
    .description('Lists events in the order they were stored, without their content.')
    .addOption(new Option('--limit <number>', 'most events').argParser(wholeNumber(1, 10_000)).default(50))
    .option('--after <place>', 'go on behind the last page, at the place it named')
    .action(action(list))
  return teach(command, {
    examples: [
      ['inbox list --state dead', 'what failed for good'],
      ['inbox list --provider sonzai --since 1h --json', 'one object with events and, where there are more, next'],
    ],
    exits: { unavailable: 'the store is not there or cannot be reached' },
  })
}

async function list(context: Context, options: ListOptions): Promise<undefined> {
  const { output } = context
  const { limit, after } = options
  const page = await withStore(context, options, true, (engine) =>
    engine.list({ ...toFilter(options, Date.now()), limit, after }),
  )
  const { events, next } = page
  output.result(
    { ok: true, events: events.map(toRecord), ...(next === undefined ? undefined : { next }) },
    events.map((event) => toRow(output, event)).join('\n'),
  )
  if (events.length === 0) output.note('no event is like that')
  if (next !== undefined) output.note(`there are more: --after ${next}`)
  return undefined
}
