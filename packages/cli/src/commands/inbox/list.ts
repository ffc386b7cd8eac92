import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { addFilterOptions, createStoreCommand, toFilter } from '../../inbox/filter-options.ts'
import { withStore } from '../../inbox/open-store.ts'
import { eventColumns, toRecord, toRow } from '../../inbox/present-event.ts'
import { toShortKeys } from '../../inbox/short-keys.ts'
import { wholeNumber } from '../../options.ts'
import { renderTable } from '../../text/table.ts'

/** `sallyport inbox list`. */
export function createListCommand(): CommandUnknownOpts {
  const command = addFilterOptions(createStoreCommand('list'))
    .summary('list events')
    .description('Lists events without their bodies, the newest first.')
    .addOption(new Option('--limit <number>', 'maximum number shown').argParser(wholeNumber(1, 10_000)).default(50))
    .option('--oldest', 'list the oldest first')
    .option('--after <place>', 'continue after the previous page, at the place it printed')
    .action(
      action(async (context, options) => {
        const { output } = context
        const { limit, after, oldest = false } = options
        const sort = oldest ? 'oldest' : 'newest'
        const { events, next, keys } = await withStore(context, options, { readOnly: true }, async (engine) => {
          const page = await engine.list({ ...toFilter(options), limit, after, sort })
          const isShown = !output.isJson && page.events.length > 0
          return { ...page, keys: isShown ? await toShortKeys(engine, page.events) : [] }
        })
        const rows = keys.map((key, index) => toRow(events[index]!, key))
        output.result(
          { ok: true, events: events.map(toRecord), next },
          rows.length === 0 ? '' : renderTable(output, eventColumns, rows),
        )
        if (events.length === 0) output.note('no event matches')
        const more = oldest ? 'There are newer ones: pass --oldest --after' : 'There are older ones: pass --after'
        if (next !== undefined) output.note(`${more} ${next}`)
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [
      ['inbox list', 'the latest 50'],
      ['inbox list --state dead', 'what failed for good'],
      ['inbox list --failing --since 2h --until 1h', 'what failed between two hours and one hour ago'],
      ['inbox list --provider sonzai --since 1h --json', 'one object: events, and next if there are more'],
    ],
    exits: { unavailable: 'the store is missing or unreachable' },
  })
}
