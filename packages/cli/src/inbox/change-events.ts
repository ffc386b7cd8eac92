import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import type { ExitName } from '../exit-codes.ts'
import { toFilter, type InboxOptions } from './filter-options.ts'
import { findKey } from './find-key.ts'
import { withStore } from './with-store.ts'

interface ChangeOptions extends InboxOptions {
  readonly all?: true
}

const words = { replay: 'are pending again', discard: 'were removed' } as const

/** Makes the action that replays or discards what keys or options choose. Choosing nothing is not choosing everything. */
export function changeEvents(kind: keyof typeof words) {
  return async (context: Context, options: ChangeOptions, names: string[]): Promise<ExitName | undefined> => {
    const chosen = toFilter(options, Date.now())
    if (names.length === 0 && Object.keys(chosen).length === 0 && !options.all) {
      throw new CliError('usage', 'NOTHING_CHOSEN', `which events to ${kind} is not said`, {
        fix: 'Name events, narrow by --state, --provider, --type, --since or --search, or say --all.',
      })
    }
    const count = await withStore(context, options, false, async (engine) => {
      const found: string[] = []
      for (const name of names) found.push(await findKey(engine, name))
      return engine[kind](found.length === 0 ? chosen : { ...chosen, keys: found })
    })
    const { output } = context
    const text = `${count} ${count === 1 ? 'event' : 'events'} ${words[kind]}`
      .replace('1 event are', '1 event is')
      .replace('1 event were', '1 event was')
    output.result({ ok: count > 0, count }, output.style(count > 0 ? 'green' : 'yellow', text))
    return count > 0 ? undefined : 'no'
  }
}
