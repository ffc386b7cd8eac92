import type { Engine } from 'sallyport/inbox'
import { CliError } from '../cli-error.ts'

const shortest = 6

/**
 * The key of an event named by its key, its id, or the beginning of its id.
 *
 * @throws CliError `EVENT_MISSING`, `EVENT_AMBIGUOUS`
 */
export async function findKey(engine: Engine, name: string): Promise<string> {
  if ((await engine.get(name)) !== undefined) return name
  if (name.length >= shortest) {
    const { events } = await engine.list({ search: name, limit: 100 })
    const exact = events.filter(({ id }) => id === name)
    const found =
      exact.length > 0
        ? exact
        : events.filter(({ id }) => id.replace(/^sha256:/, '').startsWith(name.replace(/^sha256:/, '')))
    if (found.length === 1) return found[0]!.key
    if (found.length > 1)
      throw new CliError('no', 'EVENT_AMBIGUOUS', `several events are named so`, {
        fix: 'Give the whole id, or the key that --json shows.',
      })
  }
  throw new CliError('no', 'EVENT_MISSING', 'there is no event with this id or key', {
    fix: '`sallyport inbox list` shows ids.',
  })
}
