import type { EventFilter, EventState } from 'sallyport/inbox'
import { CliError } from '../cli-error.ts'
import { confirm, type ConfirmOptions } from '../confirm.ts'
import type { Context } from '../context.ts'
import type { ExitName } from '../exit-codes.ts'
import { counted } from '../text/amounts.ts'
import { countEvents } from './count-events.ts'
import { toFilter } from './filter-options.ts'
import { findKey } from './find-key.ts'
import { withStore, type StorePlace } from './open-store.ts'

type ChangeOptions = StorePlace & ConfirmOptions & Parameters<typeof toFilter>[0] & { readonly all?: true | undefined }

interface Change {
  /** What it did, after the number of events. */
  readonly done: readonly [one: string, many: string]
  /** What it would do, after the number of events. */
  readonly would: readonly [one: string, many: string]
  /** States that it leaves alone. */
  readonly left: readonly EventState[]
}

const changes: Readonly<Record<'replay' | 'discard', Change>> = {
  replay: {
    done: ['event is pending again', 'events are pending again'],
    would: ['event would be pending again', 'events would be pending again'],
    left: ['pending', 'active'],
  },
  discard: {
    done: ['event was removed', 'events were removed'],
    would: ['event would be removed', 'events would be removed'],
    left: ['active'],
  },
}

/**
 * Replays or discards the events that keys or options select. Asks before it discards.
 *
 * @throws CliError `NOTHING_CHOSEN` if nothing is selected: that never means "all"; `NOT_CONFIRMED`
 */
export async function changeEvents(
  kind: keyof typeof changes,
  context: Context,
  names: readonly string[],
  options: ChangeOptions,
): Promise<ExitName | undefined> {
  const selected = toFilter(options)
  if (names.length === 0 && Object.keys(selected).length === 0 && !options.all) {
    throw new CliError('usage', 'NOTHING_CHOSEN', 'no events selected', {
      fix: `Pass ids or keys, a filter such as --state, --since or --failing, or --all to ${kind} everything.`,
    })
  }
  const { output } = context
  const { done, would, left } = changes[kind]
  const { dryRun = false } = options
  const count = await withStore(context, options, { readOnly: dryRun }, async (engine) => {
    const keys: string[] = []
    for (const name of names) keys.push(await findKey(engine, name))
    const filter: EventFilter = keys.length === 0 ? selected : { ...selected, keys }
    if (dryRun) return countEvents(engine, filter, left)
    if (kind === 'discard' && !options.yes) {
      const found = await countEvents(engine, filter, left)
      const question = `Remove ${counted(found, 'event')} for good`
      if (found > 0 && !(await confirm(context, question, options))) return undefined
    }
    return engine[kind](filter)
  })
  if (count === undefined) return 'no'
  const text = counted(count, ...(dryRun ? would : done))
  const record = { ok: count > 0, count, ...(dryRun ? { dryRun } : undefined) }
  output.result(record, output.style(count > 0 ? 'green' : 'yellow', text))
  return count > 0 ? undefined : 'no'
}
