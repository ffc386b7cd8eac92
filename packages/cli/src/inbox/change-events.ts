import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import type { ExitName } from '../exit-codes.ts'
import { toFilter } from './filter-options.ts'
import { findKey } from './find-key.ts'
import { withStore, type StorePlace } from './open-store.ts'

type ChangeOptions = StorePlace & Parameters<typeof toFilter>[0] & { readonly all?: true | undefined }

const done = {
  replay: { one: 'event is pending again', many: 'events are pending again' },
  discard: { one: 'event was removed', many: 'events were removed' },
} as const

/**
 * Replays or discards the events that keys or options select.
 *
 * @throws CliError `NOTHING_CHOSEN` if nothing is selected: that never means "all"
 */
export async function changeEvents(
  kind: keyof typeof done,
  context: Context,
  names: readonly string[],
  options: ChangeOptions,
): Promise<ExitName | undefined> {
  const filter = toFilter(options)
  if (names.length === 0 && Object.keys(filter).length === 0 && !options.all) {
    throw new CliError('usage', 'NOTHING_CHOSEN', 'no events selected', {
      fix: `Pass ids or keys, a filter (--state, --provider, --type, --since, --search), or --all to ${kind} everything.`,
    })
  }
  const count = await withStore(context, options, { readOnly: false }, async (engine) => {
    const keys: string[] = []
    for (const name of names) keys.push(await findKey(engine, name))
    return engine[kind](keys.length === 0 ? filter : { ...filter, keys })
  })
  const { output } = context
  const text = `${count} ${count === 1 ? done[kind].one : done[kind].many}`
  output.result({ ok: count > 0, count }, output.style(count > 0 ? 'green' : 'yellow', text))
  return count > 0 ? undefined : 'no'
}
