import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { toVisible } from 'sallyport/provider'
import { createStoreCommand } from '../../inbox/filter-options.ts'
import { withStore } from '../../inbox/open-store.ts'

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
        const rows = [
          toVisible(found.engine),
          ...Object.entries(counts).map(([state, count]) => `  ${state.padEnd(9)} ${count.toLocaleString('en')}`),
          ...(oldestPendingMs === undefined ? [] : [`  oldest    pending for ${Math.round(oldestPendingMs / 1000)} s`]),
          ...(bytes === undefined ? [] : [`  size      ${bytes.toLocaleString('en')} bytes`]),
          `  survives  ${found.promises.durability}`,
        ]
        output.result({ ok: true, ...found }, rows.join('\n'))
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [['inbox stats --json', 'for a monitor: counts, oldestPendingMs, bytes']],
    exits: { unavailable: 'the store is missing or unreachable' },
  })
}
