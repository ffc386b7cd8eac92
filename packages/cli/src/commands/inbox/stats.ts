import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { toVisible } from 'sallyport/provider'
import { createStoreCommand } from '../../inbox/filter-options.ts'
import { withStore } from '../../inbox/open-store.ts'
import { styleOfState } from '../../inbox/present-event.ts'
import { counted, toSpan } from '../../text/amounts.ts'
import { renderTable, type Cell } from '../../text/table.ts'
import { hang } from '../../text/wrap.ts'
import type { EventState } from 'sallyport/inbox'

/** `sallyport inbox stats`. */
export function createStatsCommand(): CommandUnknownOpts {
  const command = createStoreCommand('stats')
    .summary('count events by state')
    .description(
      'Counts events by state, and shows how long the oldest has been pending, what the engine promises and the size of the store.',
    )
    .action(
      action(async (context, options) => {
        const { output } = context
        const found = await withStore(context, options, { readOnly: true }, async (engine) => {
          // Only the server knows its retention.
          const { dedupe: _unknown, ...promises } = engine.promises
          return { engine: engine.name, promises, ...(await engine.stats()) }
        })
        const { counts, oldestPendingMs, bytes } = found
        const oldest = oldestPendingMs === undefined ? '' : `the oldest for ${toSpan(oldestPendingMs)}`
        const rows = Object.entries(counts).map(([state, count]): Cell[] => [
          [styleOfState[state as EventState], state],
          count.toLocaleString('en'),
          state === 'pending' ? oldest : '',
        ])
        const text = [
          renderTable(output, [{ title: 'STATE' }, { title: 'EVENTS', align: 'right' }, { title: '' }], rows),
          ...(bytes === undefined ? [] : [`size      ${counted(bytes, 'byte')}`]),
          `survives  ${found.promises.durability}`,
          hang('store     ', toVisible(found.engine), output.columns),
        ]
        output.result({ ok: true, ...found }, text.join('\n'))
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [['inbox stats --json', 'for a monitor: counts, oldestPendingMs, bytes']],
    exits: { unavailable: 'the store is missing or unreachable' },
  })
}
