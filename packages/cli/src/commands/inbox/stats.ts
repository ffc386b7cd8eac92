import { Command } from 'commander'
import { action, type Context } from '../../context.ts'
import { addStoreOptions, type InboxOptions } from '../../inbox/filter-options.ts'
import { withStore } from '../../inbox/with-store.ts'
import { teach } from '../../teach.ts'

/** `sallyport inbox stats`. */
export function createStatsCommand(): Command {
  const command = addStoreOptions(new Command('stats'))
    .summary('count events by state')
    .description(
      'Counts events by state, and says how long the oldest waits, what the engine promises and how large the store is.',
    )
    .action(action(stats))
  return teach(command, {
    examples: [['inbox stats --json', 'for a monitor: counts, oldestPendingMs, bytes']],
    exits: { unavailable: 'the store is not there or cannot be reached' },
  })
}

async function stats(context: Context, options: InboxOptions): Promise<undefined> {
  const { output } = context
  const found = await withStore(context, options, true, async (engine) => {
    // How long its server remembers, nobody else knows.
    const { dedupe: _unknown, ...promises } = engine.promises
    return { engine: engine.name, promises, ...(await engine.stats()) }
  })
  const { counts, oldestPendingMs, bytes } = found
  const rows = [
    found.engine,
    ...Object.entries(counts).map(([state, count]) => `  ${state.padEnd(9)} ${count.toLocaleString('en')}`),
    ...(oldestPendingMs === undefined ? [] : [`  oldest    waits ${Math.round(oldestPendingMs / 1000)} s`]),
    ...(bytes === undefined ? [] : [`  size      ${bytes.toLocaleString('en')} bytes`]),
    `  survives  ${found.promises.durability}`,
  ]
  output.result({ ok: true, ...found }, rows.join('\n'))
  return undefined
}
